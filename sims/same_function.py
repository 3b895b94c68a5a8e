"""Same function: networks with different weights can be one network in another order and with other signs.

Two networks learn from the same roasts, from two random starts. Their weights look unrelated. Then the
units of the second are put in the order that fits the first best, and turned over where they say the
opposite; neither changes its outputs. Swapping units and turning them over (s(-z) = 1 - s(z), tanh is odd)
make h! 2^h settings of the weights for one function of h hidden units (Hecht-Nielsen, 1990), and for tanh
there are no others that generic (Sussmann, 1992). ReLU units can be swapped and rescaled, but not turned
over.

A sharper test than comparing weights is to walk the straight path from one network to the other: a mixture
of unaligned networks fails on the way, and one of aligned networks need not (Entezari et al., 2022).
Folklore overdoes it either way: not every pair can be aligned, because two runs may have found different
solutions. The first network is also trained a second time from the same start, which gives the same weights
to the last digit.
"""

from collections.abc import Generator, Sequence
from math import factorial

import numpy as np

from sims.engine.activations import Array
from sims.engine.coffee import START_SCALE, beyond_edges, edge_concepts, plane, roasts
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, shared
from sims.engine.network import dense, hidden_activations, initial_weights, outputs, unit_names
from sims.engine.scores import accuracy, best_assignment, correlation
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    points_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

PATH = np.linspace(0, 1, 11)
POOR = 0.95  # share of all roasts right, below which a solution is poor
TURNABLE = ("sigmoid", "tanh", "linear")  # units that can be turned over with the output unchanged


class SameFunctionParams(Params):
    """Settings of both networks."""

    hidden: int = hidden_setting(4)
    activation: HiddenActivation = activation_setting("sigmoid")
    steps: int = steps_setting(1000, le=1500)
    points: int = points_setting(200, "roasts", le=300)
    learning_rate: float = rate_setting(0.1)


class SameFunctionMetrics(Metrics):
    """How alike the networks are, before and after aligning; on 1600 roasts over the whole plane."""

    units: Array = shared("the names of the hidden units", kind="label")
    accuracy: Array = metric("share of all roasts that the first network gets right", unit="share", part="output")
    poor: Array = metric("whether the first network gets less than 95 % of all roasts right", kind="flag")
    accuracy_twin: Array = metric(
        "share of all roasts that the second network, from another start, gets right", unit="share")
    agreement: Array = metric("share of all roasts on which the two networks decide alike", unit="share")
    match_before: Array = metric(
        "correlation of each unit with the one in its place in the other network, in absolute value, mean "
        "over units", unit="correlation")
    match_after: Array = metric(
        "correlation of each unit with the one in its place after the second network is aligned, with its sign, "
        "mean over units", unit="correlation")
    worst_match_after: Array = metric(
        "smallest correlation of a unit with the one in its place after the second network is aligned",
        unit="correlation")
    distance_before: Array = metric(
        "length of the difference of all weights of the two networks, relative to the first one's")
    distance_after: Array = metric(
        "length of the difference of all weights after the second network is aligned, relative to the first one's")
    moved: Array = metric("whether aligning changed the order or turned a unit over", kind="flag")
    output_change: Array = metric(
        "largest change of the second network's output by aligning it", unit="probability")
    worst_on_path: Array = metric(
        "smallest accuracy on the straight path between the two networks", unit="share")
    worst_on_path_aligned: Array = metric(
        "smallest accuracy on the straight path between the two networks when the second is aligned first",
        unit="share")
    along: Array = shared("how far along the path from the first network to the second")
    path: Array = metric("accuracy along the straight path between the two networks", unit="share")
    path_aligned: Array = metric("accuracy along the straight path to the aligned second network", unit="share")
    same_seed_difference: Array = metric(
        "largest difference of any weight when the first network is trained again from the same start on "
        "the same roasts")
    copies: Array = metric(
        "settings of the weights with the same outputs that order and sign alone give", unit="settings")
    temperature: Array = metric("weight from temperature to each unit of the first network")
    temperature_twin: Array = metric("weight from temperature to each unit of the second network")
    temperature_aligned: Array = metric("weight from temperature to each unit of the second network after aligning")


def aligned(first: Trained, second: Trained, seen: Array) -> list[Array]:
    """The second network's weights, its units in the order and of the sign that fit the first's best."""
    activation = first.network.activations[0]
    match = np.nan_to_num(correlation(units_of(first, seen), units_of(second, seen)))  # (R, h, h)
    turnable = activation in TURNABLE
    order = best_assignment((np.abs(match) if turnable else match).astype(np.float32))  # (R, h)
    kept = np.take_along_axis(match, order[:, :, None], axis=2)[:, :, 0]
    sign = np.where(turnable & (kept < 0), -1.0, 1.0)
    into = np.take_along_axis(second.weights[0].astype(float), order[:, None, :], axis=2) * sign[:, None, :]
    out = second.weights[1].astype(float)
    out[:, :-1] = np.take_along_axis(out[:, :-1], order[:, :, None], axis=1)
    if activation == "sigmoid":
        out[:, -1] += (out[:, :-1] * (sign < 0)[:, :, None]).sum(axis=1)
    out[:, :-1] *= sign[:, :, None]
    return [into, out]


