"""Wrong start: log loss and squared error race from an unsure start, and from one that is sure and wrong.

A 2-4-1 network learns answers that chance has a part in, by plain gradient descent. It starts unsure, output bias 0; or
sure, output bias 6, so that it says 0.998 to every example, and half of the answers are no. Squared error gets twice
the learning rate: at an output of one half its slope by the logit, 2 (a - y) a (1 - a), is half that of log loss,
a - y, so both push alike where the network is unsure. Then the race is even from the unsure start. From the sure one
squared error's factor a (1 - a) is 0.002, and it hardly moves at first.

Both are proper scoring rules and end with good probabilities (Gneiting and Raftery, 2007); it is the way there that
differs (Golik, Doetsch and Ney, 2013).
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import loss_gradients
from sims.engine.datasets import noisy_logistic
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.scores import accuracy, calibration_error
from sims.engine.settings import Optimizer, hidden_setting, rate_setting, steps_setting
from sims.engine.side_by_side import train_variants
from sims.engine.splits import accuracy_curve
from sims.engine.training import Frame, Trained, TrainingConfig

Loss = Literal["log_loss", "squared_error"]
LOSSES: tuple[Loss, ...] = ("log_loss", "squared_error")
STARTS = ("unsure", "wrong")
POINTS, TEST_POINTS, FRAMES = 150, 800, 36
NEAR = 0.05  # an arrival: the accuracy on fresh examples is this near to that of the true probabilities, or nearer
SLOPE = 5.0  # of the true probability


class WrongParams(Params):
    """How sure the wrong start is, and the rule of descent."""

    loss: Loss = setting("squared_error", title="loss", description="loss of the network on the screen",
                         words=("loss function", "cost", "cross entropy", "mse", "squared error"))
    start: Literal["unsure", "wrong"] = setting(
        "wrong", title="start on the screen", description="which of the two starts is drawn",
        words=("start", "initial bias", "initialisation"))
    start_bias: float = setting(6.0, ge=0, le=10, step=0.5, title="output bias at the wrong start",
                                description="bias of the output unit before training, at the wrong start",
                                words=("bias", "start bias", "initial bias", "saturation"))
    optimizer: Optimizer = setting("sgd", title="optimizer", description="rule that turns gradients into steps",
                                   words=("optimiser", "sgd", "momentum", "adam"))
    learning_rate: float = rate_setting(0.5, le=2)
    hidden: int = hidden_setting(4, le=6)
    steps: int = steps_setting(310, le=1000)


class WrongMetrics(Metrics):
    """When each loss arrived from each start; accuracies and calibration on 1000 fresh examples."""

    races: Array = shared("loss and start", kind="label")
    arrivals: Array = metric("step at which each loss first arrives from each start; one more than all where not",
                             unit="steps")
    steps_log: Array = metric("step at which log loss first arrives from the wrong start", unit="steps")
    steps_squared: Array = metric("step at which squared error first arrives from the wrong start", unit="steps")
    steps_log_unsure: Array = metric("step at which log loss first arrives from the unsure start", unit="steps")
    steps_squared_unsure: Array = metric("step at which squared error first arrives from the unsure start",
                                         unit="steps")
    arrived_squared: Array = metric("whether squared error arrives from the wrong start at all", kind="flag")
    right: Array = metric("share of fresh examples right at the end, by loss and start", unit="share")
    best_accuracy: Array = metric("share of fresh examples that the true probability puts on the right side",
                                  unit="share")
    accuracy_log: Array = metric("share of fresh examples right at the end, log loss from the wrong start",
                                 unit="share")
    accuracy_squared: Array = metric("share of fresh examples right at the end, squared error from the wrong start",
                                     unit="share")
    accuracy_log_unsure: Array = metric("share of fresh examples right at the end, log loss from the unsure start",
                                        unit="share")
    accuracy_squared_unsure: Array = metric(
        "share of fresh examples right at the end, squared error from the unsure start", unit="share")
    calibration: Array = metric("expected calibration error at the end, by loss and start", unit="probability")
    calibration_squared: Array = metric(
        "expected calibration error at the end, squared error from the wrong start", unit="probability")
    calibration_squared_unsure: Array = metric(
        "expected calibration error at the end, squared error from the unsure start", unit="probability")
    first_output: Array = metric("mean output on the training examples at the wrong start", unit="probability")
    first_slope: Array = metric("mean of a (1 - a) on the training examples at the wrong start")
    push_log: Array = metric("length of the first gradient by the output unit's weights, log loss, wrong start")
    push_squared: Array = metric(
        "length of the first gradient by the output unit's weights, squared error, wrong start")
    push_ratio: Array = metric("first push of log loss from the wrong start as a multiple of squared error's",
                               unit="times")
    push_ratio_unsure: Array = metric(
        "first push of log loss from the unsure start as a multiple of squared error's", unit="times")
    steps_seen: Array = shared("training step", unit="steps")
    curve_log: Array = metric("share of fresh examples right at each step, log loss from the wrong start",
                              unit="share")
    curve_squared: Array = metric("share of fresh examples right at each step, squared error from the wrong start",
                                  unit="share")
    curve_log_unsure: Array = metric("share of fresh examples right at each step, log loss from the unsure start",
                                     unit="share")
    curve_squared_unsure: Array = metric(
        "share of fresh examples right at each step, squared error from the unsure start", unit="share")


def first_arrival(curve: Array, goal: Array, steps: Array) -> Array:
    """The first of `steps` (S,) at which a curve (R, S) is at or above its goal (R,); one more than the last where it
    is at none."""
    there = curve >= goal[:, None]
    return np.where(there.any(axis=1), steps[there.argmax(axis=1)], steps[-1] + 1)


def first_push(trained: Trained, loss: str) -> Array:
    """The length of the loss's gradient by the output unit's weights before training, (R,)."""
    start = [layer.astype(float) for layer in trained.frames[0].weights]
    gradients = loss_gradients(trained.network, start, trained.data.inputs, trained.data.targets, loss)
    return np.linalg.norm(gradients[-1], axis=(1, 2))


def run(params: WrongParams, seeds: Array) -> Generator[Frame, None, Outcome[WrongMetrics]]:
    """Race both losses from both starts, on the same examples with the same hidden layer."""
    data, _ = noisy_logistic(seeds, POINTS, "data", SLOPE)
    test, chance = noisy_logistic(seeds, TEST_POINTS, "test", SLOPE)
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    starts: dict[str, list[Array]] = {start: initial_weights(network, seeds) for start in STARTS}
    starts["wrong"][-1][:, -1] = params.start_bias
    nets: dict[tuple[str, str], Trained] = {}
    for loss in LOSSES:
        rate = params.learning_rate * (2 if loss == "squared_error" else 1)
        config = TrainingConfig(loss, params.optimizer, rate, params.steps)
        both = yield from train_variants(network, dict.fromkeys(STARTS, data), config, seeds, starts=starts,
                                         frames=FRAMES)
        nets |= {(start, loss): replace(net, config=config, name=f"{loss.replace('_', ' ')}, {start} start")
                 for start, net in both.items()}
    nets = {(start, loss): nets[start, loss] for start in STARTS for loss in LOSSES}
    steps = np.array([frame.step for frame in nets["wrong", "log_loss"].frames])
    seen, best = test.inputs.astype(np.float32), accuracy(chance, test.targets)
    said = {key: outputs(net.network, net.weights, seen) for key, net in nets.items()}
    curve = {key: accuracy_curve(net, test) for key, net in nets.items()}
    when = {key: first_arrival(values, best - NEAR, steps) for key, values in curve.items()}
    right = {key: values[:, -1] for key, values in curve.items()}
    off = {key: calibration_error(out[:, 0].astype(float), test.targets[:, 0]) for key, out in said.items()}
    push = {(start, loss): first_push(nets[start, "log_loss"], loss) for start in STARTS for loss in LOSSES}
    before = outputs(network, nets["wrong", "log_loss"].frames[0].weights, data.inputs.astype(np.float32))
    short = {("wrong", "log_loss"): "log", ("wrong", "squared_error"): "squared",
             ("unsure", "log_loss"): "log_unsure", ("unsure", "squared_error"): "squared_unsure"}
    return Outcome(nets[params.start, params.loss], WrongMetrics(
        races=np.array([f"{loss.replace('_', ' ')}, {start} start" for start, loss in nets]),
        arrivals=np.stack(list(when.values()), axis=1), right=np.stack(list(right.values()), axis=1),
        calibration=np.stack(list(off.values()), axis=1), best_accuracy=best,
        **{f"steps_{name}": when[key] for key, name in short.items()},
        **{f"accuracy_{name}": right[key] for key, name in short.items()},
        **{f"curve_{name}": curve[key] for key, name in short.items()},
        arrived_squared=(when["wrong", "squared_error"] <= steps[-1]).astype(float),
        calibration_squared=off["wrong", "squared_error"], calibration_squared_unsure=off["unsure", "squared_error"],
        first_output=before.mean(axis=(1, 2), dtype=float),
        first_slope=(before * (1 - before)).mean(axis=(1, 2), dtype=float),
        push_log=push["wrong", "log_loss"], push_squared=push["wrong", "squared_error"],
        push_ratio=push["wrong", "log_loss"] / push["wrong", "squared_error"],
        push_ratio_unsure=push["unsure", "log_loss"] / push["unsure", "squared_error"], steps_seen=steps,
    ))


EXPERIMENT = Experiment(
    "A wrong start, and two losses",
    WrongParams,
    WrongMetrics,
    run,
    views=(
        View("lines", "Share of fresh examples right while training", x="steps_seen", x_title="step",
             y=("curve_log", "curve_squared", "curve_log_unsure", "curve_squared_unsure"), y_title="share right",
             names=("log loss, wrong start", "squared error, wrong start", "log loss, unsure start",
                    "squared error, unsure start")),
        View("table", "The four races", x="races", y=("arrivals", "right", "calibration"),
             names=("arrives at step", "right at the end", "calibration error")),
        View("network", "The network on the screen"),
        View("loss", "Loss while training"),
    ),
)
