"""The phrasings that a text lies nearest to: a head generalises, and this remembers.

A near miss has our words in another company, which a linear head adds up all the same; no phrasing of ours is near it.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.matching.encoders import Vectors
from bot.matching.head import quantised

LEVELS = 7  # of a vector's numbers on either side of zero: they deflate to two fifths of a byte each
NEAREST = 3  # phrasings of a label whose mean cosine counts
SCALE = 10.0  # of a cosine, to the size of a logit


@dataclass(frozen=True)
class Phrasings:
    """The vectors of phrasings as small integers with a scale each, label by label."""

    rows: NDArray[np.int8]  # (n, dim)
    scales: Vectors  # (n,)
    counts: NDArray[np.int64]  # (n_labels,): how many rows each label has; they sum to n

    @cached_property
    def _vectors(self) -> Vectors:
        return np.asarray(self.rows * self.scales[:, None], np.float32)

    @cached_property
    def _parts(self) -> list[tuple[int, int]]:
        """Where the rows of each label begin and end, that has any."""
        return [(start, end) for start, end in pairwise(np.cumsum([0, *self.counts]).tolist()) if start < end]

    @cached_property
    def _last(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """The labels (m,) that have k rows, or NEAREST or more, and the last k rows of each, (m, k), for each k."""
        kept, ends = np.minimum(self.counts, NEAREST), np.cumsum(self.counts)
        return [(labels, ends[labels][:, None] - np.arange(k, 0, -1))
                for k in range(1, NEAREST + 1) if len(labels := np.flatnonzero(kept == k))]

    def of(self, label: int) -> Vectors:
        """The vectors of the phrasings of one label, by its number, (n, dim)."""
        end = int(self.counts[: label + 1].sum())
        return self._vectors[end - int(self.counts[label]) : end]

    def logits(self, vectors: Vectors) -> Vectors:
        """For each label the mean cosine of its nearest phrasings, times SCALE, (N, n_labels); one that has none is
        never the nearest."""
        cosines = vectors @ self._vectors.T  # (N, n)
        found = np.full((len(vectors), len(self.counts)), -SCALE, np.float32)
        for start, end in self._parts:
            for row in cosines:
                row[start:end].partition(-min(NEAREST, end - start))
        for labels, last in self._last:
            found[:, labels] = SCALE * cosines[:, last].mean(axis=2)
        return found


def remembered(vectors: Vectors, labels: NDArray[np.int64], n_labels: int) -> Phrasings:
    """Phrasings from their vectors (n, dim) and the numbers of their labels (n,)."""
    order = np.argsort(labels, kind="stable")
    rows, scales = quantised(vectors[order], LEVELS)
    return Phrasings(rows, scales, np.bincount(labels, minlength=n_labels))
