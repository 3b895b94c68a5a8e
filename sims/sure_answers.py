"""Surer answers: the loss goes on falling long after the accuracy has nothing left to gain.

Points that a line parts from one another (OR, four clouds) are all on the right side after some steps. From then on the
accuracy stands still, and the log loss falls on: every answer becomes surer. Where the clouds overlap, some points can
never be right, and the same certainty makes the mistakes dear: on fresh points the loss can rise while the accuracy
stays (compare Guo et al., 2017, on confident networks).
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import hidden_setting, rate_setting, steps_setting
from sims.engine.shapes import gate
from sims.engine.training import Frame, Trained, TrainingConfig, train

POINTS, FRESH, SHOWN = 40, 400, 5


class SureParams(Params):
    """The clouds and the training."""

    spread: float = setting(0.25, ge=0.05, le=1, step=0.05, title="spread of the clouds", words=("noise", "overlap"),
                            description="standard deviation of each cloud; the corners are 2 apart")
    hidden: int = hidden_setting(4)
    learning_rate: float = rate_setting(0.05)
    steps: int = steps_setting(300, le=1500)


class SureMetrics(Metrics):
    """When the accuracy stood still, and what the loss did from then on."""

    all_right_at: Array = metric(
        "first recorded step from which the accuracy on the training points no longer changes", unit="steps")
    accuracy_then: Array = metric("share of the training points right at that step", unit="share")
    accuracy: Array = metric("share of the training points right at the end", unit="share", part="output")
    loss_then: Array = metric("log loss when the accuracy stood still", unit="nats", part="loss")
    loss: Array = metric("log loss at the end", unit="nats", part="loss")
    loss_start: Array = metric("log loss before training", unit="nats", part="loss")
    fresh_accuracy: Array = metric("share of 400 fresh points right at the end", unit="share")
    fresh_loss: Array = metric("log loss on the fresh points at the end", unit="nats")
    points: Array = shared("five training points", kind="label")
    answers: Array = shared("the right answers of the five points", kind="count")
    outputs_then: Array = metric("outputs for the five points when the accuracy stood still")
    outputs_end: Array = metric("outputs for the five points at the end")
    costs_then: Array = metric("what each of the five points cost when the accuracy stood still", unit="nats")
    costs_end: Array = metric("what each of the five points costs at the end", unit="nats")
    given_then: Array = metric("probability given to the right answer of the first point when the accuracy stood still",
                               unit="probability")
    given_end: Array = metric("probability given to the right answer of the first point at the end",
                              unit="probability")
    steps: Array = shared("recorded steps", unit="steps")
    accuracy_curve: Array = metric("share of the training points right at the recorded steps", unit="share")


def answers_at(net: Trained, frame: int) -> Array:
    """The outputs of all training points at a recorded frame, (R, 1, N)."""
    return outputs(net.network, net.frames[frame].weights, net.data.inputs.astype(np.float32))


def measure(net: Trained, fresh_loss: Array, fresh_accuracy: Array) -> SureMetrics:
    """The moment from which the accuracy stood still, and the five first points at both times."""
    every = np.stack([answers_at(net, frame) for frame in range(len(net.frames))], axis=1)  # (R, frames, 1, N)
    curve = np.stack([accuracy(every[:, k], net.data.targets) for k in range(every.shape[1])], axis=1)  # (R, frames)
    changed = curve != curve[:, -1:]
    still = np.where(changed.any(axis=1), curve.shape[1] - changed[:, ::-1].argmax(axis=1), 0)
    steps = np.array([frame.step for frame in net.frames])
    losses = np.stack([frame.loss for frame in net.frames], axis=1)
    replica = np.arange(len(still))
    right = net.data.targets[:, 0, :SHOWN]
    then, end = every[replica, still, 0, :SHOWN], every[:, -1, 0, :SHOWN]  # (R, SHOWN)
    given = [np.where(right > 0.5, each, 1 - each) for each in (then, end)]
    return SureMetrics(
        all_right_at=steps[still], accuracy_then=curve[replica, still], accuracy=curve[:, -1],
        loss_then=losses[replica, still], loss=losses[:, -1], loss_start=losses[:, 0],
        fresh_accuracy=fresh_accuracy, fresh_loss=fresh_loss,
        points=np.array([f"point {k + 1}" for k in range(SHOWN)]), answers=right[0],
        outputs_then=then, outputs_end=end, costs_then=-np.log(given[0]), costs_end=-np.log(given[1]),
        given_then=given[0][:, 0], given_end=given[1][:, 0], steps=steps, accuracy_curve=curve,
    )


def run(params: SureParams, seeds: Array) -> Generator[Frame, None, Outcome[SureMetrics]]:
    """Train on the clouds, with fresh points beside."""
    data, fresh = gate(seeds, POINTS, params.spread, "or"), gate(seeds, FRESH, params.spread, "or", "fresh")
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    net = yield from train(network, data, config, seeds, validation=fresh)
    said = outputs(network, net.weights, fresh.inputs.astype(np.float32))
    last = net.frames[-1].validation_loss
    assert last is not None
    return Outcome(net, measure(net, last, accuracy(said, fresh.targets)))


EXPERIMENT = Experiment(
    "Surer answers",
    SureParams,
    SureMetrics,
    run,
    views=(
        View("loss", "Loss while training"),
        View("lines", "Accuracy while training", x="steps", y=("accuracy_curve",), x_title="step",
             y_title="share right"),
        View("table", "Five points, when the accuracy stood still and at the end", x="points",
             y=("outputs_then", "costs_then", "outputs_end", "costs_end"),
             names=("output then", "cost then", "output at the end", "cost at the end")),
        View("network", "What the network learned"),
    ),
)
