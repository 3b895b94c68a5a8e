"""Ensembles: the mean of several networks' outputs against each of them.

A disc and a ring, few examples, a tenth of the labels wrong. Two ensembles of equal networks. In one all members train
on the same examples and differ in their starting weights. In the other each trains on a sample of its own, drawn from
the examples with replacement (bagging: Breiman, 1996), so that about a third of them are missing each time. The mean of
the outputs is never worse in log loss than the members are on average, because the loss is convex. How much better it
is depends on how far the members disagree (Krogh and Vedelsby, 1995).
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.randomness import draw
from sims.engine.scores import accuracy, accuracy_on
from sims.engine.settings import hidden_setting, points_setting, steps_setting
from sims.engine.splits import JUDGED_ON, drawn
from sims.engine.sweeps import repeated
from sims.engine.training import Frame, TrainingConfig, train

TEST_POINTS = 1000
SMALLEST = 1e-7  # probability that a logarithm is taken of
NAMES = ("bagged: a member, on average", "bagged: the ensemble", "other starts: a member, on average",
         "other starts: the ensemble", "one network", "one network of as many units in all")


class EnsembleParams(Params):
    """The members and their data."""

    members: int = setting(7, ge=2, le=9, title="members", unit="networks", words=("members", "networks", "models"),
                           description="networks in each of the two ensembles")
    points: int = points_setting(60, le=200, ge=20)
    wrong_labels: float = setting(0.1, ge=0, le=0.4, step=0.05, title="wrong labels", unit="share",
                                  description="share of the labels that are flipped",
                                  words=("label noise", "labels", "wrong", "flipped"))
    hidden: int = hidden_setting(8, le=12)
    steps: int = steps_setting(105, le=200, ge=20)


class EnsembleMetrics(Metrics):
    """Both ensembles, their members, and single networks, on 1000 fresh examples."""

    networks: Array = shared("members, ensembles and single networks", kind="label")
    right: Array = metric("share of fresh examples that each gets right", unit="share")
    member_bagged: Array = metric("share of fresh examples right, members of the bagged ensemble on average",
                                  unit="share")
    ensemble_bagged: Array = metric("share of fresh examples right, bagged ensemble", unit="share")
    member_starts: Array = metric("share of fresh examples right, members with other starts on average", unit="share")
    ensemble_starts: Array = metric("share of fresh examples right, ensemble with other starts", unit="share")
    best_bagged: Array = metric("share of fresh examples right, best member of the bagged ensemble", unit="share")
    single: Array = metric("share of fresh examples right, one network on all examples", unit="share", part="output")
    big: Array = metric("share of fresh examples right, one network with as many units as the ensemble", unit="share")
    gain_bagged: Array = metric("fresh examples right, bagged ensemble minus its members on average", unit="share")
    gain_starts: Array = metric("fresh examples right, ensemble with other starts minus its members on average",
                                unit="share")
    loss_member_bagged: Array = metric("log loss on fresh examples, members of the bagged ensemble on average",
                                       unit="nats")
    loss_bagged: Array = metric("log loss on fresh examples, bagged ensemble", unit="nats")
    loss_member_starts: Array = metric("log loss on fresh examples, members with other starts on average", unit="nats")
    loss_starts: Array = metric("log loss on fresh examples, ensemble with other starts", unit="nats")
    loss_single: Array = metric("log loss on fresh examples, one network on all examples", unit="nats")
    differ_bagged: Array = metric("share of fresh examples on which two members of the bagged ensemble disagree",
                                  unit="share")
    differ_starts: Array = metric("share of fresh examples on which two members with other starts disagree",
                                  unit="share")
    left_out: Array = metric("share of the training examples that a member's own sample lacks, on average",
                             unit="share")
    first: Array = metric("output of the first bagged member for the fresh example on which they differ most")
    second: Array = metric("output of the second bagged member for the fresh example on which they differ most")
    others: Array = metric("sum of all other bagged members' outputs for the fresh example on which they differ most")
    mean: Array = metric("mean of the bagged members' outputs for the fresh example on which they differ most")


@dataclass(frozen=True)
class Said:
    """The outputs of an ensemble's members for fresh examples, `members` (M, R, 1, N), and the right answers
    (R, 1, N)."""

    members: Array
    targets: Array

    @property
    def mean(self) -> Array:
        """The ensemble's output, (R, 1, N)."""
        return self.members.mean(axis=0)

    @property
    def right(self) -> Array:
        """The share right of every member, (M, R)."""
        return np.stack([accuracy(said, self.targets) for said in self.members])

    @property
    def differ(self) -> Array:
        """The share of examples on which two members disagree, over all pairs, (R,)."""
        yes = (self.members > 0.5).mean(axis=0)[:, 0]  # (R, N), share of the members
        count = len(self.members)
        return (2 * yes * (1 - yes) * count / (count - 1)).mean(axis=1)


