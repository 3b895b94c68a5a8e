"""Vectors of what is known of entries' points, computed once and shipped: no question waits for them."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.matching.encoders import Vectors
from bot.matching.head import quantised

LEVELS = 15  # of a vector's numbers on either side of zero: they deflate to half a byte each
NUMBER = re.compile(r"\{\{[^{}]*\}\}")  # in what a point says


class HasAsks(Protocol):
    """What the matcher needs to know of a point."""

    @property
    def id(self) -> str: ...
    @property
    def asks(self) -> Sequence[str]: ...
    @property
    def says(self) -> str: ...


class HasPoints(Protocol):
    """What the matcher needs to know of an entry."""

    @property
    def slug(self) -> str: ...
    @property
    def utterances(self) -> Sequence[str]: ...
    @property
    def points(self) -> Sequence[HasAsks]: ...


@dataclass(frozen=True)
class KnownVectors:
    """Vectors of texts as small integers with a scale each, found by the hash of the text."""

    texts: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))  # (n,), rising
    rows: NDArray[np.int8] = field(default_factory=lambda: np.zeros((0, 0), np.int8))  # (n, dim)
    scales: Vectors = field(default_factory=lambda: np.zeros(0, np.float32))  # (n,)

    def knows(self, texts: Sequence[str]) -> bool:
        """Whether it holds the vectors of all of them."""
        return bool(np.isin(hashes(texts), self.texts).all())

    def of(self, texts: Sequence[str]) -> Vectors:
        """The vectors (len(texts), dim) of texts that it knows."""
        where = np.searchsorted(self.texts, hashes(texts))
        return np.asarray(self.rows[where] * self.scales[where, None], np.float32)


def known_vectors(texts: Sequence[str], vectors: Vectors) -> KnownVectors:
    """The vectors (n, dim) of texts, to be kept."""
    numbers, first = np.unique(hashes(texts), return_index=True)
    return KnownVectors(numbers, *quantised(vectors[first], LEVELS))


def texts_of(points: Sequence[HasAsks]) -> list[str]:
    """What is known of points: the ways to ask, point by point, then what each says."""
    return [*(ask for point in points for ask in point.asks), *(NUMBER.sub("0.5", point.says) for point in points)]


def hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    """A number for each text, (n,)."""
    found = (hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8] for text in texts)
    return np.array([int.from_bytes(digest, "little") for digest in found], np.uint64)
