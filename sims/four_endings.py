"""Four endings: a last layer with or without a sigmoid, and a loss with from_logits on or off.

Two of the four pairs fit: a sigmoid with from_logits off, and no sigmoid with it on, are one formula. The other two do
not. With a sigmoid and from_logits on, the loss applies a second sigmoid. With neither, the loss takes raw numbers for
probabilities and clips them to 1e-7 from 0 and 1, as Keras does; what is clipped has no slope.

Applied twice, the logarithm sees values from 0.5 to 0.73 alone. The loss cannot fall below 0.31 on a yes and 0.69 on a
no, and the outputs that cost least are 0 wherever no is likelier and 1 where yes has 0.73 or more. So they are no
probabilities any more, and a cut at one half asks for 0.62. Keras 3 on TensorFlow looks behind the sigmoid in a
compiled graph and takes the logits from there, with a warning; on JAX and PyTorch it applies both. (Keras 3.8.0,
`keras/src/backend/tensorflow/nn.py`, `_get_logits`; `keras/src/backend/torch/nn.py`.)
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Data, noisy_logistic
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.scores import accuracy, calibration_error
from sims.engine.settings import hidden_setting, points_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

Ending = Literal["fits", "twice", "neither"]
SHOWN: tuple[Ending, ...] = ("fits", "twice", "neither")
TEST_POINTS, RATE, FRAMES = 1500, 0.05, 40
NAMES = ("sigmoid, off", "no sigmoid, on", "sigmoid, on (twice)", "no sigmoid, off (neither)")
ENDINGS = {"fits": ("sigmoid", "log_loss"), "logits": ("linear", "log_loss_from_logits"),  # activation, loss
           "twice": ("sigmoid", "log_loss_from_logits"), "neither": ("linear", "log_loss")}
LEAST_YES, LEAST_NO = float(np.log1p(np.exp(-1))), float(np.log(2))  # of a sigmoid applied twice


class EndingsParams(Params):
    """The task, and whether the library notices."""

    ending: Ending = setting(
        "twice", title="ending on the screen", description="which of the endings is drawn",
        words=("last layer", "output layer", "sigmoid", "from_logits"))
    recovers: bool = setting(
        False, title="library looks behind the sigmoid",
        description="whether from_logits finds the logits behind a sigmoid, as Keras on TensorFlow does in fit",
        words=("keras", "tensorflow", "backend", "warning", "recovers"))
    slope: float = setting(
        3.0, ge=1, le=100, step=1, title="steepness of the true probability",
        description="how fast the probability of yes rises; at 100 chance plays next to no part",
        words=("steepness", "noise", "chance", "slope"))
    hidden: int = hidden_setting(4, le=6)
    points: int = points_setting(250)
    steps: int = steps_setting(120, le=600)


class EndingsMetrics(Metrics):
    """What each ending's training loss says, and what its outputs are worth on 1500 fresh examples."""

    endings: Array = shared("the four endings: last layer, from_logits", kind="label")
    losses: Array = metric("training loss at the end as each ending reports it", unit="nats")
    loss_fits: Array = metric("training loss at the end with an ending that fits", unit="nats")
    loss_twice: Array = metric("training loss at the end with the sigmoid applied twice", unit="nats")
    loss_neither: Array = metric("training loss at the end with no sigmoid at all", unit="nats")
    loss_floor: Array = metric("least training loss that is possible with the sigmoid applied twice", unit="nats")
    accuracies: Array = metric("share of fresh examples right, outputs cut at one half", unit="share")
    accuracy_fits: Array = metric("share of fresh examples right, an ending that fits cut at one half", unit="share")
    accuracy_twice: Array = metric("share of fresh examples right, the sigmoid applied twice, cut at one half",
                                   unit="share")
    accuracy_neither: Array = metric("share of fresh examples right, no sigmoid at all, cut at one half", unit="share")
    alike: Array = metric("share of fresh examples that the two endings that fit decide alike", unit="share")
    alike_twice: Array = metric(
        "share of fresh examples that the sigmoid applied twice decides as an ending that fits", unit="share")
    recalls: Array = metric("share of the yes that each ending finds, outputs cut at one half", unit="share")
    recall_fits: Array = metric("share of the yes found by an ending that fits, cut at one half", unit="share")
    recall_twice: Array = metric("share of the yes found with the sigmoid applied twice, cut at one half", unit="share")
    cut_in_truth: Array = metric("probability that an output of one half stands for, by the loss trained on",
                                 unit="probability")
    calibration: Array = metric("expected calibration error of each ending's outputs, ten bins", unit="probability")
    calibration_fits: Array = metric("expected calibration error of an ending that fits", unit="probability")
    calibration_twice: Array = metric("expected calibration error of the outputs with the sigmoid applied twice",
                                      unit="probability")
    extreme_fits: Array = metric("share of fresh examples with an output below 0.05 or above 0.95, an ending that fits",
                                 unit="share")
    extreme_twice: Array = metric(
        "share of fresh examples with an output below 0.05 or above 0.95, the sigmoid applied twice", unit="share")
    outside: Array = metric("share of the training examples whose raw output lies outside 0 to 1, no sigmoid at all, "
                            "at the end: the loss has no slope there", unit="share")
    missed_more: Array = metric("how many more of the yes an ending that fits finds than the sigmoid applied twice",
                                unit="share", kind="number")
    logit: Array = metric("logit of the fresh yes that an ending that fits is surest of")
    worked_output: Array = metric("output, to three places, for the fresh yes that an ending that fits is surest of",
                                  unit="probability")
    worked_power: Array = metric("e to the power of minus that output, for the fresh yes that an ending is surest of")
    worked_loss: Array = metric("loss of the surest fresh yes with one sigmoid", unit="nats")
    worked_loss_twice: Array = metric("loss of the surest fresh yes with its output taken for a logit", unit="nats")
    steps: Array = shared("training step", unit="steps")
    curve_fits: Array = metric("training loss at each step with an ending that fits", unit="nats")
    curve_twice: Array = metric("training loss at each step with the sigmoid applied twice", unit="nats")
    curve_neither: Array = metric("training loss at each step with no sigmoid at all", unit="nats")
    truth: Array = shared("true probability of yes, middle of each tenth", unit="probability")
    said_fits: Array = metric("mean output by true probability, an ending that fits", unit="probability")
    said_twice: Array = metric("mean output by true probability, the sigmoid applied twice", unit="probability")
    said_neither: Array = metric("mean raw output by true probability, no sigmoid at all")


