"""Superposition: five features share two hidden units, if they are seldom there at the same time.

The toy model of Elhage et al. (2022): features x, each zero except with a small probability, are squeezed
through a few linear hidden units and restored with the same weights, x' = ReLU(W^T W x + b); the loss is
the squared error, weighted by each feature's importance. Every feature has a direction in the plane of the
two units. When features are always active, two of them get a direction and the others are given up. When
they are rare, all five are kept, in directions that are not at right angles: a unit then stands for several
features, and reading one disturbs the others whenever two meet.

The same is trained for three probabilities, and once without the ReLU: then the directions at an angle are
of no use (the best is the projection on two of the features), so it takes the non-linearity to filter the
disturbance out. Adam on a fixed sample of each replica, in batches.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, unit_names
from sims.engine.randomness import draw
from sims.engine.recording import train_by
from sims.engine.settings import rate_setting, steps_setting
from sims.engine.tied import BATCH, SAMPLE, start, updates
from sims.engine.training import Frame, Trained, Training, TrainingConfig

KEPT = 0.7  # a feature is kept if its direction is at least this long; 1 restores it fully, 0 gives it up
LISTENS = 0.4  # a unit stands for a feature whose weight is at least this large
TURN = np.radians(30)  # to show that the units are axes chosen by chance
COMPARED = (1.0, 0.3, 0.1)  # probabilities that a feature is active


class SuperpositionParams(Params):
    """Settings of the model on the screen; three other probabilities are trained for comparison."""

    active: float = setting(
        0.1, ge=0.02, le=1, step=0.02, title="chance of being active",
        description="probability that a feature is there in an example; a small one means sparse features",
        words=("sparsity", "density", "probability", "active"))
    features: int = setting(5, ge=2, le=8, title="features", description="features to be kept",
                            words=("features", "concepts", "inputs"))
    hidden: int = setting(2, ge=1, le=4, title="hidden units",
                          description="units that the features have to share",
                          words=("hidden neurons", "neurons", "units", "nodes", "width"))
    importance: float = setting(
        0.9, ge=0.3, le=1, step=0.05, title="importance of the next feature",
        description="how much each feature counts in the loss, against the one before; 1 means all the same",
        words=("importance", "weighting"))
    learning_rate: float = rate_setting(0.03, le=0.3)
    steps: int = steps_setting(400, le=800)


class SuperpositionMetrics(Metrics):
    """Which features are kept, and at what price."""

    names: Array = shared("the names of the features", kind="label")
    units: Array = shared("the names of the hidden units", kind="label")
    features: Array = metric("features that the examples have", unit="features")
    hidden: Array = metric("hidden units of the network", unit="units")
    kept: Array = metric(
        "features with a direction at least 0.7 long; 1 restores a feature fully, 0 gives it up",
        unit="features", part="hidden")
    kept_always: Array = metric(
        "features with a direction at least 0.7 long when features are always active", unit="features")
    kept_often: Array = metric(
        "features with a direction at least 0.7 long when they are active in 3 examples of 10", unit="features")
    kept_seldom: Array = metric(
        "features with a direction at least 0.7 long when they are active in 1 example of 10", unit="features")
    kept_linear: Array = metric(
        "features with a direction at least 0.7 long at the chosen chance without the ReLU", unit="features")
    chances: Array = shared("the chances of a feature to be active that are compared", unit="probability")
    kept_by_chance: Array = metric(
        "features with a direction at least 0.7 long at each chance of being active", unit="features")
    weights: Array = metric("weight of each feature to each hidden unit")
    directions: Array = metric("direction of each feature in the plane of the first two hidden units")
    most_in_one_unit: Array = metric(
        "most features that one hidden unit stands for, by a weight of 0.4 or more", unit="features", part="hidden")
    shared_units: Array = metric("hidden units that stand for two features or more", unit="units", part="hidden")
    overlap: Array = metric("largest cosine, in size, between the directions of two kept features", part="hidden")
    error_alone: Array = metric(
        "mean squared error of a feature at 1 that is there alone", unit="squared error")
    error_together: Array = metric(
        "mean squared error of a feature at 1 when one other is there too", unit="squared error")
    ghost_alone: Array = metric("largest output of a feature that is not there when another is at 1")
    closest: Array = metric("smallest angle between the directions of two features", unit="degrees", part="hidden")
    closest_random: Array = metric("smallest angle between as many random directions", unit="degrees")
    in_first_unit: Array = metric(
        "features that the first hidden unit stands for, by a weight of 0.4 or more", unit="features", part="unit:1")
    in_first_unit_turned: Array = metric(
        "features that the first hidden unit stands for when the plane of the first two units is turned by 30 degrees",
        unit="features")
    turned_change: Array = metric("largest change of an output by turning the plane of the first two hidden units")
    first_direction: Array = metric("weights of feature 1 to the hidden units")
    second_direction: Array = metric("weights of feature 2 to the hidden units")
    first_bias: Array = metric("bias of output 1")


def chances_of(seeds: Array, features: int, purpose: str) -> Array:
    """Numbers from 0 to 1 for every feature of every example, (R, features, SAMPLE)."""
    return draw(seeds, purpose, lambda rng: rng.random((features, SAMPLE)).astype(np.float32))


def learn(params: SuperpositionParams, seeds: Array, drawn: tuple[Array, Array], active: float, relu: bool,
          frames: int = 2) -> Training:
    """Train the tied model at one chance of being active; `drawn` are each feature's luck and its size."""
    n = params.features
    luck, size = drawn
    examples = size * (luck < active)
    axes = tuple(Axis(f"feature {i + 1}", low=0, high=1) for i in range(n))
    few = examples[:, :, :BATCH]
    importance = (params.importance ** np.arange(n)).astype(np.float32)
    counts = np.broadcast_to(importance[None, :, None], (1, n, BATCH))
    network = Network((n, params.hidden, n), ("linear", "relu" if relu else "linear"))
    config = TrainingConfig("squared_error", learning_rate=params.learning_rate, steps=params.steps, batch_size=BATCH)
    model = start(seeds, n, params.hidden, relu)
    update = updates(model, examples, importance, params.learning_rate)
    name = f"active {active:.0%}" + ("" if relu else ", without ReLU")
    return train_by(network, Data(few, few, axes, axes, counts), config, update, model.layers, name, frames)


