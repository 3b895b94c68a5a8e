"""Underfitting: four networks that are bad on their own training examples, for three reasons.

A disc and a ring, no label wrong. One hidden unit is too small; a network of six is stopped after a few steps; the same
network pays a high price on its weights (L2). Each is about as bad on fresh examples as on its own: the opposite of
overfitting. The reasons need different cures, so each cure is tried on the small network, too: five times the steps and
four times the examples leave it where it is, more units do not (Goodfellow et al., 2016, section 5.2).
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.scores import accuracy_on
from sims.engine.settings import points_setting, steps_setting
from sims.engine.splits import Split, noisy_rings
from sims.engine.training import Frame, Trained, TrainingConfig, train

ENOUGH = 6  # hidden units
LONGER, MORE = 5, 4  # times the steps, times the examples
JUDGED_ON, RATE = 1000, 0.05
NAMES = ("too small", "too small, trained longer", "too small, more examples", "stopped early", "high price on weights",
         "six units, none of these")


class UnderfitParams(Params):
    """How small, how short, how dear."""

    small: int = setting(1, ge=1, le=6, title="hidden units of the small network", unit="units",
                         description="hidden units of the network that is too small",
                         words=("hidden units", "units", "hidden", "neurons", "small"))
    few: int = setting(5, ge=1, le=200, title="steps of the stopped network", unit="steps",
                       description="steps after which a network of six units is stopped",
                       words=("few", "early", "stopped", "epochs"))
    l2: float = setting(0.1, ge=0, le=1, title="L2 strength", description="price of large weights, lambda",
                        words=("lambda", "l2", "weight decay", "regularization", "regularisation", "penalty"))
    points: int = points_setting(100, le=200)
    steps: int = steps_setting(200, le=300, ge=20)


class UnderfitMetrics(Metrics):
    """Every network on its own training examples and on fresh ones."""

    networks: Array = shared("the six networks", kind="label")
    training: Array = metric("share of its training examples that each network gets right", unit="share")
    fresh: Array = metric("share of 1000 fresh examples that each network gets right", unit="share")
    train_small: Array = metric("share of the training examples right, too small", unit="share", part="output")
    fresh_small: Array = metric("share of fresh examples right, too small", unit="share")
    gap_small: Array = metric("training minus fresh examples right, too small", unit="share")
    train_long: Array = metric("share of the training examples right, too small, trained five times as long",
                               unit="share")
    fresh_long: Array = metric("share of fresh examples right, too small, trained five times as long", unit="share")
    train_more: Array = metric("share of the training examples right, too small, with four times as many",
                               unit="share")
    fresh_more: Array = metric("share of fresh examples right, too small, four times as many training examples",
                               unit="share")
    train_early: Array = metric("share of the training examples right, six units, stopped early", unit="share")
    fresh_early: Array = metric("share of fresh examples right, six units, stopped early", unit="share")
    train_dear: Array = metric("share of the training examples right, six units, high price on weights", unit="share")
    fresh_dear: Array = metric("share of fresh examples right, six units, high price on weights", unit="share")
    train_enough: Array = metric("share of the training examples right, six units", unit="share")
    fresh_enough: Array = metric("share of fresh examples right, six units", unit="share")
    gap_enough: Array = metric("training minus fresh examples right, six units", unit="share")
    right_small: Array = metric("training examples right, too small", unit="examples")
    right_enough: Array = metric("training examples right, six units", unit="examples")
    longer_steps: Array = shared("steps of the longer training", unit="steps")
    many: Array = shared("examples of the larger training set", unit="examples")


def measure(nets: list[Trained], test: Data, params: UnderfitParams) -> UnderfitMetrics:
    """All networks on their own training examples and on the same fresh ones."""
    training = np.stack([accuracy_on(net.data, net) for net in nets], axis=1)  # (R, 6)
    fresh = np.stack([accuracy_on(test, net) for net in nets], axis=1)
    names = ("small", "long", "more", "early", "dear", "enough")
    named = {f"{kind}_{name}": values[:, k] for kind, values in (("train", training), ("fresh", fresh))
             for k, name in enumerate(names)}
    return UnderfitMetrics(
        networks=np.array(NAMES), training=training, fresh=fresh, **named, gap_small=training[:, 0] - fresh[:, 0],
        gap_enough=training[:, -1] - fresh[:, -1], right_small=np.round(params.points * training[:, 0]),
        right_enough=np.round(params.points * training[:, -1]), longer_steps=np.array(LONGER * params.steps),
        many=np.array(MORE * params.points),
    )


def run(params: UnderfitParams, seeds: Array) -> Generator[Frame, None, Outcome[UnderfitMetrics]]:
    """Train the six networks; the one that is too small is on the screen."""
    split = noisy_rings(seeds, params.points, 0, JUDGED_ON)
    larger = noisy_rings(seeds, MORE * params.points, 0, 1)

    def training(units: int, steps: int, name: str, l2: float = 0, on: Split = split,
                 frames: int = 2) -> Generator[Frame, None, Trained]:
        config = TrainingConfig(learning_rate=RATE, steps=steps, l2=l2)
        return train(dense(2, [units], 1, "tanh", "sigmoid"), on.train, config, seeds, name=name, frames=frames,
                     validation=split.validation if frames > 2 else None)

    nets = [(yield from training(params.small, params.steps, NAMES[0], frames=40))]
    for units, steps, name, l2, on in (
        (params.small, LONGER * params.steps, NAMES[1], 0, split),
        (params.small, params.steps, NAMES[2], 0, larger),
        (ENOUGH, params.few, NAMES[3], 0, split),
        (ENOUGH, params.steps, NAMES[4], params.l2, split),
        (ENOUGH, params.steps, NAMES[5], 0, split),
    ):
        nets.append((yield from training(units, steps, name, l2, on)))
    return Outcome(nets[0], measure(nets, split.test, params))


EXPERIMENT = Experiment(
    "Underfitting",
    UnderfitParams,
    UnderfitMetrics,
    run,
    views=(
        View("table", "Training and fresh examples", x="networks", y=("training", "fresh"),
             names=("training examples right", "fresh examples right")),
        View("network", "The network that is too small"),
        View("loss", "Loss of the small network while training"),
    ),
)
