"""Layers added, and it got worse: training and fresh examples tell three troubles apart.

XOR with noise, 40 examples, hidden layers of eight units. One sigmoid layer learns it. More of them, trained
by the same rule (momentum, one learning rate) for as many steps, stay on a plateau: they are bad on their own
training examples, too. The very same networks leave the plateau when they may train five times as long, or
when their sigmoids are exchanged for ReLUs and the rule for Adam. The same ReLU network, where a fifth of the
labels are wrong, fits nearly all of them and does worse on fresh examples: that is overfitting, and looks
different (Glorot and Bengio, 2010, on plateaus of deep sigmoid networks; He et al., 2016, on degradation).
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import layers_setting, rate_setting, steps_setting
from sims.engine.shapes import gate
from sims.engine.training import Frame, Task, Trained, TrainingConfig, recorded_steps, train_together, until

WIDTH, POINTS, WRONG, TEST_POINTS = 8, 40, 8, 400
LONGER = 5  # times as many steps
NAMES = ("one sigmoid layer", "more sigmoid layers", "the same, trained longer", "ReLU and Adam",
         "ReLU and Adam, a fifth of the labels wrong")


class AddedParams(Params):
    """Settings of the networks with more layers."""

    layers: int = layers_setting(4, le=4, ge=1)
    steps: int = steps_setting(200, le=600, ge=20)
    learning_rate: float = rate_setting(1.0, le=3)
    spread: float = setting(0.5, ge=0.1, le=0.8, step=0.05, title="noise", words=("spread", "noise", "overlap"),
                            description="how far the examples lie from the four corners")


class AddedMetrics(Metrics):
    """Training and fresh examples, for five networks."""

    networks: Array = shared("the five networks", kind="label")
    training: Array = metric("share of its training examples that each network gets right", unit="share")
    fresh: Array = metric("share of 400 fresh examples that each network gets right", unit="share")
    train_one: Array = metric("share of the training examples right with one sigmoid layer", unit="share")
    fresh_one: Array = metric("share of the fresh examples right with one sigmoid layer", unit="share")
    train_accuracy: Array = metric(
        "share of the training examples right, with the layers on the screen", unit="share", part="output")
    accuracy: Array = metric("share of the fresh examples right, with the layers on the screen", unit="share",
                             part="output")
    train_longer: Array = metric("share of the training examples right after five times as many steps", unit="share")
    fresh_longer: Array = metric("share of the fresh examples right after five times as many steps", unit="share")
    train_relu: Array = metric("share of the training examples right with ReLU and Adam", unit="share")
    fresh_relu: Array = metric("share of the fresh examples right with ReLU and Adam", unit="share")
    train_wrong: Array = metric(
        "share of the training labels met with ReLU and Adam, where a fifth of the labels are wrong", unit="share")
    fresh_wrong: Array = metric(
        "share of the fresh examples right, where a fifth of the training labels were wrong", unit="share")
    gap_wrong: Array = metric(
        "training minus fresh examples right, where a fifth of the training labels are wrong", unit="share",
        kind="number")
    gap_relu: Array = metric(
        "training minus fresh examples right, with ReLU and Adam on all examples", unit="share", kind="number")
    gap: Array = metric("training minus fresh examples right, with the layers on the screen", unit="share",
                        kind="number")
    training_steps: Array = shared("steps of the longer training", unit="steps")
    right_count: Array = metric("training examples right, with the layers on the screen", unit="examples")
    fresh_count: Array = metric("fresh examples right, with the layers on the screen", unit="examples")
    fresh_wrong_count: Array = metric(
        "fresh examples right, where a fifth of the training labels were wrong", unit="examples")


def mislabelled(data: Data, seeds: Array) -> Data:
    """The same inputs with eight labels of either kind turned round, other ones in each replica."""
    turned = draw(seeds, "labels", lambda rng: rng.permutation(POINTS) < WRONG)  # (R, N)
    return replace(data, targets=np.where(turned[:, None], 1 - data.targets, data.targets))


def measure(nets: list[Trained], test: Data, steps: int) -> AddedMetrics:
    """Every network on its own training examples and on the same fresh ones."""
    training = np.stack([accuracy_on(net.data, net) for net in nets], axis=1)  # (R, 5)
    fresh = np.stack([accuracy_on(test, net) for net in nets], axis=1)  # (R, 5)
    named = zip(("one", "accuracy", "longer", "relu", "wrong"), training.T, fresh.T, strict=True)
    scores: dict[str, Array] = {}
    for name, mine, others in named:
        pair = ("train_accuracy", "accuracy") if name == "accuracy" else (f"train_{name}", f"fresh_{name}")
        scores |= dict(zip(pair, (mine, others), strict=True))
    return AddedMetrics(
        networks=np.array(NAMES), training=training, fresh=fresh, **scores,
        gap=training[:, 1] - fresh[:, 1], gap_relu=training[:, 3] - fresh[:, 3], gap_wrong=training[:, 4] - fresh[:, 4],
        training_steps=np.array(LONGER * steps), right_count=np.round(POINTS * training[:, 1]),
        fresh_count=np.round(TEST_POINTS * fresh[:, 1]), fresh_wrong_count=np.round(TEST_POINTS * fresh[:, 4]),
    )


def run(params: AddedParams, seeds: Array) -> Generator[Frame, None, Outcome[AddedMetrics]]:
    """Train the five networks; the one with more layers is on the screen."""
    data, test = gate(seeds, POINTS, params.spread), gate(seeds, TEST_POINTS, params.spread, purpose="test")
    wrong = mislabelled(data, seeds)
    plain = TrainingConfig(optimizer="momentum", learning_rate=params.learning_rate, steps=params.steps)
    longer = TrainingConfig(optimizer="momentum", learning_rate=params.learning_rate, steps=LONGER * params.steps)
    adam = TrainingConfig(optimizer="adam", learning_rate=0.02, steps=params.steps)
    longer_adam = replace(adam, steps=2 * params.steps)
    deep = dense(2, [WIDTH] * params.layers, 1, "sigmoid", "sigmoid")
    relu = dense(2, [WIDTH] * params.layers, 1, "relu", "sigmoid")
    one, long, *relus = yield from train_together([
        Task(dense(2, [WIDTH], 1, "sigmoid", "sigmoid"), data, plain, name=NAMES[0], frames=2),
        Task(deep, data, longer, name=NAMES[2], frames=recorded_steps(params.steps)),
        Task(relu, data, adam, name=NAMES[3], frames=2),
        Task(relu, wrong, longer_adam, name=NAMES[4], frames=2)], seeds)
    shown = replace(until(long, plain), name=NAMES[1])  # the same training, as it was after a fifth of the steps
    return Outcome(shown, measure([one, shown, long, *relus], test, params.steps))


EXPERIMENT = Experiment(
    "Layers added",
    AddedParams,
    AddedMetrics,
    run,
    views=(
        View("network", "The network with more layers"),
        View("table", "Training and fresh examples", x="networks", y=("training", "fresh"),
             names=("training examples right", "fresh examples right")),
        View("loss", "Loss while training"),
    ),
)
