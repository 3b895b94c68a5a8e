"""Contour lines by marching squares (Lorensen and Cline, 1987, in two dimensions)."""

from typing import Any

import numpy as np

from sims.engine.activations import Array


def segments(values: Array, x: Array, y: Array, level: float = 0.0) -> Array:
    """The line where `values` (len(y), len(x)) cross `level`, as pieces x, y, x2, y2: (pieces, 4)."""
    v = values - level
    v = np.where(v == 0, 1e-12, v)  # a corner exactly on the line would belong to no edge
    left, right = np.meshgrid(x[:-1], y[:-1]), np.meshgrid(x[1:], y[1:])
    (x0, y0), (x1, y1) = left, right
    a, b, c, d = v[:-1, :-1], v[:-1, 1:], v[1:, 1:], v[1:, :-1]  # corners, against the clock from x0, y0
    edges = ((a, b, x0, y0, x1, y0), (b, c, x1, y0, x1, y1), (d, c, x0, y1, x1, y1), (a, d, x0, y0, x0, y1))
    crossed = np.stack([_crossed(p, q) for p, q, *_ in edges])  # (4, rows, columns)
    points = np.stack([_between(*edge) for edge in edges])  # (4, 2, rows, columns)
    order = np.argsort(~crossed, axis=0, kind="stable")  # the crossed edges of each cell first
    ends = np.take_along_axis(points, order[:, None], axis=0)
    count = crossed.sum(axis=0)
    one, two = np.concatenate((ends[0], ends[1])), np.concatenate((ends[2], ends[3]))  # (4, rows, columns)
    return np.concatenate((one[:, count >= 2].T, two[:, count == 4].T))


def _crossed(p: Array, q: Array) -> Array:
    """Where the two have different signs; a product could overflow."""
    return ((p < 0) & (q > 0)) | ((p > 0) & (q < 0))


def _between(p: Array, q: Array, x0: Array, y0: Array, x1: Array, y1: Array) -> Array:
    """The point between two corners at which a straight line from `p` to `q` is zero: (2, rows, columns)."""
    with np.errstate(all="ignore"):
        share = np.where(_crossed(p, q), p / (p - q), 0.5)
    return np.stack((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))


def joined(pieces: Array) -> list[Array]:
    """Pieces (pieces, 4) that meet end to end, as lines (points, 2). Cells compute a common point alike, bit for bit.
    """
    ends: dict[tuple[float, float], list[int]] = {}
    keys = [(tuple(piece[:2]), tuple(piece[2:])) for piece in pieces.tolist()]
    for i, key in enumerate(keys):
        for end in key:
            ends.setdefault(end, []).append(i)
    left, lines = set(range(len(keys))), []
    for i in range(len(keys)):
        if i in left:
            left.discard(i)
            backwards = _follow(keys[i][0], keys, ends, left)
            lines.append(np.array([*backwards[::-1], keys[i][0], keys[i][1], *_follow(keys[i][1], keys, ends, left)]))
    return lines


def sparse(line: Array, least: float) -> Array:
    """A line (points, 2) without the points that lie nearer than `least` to the one before; both ends stay."""
    kept = [0]
    for i in range(1, len(line) - 1):
        if np.hypot(*(line[i] - line[kept[-1]])) >= least:
            kept.append(i)
    return np.asarray(line[[*kept, len(line) - 1]])


def _follow(end: tuple[float, ...], keys: list[Any], ends: dict[Any, list[int]], left: set[int]) -> list[Any]:
    """The points that come after `end`, taking their pieces out of `left`."""
    points = []
    while (after := next((i for i in ends[end] if i in left), None)) is not None:
        left.discard(after)
        one, other = keys[after]
        end = other if one == end else one
        points.append(end)
    return points