def restored(trained: Trained) -> tuple[Array, Array]:
    """What comes out when one feature is 1 and the others 0, and when two are: (R, n, n), (R, n, n, n);
    outputs last."""
    w, b = trained.weights[1][:, :-1], trained.weights[1][:, -1]
    through = w.transpose(0, 2, 1) @ w  # (R, n, n), symmetric
    name = trained.network.activations[1]
    pairs = through[:, :, None] + through[:, None]
    return activate(name, through + b[:, None]), activate(name, pairs + b[:, None, None])


def kept_of(trained: Trained) -> Array:
    """For each feature whether its direction is long enough to restore it, (R, n)."""
    long: Array = np.linalg.norm(trained.weights[1][:, :-1], axis=1) >= KEPT
    return long


def price(trained: Trained) -> tuple[Array, Array]:
    """The mean squared error of features at 1, alone and with one other there: both (R,)."""
    alone, pairs = restored(trained)
    n = alone.shape[1]
    own = np.diagonal(alone, axis1=1, axis2=2)
    with_other = pairs[:, np.arange(n), :, np.arange(n)].transpose(1, 0, 2)  # (R, feature, other)
    other = ~np.eye(n, dtype=bool)
    return ((own - 1) ** 2).mean(axis=1), ((with_other[:, other] - 1) ** 2).mean(axis=1)


def closest_angle(directions: Array) -> Array:
    """The smallest angle between two of the directions (R, hidden, n), in degrees: (R,)."""
    unit = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    cosine = unit.transpose(0, 2, 1) @ unit - 3 * np.eye(directions.shape[2])  # none with itself
    angle: Array = np.degrees(np.arccos(np.clip(cosine.max(axis=(1, 2)), -1, 1)))
    return angle


def rotated(w: Array) -> Array:
    """The weights (R, hidden, n) when the plane of the first two units is turned by `TURN`; as they are for one."""
    if w.shape[1] < 2:
        return w
    rotation = np.eye(w.shape[1])
    rotation[:2, :2] = [[np.cos(TURN), -np.sin(TURN)], [np.sin(TURN), np.cos(TURN)]]
    return rotation @ w


