"""What is fitted for points: how much each nearness counts, and from which probability on a point is said.

A way to ask is measured with a matcher that has not seen it: it is left out of its own point. Against them stand
questions that ask for an entry's topic in general, for which none of its points is right. Real posts, where their file
is at hand, are among both: those that ask a point, and those that ask none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import minimize

from bot.matching.asks import HasPoints
from bot.matching.decisions import PointNumbers
from bot.matching.features import reading_of
from bot.matching.fitting.numbers import STEPS, Floats
from bot.matching.matcher import NGRAMS
from bot.matching.points import PointMatcher, asked_in, chances
from bot.matching.spaces import Nearness, nearness_of, owners_of, pooled

DECAY = 0.0005  # of weights, by their squares
START = 3.0  # of weights
DIGITS = 3  # of weights, after the point


@dataclass(frozen=True)
class Posed:
    """A question to an entry with points: `right` are the numbers of those that answer it, none where it asks for the
    topic in general. `near` says how near it is to the points, by encoder and n-grams."""

    entry: str
    right: tuple[int, ...]
    text: str
    near: Mapping[str, Nearness]
    source: Literal["left out", "ours", "real"] = "ours"  # "left out": one of the ways to ask

    @property
    def kind(self) -> str:
        """Which of the kinds it is that weigh the same: a way to ask, or whence it is and whether it asks a point."""
        return self.source if self.source == "left out" else f"{self.source}, {'asks' if self.right else 'general'}"


def asks_of(entries: Sequence[HasPoints], matcher: PointMatcher) -> list[Posed]:
    """Every way to ask, left out of its point."""
    found = []
    for entry in entries:
        spaces = matcher.spaces_of(entry)
        texts, owners = [ask for point in entry.points for ask in point.asks], owners_of(entry.points)
        read = matcher.vectors_of(texts)
        for i, text in enumerate(texts):
            near = {name: space.nearness(read[name][i], i) for name, space in spaces.items()}
            found.append(Posed(entry.slug, (int(owners[i]),), text, near, "left out"))
    return found


def posed(text: str, points: Sequence[str], entry: HasPoints, matcher: PointMatcher,
          source: Literal["ours", "real"] = "ours") -> Posed:
    """Another question to an entry, read as a learner's is."""
    asking, others = asked_in(reading_of(*matcher.matcher.understood(text)))
    near = pooled(nearness_of(matcher.vectors_of([*asking, *others]), matcher.known_spaces(entry)))
    right = tuple(number for number, one in enumerate(entry.points) if one.id in points)
    return Posed(entry.slug, right, text, near, source)


def fit_points(questions: Sequence[Posed]) -> PointNumbers:
    """The weights that make what was asked the most probable: those that ask a point and the others weigh the same."""
    names = sorted({name for one in questions for name in one.near})
    encoders = [name for name in names if name != NGRAMS]
    inputs, targets, shares = _rows(questions, names, encoders)
    split = 2 * len(names)

    def loss(fitted: Floats) -> tuple[float, Floats]:
        z = inputs @ fitted  # (N, K + 1), none of them last; -inf where an entry has fewer points
        z = np.where(np.isnan(z), -np.inf, z)
        chance = np.exp(z - z.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        at = np.arange(len(z)), targets
        value = -float(shares @ np.log(chance[at] + 1e-12)) + DECAY * float(np.square(fitted[:-1]).sum())
        chance[at] -= 1
        gradient = np.einsum("n,nk,nkf->f", shares, chance, np.nan_to_num(inputs))
        return value, gradient + 2 * DECAY * np.append(fitted[:-1], 0)

    start = np.append(np.full(split, START), np.zeros(len(encoders) + 1))
    bounds = [(0, None)] * (len(start) - 1) + [(None, None)]  # to be near speaks for a point, never against it
    found = np.round(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x, DIGITS).tolist()
    asks, says, phrasings = found[: len(names)], found[len(names) : split], found[split:-1]
    return PointNumbers(asks=dict(zip(names, asks, strict=True)), says=dict(zip(names, says, strict=True)),
                        phrasings=dict(zip(encoders, phrasings, strict=True)), none=found[-1])


def _rows(questions: Sequence[Posed], names: Sequence[str],
          encoders: Sequence[str]) -> tuple[Floats, np.ndarray, Floats]:
    """What each question is near to, (N, K + 1, n_weights), nan where an entry has fewer than K points; the number of
    what it asks, K for none; and its weight."""
    most = max(len(next(iter(one.near.values()))[0]) for one in questions)
    rows = np.zeros((len(questions), most + 1, 2 * len(names) + len(encoders) + 1))
    for row, one in zip(rows, questions, strict=True):
        near = one.near
        count = len(next(iter(near.values()))[0])
        row[:count, : len(names)] = np.column_stack([near[name][0] for name in names])
        row[:count, len(names) : 2 * len(names)] = np.column_stack([near[name][1] for name in names])
        row[count:most] = np.nan
        row[most, 2 * len(names) :] = [*(near[name][2] for name in encoders), 1]
    return rows, np.array([one.right[0] if one.right else most for one in questions]), _shares(questions)


def _shares(questions: Sequence[Posed]) -> Floats:
    """The weight of each question: those of each kind have as much of it together."""
    kinds = np.array([one.kind for one in questions])
    names, counts = np.unique(kinds, return_counts=True)
    share = dict(zip(names.tolist(), (1 / (len(names) * counts)).tolist(), strict=True))
    return np.array([share[kind] for kind in kinds.tolist()])


def outcomes(questions: Sequence[Posed], numbers: PointNumbers) -> tuple[Floats, np.ndarray]:
    """The probability of the likeliest point of each question (N,), and whether it is the right one."""
    found = [chances(one.near, numbers)[:-1] for one in questions]
    right = [int(chance.argmax()) in one.right for one, chance in zip(questions, found, strict=True)]
    return np.array([float(chance.max()) for chance in found]), np.array(right)


def held_out(questions: Sequence[Posed], folds: int = 8) -> tuple[Floats, np.ndarray]:
    """The same with weights that were fitted on other entries."""
    entries = sorted({one.entry for one in questions})
    fold = {slug: number % folds for number, slug in enumerate(entries)}
    confidence, right = np.zeros(len(questions)), np.zeros(len(questions), bool)
    for number in sorted(set(fold.values())):
        mine = [i for i, one in enumerate(questions) if fold[one.entry] == number]
        others = [one for one in questions if fold[one.entry] != number]
        confidence[mine], right[mine] = outcomes([questions[i] for i in mine], fit_points(others or questions))
    return confidence, right


def best_threshold(questions: Sequence[Posed], confidence: Floats, right: np.ndarray,
                   costs: Mapping[str, float]) -> float:
    """The probability with the highest mean worth at which general questions get a point rarely enough; `costs` are
    those of points in costs.toml."""
    shares = _shares(questions)
    general = np.array([not one.right for one in questions])
    worth = np.where(right, costs["right"], np.where(general, costs["unasked"], costs["wrong"]))
    allowed = [step for step in STEPS if not general.any() or (confidence[general] >= step).mean() <= costs["limit"]]
    values = [(float((shares * worth)[confidence >= step].sum()), float(step)) for step in allowed]
    return max(values)[1] if values else 1.0
