"""Linear heads: from a text's vector, or from its n-grams, to a logit for each label."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.matching import ngrams
from bot.matching.encoders import Vectors

LEVELS = 15  # of an n-gram's weights on either side of zero: they deflate to a third of what half precision takes


@dataclass(frozen=True)
class VectorHead:
    """Softmax regression over vectors, as arrays."""

    weights: Vectors  # (n_labels, dim)
    bias: Vectors  # (n_labels,)

    def logits(self, vectors: Vectors) -> Vectors:
        """Log probabilities up to a constant a row, (N, n_labels), of texts with these vectors (N, dim)."""
        return np.asarray(vectors @ self.weights.T + self.bias, np.float32)


@dataclass(frozen=True)
class NgramHead:
    """Softmax regression over n-grams. Weights are small integers with a scale for each bucket, here and in a
    browser, so that both compute with the same numbers."""

    buckets: NDArray[np.uint16]  # (n,), rising: those that texts have hit
    idf: Vectors  # (n,): inverse document frequencies
    rows: NDArray[np.int8]  # (n, n_labels)
    scales: Vectors  # (n,)
    bias: Vectors  # (n_labels,)

    @cached_property
    def rarity(self) -> Vectors:
        """How rare each bucket is, (BUCKETS,), 0 for one that no text has hit."""
        found = np.zeros(ngrams.BUCKETS, np.float32)
        found[self.buckets] = self.idf
        return found

    @cached_property
    def _row(self) -> NDArray[np.int64]:
        """The row of each bucket, (BUCKETS,)."""
        found = np.zeros(ngrams.BUCKETS, np.int64)
        found[self.buckets] = np.arange(len(self.buckets))
        return found

    def logits(self, texts: Sequence[str]) -> Vectors:
        """Log probabilities up to a constant a row, (N, n_labels)."""
        found = np.tile(self.bias, (len(texts), 1))
        for row, text in enumerate(texts):
            index, values = ngrams.weighted(ngrams.buckets(text), self.rarity)
            known = np.flatnonzero(values)
            where = self._row[np.asarray(index, np.int64)[known]]
            found[row] += (values[known] * self.scales[where]) @ self.rows[where].astype(np.float32)
        return found


def quantised(rows: NDArray[np.float32], levels: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Rows (N, k) as integers from -levels to levels, and the scale (N,) that turns them back."""
    scales = np.abs(rows).max(axis=1) / levels
    scales[scales == 0] = 1
    return np.round(rows / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def probabilities(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Softmax over the last axis."""
    shifted = np.exp(np.asarray(logits, np.float64) - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))