def axes_or_directions(trained: Trained, seeds: Array) -> dict[str, Array]:
    """What depends on the units as axes, and what on the directions alone."""
    w, bias = trained.weights[1][:, :-1].astype(float), trained.weights[1][:, -1].astype(float)
    other = rotated(w)
    random = draw(seeds, "directions", lambda rng: rng.normal(size=w.shape[1:]))
    alone = restored(trained)[0]
    n = w.shape[2]
    change = [activate("relu", x.transpose(0, 2, 1) @ x + bias[:, None]) for x in (w, other)]
    return {
        "ghost_alone": np.where(np.eye(n, dtype=bool), -np.inf, alone).max(axis=(1, 2)),
        "closest": closest_angle(w),
        "closest_random": closest_angle(random),
        "in_first_unit": (np.abs(w[:, 0]) >= LISTENS).sum(axis=1),
        "in_first_unit_turned": (np.abs(other[:, 0]) >= LISTENS).sum(axis=1),
        "turned_change": np.abs(change[0] - change[1]).max(axis=(1, 2)),
        "first_direction": w[:, :, 0],
        "second_direction": w[:, :, 1],
        "first_bias": bias[:, 0],
    }


def measure(shown: Trained, linear: Trained, compared: dict[float, Trained], seeds: Array) -> SuperpositionMetrics:
    """Count the features kept, and look at how they share the units."""
    w = shown.weights[1][:, :-1]  # (R, hidden, n)
    replicas, hidden, n = w.shape
    plane = np.zeros((replicas, n, 2))
    plane[:, :, :hidden] = w[:, :2].transpose(0, 2, 1)
    kept = kept_of(shown)
    unit = w / np.linalg.norm(w, axis=1, keepdims=True)
    both = kept[:, :, None] & kept[:, None] & ~np.eye(n, dtype=bool)
    counts = {chance: kept_of(trained).sum(axis=1) for chance, trained in compared.items()}
    in_unit = (np.abs(w) >= LISTENS).sum(axis=2)  # (R, hidden)
    alone, together = price(shown)
    return SuperpositionMetrics(
        names=np.array([f"feature {i + 1}" for i in range(n)]),
        units=unit_names(hidden),
        features=np.full(replicas, n),
        hidden=np.full(replicas, hidden),
        kept=kept.sum(axis=1),
        kept_always=counts[1.0],
        kept_often=counts[0.3],
        kept_seldom=counts[0.1],
        kept_linear=kept_of(linear).sum(axis=1),
        chances=np.array(COMPARED),
        kept_by_chance=np.stack([counts[chance] for chance in COMPARED], axis=1),
        weights=w,
        directions=plane,
        most_in_one_unit=in_unit.max(axis=1),
        shared_units=(in_unit >= 2).sum(axis=1),
        overlap=(np.abs(unit.transpose(0, 2, 1) @ unit) * both).max(axis=(1, 2)),
        error_alone=alone,
        error_together=together,
        **axes_or_directions(shown, seeds),
    )


def run(params: SuperpositionParams, seeds: Array) -> Generator[Frame, None, Outcome[SuperpositionMetrics]]:
    """Train at the chosen chance, at three others, and once without the ReLU."""
    trained: dict[float, Trained] = {}
    drawn = chances_of(seeds, params.features, "active"), chances_of(seeds, params.features, "data")
    for active in dict.fromkeys((*COMPARED, params.active)):
        frames = 60 if active == params.active else 2
        trained[active] = yield from learn(params, seeds, drawn, active, relu=True, frames=frames)
    linear = yield from learn(params, seeds, drawn, params.active, relu=False)
    return Outcome(trained[params.active], measure(trained[params.active], linear, trained, seeds))


EXPERIMENT = Experiment(
    "Superposition",
    SuperpositionParams,
    SuperpositionMetrics,
    run,
    views=(
        View("scatter", "The direction of each feature", x="names",
             y=("directions",), x_title="weight to unit 1", y_title="weight to unit 2", arrows=True),
        View("lines", "Features kept by how often they are active", x="chances", y=("kept_by_chance",), log_x=True,
             x_title="chance that a feature is active", y_title="features kept"),
        View("matrix", "What each hidden unit stands for", y=("weights",), x="names", rows="units"),
        View("loss", "Loss while training"),
    ),
)
