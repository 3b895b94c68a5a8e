"""New data: a network that goes on training on new examples alone forgets the old ones.

XOR in two rounds. In the first the network sees examples with input 1 off, in the second such with input 1 on. The loss
of the second round does not speak of the old examples, and the weights are shared, so what answered the old ones is
written over: catastrophic interference (McCloskey and Cohen, 1989). Three other second rounds start from the same
weights, or anew: old and new together, the new ones with a few old ones mixed in (rehearsal: Robins, 1995), and new
weights on all. Where the new examples are of the same kind as the old ones, nothing is forgotten.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, rate_setting, steps_setting
from sims.engine.shapes import CORNERS, GATES, PLANE, YES
from sims.engine.splits import accuracy_curve
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train, train_together

POINTS, TEST_POINTS = 40, 400  # examples of each round; fresh ones of each kind
SPREAD = 0.3
FORGOTTEN = 0.75  # share of the old ones right: half-way from all to a coin toss
NAMES = ("after the first round", "then on new ones alone", "then on old and new", "then on new and a few old",
         "new weights, on all")


class NewDataParams(Params):
    """Settings of the two rounds."""

    steps: int = steps_setting(200, le=400, ge=20)
    kept: int = setting(4, ge=1, le=40, title="old examples kept", unit="examples",
                        description="how many of the 40 old examples are mixed in with the new ones",
                        words=("kept", "replay", "rehearsal", "old examples"))
    new: Literal["the other half", "the same kind"] = setting(
        "the other half", title="new examples", words=("new examples", "new data", "kind"),
        description="whether the new examples have input 1 on, or off like the old ones")
    hidden: int = hidden_setting(12, le=16)
    learning_rate: float = rate_setting(0.05, le=0.3, ge=0.001)


class NewDataMetrics(Metrics):
    """What is right of fresh examples of both kinds."""

    networks: Array = shared("the five networks", kind="label")
    old_right: Array = metric("share of fresh old examples that each network gets right", unit="share")
    new_right: Array = metric("share of fresh new examples that each network gets right", unit="share")
    old_before: Array = metric("share of fresh old examples right after the first round", unit="share")
    new_before: Array = metric("share of fresh new examples right after the first round", unit="share")
    old_after: Array = metric("share of fresh old examples right after a second round on new ones alone", unit="share",
                              part="output")
    new_after: Array = metric("share of fresh new examples right after a second round on new ones alone", unit="share")
    old_all: Array = metric("share of fresh old examples right after a second round on all", unit="share")
    new_all: Array = metric("share of fresh new examples right after a second round on all", unit="share")
    old_kept: Array = metric("share of fresh old examples right with a few old ones mixed in", unit="share")
    new_kept: Array = metric("share of fresh new examples right with a few old ones mixed in", unit="share")
    old_fresh: Array = metric("share of fresh old examples right with new weights trained on all", unit="share")
    new_fresh: Array = metric("share of fresh new examples right with new weights trained on all", unit="share")
    old_lost: Array = metric("old examples of 400 right before the second round and on new ones alone no more",
                             unit="examples")
    old_count: Array = metric("old examples of 400 right after a second round on new ones alone", unit="examples")
    new_count: Array = metric("new examples of 400 right after a second round on new ones alone", unit="examples")
    forgotten_at: Array = metric("step of the second round from which less than 75 % of the old ones are right, on "
                                 "new ones alone; one more than all where there is none", unit="steps")
    loss_new: Array = metric("loss on the new training examples after a second round on them alone", unit="nats",
                             part="loss")
    loss_old: Array = metric("loss on the old training examples after a second round on new ones alone", unit="nats")
    curve_steps: Array = shared("recorded steps of the second round", unit="steps")
    old_curve: Array = metric("share of fresh old examples right at the recorded steps, on new ones alone",
                              unit="share")
    new_curve: Array = metric("share of fresh new examples right at the recorded steps, on new ones alone",
                              unit="share")
    old_curve_all: Array = metric("share of fresh old examples right at the recorded steps, on all", unit="share")


def half(seeds: Array, points: int, side: int, purpose: str) -> Data:
    """XOR's examples about the two corners with input 1 off (side 0) or on (side 1), in turn."""
    corner = 2 * side + np.arange(points) % 2
    noise = draw(seeds, purpose, lambda rng: rng.normal(0, SPREAD, (2, points)))
    yes = np.array(GATES["xor"])[corner]
    return Data(CORNERS[:, corner] + noise, np.broadcast_to(yes, (len(seeds), 1, points)), PLANE, YES)


