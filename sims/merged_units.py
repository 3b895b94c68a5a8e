"""Units that do the same: merged two and two, and what is lost.

A network has twelve hidden units for a disc in a ring, more than it needs. Two units are alike where their
activations over the examples go with each other, in whatever units and direction: then one of them can be told from
the other, a_j = s a_i + c, and its outgoing weight can be handed over, v_i + s v_j, with c v_j for the bias of the
output. Merging the most alike pair, again and again, is set against merging any two, and against just deleting the
unit. At the start the units are more alike than at the end: training moves them apart. On duplicates in trained
networks: Srinivas and Babu (2015).
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, hidden_activations, outputs, unit_names
from sims.engine.randomness import draw
from sims.engine.scores import correlation
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    points_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.shapes import rings
from sims.engine.training import Frame, Trained, TrainingConfig, train

TEST_POINTS = 400
NOISE = 0.1  # of the rings


class MergedParams(Params):
    """Settings of the network and of the merging."""

    merged: int = setting(5, ge=1, le=11, title="units merged away", unit="units",
                          description="how many units are merged into others, at most all but one",
                          words=("merged", "merges", "removed units"))
    hidden: int = hidden_setting(12, le=12, ge=2)
    activation: HiddenActivation = activation_setting("sigmoid")
    points: int = points_setting(200, le=300, ge=50)
    steps: int = steps_setting(230, le=600)
    learning_rate: float = rate_setting(0.05)


class MergedMetrics(Metrics):
    """What merging does to outputs and accuracy on 400 fresh examples."""

    accuracy: Array = metric("share of the fresh examples that the whole network gets right", unit="share",
                             part="output")
    likeness: Array = metric("correlation of the two most alike units over the examples, its size", unit="correlation",
                             part="hidden")
    likeness_mean: Array = metric("size of the correlation of two units, mean over all pairs", unit="correlation")
    likeness_start: Array = metric("size of the correlation of two units before training, mean over all pairs",
                                   unit="correlation")
    weights_apart: Array = metric("distance between the incoming weights of the two most alike units")
    change: Array = metric("mean change of the output when the most alike pair is merged", unit="probability")
    change_any: Array = metric("mean change of the output when a pair taken at random is merged", unit="probability")
    change_deleted: Array = metric("mean change of the output when one of the most alike pair is just deleted",
                                   unit="probability")
    split_error: Array = metric("largest change of the output when a unit is split into two copies with half of its "
                                "outgoing weight each", unit="probability")
    left_merged: Array = metric("share right with the chosen number of units merged away", unit="share")
    left_deleted: Array = metric("share right with these units deleted, nothing handed over", unit="share")
    fall_merged: Array = metric("share lost with the chosen number of units merged away", unit="share", kind="number")
    fall_deleted: Array = metric("share lost with these units deleted", unit="share", kind="number")
    units_left: Array = metric("units that are left after merging", unit="units")
    slope: Array = metric("slope of the line that tells the second of the most alike units from the first")
    offset: Array = metric("offset of the line that tells the second of the most alike units from the first")
    weight_first: Array = metric("outgoing weight of the first of the most alike units, before merging")
    weight_second: Array = metric("outgoing weight of the second of the most alike units, before merging")
    weight_merged: Array = metric("outgoing weight of the first of the most alike units, after merging")
    counts: Array = shared("units merged away", unit="units")
    curve_merged: Array = metric("share right by the number of units merged away", unit="share")
    curve_deleted: Array = metric("share right by the number of units deleted", unit="share")
    names: Array = shared("the hidden units", kind="label")
    matrix: Array = metric("size of the correlation of each two units", unit="correlation")


@dataclass(frozen=True)
class Line:
    """The line that tells unit `gone` (R,) from unit `kept` (R,): a_gone = slope a_kept + offset, each (R,)."""

    kept: Array
    gone: Array
    slope: Array
    offset: Array


def likeness(activations: Array) -> Array:
    """The size of the correlation of each two units (R, units, N): (R, units, units), 0 with itself and where a unit is
    constant."""
    found = np.abs(np.nan_to_num(correlation(activations, activations)))
    units = np.arange(found.shape[1])
    found[:, units, units] = 0
    return found


def line_through(activations: Array, kept: Array, gone: Array) -> Line:
    """The least-squares line from one unit's activations to another's."""
    rows = np.arange(len(activations))
    x, y = activations[rows, kept], activations[rows, gone]
    centred = x - x.mean(axis=1, keepdims=True)
    slope = (centred * y).sum(axis=1) / np.maximum((centred * centred).sum(axis=1), 1e-12)
    return Line(kept, gone, slope, y.mean(axis=1) - slope * x.mean(axis=1))


def handed_over(out: Array, line: Line) -> Array:
    """The output's weights (R, units + 1, 1) after the unit has gone, its part handed to the one kept and the bias."""
    rows, new = np.arange(len(out)), out.copy()
    part = out[rows, line.gone]  # (R, 1)
    new[rows, line.kept] += line.slope[:, None] * part
    new[:, -1] += line.offset[:, None] * part
    new[rows, line.gone] = 0
    return new


