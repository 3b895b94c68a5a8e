"""What is measured on outputs: each function gives one number for each replica, (R,)."""

from itertools import permutations

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.network import outputs
from sims.engine.training import Trained

DECIDING = ("sigmoid", "softmax")  # output activations


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


def best_assignment(score: Array) -> Array:
    """For each replica, the one-to-one assignment of rows to columns with the largest total of `score` (R, m, n),
    m <= n <= 8, by trying all: the column of every row, (R, m)."""
    rows, columns = score.shape[1:]
    orders = np.array(list(permutations(range(columns), rows)))  # (k, m)
    totals = score[:, np.arange(rows), orders].sum(axis=-1)  # (R, k)
    return orders[totals.argmax(axis=-1)]


def best_line_accuracy(inputs: Array, targets: Array, directions: int = 60) -> Array:
    """The largest share of yes-or-no examples (R, 2, N), (R, 1, N) that any one straight line gets right, (R,).

    Tries every cut between two neighbouring examples along `directions` directions over half a turn.
    """
    angle = np.linspace(0, np.pi, directions, endpoint=False)
    across = np.stack((np.cos(angle), np.sin(angle)), axis=1) @ inputs  # (R, directions, N)
    yes = np.broadcast_to(targets > 0.5, across.shape)
    ordered = np.take_along_axis(yes, across.argsort(axis=-1), axis=-1)
    below = np.cumsum(np.where(ordered, -1, 1), axis=-1)  # right minus wrong when all up to here are called no
    right = ordered.sum(axis=-1, keepdims=True) + below  # no up to the cut, yes beyond it
    share = np.maximum(right, ordered.shape[-1] - right).max(axis=(1, 2)) / ordered.shape[-1]
    most_common = np.abs(yes[:, 0].mean(axis=-1) - 0.5) + 0.5  # a line that leaves all examples on one side
    return np.maximum(share, most_common)