def predicted(trained: Trained, inputs: Array) -> Array:
    """What the network itself puts out, without the loss's sigmoid, (R, 1, N)."""
    return outputs(trained.network, trained.weights, inputs.astype(np.float32)).astype(float)


def by_truth(said: Array, chance: Array) -> Array:
    """The mean output (R, 10) in each tenth of the true probability, both (R, 1, N); nan where there is none."""
    inside = (chance * 10).astype(int).clip(0, 9) == np.arange(10)[:, None]  # (R, 10, N)
    with np.errstate(invalid="ignore"):
        return (inside * said).sum(axis=2) / inside.sum(axis=2)


def measure(nets: dict[str, Trained], test: Data, chance: Array, recovers: bool) -> EndingsMetrics:
    """Hold the outputs of each ending against fresh examples, cut at one half as `model.predict(x) > 0.5` does; logits
    are cut at 0."""
    y, said = test.targets, {name: predicted(net, test.inputs) for name, net in nets.items()}
    said["logits"] = activate("sigmoid", said["logits"])  # as their owner does, or cuts at 0
    right = {name: accuracy(out, y) for name, out in said.items()}
    found = {name: ((out > 0.5) & (y > 0.5)).sum(axis=(1, 2)) / y.sum(axis=(1, 2)) for name, out in said.items()}
    off = {name: calibration_error(out[:, 0].clip(0, 1), y[:, 0]) for name, out in said.items()}
    loss = {name: net.loss for name, net in nets.items()}
    extreme = {name: ((out < 0.05) | (out > 0.95)).mean(axis=(1, 2)) for name, out in said.items()}
    tenth = {name: by_truth(out, chance) for name, out in said.items()}
    known = nets["fits"].data
    raw = predicted(nets["neither"], known.inputs)
    p = np.where(y > 0.5, said["fits"], 0).max(axis=(1, 2))
    a = np.round(p, 3)  # as it is shown, so that a pocket calculator comes to the same
    curves = {name: np.stack([frame.loss for frame in net.frames], axis=1) for name, net in nets.items()}

    def four(values: dict[str, Array]) -> Array:
        return np.stack([values[name] for name in ENDINGS], axis=1)

    return EndingsMetrics(
        endings=np.array(NAMES), losses=four(loss), accuracies=four(right), recalls=four(found), calibration=four(off),
        **{f"loss_{name}": loss[name] for name in SHOWN}, **{f"accuracy_{name}": right[name] for name in SHOWN},
        alike=((said["fits"] > 0.5) == (said["logits"] > 0.5)).mean(axis=(1, 2)),
        alike_twice=((said["fits"] > 0.5) == (said["twice"] > 0.5)).mean(axis=(1, 2)),
        loss_floor=np.where(known.targets > 0.5, LEAST_YES, LEAST_NO).mean(axis=(1, 2)),
        recall_fits=found["fits"], recall_twice=found["twice"],
        cut_in_truth=np.full(len(y), 0.5 if recovers else float(activate("sigmoid", np.array(0.5)))),
        calibration_fits=off["fits"], calibration_twice=off["twice"],
        extreme_fits=extreme["fits"], extreme_twice=extreme["twice"],
        outside=((raw <= 1e-7) | (raw >= 1 - 1e-7)).mean(axis=(1, 2)), logit=np.log(p / (1 - p)),
        missed_more=found["fits"] - found["twice"],
        worked_output=a, worked_power=np.exp(-a), worked_loss=-np.log(p), worked_loss_twice=np.log1p(np.exp(-a)),
        steps=np.array([frame.step for frame in nets["fits"].frames]), truth=np.arange(10) / 10 + 0.05,
        **{f"curve_{name}": curves[name] for name in SHOWN}, **{f"said_{name}": tenth[name] for name in SHOWN},
    )