def most_alike(alike: Array, worth: Array) -> tuple[Array, Array]:
    """The most alike pair by `alike` (R, units, units), the one of more worth (R, units) first: two (R,)."""
    units, rows = alike.shape[1], np.arange(len(alike))
    place = alike.reshape(len(alike), -1).argmax(axis=1)
    first, second = place // units, place % units
    swap = worth[rows, first] < worth[rows, second]
    return np.asarray(np.where(swap, second, first)), np.asarray(np.where(swap, first, second))


def one_by_one(out: Array, activations: Array) -> list[tuple[Array, Array]]:
    """The output's weights (R, units + 1, 1) with 0, 1, 2 ... units merged away, most alike pairs first; and beside
    each the weights with the same units deleted."""
    alike, rows = likeness(activations), np.arange(len(out))
    merged, deleted = out, out.copy()
    found = [(merged, deleted.copy())]
    for _ in range(activations.shape[1] - 1):
        worth = np.abs(merged[:, :-1, 0]) * activations.std(axis=2)
        kept, gone = most_alike(alike, worth)
        merged = handed_over(merged, line_through(activations, kept, gone))
        deleted[rows, gone] = 0
        alike[rows, gone], alike[rows, :, gone] = -1, -1
        found.append((merged, deleted.copy()))
    return found


def split_change(network: Network, weights: list[Array], inputs: Array) -> Array:
    """The largest change of the output when the first unit is split into two copies of half its outgoing weight."""
    half = weights[1][:, :1] / 2
    twins = [np.concatenate((weights[0][:, :, :1], weights[0]), axis=2),
             np.concatenate((half, half, weights[1][:, 1:]), axis=1)]
    more = dense(network.sizes[0], [network.sizes[1] + 1], 1, network.activations[0], "sigmoid")
    change: Array = np.abs(outputs(more, twins, inputs) - outputs(network, weights, inputs)).max(axis=(1, 2))
    return change


def measure(params: MergedParams, shown: Trained, seeds: Array) -> MergedMetrics:
    """Merge and delete, and see what becomes of the fresh examples."""
    test, network = rings(seeds, TEST_POINTS, NOISE, "test"), shown.network
    into, out = (layer.astype(float) for layer in shown.weights)

    def units_of(weights: tuple[Array, ...]) -> Array:
        return hidden_activations(network, [w.astype(float) for w in weights], shown.data.inputs)

    def said(last: Array) -> Array:
        return outputs(network, [into, last], test.inputs)[:, 0]

    def right(p: Array) -> Array:
        return np.asarray(((p > 0.5) == (test.targets[:, 0] > 0.5)).mean(axis=1))

    units, before = units_of(shown.weights), units_of(shown.frames[0].weights)
    count, rows = units.shape[1], np.arange(len(units))
    alike, whole = likeness(units), said(out)
    line = line_through(units, *most_alike(alike, np.abs(out[:, :-1, 0]) * units.std(axis=2)))
    pair = draw(seeds, "pair", lambda rng: rng.permutation(count)[:2])
    merged, other = handed_over(out, line), handed_over(out, line_through(units, pair[:, 0], pair[:, 1]))
    deleted = out.copy()
    deleted[rows, line.gone] = 0
    steps = [(right(said(one)), right(said(two))) for one, two in one_by_one(out, units)]
    curve_merged, curve_deleted = (np.stack(curve, axis=1) for curve in zip(*steps, strict=True))
    away = min(params.merged, count - 1)
    pairs = count * (count - 1)
    return MergedMetrics(
        accuracy=right(whole), likeness=alike.max(axis=(1, 2)), likeness_mean=alike.sum(axis=(1, 2)) / pairs,
        likeness_start=likeness(before).sum(axis=(1, 2)) / pairs,
        weights_apart=np.linalg.norm(into[rows, :, line.kept] - into[rows, :, line.gone], axis=1),
        change=np.abs(said(merged) - whole).mean(axis=1), change_any=np.abs(said(other) - whole).mean(axis=1),
        change_deleted=np.abs(said(deleted) - whole).mean(axis=1),
        split_error=split_change(network, [into, out], test.inputs),
        left_merged=curve_merged[:, away], left_deleted=curve_deleted[:, away],
        fall_merged=right(whole) - curve_merged[:, away], fall_deleted=right(whole) - curve_deleted[:, away],
        units_left=np.full(len(units), count - away), slope=line.slope, offset=line.offset,
        weight_first=out[rows, line.kept, 0], weight_second=out[rows, line.gone, 0],
        weight_merged=merged[rows, line.kept, 0], counts=np.arange(count), curve_merged=curve_merged,
        curve_deleted=curve_deleted, names=unit_names(count), matrix=alike,
    )


def run(params: MergedParams, seeds: Array) -> Generator[Frame, None, Outcome[MergedMetrics]]:
    """Train with more units than needed, then merge."""
    network = dense(2, [params.hidden], 1, params.activation, "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, rings(seeds, params.points, NOISE), config, seeds)
    return Outcome(shown, measure(params, shown, seeds))


EXPERIMENT = Experiment(
    "Units that do the same",
    MergedParams,
    MergedMetrics,
    run,
    views=(
        View("network", "The whole network"),
        View("matrix", "How alike each two units are", y=("matrix",), x="names", rows="names"),
        View("lines", "Share right by units merged away", x="counts", y=("curve_merged", "curve_deleted"),
             names=("merged", "deleted"), x_title="units taken away", y_title="share right"),
    ),
)
