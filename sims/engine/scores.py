"""What is measured on outputs: each function gives one number for each replica, (R,)."""

from itertools import permutations

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.network import outputs
from sims.engine.training import Trained

DECIDING = ("sigmoid", "softmax")  # output activations
SAME_DIRECTION = 1e-12  # examples lie on one line through another where their directions differ by less, in radians
TURNS = 2**50  # steps to which a direction is known
AT_ONCE = 30_000  # pairs of examples that are looked at together, so that their arrays stay in the cache


def decides(trained: Trained) -> bool:
    """Whether the network's outputs decide between classes."""
    return trained.network.activations[-1] in DECIDING and bool(np.isin(trained.data.targets, (0, 1)).all())


def accuracy(outputs: Array, targets: Array) -> Array:
    """The share of the examples decided rightly, by outputs and targets (R, n_out, N).

    One output: on the target's side of one half. Several: the largest output is the target's largest.
    """
    if outputs.shape[1] == 1:
        right = (outputs[:, 0] > 0.5) == (targets[:, 0] > 0.5)
    else:
        right = outputs.argmax(axis=1) == targets.argmax(axis=1)
    return np.where(np.isfinite(outputs).all(axis=(1, 2)), right.mean(axis=-1), np.nan)


def accuracy_on(data: Data, trained: Trained) -> Array:
    """The accuracy of each trained replica on its examples of `data`, (R,)."""
    said = outputs(trained.network, trained.weights, data.inputs.astype(trained.weights[0].dtype))
    return accuracy(said, data.targets)


def reliability(probability: Array, happened: Array, bins: int = 10) -> tuple[Array, Array, Array]:
    """A reliability diagram from probabilities and outcomes (R, N): for each of `bins` equal bins of probability the
    mean probability, the share that happened and the share of examples in it, each (R, bins); nan for an empty bin."""
    inside = np.clip((probability * bins).astype(int), 0, bins - 1)[:, None] == np.arange(bins)[:, None]  # (R, bins, N)
    count = inside.sum(axis=-1)
    with np.errstate(invalid="ignore"):
        said = (inside * probability[:, None]).sum(axis=-1) / count
        seen = (inside * happened[:, None]).sum(axis=-1) / count
    return said, seen, count / probability.shape[-1]


def calibration_error(probability: Array, happened: Array, bins: int = 10) -> Array:
    """The expected calibration error (Guo et al., 2017): the mean distance between said and seen, weighted by bin."""
    said, seen, share = reliability(probability, happened, bins)
    return np.nansum(np.abs(said - seen) * share, axis=-1)


def correlation(a: Array, b: Array) -> Array:
    """Pearson's correlation of every row of `a` (R, m, N) with every row of `b` (R, n, N): (R, m, n)."""
    a = a - a.mean(axis=-1, keepdims=True)
    b = b - b.mean(axis=-1, keepdims=True)
    norm = np.sqrt((a * a).sum(axis=-1))[:, :, None] * np.sqrt((b * b).sum(axis=-1))[:, None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.matmul(a, b.transpose(0, 2, 1)) / norm


def brought_to(values: Array, like: Array) -> Array:
    """Values (R, N) with the mean and spread of others (R, N), upside down where the two go against each other."""
    spread, centred = values.std(axis=1, keepdims=True), values - values.mean(axis=1, keepdims=True)
    aim = like - like.mean(axis=1, keepdims=True)
    sign = np.where((centred * aim).sum(axis=1, keepdims=True) < 0, -1, 1)
    return like.mean(axis=1, keepdims=True) + sign * centred / np.maximum(spread, 1e-12) * aim.std(axis=1,
                                                                                                keepdims=True)


def best_assignment(score: Array) -> Array:
    """For each replica, the one-to-one assignment of rows to columns with the largest total of `score` (R, m, n),
    m <= n <= 8, by trying all: the column of every row, (R, m)."""
    rows, columns = score.shape[1:]
    orders = np.array(list(permutations(range(columns), rows)))  # (k, m)
    totals = score[:, np.arange(rows), orders].sum(axis=-1)  # (R, k)
    return orders[totals.argmax(axis=-1)]


def best_line_accuracy(inputs: Array, targets: Array) -> Array:
    """The largest share of yes-or-no examples (R, 2, N), (R, 1, N) that any one straight line gets right, (R,).

    It is exact. A best line can be moved towards either side until it meets an example there that it gets right, or
    else it would not be the best. So every best line comes up, but for those with all examples on one side, when a line
    turns half a circle about each example of one class, with that example on either side.
    """
    replicas, points = max(len(inputs), len(targets)), inputs.shape[-1]
    all_inputs = np.broadcast_to(inputs, (replicas, 2, points))
    all_yes = np.broadcast_to(targets[:, 0] > 0.5, (replicas, points))
    return np.array([_most_right(*pair) for pair in zip(all_inputs, all_yes, strict=True)]) / points


def _most_right(inputs: Array, yes: Array) -> int:
    """How many examples (2, N) a straight line can get right."""
    rarer = np.flatnonzero(yes if 2 * yes.sum() <= len(yes) else ~yes)
    blocks = np.array_split(rarer, len(rarer) * len(yes) // AT_ONCE + 1)
    found = [_most_right_about(block, inputs, yes) for block in blocks if len(block)]
    return max([len(yes) - len(rarer), *found])  # the first: all examples on one side


def _most_right_about(pivots: Array, inputs: Array, yes: Array) -> int:
    """How many of the examples (2, N) a straight line gets right that runs close to one of some pivots (k,)."""
    across, up = inputs[:, None] - inputs[:, pivots, None]  # from the pivots (rows) to the others (columns), (k, N)
    up[np.abs(up) <= SAME_DIRECTION * np.abs(across)] = 0
    length = np.abs(across) + np.abs(up)
    here = length == 0  # the pivot, and what lies on it: on either side, but together
    above = np.where((up > 0) | ((up == 0) & (across > 0)), 1, -1)
    votes = np.where(here, 0, np.where(yes, 1, -1) * above)  # for yes less for no, of those above less those below
    # A line that turns from 0 to 180 degrees passes what is above from left to right, what is below from right to left.
    turn = 1 - above * across / np.where(here, 1, length)  # from 0 to 2, grows with the angle
    places = np.where(here, -1, (turn * TURNS).astype(np.int64))
    passed = np.sort(places * 4 - votes + 1, axis=1)  # by place, with the change on the left in the last two bits
    left = votes.sum(axis=1, keepdims=True, where=above > 0) + np.cumsum((passed & 3) - 1, axis=1)
    places = passed >> 2
    at_once = places[:, 1:] - places[:, :-1] <= SAME_DIRECTION * TURNS  # together with the next one
    left[:, :-1] = np.where(at_once, left[:, -1:], left[:, :-1])
    of_yes, of_no = (yes & ~here).sum(axis=1), (~yes & ~here).sum(axis=1)
    on_pivot = np.maximum((yes & here).sum(axis=1), (~yes & here).sum(axis=1))
    return int((np.maximum(of_no + left.max(axis=1), of_yes - left.min(axis=1)) + on_pivot).max())
