"""Which entries explain a network's settings: what each of them, or its value, is about."""

from bot.diagnosis.answer import NetworkAnswer
from sims.engine.general.settings import NetworkParams

MOST = 6
BY_VALUE = {  # settings whose value is what there is to explain
    ("data", "xor"): "xor", ("data", "coffee"): "coffee-roasting", ("data", "imbalanced"): "class-imbalance",
    ("data", "digits"): "multi-class-output", ("start", "zeros"): "zero-initialisation-symmetry",
    ("start", "constant"): "zero-initialisation-symmetry", ("start", "normal"): "initial-weight-scale",
    ("start", "uniform"): "initial-weight-scale", ("activation1", "relu"): "relu-vs-sigmoid",
    ("activation1", "tanh"): "tanh-vs-sigmoid", ("activation1", "linear"): "linear-activation-collapse",
    ("output", "softmax"): "sigmoid-vs-softmax", ("output", "linear"): "regression-output-activation",
    ("output", "relu"): "regression-output-activation", ("loss", "log_loss_from_logits"): "from-logits",
    ("loss", "cross_entropy_from_logits"): "from-logits", ("loss", "squared_error"): "why-not-squared-error",
    ("loss", "log_loss"): "loss-function-log-loss",
}
BY_CHANGE = {  # settings that are worth explaining where they differ from the default
    "hidden2": "how-many-layers", "bias": "bias-term", "batch_norm": "batch-norm", "dropout": "dropout",
    "l2": "regularization", "scaling": "feature-scaling", "batch_size": "batch-size", "epochs": "epochs",
    "learning_rate": "learning-rate", "optimizer": "momentum-adam", "hidden1": "how-many-neurons",
    "held_out": "train-test-split", "slip": "backprop-chain-rule",
}


def explained_by(answer: NetworkAnswer) -> tuple[str, ...]:
    """The entries to read for a network, those of its diagnoses first."""
    found = [one.rule.next for one in answer.diagnoses if one.rule.next]
    if answer.shown is not None:
        found += _touched(answer.shown.params)
    return tuple(dict.fromkeys(found))[:MOST]


def _touched(params: NetworkParams) -> list[str]:
    usual = NetworkParams()
    changed = [slug for name, slug in BY_CHANGE.items() if getattr(params, name) != getattr(usual, name)]
    values = [slug for (name, value), slug in BY_VALUE.items() if getattr(params, name) == value]
    return values[:3] + changed + values[3:]
