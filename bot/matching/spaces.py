"""Where an entry's points lie, as encoders and n-grams see them, and how near a text is to each.

All questions to an entry share its topic. So vectors are taken relative to the mean of its points' questions: what is
left is what one point asks and another does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.matching import ngrams
from bot.matching.asks import HasAsks
from bot.matching.encoders import Vectors
from bot.matching.matcher import NGRAMS

SHARPNESS = 8.0  # how much the nearest way to ask counts for more than the others of its point
GENERAL = 0.7  # the share of an entry's phrasings that ask for its topic in general

Nearness = tuple[Vectors, Vectors, float]  # to the asks of each point (K,), to what each says (K,), to the phrasings


@dataclass(frozen=True)
class Space:
    """The texts of an entry's points as vectors of one encoder, and the entry's phrasings."""

    asks: Vectors  # (n, dim)
    says: Vectors  # (K, dim)
    owners: NDArray[np.int64]  # (n,): the number of the point that each way to ask belongs to
    phrasings: Vectors  # (m, dim)

    def nearness(self, vector: Vectors, without: int | None = None) -> Nearness:
        """How near a text with this vector (dim,) is; `without` leaves one of the asks out, to measure with it."""
        kept = self._whole if without is None else _centred(self, np.arange(len(self.asks)) != without)
        at = _unit(vector - kept.mean)
        near = np.exp(SHARPNESS * (kept.asks @ at))
        asked = np.log(np.bincount(kept.owners, near, len(self.says)) / kept.counts + 1e-6) / SHARPNESS
        phrased = float((kept.phrasings @ at).max()) if len(kept.phrasings) else 0.0
        return np.asarray(asked, np.float32), kept.says @ at, phrased

    @cached_property
    def _whole(self) -> "_Centred":
        """Nothing left out, as every question needs it."""
        return _centred(self, slice(None))


@dataclass(frozen=True)
class _Centred:
    """The vectors of a space relative to the mean of its asks, of length one."""

    mean: Vectors  # (dim,)
    asks: Vectors
    says: Vectors
    phrasings: Vectors
    owners: NDArray[np.int64]  # of the asks
    counts: NDArray[np.int64]  # (K,): how many asks each point has, at least 1


def _centred(space: Space, kept: "NDArray[np.bool_] | slice") -> _Centred:
    """A space with these of its asks."""
    asks, owners = space.asks[kept], space.owners[kept]
    mean = asks.mean(axis=0)
    phrasings = _unit(space.phrasings - mean) if len(space.phrasings) else space.phrasings
    counts = np.maximum(np.bincount(owners, minlength=len(space.says)), 1)
    return _Centred(mean, _unit(asks - mean), _unit(space.says - mean), phrasings, owners, counts)


@dataclass(frozen=True)
class NgramSpace:
    """The same for n-grams, which are sparse: buckets and values, text after text."""

    index: NDArray[np.int64]
    values: Vectors
    starts: NDArray[np.int64]  # (n + K,): where each text begins
    owners: NDArray[np.int64]  # (n,)

    def nearness(self, vector: Vectors, without: int | None = None) -> Nearness:
        """As `Space.nearness`, for a text with the n-grams `vector` (BUCKETS,): the nearest way to ask counts."""
        near = np.asarray(np.add.reduceat(vector[self.index] * self.values, self.starts), np.float32)
        n = len(self.owners)
        if without is not None:
            near[without] = 0
        asked = np.maximum(np.maximum.reduceat(near[:n], self._firsts), 0)
        return asked, near[n:], 0.0

    @cached_property
    def _firsts(self) -> NDArray[np.int64]:
        """Where the asks of each point begin, (K,); every point has at least one."""
        return np.searchsorted(self.owners, np.arange(len(self.starts) - len(self.owners)))


Spaces = Mapping[str, Space | NgramSpace]  # by encoder, and n-grams


def owners_of(points: Sequence[HasAsks]) -> NDArray[np.int64]:
    """The number of the point that each way to ask belongs to, (n,)."""
    return np.repeat(np.arange(len(points)), [len(point.asks) for point in points])


def space_of(texts: Vectors, owners: NDArray[np.int64], phrasings: Vectors) -> Space:
    """The space of the vectors of `texts_of` points. Of the phrasings that half stays which is farther from all points:
    the others ask one of them themselves, and so speak against none."""
    asks, says = texts[: len(owners)], texts[len(owners) :]
    if len(phrasings):
        mean = asks.mean(axis=0)
        nearest = (_unit(phrasings - mean) @ _unit(asks - mean).T).max(axis=1)
        phrasings = phrasings[nearest <= np.quantile(nearest, GENERAL)]
    return Space(asks, says, owners, phrasings)


def ngram_space(texts: Sequence[str], owners: NDArray[np.int64], rarity: Vectors) -> NgramSpace:
    """The n-grams of `texts_of` points; `rarity` (BUCKETS,) says how rare each is."""
    found = [ngrams.weighted(ngrams.buckets(text), rarity) for text in texts]
    starts = np.cumsum([0, *(len(index) for index, _ in found)])[:-1]
    index = np.concatenate([np.asarray(index, np.int64) for index, _ in found])
    return NgramSpace(index, np.concatenate([values for _, values in found]), starts, owners)


def nearness_of(read: Mapping[str, Vectors], spaces: Spaces) -> list[Mapping[str, Nearness]]:
    """How near each of the texts with the vectors `read` is to an entry's points."""
    return [{name: space.nearness(read[name][i]) for name, space in spaces.items()} for i in range(len(read[NGRAMS]))]


def pooled(texts: Sequence[Mapping[str, Nearness]]) -> Mapping[str, Nearness]:
    """How near a question is of which several texts are compared: each of its nearnesses is that of the nearest."""
    def nearest(name: str) -> Nearness:
        asked, said, phrased = zip(*(near[name] for near in texts), strict=True)
        return np.max(asked, axis=0), np.max(said, axis=0), max(phrased)

    return {name: nearest(name) for name in texts[0]} if len(texts) > 1 else texts[0]


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), np.float32)