def units_of(trained: Trained, seen: Array) -> Array:
    """The hidden activations over the plane, (R, h, N)."""
    return hidden_activations(trained.network, trained.weights, seen)


def in_place(a: Array, b: Array) -> Array:
    """The correlation of each unit (R, h, N) with the one in its place, (R, h); 0 for a unit that never
    changes."""
    kept: Array = np.diagonal(correlation(a, b), axis1=1, axis2=2)
    return np.nan_to_num(kept)


def path_accuracy(trained: Trained, to: Sequence[Array], seen: Array, good: Array) -> Array:
    """The accuracy at each point of the straight path from a trained network to the weights `to`: (R,
    len(PATH))."""
    return np.stack([
        accuracy(outputs(trained.network, [((1 - t) * a + t * b).astype(np.float32)
                                           for a, b in zip(trained.weights, to, strict=True)], seen), good)
        for t in PATH
    ], axis=1)


def distance(a: Sequence[Array], b: Sequence[Array]) -> Array:
    """The length of the difference of all weights, relative to those of `a`: (R,)."""
    squares = [((x - y) ** 2).sum(axis=(1, 2)) for x, y in zip(a, b, strict=True)]
    of_a = [(x.astype(float) ** 2).sum(axis=(1, 2)) for x in a]
    return np.sqrt(np.sum(squares, axis=0) / np.sum(of_a, axis=0))


def measure(first: Trained, second: Trained, again: Trained) -> SameFunctionMetrics:
    """Compare the two networks as they are, then align the second one and compare again."""
    grid, exact = plane()
    seen = exact.astype(np.float32)
    good = 1 - beyond_edges(grid).max(axis=1, keepdims=True)
    network, fitted = first.network, aligned(first, second, seen)
    said, twin = outputs(network, first.weights, seen), outputs(network, second.weights, seen)
    straight, bent = (path_accuracy(first, to, seen, good) for to in (second.weights, fitted))
    before, after = (in_place(units_of(first, seen), hidden_activations(network, weights, seen))
                     for weights in (second.weights, fitted))
    unaligned = outputs(network, [layer.astype(float) for layer in second.weights], exact)
    hidden, replicas = before.shape[1], len(before)
    symmetries = factorial(hidden) * (2**hidden if network.activations[0] in TURNABLE else 1)
    repeat = [np.abs(a - b).max(axis=(1, 2)) for a, b in zip(first.weights, again.weights, strict=True)]
    return SameFunctionMetrics(
        units=unit_names(hidden),
        accuracy=accuracy(said, good),
        poor=(accuracy(said, good) < POOR).astype(float),
        accuracy_twin=accuracy(twin, good),
        agreement=((said > 0.5) == (twin > 0.5)).mean(axis=(1, 2)),
        match_before=np.abs(before).mean(axis=1),
        match_after=after.mean(axis=1),
        worst_match_after=after.min(axis=1),
        distance_before=distance(first.weights, second.weights),
        distance_after=distance(first.weights, fitted),
        moved=(fitted[0] != second.weights[0]).any(axis=(1, 2)).astype(float),
        output_change=np.abs(outputs(network, fitted, exact) - unaligned).max(axis=(1, 2)),
        worst_on_path=straight.min(axis=1),
        worst_on_path_aligned=bent.min(axis=1),
        along=PATH,
        path=straight,
        path_aligned=bent,
        same_seed_difference=np.max(repeat, axis=0),
        copies=np.full(replicas, symmetries),
        temperature=first.weights[0][:, 0],
        temperature_twin=second.weights[0][:, 0],
        temperature_aligned=fitted[0][:, 0],
    )


def run(params: SameFunctionParams, seeds: Array) -> Generator[Frame, None, Outcome[SameFunctionMetrics]]:
    """Train on the same roasts from two starts, and from the first start once more."""
    network = dense(2, [params.hidden], 1, params.activation, "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    data = roasts(seeds, params.points)
    start = initial_weights(network, seeds, START_SCALE)
    other = initial_weights(network, seeds, START_SCALE, "other weights")
    first, second, again = yield from train_together([
        Task(network, data, config, begun, name=name, frames=60 if name == "first start" else 2)
        for name, begun in (("first start", start), ("other start", other), ("first start again", start))], seeds)
    return Outcome(first, measure(first, second, again))


EXPERIMENT = Experiment(
    "Same function, different weights",
    SameFunctionParams,
    SameFunctionMetrics,
    run,
    views=(
        View("lines", "Accuracy on the straight path between the two networks", x="along",
             y=("path", "path_aligned"), names=("as trained", "units aligned first"),
             x_title="share of the way", y_title="share right"),
        View("table", "Temperature's weight to each unit", x="units",
             y=("temperature", "temperature_twin", "temperature_aligned"),
             names=("first network", "second network", "second, aligned")),
        View("network", "The first network"),
        View("histogram", "How alike the units are, before and after", y=("match_before", "match_after"),
             names=("before aligning", "after aligning")),
    ),
    concepts=edge_concepts,
)
