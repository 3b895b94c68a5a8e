"""Which point of an entry a question asks, or none: compared with the ways to ask each, and with what each says.

Each point competes with the others, and with none of them, which stands the better the nearer the question lies to one
of the entry's phrasings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.matching import ngrams
from bot.matching.asks import HasPoints, KnownVectors, texts_of
from bot.matching.closest import Pointed, Texts, among, closest, signs_of
from bot.matching.decisions import Decision, Match, Numbers, PointNumbers
from bot.matching.encoders import Vectors
from bot.matching.features import SHORT, Reading, reading_of
from bot.matching.matcher import LARGE, NGRAMS, Matcher
from bot.matching.parts import asking_in, parts_of
from bot.matching.spaces import (
    Nearness,
    NgramSpace,
    Space,
    Spaces,
    nearness_of,
    ngram_space,
    owners_of,
    pooled,
    space_of,
)

NEAREST = 3  # of the ranked entries, in whose points a question is looked for
IN_LISTS = 8  # ... where none of them is sure to answer
FEWEST = 5  # words; fewer name a topic, unless they are a point's own
SECOND = 0.5  # how likely the point of one sentence must be by itself to be said beside another sentence's
MOST_SENTENCES = 6  # of a post, that are compared by themselves
MINILM, SMALL = "all-MiniLM-L6-v2", "small"  # the encoders that vectors and numbers are shipped for


@dataclass(frozen=True)
class PointsAsked:
    """The ids of those of an entry's points that a question surely asks, in its order; and the closest of its points
    and of those of the entries beside it, the likeliest first, sure or not."""

    sure: tuple[str, ...] = ()
    closest: tuple[Pointed, ...] = ()


@dataclass(frozen=True)
class PointMatcher:
    """Finds the point that a question asks. `matcher` reads and encodes, `known` has MiniLM's vectors of points,
    `numbers` are for MiniLM and for the small encoder."""

    matcher: Matcher
    known: KnownVectors
    numbers: Mapping[str, Numbers]
    _spaces: dict[str, Spaces] = field(default_factory=dict)  # by entry; an entry keeps its points

    def find(self, question: str, entries: Sequence[HasPoints]) -> list[Pointed]:
        """The likeliest point of each of the entries that has points, in their order."""
        with_points = [entry for entry in entries if entry.points]
        if not with_points:
            return []
        asking, others = asked_in(reading_of(*self.matcher.understood(question)))
        if not (asking or others):  # nothing but markup, for instance
            return []
        read = self.vectors_of([*asking, *others])
        return [self._best(read, entry) for entry in with_points]

    def asked(self, question: str, entry: HasPoints, least: float,
              ranked: Sequence[tuple[HasPoints, float]] = ()) -> PointsAsked:
        """The points of an entry that a question asks: the likeliest from the probability `least` on, with another that
        another of its sentences asks; and the closest of its points and of those of the entries that are `ranked` with
        their confidences, the entry itself among them."""
        asking, others = asked_in(reading_of(*self.matcher.understood(question)))
        if not (asking or others):
            return PointsAsked()
        read = self.vectors_of([*asking, *others])
        near = {one.slug: self._near(read, one) for one in (entry, *(one for one, _ in ranked)) if one.points}
        sure: list[int] = []
        if entry.points:
            texts, numbers = near[entry.slug]
            found = chances(pooled(texts), numbers.points)[:-1]
            if found.max() >= least:
                sentences = [chances(text, numbers.points)[:-1] for text, words in zip(texts, asking, strict=False)
                             if len(words.split()) >= FEWEST]
                sure = in_order(int(found.argmax()), sentences)
        return PointsAsked(tuple(entry.points[k].id for k in sure),
                           self._closest([(one, *near[one.slug], share) for one, share in ranked if one.points]))

    def _closest(self, near: Sequence[tuple[HasPoints, Texts, Numbers, float]]) -> tuple[Pointed, ...]:
        """The points that come closest to a question, of entries with their confidences."""
        if not near:
            return ()
        large = all(numbers is self.numbers.get(MINILM) for _, _, numbers, _ in near)  # all points have been read by it
        found = among([signs_of(texts, confidence) for _, texts, _, confidence in near],
                      self.numbers[MINILM if large else SMALL].closest)
        return closest([Pointed(entry.slug, point.id, chance) for (entry, *_), chances in zip(near, found, strict=True)
                        for point, chance in zip(entry.points, chances.tolist(), strict=True)])

    def _best(self, read: Mapping[str, Vectors], entry: HasPoints) -> Pointed:
        near, numbers = self._near(read, entry)
        found = chances(pooled(near), numbers.points)[:-1]
        best = int(found.argmax())
        return Pointed(entry.slug, entry.points[best].id, float(found[best]))

    def _near(self, read: Mapping[str, Vectors], entry: HasPoints) -> tuple[list[Mapping[str, Nearness]], Numbers]:
        """How near each text is to an entry's points, and the numbers that weigh it."""
        spaces = self.known_spaces(entry)
        return nearness_of(read, spaces), self.numbers[MINILM if MINILM in spaces else SMALL]

    def known_spaces(self, entry: HasPoints) -> Spaces:
        """See `spaces_of`; made once for each entry."""
        return self._spaces.get(entry.slug) or self._spaces.setdefault(entry.slug, self.spaces_of(entry))

    def spaces_of(self, entry: HasPoints) -> Spaces:
        """An entry's points as each encoder sees them; without MiniLM where its vectors are not all known yet."""
        texts, owners = texts_of(entry.points), owners_of(entry.points)
        found: dict[str, Space | NgramSpace] = {}
        for key, model in self.matcher.models.items():
            name = model.encoder.name
            if name == SMALL or (name == MINILM and self.known.knows(texts)):
                vectors = model.encoder.encode(texts) if name == SMALL else self.known.of(texts)
                phrasings = self._phrasings(entry) if key == LARGE else model.encoder.encode(_short(entry.utterances))
                found[name] = space_of(vectors, owners, phrasings)
        return {**found, NGRAMS: ngram_space(texts, owners, self.matcher.ngrams.rarity)}

    def vectors_of(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of texts (n, dim) by encoder, and their n-grams."""
        found = {model.encoder.name: model.encoder.encode(texts) for model in self.matcher.models.values()
                 if model.encoder.name in (MINILM, SMALL)}
        return {**found, NGRAMS: np.stack([ngrams.dense(text, self.matcher.ngrams.rarity) for text in texts])}

    def _phrasings(self, entry: HasPoints) -> Vectors:
        """MiniLM's vectors of an entry's phrasings, which the matcher remembers."""
        labels = self.matcher.labels
        nothing = np.zeros((0, 0), np.float32)
        return self.matcher.nearest.of(labels.index(entry.slug)) if entry.slug in labels else nothing


def standing(first: str, ranked: Sequence[Match]) -> list[tuple[str, float]]:
    """The entries in whose points a question is looked for, by slug, with their confidences: the `first`, which
    answers, and those beside it, as many as are `ranked` in all. Where it was named it is as likely as the likeliest.
    """
    others = [match for match in ranked if match.slug != first][: max(len(ranked) - 1, 0)]
    own = next((match.confidence for match in ranked if match.slug == first), None)
    highest = max((match.confidence for match in ranked), default=1.0)
    return [(first, highest if own is None else own), *((match.slug, match.confidence) for match in others)]


def moved(decision: Decision, found: Sequence[Pointed], least: float, sure: float) -> Decision:
    """The decision, or the answer with the entry of the surest of the points that were found, where that is at least as
    sure as `least` and lies in another entry than the first, or the first was only suggested."""
    best = max(found, key=lambda one: one.confidence, default=None)
    if best is None or best.confidence < least or (best.entry == decision.ranked[0].slug and decision.kind == "answer"):
        return decision
    first = Match(best.entry, max(best.confidence, decision.ranked[0].confidence))
    ranked = (first, *(match for match in decision.ranked if match.slug != best.entry))
    return Decision("answer", ranked, None, None, decision.question, best.confidence >= sure)


def chances(near: Mapping[str, Nearness], numbers: PointNumbers) -> NDArray[np.float64]:
    """The probability of each point, and last of none of them, (K + 1,)."""
    z = logits(near, numbers)
    shifted = np.exp(z - z.max())
    return np.asarray(shifted / shifted.sum())


def logits(near: Mapping[str, Nearness], numbers: PointNumbers) -> NDArray[np.float64]:
    """The log odds of each point, and last of none of them, up to a constant, (K + 1,)."""
    points = sum(numbers.asks.get(name, 0.0) * asked + numbers.says.get(name, 0.0) * said
                 for name, (asked, said, _) in near.items())
    none = numbers.none + sum(numbers.phrasings.get(name, 0.0) * phrased for name, (_, _, phrased) in near.items())
    return np.append(np.asarray(points, np.float64), none)


def asked_in(reading: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts of a question that may ask a point, each once: the sentences that ask; then its title with all of them,
    the title alone, the last paragraph, and the whole story, for what is the matter is often told and not asked."""
    story = reading["story"][-1]
    parts = parts_of(story)
    asking = tuple(dict.fromkeys(asking_in(parts.story)[:MOST_SENTENCES]))
    together = reading["asked"][-1] or story or reading["whole"][-1]
    last = next((line for line in reversed(story.split("\n")) if line.strip()), "")
    others = dict.fromkeys(text for text in (together, parts.title, last, story) if text and text not in asking)
    return asking, tuple(others)


def in_order(best: int, sentences: Sequence[NDArray[np.float64]]) -> list[int]:
    """The point that a post asks, and one more where another of its sentences asks that by itself, as they come in the
    post; `sentences` has the probability of each point (K,) for each sentence that asks."""
    own = [int(found.argmax()) for found in sentences]
    others = [(found.max(), -at) for at, found in enumerate(sentences) if own[at] != best and found.max() >= SECOND]
    if best not in own or not others:
        return [best]
    at = -max(others)[1]
    return [best, own[at]] if own.index(best) < at else [own[at], best]


def _short(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if len(text) <= SHORT]
