"""From settings of the experiment `your_network` back to a specification, so that a network chosen by hand is diagnosed
like one that was read."""

from typing import Any

import numpy as np

from bot.diagnosis import stand_ins
from bot.diagnosis.spec import Layer, NetworkSpec
from sims.engine.general.examples import make_examples
from sims.engine.general.rows import read_rows
from sims.engine.general.settings import NetworkParams

OPEN_LOSSES = {"log_loss_from_logits": "log_loss", "cross_entropy_from_logits": "cross_entropy"}
SCALINGS = {"raw": "none", "standardised": "standardised", "zero_to_one": "minmax"}
NAMED = {"houses": "housing"}  # tasks that a specification calls otherwise
UNNAMED = ("imbalanced", "coffee", "own")  # tasks that no specification names
FLAGS = {"gradients_kept": "zero_grad_missing", "early_update": "update_before_gradients",
         "weights_made_anew": "weights_reset_in_loop", "derivative_missing": "derivative_missing",
         "biases_fixed": "bias_not_updated", "hidden_fixed": "parameters_missing", "never_updated": "step_missing"}
SAID: dict[str, dict[str, Any]] = {  # what other slips are in a specification
    "wrong_sign": {"sign_of_update": "wrong"}, "targets_broadcast": {"label_shape": "broadcast"},
    "derivative_given_z": {"derivative_at": "z", "derivative_written_for": "a"},
    "derivative_given_a": {"derivative_at": "a", "derivative_written_for": "z"},
}


def spec_of(params: NetworkParams) -> NetworkSpec:
    """The specification of a network that was chosen by its settings; it has no lines."""
    loss = str(params.loss)
    return NetworkSpec.model_validate({
        **_data(params), **_slip(params), **_start(params), "layers": _layers(params),
        "output_activation": params.output, "loss": OPEN_LOSSES.get(loss, loss), "from_logits": loss in OPEN_LOSSES,
        "l2": params.l2 or None, "optimizer": params.optimizer, "learning_rate": params.learning_rate,
        "momentum": params.momentum if params.optimizer in ("momentum", "nesterov") else None,
        "batch_size": params.batch_size, "epochs": params.epochs, "shuffle": params.order == "shuffled",
        "bias": params.bias, "scaling": SCALINGS[params.scaling],
        "target_scaling": SCALINGS[params.target_scaling],
    })


def _layers(params: NetworkParams) -> tuple[Layer, ...]:
    pairs = zip(params.widths, params.activations, strict=True)
    return tuple(Layer.model_validate({"units": units, "activation": name, "dropout": params.dropout,
                                       "batch_norm": params.batch_norm}) for units, name in pairs)


def _data(params: NetworkParams) -> dict[str, Any]:
    name = str(params.data)
    examples = make_examples(params, np.zeros(1, int)).train
    known = {"inputs": len(examples.axes), "outputs": len(examples.target_axes)}
    if name == "own":
        rows = read_rows(params.own)
        return {**known, "data": "inline", "rows": rows.inputs.tolist(), "targets": rows.targets.tolist(),
                "examples": len(rows.inputs)}
    classes = stand_ins.KINDS[name]
    return {**known, "data": None if name in UNNAMED else NAMED.get(name, name), "classes": classes or None,
            "task": "classes" if classes else "regression",
            "target": "one_hot" if classes > 2 else "binary" if classes else "real"}


def _start(params: NetworkParams) -> dict[str, Any]:
    name = str(params.start)
    known = {"start": name if name != "sklearn" else "glorot_uniform"}
    if name == "constant":
        return {**known, "start_constant": params.start_spread}
    if name == "normal":
        return {**known, "start_std": params.start_spread}
    return {**known, "start_low": params.start_low, "start_high": params.start_high} if name == "uniform" else known


def _slip(params: NetworkParams) -> dict[str, Any]:
    slip = str(params.slip)
    return {**({FLAGS[slip]: True} if slip in FLAGS else SAID.get(slip, {})),
            "eval_missing": params.left_in_training or None, "gradient_not_averaged": params.summed or None}