def joined(first: Data, second: Data) -> Data:
    """The examples of both."""
    return replace(first, inputs=np.concatenate((first.inputs, second.inputs), axis=2),
                   targets=np.concatenate((first.targets, second.targets), axis=2))


def first_below(curve: Array, steps: Array) -> Array:
    """The first of the steps (k,) at which a curve (R, k) is below FORGOTTEN, one more than the last where none is."""
    below = curve < FORGOTTEN
    return np.where(below.any(axis=1), steps[below.argmax(axis=1)], steps[-1] + 1)


def measure(nets: list[Trained], tests: tuple[Data, Data], old: Data) -> NewDataMetrics:
    """Every network on fresh examples of both kinds, and two second rounds step by step."""
    _, alone, together = nets[:3]
    olds, news = (np.stack([accuracy_on(test, net) for net in nets], axis=1) for test in tests)  # (R, 5)
    steps = np.array([frame.step for frame in alone.frames])
    curves = [accuracy_curve(net, test) for net, test in
              ((alone, tests[0]), (alone, tests[1]), (together, tests[0]))]
    validation = [frame.validation_loss for frame in alone.frames if frame.validation_loss is not None]
    named = {f"{kind}_{name}": values for kind, of_all in (("old", olds), ("new", news))
             for name, values in zip(("before", "after", "all", "kept", "fresh"), of_all.T, strict=True)}
    return NewDataMetrics(
        networks=np.array(NAMES), old_right=olds, new_right=news, **named,
        old_lost=np.maximum(np.round(TEST_POINTS * (olds[:, 0] - olds[:, 1])), 0),
        old_count=np.round(TEST_POINTS * olds[:, 1]), new_count=np.round(TEST_POINTS * news[:, 1]),
        forgotten_at=first_below(curves[0], steps), loss_new=alone.loss, loss_old=validation[-1], curve_steps=steps,
        old_curve=curves[0], new_curve=curves[1], old_curve_all=curves[2],
    )


def run(params: NewDataParams, seeds: Array) -> Generator[Frame, None, Outcome[NewDataMetrics]]:
    """The first round, then four second ones; that on new examples alone is on the screen."""
    side = int(params.new == "the other half")
    old, new = half(seeds, POINTS, 0, "old"), half(seeds, POINTS, side, "new")
    tests = half(seeds, TEST_POINTS, 0, "old test"), half(seeds, TEST_POINTS, side, "new test")
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    first = yield from train(network, old, config, seeds, name=NAMES[0], frames=2)
    both, some = joined(old, new), joined(old.examples(0, params.kept), new)
    shown, on_all, mixed, anew = yield from train_together([
        Task(network, new, config, first.weights, old, name=NAMES[1], frames=40),
        Task(network, both, config, first.weights, name=NAMES[2], frames=40),
        Task(network, some, config, first.weights, name=NAMES[3], frames=2),
        Task(network, both, config, name=NAMES[4], frames=2)], seeds)
    return Outcome(replace(shown, begins="after round one"), measure([first, shown, on_all, mixed, anew], tests, old))


EXPERIMENT = Experiment(
    "New data",
    NewDataParams,
    NewDataMetrics,
    run,
    views=(
        View("network", "The network after the second round, on new examples alone"),
        View("lines", "Fresh examples right in the second round", x="curve_steps", x_title="step of the second round",
             y_title="share right", y=("old_curve", "new_curve", "old_curve_all"),
             names=("old ones, trained on new alone", "new ones, trained on new alone", "old ones, trained on all")),
        View("table", "Fresh examples right", x="networks", y=("old_right", "new_right"),
             names=("old ones", "new ones")),
        View("loss", "Second round: loss on the new (training) and on the old examples"),
    ),
)
