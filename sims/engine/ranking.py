"""Yes-or-no outputs held against what happened: counts, precision and recall at a cut, and what all cuts make together.

All take outputs `p` (R, N), of any scale, and `yes` (R, N), true for a yes.
"""

import numpy as np

from sims.engine.activations import Array


def counts(p: Array, yes: Array, cut: float | Array) -> tuple[Array, Array, Array, Array]:
    """True positives, false positives, false negatives and true negatives, (R,) each: `p` at the cut, one for all or
    (R,), or above it is called a yes."""
    said = p >= np.reshape(cut, (-1, 1))
    return ((said & yes).sum(axis=1), (said & ~yes).sum(axis=1), (~said & yes).sum(axis=1), (~said & ~yes).sum(axis=1))


def from_largest(p: Array) -> Array:
    """The places of the outputs from the largest to the smallest, (R, N). Ties stay in the order of their places."""
    return np.argsort(-p, axis=1, kind="stable")


def by_rank(p: Array, yes: Array) -> tuple[Array, Array, Array]:
    """The outputs from the largest to the smallest, (R, N), and precision and recall where all up to that rank are
    called yes. Ties are cut in the order in which they stand."""
    order = from_largest(p)
    hits = np.take_along_axis(yes, order, axis=1).cumsum(axis=1)
    return (np.take_along_axis(p, order, axis=1), hits / np.arange(1, p.shape[1] + 1),
            hits / hits[:, -1:])


def roc_auc(p: Array, yes: Array) -> Array:
    """The share of the pairs of a yes and a no in which the yes has the larger output, ties counted half, (R,): the
    area under the ROC curve (Hanley and McNeil, 1982)."""
    def share(mine: Array, hit: Array) -> float:
        others = np.sort(mine[~hit])
        below, up_to = (np.searchsorted(others, np.sort(mine[hit]), side).sum() for side in ("left", "right"))
        return float(below + up_to) / 2 / (hit.sum() * len(others))

    return np.array([share(*pair) for pair in zip(p, yes, strict=True)])


def average_precision(p: Array, yes: Array, order: Array | None = None) -> Array:
    """The mean of the precision over the ranks of all yes, (R,): the area under the steps of the precision-recall
    curve. `order` is `from_largest(p)` where that is known."""
    hit = np.take_along_axis(yes, from_largest(p) if order is None else order, axis=1)
    precision = hit.cumsum(axis=1) / np.arange(1, p.shape[1] + 1)
    area: Array = (precision * hit).sum(axis=1) / yes.sum(axis=1)
    return area


def roc_curve(p: Array, yes: Array, order: Array | None = None) -> tuple[Array, Array]:
    """The ROC curve's corners: the share of the no called yes and the share of the yes found where all up to each rank
    are called yes, (R, N + 1) each. `order` is `from_largest(p)` where that is known."""
    hit = np.take_along_axis(yes, from_largest(p) if order is None else order, axis=1)
    both = [np.pad(side.cumsum(axis=1) / side.sum(axis=1)[:, None], ((0, 0), (1, 0))) for side in (~hit, hit)]
    return both[0], both[1]
