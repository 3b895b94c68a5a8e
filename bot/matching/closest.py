"""Which points of several entries come closest to a question, where it surely asks none of them.

Within an entry, what all of its points share says nothing (bot/matching/points.py); here points of different entries
compete, each with how likely its entry is. A post is long, and a point that lies near to all of it says more than one
that lies near to a sentence: so of each nearness the nearest of the post's texts counts, and the mean over them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.matcher import NGRAMS
from bot.matching.spaces import Nearness

CLOSEST, LEAST_CLOSE = 4, 0.03  # points that a question may ask, and how likely each must be
ENTRY = "entry"  # the sign that says how likely the point's entry is
UNLIKELY = 0.001  # of an entry: below it none is the less likely

Texts = Sequence[Mapping[str, Nearness]]  # how near each text of a question is to an entry's points
Signs = Mapping[str, NDArray[np.float64]]  # by name, each (K,)


@dataclass(frozen=True)
class Pointed:
    """The likeliest point of an entry, and the probability that it is what was asked."""

    entry: str
    id: str
    confidence: float


def signs_of(texts: Texts, confidence: float) -> Signs:
    """What speaks for each of the K points of an entry that answers with this confidence."""
    found = {ENTRY: np.log(max(confidence, UNLIKELY))}
    for name in texts[0]:
        asked, said, phrased = (np.array([near[name][part] for near in texts]) for part in range(3))  # (n, K), (n,)
        found |= {f"{name} asks": asked.max(axis=0), f"{name} asks, mean": asked.mean(axis=0),
                  f"{name} says": said.max(axis=0), f"{name} says, mean": said.mean(axis=0)}
        if name != NGRAMS:
            found[f"{name} phrasings"] = phrased.max()
    count = len(next(iter(texts[0].values()))[0])
    return {name: np.broadcast_to(np.asarray(sign, np.float64), count) for name, sign in found.items()}


def among(entries: Sequence[Signs], weights: Mapping[str, float]) -> list[NDArray[np.float64]]:
    """The probability of each point (K,) of each of the entries, one of which is taken to be asked."""
    logits = [np.asarray(sum((weights.get(name, 0.0) * sign for name, sign in signs.items()), np.zeros(1)))
              for signs in entries]
    highest = max(float(z.max()) for z in logits)
    odds = [np.exp(z - highest) for z in logits]
    whole = sum(float(one.sum()) for one in odds)
    return [one / whole for one in odds]


def closest(found: Sequence[Pointed]) -> tuple[Pointed, ...]:
    """The likeliest of points, as many as are shown where none is sure."""
    likely = sorted((one for one in found if one.confidence >= LEAST_CLOSE), key=lambda one: -one.confidence)
    return tuple(likely[:CLOSEST])
