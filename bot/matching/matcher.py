"""The matcher: heads over encoders and n-grams, mixed into one probability for each entry, and then one decision."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.language.glossary import in_english
from bot.language.spelling import Speller
from bot.matching import features
from bot.matching.confidence import signs
from bot.matching.decisions import CLEARLY, LIKELY_OUTSIDE, Decision, Match, Numbers
from bot.matching.encoders import Encoder, Vectors
from bot.matching.features import Reading, View
from bot.matching.head import NgramHead, VectorHead, probabilities
from bot.matching.languages import clearly_not_english
from bot.matching.nearest import Phrasings
from bot.matching.outside import EMPTY, GIBBERISH, OTHER_LANGUAGE, OTHER_SCRIPT

OUTSIDE = "outside:"  # before a group's name among the labels
NGRAMS = "ngrams"  # the model that needs no encoder
NEAREST = "nearest"  # the phrasings that MiniLM finds nearest, among the sources
LARGE = "minilm"  # what its head is called
POINTED = "diagnosis"  # what the code of a post points to, among the sources
MULTILINGUAL = frozenset({"multilingual-e5-small"})  # names of encoders
LATIN_ENOUGH = 0.5  # the share of Latin letters from which a question counts as written in a script we read
WORDS_ENOUGH = 0.97  # the confidence from which a text is answered of which a glossary's words alone were read
USUAL = 4.0  # the natural logarithm of the words of a usual post: there each source has its own weight alone

Floats = NDArray[np.float64]
Source = tuple[str, View]  # a model and what it reads
Pointing = Callable[[str], Sequence[str]]  # a post, as typed, to the entries that its code points to, best first


class HasPhrasings(Protocol):
    """What the matcher needs to know of an entry."""

    @property
    def slug(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def utterances(self) -> Sequence[str]: ...


def nowhere(text: str) -> Sequence[str]:
    """Code that nobody reads points to no entry."""
    return ()


@dataclass(frozen=True)
class Model:
    """An encoder with the head over its vectors."""

    encoder: Encoder
    head: VectorHead


@dataclass(frozen=True)
class Matcher:
    """Everything that it takes to decide on a question. `name` is that of its best encoder."""

    name: str
    labels: tuple[str, ...]  # slugs, and groups after OUTSIDE
    models: Mapping[str, Model]  # by the name that the mix calls them
    ngrams: NgramHead
    nearest: Phrasings
    numbers: Numbers
    speller: Speller
    lines: Mapping[str, str]  # group -> what is said to the learner
    pointing: Pointing = nowhere

    @cached_property
    def _entries(self) -> tuple[str, ...]:
        return tuple(label for label in self.labels if not label.startswith(OUTSIDE))

    @cached_property
    def _groups(self) -> tuple[str, ...]:
        return tuple(label.removeprefix(OUTSIDE) for label in self.labels if label.startswith(OUTSIDE))

    @property
    def reads_all(self) -> bool:
        """Whether the encoder reads other languages than English, too."""
        return self.name in MULTILINGUAL

    def decide(self, question: str, previous: Sequence[str] = ()) -> Decision:
        """Rank the entries and decide. `previous` are the conversation's earlier questions, oldest first."""
        cleaned = features.clean(question)
        rule, reworded = _rule(cleaned), bool(self.reworded(cleaned))
        typed, corrected = self.understood(question, previous)
        reading = features.reading_of(typed, corrected)
        scores = self.scores(reading, self._pointed(question))
        entries, groups = self._probabilities(scores, length_of(reading))
        ranked = self._ranked(entries, groups, scores, length_of(reading))
        if rule is not None and not (rule == OTHER_SCRIPT and (self.reads_all or reworded)):
            return Decision("decline", ranked, rule, self.lines[rule], corrected, False)
        kind, sure = self.numbers.decide(ranked[0].confidence, sum(entries.values()))
        group = max(groups, key=groups.__getitem__, default="")
        enough = max(self.numbers.thresholds.foreign, WORDS_ENOUGH if reworded else 0.0)
        certain = kind == "answer" and ranked[0].confidence >= enough
        if (reworded or clearly_not_english(cleaned)) and not (certain or self.reads_all):
            kind = "decline" if groups.get(group, 0.0) >= LIKELY_OUTSIDE else "suggest"
            return Decision(kind, ranked, OTHER_LANGUAGE, self.lines[OTHER_LANGUAGE], corrected, False)
        if kind != "decline" or groups.get(group, 0.0) < CLEARLY * sum(groups.values()):
            return Decision(kind, ranked, None, None, corrected, sure and not reworded)  # of some words at most
        return Decision(kind, ranked, group, self.lines[group], corrected, sure)

    def reworded(self, text: str) -> str:
        """A cleaned text in another language as the English words that are found in it; empty for any other text, and
        without MiniLM: a browser has no glossary, so the small encoder decides without one everywhere."""
        return in_english(text) if LARGE in self.models and is_foreign(text) else ""

    def understood(self, question: str, previous: Sequence[str] = ()) -> tuple[str, str]:
        """The question as typed and as corrected, cleaned, after the previous one where it leans on it."""
        typed = features.with_previous(features.clean(question), [features.clean(earlier) for earlier in previous])
        typed = self.reworded(typed) or typed
        return typed, self.speller.correct(typed)

    def probabilities(self, question: str, previous: Sequence[str] = ()) -> tuple[dict[str, float], dict[str, float]]:
        """Of the entries by slug and of the groups by name, uncalibrated; together they sum to one."""
        reading = features.reading_of(*self.understood(question, previous))
        return self._probabilities(self.scores(reading, self._pointed(question)), length_of(reading))

    def _pointed(self, question: str) -> Sequence[str]:
        return self.pointing(question) if POINTED in self.numbers.mix else ()

    def scores(self, reading: Reading, pointed: Sequence[str] = ()) -> dict[Source, Vectors]:
        """The logits of each source of the mix, (n_labels,). Each encoder reads its texts in one pass."""
        found: dict[Source, Vectors] = {}
        vectors = {name: self._vectors(name, reading) for name in self.models}
        near = self._nearest(vectors)
        for name, views in self.numbers.mix.items():
            for view in views:
                if name == POINTED:
                    found[name, view] = pointed_scores(self.labels, pointed)
                elif name == NGRAMS:
                    found[name, view] = self.ngrams.logits(reading[view]).mean(axis=0)
                elif name == NEAREST:
                    found[name, view] = np.mean([near[text] for text in reading[view]], axis=0)
                else:
                    seen = np.stack([vectors[name][text] for text in reading[view]])  # (n_forms, dim)
                    found[name, view] = self.models[name].head.logits(seen).mean(axis=0)
        return found

    def _nearest(self, vectors: Mapping[str, Mapping[str, Vectors]]) -> dict[str, Vectors]:
        """How near each text is to the phrasings of each label, (n_labels,): views share texts, and one pass over the
        phrasings serves all."""
        if NEAREST not in self.numbers.mix:
            return {}
        texts = list(vectors[LARGE])
        return dict(zip(texts, self.nearest.logits(np.stack([vectors[LARGE][text] for text in texts])), strict=True))

    def _vectors(self, name: str, reading: Reading) -> dict[str, Vectors]:
        """The vector of each text that the sources with an encoder read."""
        sources = (name, NEAREST) if name == LARGE else (name,)
        views = [view for source in sources for view in self.numbers.mix.get(source, ())]
        texts = list(dict.fromkeys(text for view in views for text in reading[view]))
        return dict(zip(texts, self.models[name].encoder.encode(texts), strict=True))

    def _probabilities(
        self, scores: Mapping[Source, Vectors], length: float
    ) -> tuple[dict[str, float], dict[str, float]]:
        mixed = mixture(scores, self.numbers, length)
        found, ours = probabilities(mixed), is_entry(self.labels)
        return (dict(zip(self._entries, found[ours].tolist(), strict=True)),
                dict(zip(self._groups, found[~ours].tolist(), strict=True)))

    def _ranked(self, entries: Mapping[str, float], groups: Mapping[str, float], scores: Mapping[Source, Vectors],
                length: float) -> tuple[Match, ...]:
        """All entries, the likeliest first; no confidence is above the one before it."""
        values, others = np.array([list(entries.values())]), np.array([list(groups.values())])
        rows = {source: logits[None] for source, logits in scores.items()}
        confidences = self.numbers.confidences(signs_of(self.labels, values, others, np.array([length]), rows))[0]
        order = np.argsort(-values[0], kind="stable")
        slugs, falling = list(entries), np.minimum.accumulate(confidences[order])
        return tuple(map(Match, map(slugs.__getitem__, order.tolist()), falling.tolist()))