def log_loss(said: Array, targets: Array) -> Array:
    """The mean log loss of outputs (..., R, 1, N), (..., R)."""
    right = np.where(targets > 0.5, said, 1 - said)
    return -np.log(np.maximum(right, SMALLEST)).mean(axis=(-2, -1))


def with_replacement(data: Data, seeds: Array, members: int) -> tuple[Data, Array]:
    """For each member a sample of as many examples, all members' one after the other (members * R, ...), and which
    examples were picked (members, R, N)."""
    points = data.inputs.shape[2]
    picked = draw(seeds, "bags", lambda rng: rng.integers(0, points, (members, points))).swapaxes(0, 1)  # (M, R, N)
    flat = picked.reshape(-1, 1, points)
    every = repeated(data, members)
    targets = np.broadcast_to(every.targets, (len(flat), 1, points))
    return Data(np.take_along_axis(every.inputs, flat, axis=2), np.take_along_axis(targets, flat, axis=2), data.axes,
                data.target_axes), picked


def run(params: EnsembleParams, seeds: Array) -> Generator[Frame, None, Outcome[EnsembleMetrics]]:
    """Train both ensembles, each as one crowd, and two single networks."""
    known, validation, fresh = (drawn(seeds, points, params.wrong_labels, purpose)[0] for purpose, points in (
        ("train", params.points), ("validation", JUDGED_ON), ("test", TEST_POINTS)))
    test, count = fresh.inputs.astype(np.float32), len(seeds)
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=0.05, steps=params.steps)
    starts = [initial_weights(network, seeds, purpose=f"member {k}") for k in range(params.members)]
    weights = [np.concatenate(layers) for layers in zip(*starts, strict=True)]

    def ensemble(data: Data, name: str) -> Generator[Frame, None, Said]:
        net = yield from train(network, data, config, np.tile(seeds, params.members), weights=weights, name=name,
                               frames=2)
        parts = [slice(k * count, (k + 1) * count) for k in range(params.members)]
        return Said(np.stack([outputs(network, [layer[part] for layer in net.weights], test) for part in parts]),
                    fresh.targets)

    shown = yield from train(network, known, config, seeds, validation=validation, name=NAMES[4], frames=24)
    bags, picked = with_replacement(known, seeds, params.members)
    bagged = yield from ensemble(bags, "bagged")
    other = yield from ensemble(repeated(known, params.members), "other starts")
    wide = yield from train(dense(2, [params.hidden * params.members], 1, "tanh", "sigmoid"), known, config,
                            seeds, name=NAMES[5], frames=2)
    return Outcome(shown, measure(bagged, other, picked, outputs(network, shown.weights, test),
                                  accuracy_on(fresh, wide)))


def measure(bagged: Said, other: Said, picked: Array, single: Array, big: Array) -> EnsembleMetrics:
    """Ensembles against their members, and the example on which the bagged members differ most."""
    targets, points = bagged.targets, picked.shape[2]
    found = [bagged.right.mean(axis=0), accuracy(bagged.mean, targets), other.right.mean(axis=0),
             accuracy(other.mean, targets), accuracy(single, targets), big]
    most = bagged.members.std(axis=0)[:, 0].argmax(axis=1)  # (R,)
    said = np.take_along_axis(bagged.members[:, :, 0], most[None, :, None], axis=2)[:, :, 0].astype(float)  # (M, R)
    seen = np.stack([[len(np.unique(bag)) for bag in member] for member in picked])  # (M, R)
    return EnsembleMetrics(
        networks=np.array(NAMES), right=np.stack(found, axis=1), member_bagged=found[0], ensemble_bagged=found[1],
        member_starts=found[2], ensemble_starts=found[3], best_bagged=bagged.right.max(axis=0), single=found[4],
        big=big, gain_bagged=found[1] - found[0], gain_starts=found[3] - found[2],
        loss_member_bagged=log_loss(bagged.members, targets).mean(axis=0), loss_bagged=log_loss(bagged.mean, targets),
        loss_member_starts=log_loss(other.members, targets).mean(axis=0), loss_starts=log_loss(other.mean, targets),
        loss_single=log_loss(single, targets), differ_bagged=bagged.differ, differ_starts=other.differ,
        left_out=1 - seen.mean(axis=0) / points, first=said[0], second=said[1], others=said[2:].sum(axis=0),
        mean=said.mean(axis=0),
    )


EXPERIMENT = Experiment(
    "Ensembles",
    EnsembleParams,
    EnsembleMetrics,
    run,
    views=(
        View("bars", "Fresh examples right", x="networks", y=("right",), names=("right",), y_title="share right"),
        View("network", "One network, on all examples"),
        View("loss", "Loss of the one network while training"),
    ),
)
