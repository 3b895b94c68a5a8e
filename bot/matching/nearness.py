"""Phrasings that lie nearer to another entry than to their own, and entries that are easily confused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bot.content.entries import Entry
from bot.matching.encoders import Encoder

NEARER = 0.08  # so much nearer in cosine to another entry's phrasing than to its own entry's is worth a look


def strays(entry: Entry, entries: Mapping[str, Entry], encoder: Encoder) -> Iterator[str]:
    """A remark for each of the entry's phrasings that is nearer to another entry."""
    own = encoder.encode(entry.utterances)
    others = [(text, slug) for slug, other in entries.items() if slug != entry.slug for text in other.utterances]
    if not others or len(own) < 2:
        return
    theirs = encoder.encode([text for text, _ in others])
    among = own @ own.T - 2 * np.eye(len(own))  # a phrasing is not compared with itself
    across = own @ theirs.T
    for i, text in enumerate(entry.utterances):
        nearest = int(across[i].argmax())
        if across[i, nearest] > among[i].max() + NEARER:
            yield f"phrasing '{text[:50]}' is nearer to {others[nearest][1]}: '{others[nearest][0][:50]}'"


@dataclass(frozen=True)
class Pair:
    """Two entries and how near their phrasings are: the mean cosine of each phrasing's nearest one across."""

    one: str
    other: str
    nearness: float
    example: tuple[str, str]


def confusable(entries: Mapping[str, Entry], encoder: Encoder, most: int) -> list[Pair]:
    """The pairs of entries whose phrasings lie nearest to one another, to merge or to sharpen."""
    vectors = {slug: encoder.encode(entry.utterances) for slug, entry in entries.items()}
    pairs = []
    for one, other in combinations(vectors, 2):
        near = vectors[one] @ vectors[other].T
        i, j = np.unravel_index(near.argmax(), near.shape)
        nearness = float((near.max(axis=0).mean() + near.max(axis=1).mean()) / 2)
        pairs.append(Pair(one, other, nearness, (entries[one].utterances[i], entries[other].utterances[j])))
    return sorted(pairs, key=lambda pair: -pair.nearness)[:most]
