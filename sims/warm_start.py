"""Warm start: going on from trained weights when some examples are added, against new random weights.

A disc and a ring. A network is trained on the old examples; then some new ones of the same kind come in. Going on from
the old weights on all examples reaches in few steps the training loss at which a training from new weights ends. What
counts is what the old weights know: weights trained as long on shuffled labels save nothing, and weights trained on the
opposite answers stand in the way. At the end of as many steps the warm start has trained twice as long in all, has
lower loss on its training examples, and higher loss on fresh ones (Ash and Adams, 2020, on the price of warm starts).
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data, shuffled
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, mean_loss
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, steps_setting
from sims.engine.splits import at_frame, drawn, loss_curves
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

TEST_POINTS = 1000
NAMES = ("warm start", "new weights", "from shuffled labels", "from opposite answers")
Old = Literal["as now", "shuffled", "opposite"]


class WarmParams(Params):
    """The old examples, the new ones, and what the old answers were."""

    old: int = setting(100, ge=20, le=200, step=10, title="old examples", unit="examples",
                       description="examples that the network was trained on first", words=("old", "old examples"))
    new: int = setting(20, ge=5, le=100, step=5, title="new examples", unit="examples",
                       description="examples that come in afterwards", words=("new", "new examples", "added"))
    answers: Old = setting("as now", title="old answers", words=("answers", "labels", "old labels", "changed"),
                           description="whether the old examples' labels were as they are now, shuffled, or opposite, "
                                       "in the first training of the network on the screen")
    hidden: int = hidden_setting(8, le=16)
    steps: int = steps_setting(150, le=300, ge=20)


class WarmMetrics(Metrics):
    """Both trainings on all examples, and two with unfit old weights."""

    networks: Array = shared("where the weights came from", kind="label")
    fresh: Array = metric("share of 1000 fresh examples right from each start", unit="share")
    fresh_losses: Array = metric("log loss on fresh examples from each start", unit="nats")
    reached: Array = metric("step at which each start reaches the training loss at which new weights end; one more "
                            "than all where it does not", unit="steps")
    reached_warm: Array = metric("step at which the warm start reaches the training loss at which new weights end; one "
                                 "more than all where it does not", unit="steps")
    reached_shuffled: Array = metric("step at which weights from shuffled labels reach the training loss at which new "
                                     "weights end; one more than all where they do not", unit="steps")
    reached_opposite: Array = metric("step at which weights from opposite answers reach the training loss at which new "
                                     "weights end; one more than all where they do not", unit="steps")
    all_steps: Array = shared("steps of each training", unit="steps")
    right_before: Array = metric("share of fresh examples right before the new examples came", unit="share")
    right_warm: Array = metric("share of fresh examples right after the warm start", unit="share", part="output")
    right_cold: Array = metric("share of fresh examples right from new weights", unit="share")
    train_warm: Array = metric("training loss at the end, warm start", unit="nats", part="loss")
    train_cold: Array = metric("training loss at the end, new weights", unit="nats")
    first_warm: Array = metric("training loss on all examples before the first step, warm start", unit="nats")
    first_cold: Array = metric("training loss on all examples before the first step, new weights", unit="nats")
    loss_warm: Array = metric("log loss on fresh examples at the end, warm start", unit="nats", part="loss")
    loss_cold: Array = metric("log loss on fresh examples at the end, new weights", unit="nats")
    loss_then: Array = metric("log loss on fresh examples at the step at which the warm start reaches the training "
                              "loss at which new weights end", unit="nats")
    curve_steps: Array = shared("recorded steps", unit="steps")
    curve_warm: Array = metric("training loss at the recorded steps, warm start", unit="nats")
    curve_cold: Array = metric("training loss at the recorded steps, new weights", unit="nats")
    curve_opposite: Array = metric("training loss at the recorded steps, from opposite answers", unit="nats")


def with_answers(data: Data, seeds: Array, answers: Old) -> Data:
    """The old examples with the labels that they had in the first training."""
    if answers == "shuffled":
        return shuffled(data, seeds)
    return data if answers == "as now" else replace(data, targets=1 - data.targets)


def joined(first: Data, second: Data, replicas: int) -> Data:
    """The examples of both."""
    targets = [np.broadcast_to(part.targets, (replicas, *part.targets.shape[1:])) for part in (first, second)]
    return replace(first, inputs=np.concatenate((first.inputs, second.inputs), axis=2),
                   targets=np.concatenate(targets, axis=2))


def first_frame_at(curve: Array, goal: Array) -> Array:
    """The number of the first frame at which a curve (R, frames) is at its goal (R,) or below, the number of frames
    where none is."""
    there = curve <= goal[:, None]
    return np.where(there.any(axis=1), there.argmax(axis=1), curve.shape[1])


def loss_on(data: Data, net: Trained) -> Array:
    """The log loss on `data` at the end, (R,)."""
    return mean_loss(net.network, net.weights, data.inputs.astype(np.float32), data.targets.astype(np.float32),
                     "log_loss")


def measure(nets: list[Trained], before: Array, test: Data, steps: int) -> WarmMetrics:
    """All starts against the loss at which new weights end."""
    curves = np.stack([[frame.loss for frame in net.frames] for net in nets]).transpose(2, 0, 1)  # (R, 4, frames)
    warm_fresh, fresh_losses = loss_curves(nets[0])[1], np.stack([loss_on(test, net) for net in nets], axis=1)
    goal = curves[:, 1, -1]
    recorded = np.array([*(frame.step for frame in nets[0].frames), steps + 1])
    frames = np.stack([first_frame_at(curves[:, k], goal) for k in range(len(nets))], axis=1)
    reached, fresh = recorded[frames], np.stack([accuracy_on(test, net) for net in nets], axis=1)
    then = np.minimum(frames[:, 0], curves.shape[2] - 1)
    return WarmMetrics(
        networks=np.array(NAMES), fresh=fresh, fresh_losses=fresh_losses, reached=reached,
        reached_warm=reached[:, 0], reached_shuffled=reached[:, 2], reached_opposite=reached[:, 3],
        all_steps=np.array(steps), right_before=before, right_warm=fresh[:, 0], right_cold=fresh[:, 1],
        train_warm=curves[:, 0, -1], train_cold=goal, first_warm=curves[:, 0, 0], first_cold=curves[:, 1, 0],
        loss_warm=fresh_losses[:, 0], loss_cold=fresh_losses[:, 1], loss_then=at_frame(warm_fresh, then),
        curve_steps=recorded[:-1], curve_warm=curves[:, 0], curve_cold=curves[:, 1], curve_opposite=curves[:, 3],
    )


def run(params: WarmParams, seeds: Array) -> Generator[Frame, None, Outcome[WarmMetrics]]:
    """The first trainings, and from each of them one on all examples; the warm start is on the screen."""
    old, new, test = (drawn(seeds, points, 0.05, purpose)[0] for purpose, points in (
        ("train", params.old), ("validation", params.new), ("test", TEST_POINTS)))
    data = joined(old, new, len(seeds))
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=0.05, steps=params.steps)
    kinds: tuple[Old, ...] = (params.answers, "shuffled", "opposite")
    firsts = yield from train_together([
        Task(network, with_answers(old, seeds, answers), config, name=f"first training, answers {answers}", frames=2)
        for answers in kinds], seeds)
    begun = zip(NAMES, (firsts[0], None, *firsts[1:]), strict=True)
    nets = yield from train_together([
        Task(network, data, config, first.weights if first else None, test if first is firsts[0] else None, name=name,
             frames=30) for name, first in begun], seeds)
    shown = replace(nets[0], begins="after the first training")
    return Outcome(shown, measure(nets, accuracy_on(test, firsts[0]), test, params.steps))


EXPERIMENT = Experiment(
    "Warm start",
    WarmParams,
    WarmMetrics,
    run,
    views=(
        View("lines", "Training loss on all examples", x="curve_steps", x_title="step", y_title="log loss",
             y=("curve_warm", "curve_cold", "curve_opposite"),
             names=("warm start", "new weights", "from opposite answers")),
        View("table", "From each start", x="networks", y=("reached", "fresh", "fresh_losses"),
             names=("reaches the loss at step", "fresh examples right", "log loss on fresh ones")),
        View("network", "The network after the warm start"),
        View("loss", "Loss of the warm start: training and fresh examples"),
    ),
)
