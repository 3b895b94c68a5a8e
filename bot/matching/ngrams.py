"""Runs of three to five characters within words, hashed into buckets: what is spelt alike."""

import math
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 15
SIZES = (3, 4, 5)
LONGEST_WORD = 30  # of what is longer, the first characters are read
REMEMBERED = 8192  # words whose buckets are known already

_WORD = re.compile(r"\w+|[^\w\s]+")


def buckets(text: str) -> Counter[int]:
    """How often each bucket is hit by the n-grams of a text; a word has a space on either side."""
    hits: Counter[int] = Counter()
    for word, times in Counter(_WORD.findall(text.lower())).items():
        for bucket in _buckets_of(word[:LONGEST_WORD]):
            hits[bucket] = hits.get(bucket, 0) + times  # a Counter's own [] is slow where there is nothing yet
    return hits


@lru_cache(REMEMBERED)
def _buckets_of(word: str) -> tuple[int, ...]:
    """The buckets of a word, one for each of its n-grams."""
    padded = f" {word} ".encode("utf-8", "replace")
    return tuple(zlib.crc32(padded[start : start + size]) % BUCKETS
                 for size in SIZES for start in range(max(1, len(padded) - size + 1)))


def inverse_document_frequencies(hits: Sequence[Counter[int]]) -> NDArray[np.float32]:
    """The weight of each bucket, (BUCKETS,): how rare it is; 0 where fewer than two texts hit it."""
    texts = np.zeros(BUCKETS, np.float32)
    for hit in hits:
        texts[list(hit)] += 1
    return np.where(texts >= 2, 1 + np.log((1 + len(hits)) / (1 + texts)), 0).astype(np.float32)


def weighted(hit: Counter[int], idf: NDArray[np.float32]) -> tuple[list[int], NDArray[np.float32]]:
    """The buckets of one text and their values, which have length one together (or are all 0)."""
    index = list(hit)
    values = np.array([1 + math.log(count) if count > 1 else 1 for count in hit.values()], np.float32) * idf[index]
    return index, values / max(float(np.linalg.norm(values)), 1e-6)


def dense(text: str, idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """The values of a text in all buckets, (BUCKETS,)."""
    found = np.zeros(BUCKETS, np.float32)
    index, values = weighted(buckets(text), idf)
    found[index] = values
    return found


def matrix(hits: Sequence[Counter[int]], idf: NDArray[np.float32]) -> Any:
    """The values of many texts as a sparse matrix, (N, BUCKETS)."""
    from scipy.sparse import csr_matrix  # needed only to fit

    rows = [weighted(hit, idf) for hit in hits]
    starts = np.cumsum([0, *(len(index) for index, _ in rows)])
    columns = np.concatenate([np.asarray(index, np.int32) for index, _ in rows])
    return csr_matrix((np.concatenate([values for _, values in rows]), columns, starts), (len(hits), BUCKETS))