def pointed_scores(labels: Sequence[str], pointed: Sequence[str]) -> Vectors:
    """1 for the entry that code points to first, a half for the next, and so on; 0 for all others, (n_labels,)."""
    rank = {slug: number for number, slug in enumerate(dict.fromkeys(pointed), 1)}
    return np.array([1 / rank[label] if label in rank else 0 for label in labels], np.float32)


def signs_of(labels: Sequence[str], entries: Floats, groups: Floats, lengths: Floats,
             scores: Mapping[Source, Vectors]) -> dict[str, Floats]:
    """What the confidence in each entry is weighed from (confidence.signs), of N questions: the mix's probabilities of
    entries (N, n_entries) and of groups (N, n_groups), lengths (N,), and each source's logits (N, n_labels)."""
    ours = is_entry(tuple(labels))
    pointed = scores[POINTED, "whole"][:, ours] if (POINTED, "whole") in scores else np.zeros_like(entries)
    alone = {f"{name} {view}": probabilities(logits)[:, ours].sum(axis=1)
             for (name, view), logits in scores.items() if name not in (NEAREST, POINTED)}
    return signs(entries, groups, lengths, np.asarray(pointed, np.float64), alone)


@lru_cache(16)
def is_entry(labels: tuple[str, ...]) -> NDArray[np.bool_]:
    """Whether each label is an entry's, and not that of a group, (n_labels,)."""
    return np.array([not label.startswith(OUTSIDE) for label in labels])


def mixture(scores: Mapping[Source, Vectors], numbers: Numbers, length: float) -> Vectors:
    """The weighted sum of the sources' logits, (n_labels,)."""
    weights = {(name, view): at + change * length for name, views in numbers.mix.items()
               for view, (at, change) in views.items()}
    return np.sum([weights[source] * logits for source, logits in scores.items()], axis=0)


def length_of(reading: Reading) -> float:
    """How long a question is: the natural logarithm of its words, from that of a usual post on."""
    return math.log(1 + len(reading["whole"][0].split())) - USUAL


def is_foreign(text: str) -> bool:
    """Whether a text is written in another script, or clearly in another language than English."""
    return features.latin_share(text) < LATIN_ENOUGH or clearly_not_english(text)


def _rule(text: str) -> str | None:
    """The group of a text that no vector is needed for."""
    if not features.has_letters(text):
        return EMPTY if not any(c.isalnum() for c in text) else GIBBERISH
    return OTHER_SCRIPT if features.latin_share(text) < LATIN_ENOUGH else None