def run(params: EndingsParams, seeds: Array) -> Generator[Frame, None, Outcome[EndingsMetrics]]:
    """Train each ending on the same examples from the same start."""
    data, _ = noisy_logistic(seeds, params.points, "data", params.slope)
    nets: dict[str, Trained] = {}
    for name, (output, loss) in ENDINGS.items():
        if name == "twice" and params.recovers:
            nets[name] = nets["fits"]
            continue
        config = TrainingConfig(loss, learning_rate=RATE, steps=params.steps)
        network = dense(2, [params.hidden], 1, "tanh", output)
        nets[name] = yield from train(network, data, config, seeds, name=name, frames=FRAMES)
    test, chance = noisy_logistic(seeds, TEST_POINTS, "test", params.slope)
    return Outcome(nets[params.ending], measure(nets, test, chance, params.recovers))


EXPERIMENT = Experiment(
    "Sigmoid and from_logits, four ways",
    EndingsParams,
    EndingsMetrics,
    run,
    views=(
        View("lines", "Training loss, as each ending reports it", x="steps", x_title="step", y_title="loss (nats)",
             y=("curve_fits", "curve_twice", "curve_neither"), names=("fits", "sigmoid twice", "neither")),
        View("lines", "What the output says by the true probability", x="truth", x_title="true probability of yes",
             y=("said_fits", "said_twice", "said_neither"), names=("fits", "sigmoid twice", "neither"),
             y_title="output", diagonal=True),
        View("table", "The four endings", x="endings", y=("losses", "accuracies", "recalls", "calibration"),
             names=("loss", "right at 0.5", "yes found", "calibration error")),
        View("network", "The network on the screen"),
    ),
)
