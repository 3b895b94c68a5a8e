"""The matcher: fitted once on the knowledge base's phrasings, then asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from bot.language.spelling import Speller
from bot.matching import features
from bot.matching.decisions import CLEARLY, LIKELY_OUTSIDE, Calibration, Decision, Kind, Match, calibration
from bot.matching.encoders import Encoder, Vectors
from bot.matching.head import Head, probabilities
from bot.matching.index import load_or_fit
from bot.matching.languages import clearly_not_english
from bot.matching.outside import EMPTY, GIBBERISH, OTHER_LANGUAGE, OTHER_SCRIPT, RULE_LINES, Group

OUTSIDE = "outside:"  # before a group's name among the head's labels
BESIDE = 0.4  # the share of the small matcher's logits beside a large encoder's
MULTILINGUAL = frozenset({"multilingual-e5-small"})  # names of encoders
SURE = 0.97  # the confidence from which a question that is clearly not English is answered all the same
LATIN_ENOUGH = 0.5  # the share of Latin letters from which a question counts as written in a script we read


class HasPhrasings(Protocol):
    """What the matcher needs to know of an entry."""

    @property
    def slug(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def utterances(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Matcher:
    """Everything that it takes to decide on a question. Make one with `Matcher.fit`."""

    encoder: Encoder
    speller: Speller
    head: Head
    calibration: Calibration
    lines: Mapping[str, str]  # group -> what is said to the learner
    beside: "Matcher | None" = None  # one of the same entries and groups, whose logits are mixed in

    @property
    def reads_all(self) -> bool:
        """Whether the encoder reads other languages than English, too."""
        return self.encoder.name in MULTILINGUAL

    @staticmethod
    def fit(
        entries: Sequence[HasPhrasings],
        outside: Sequence[Group],
        encoder: Encoder,
        cache: Path | None,
        beside: "Matcher | None" = None,
    ) -> "Matcher":
        """Fit on the entries' phrasings and the groups' examples; what was fitted before is read from `cache`."""
        ours = [text for entry in entries for text in (entry.title, *entry.utterances)]
        speller = Speller([*ours, *(text for group in outside for text in group.examples)])
        head = load_or_fit(list(_labelled(entries, outside)), speller, encoder, cache)
        lines = RULE_LINES | {group.name: group.says for group in outside}
        return Matcher(encoder, speller, head, calibration(encoder.name), lines, beside)

    def decide(self, question: str, previous: Sequence[str] = ()) -> Decision:
        """Rank the entries and decide. `previous` are the conversation's earlier questions, oldest first."""
        cleaned = features.clean(question)
        rule = _rule(cleaned)
        if rule == OTHER_SCRIPT and self.reads_all:
            rule = None
        typed, corrected = self.understood(question, previous)
        entries, groups = self._probabilities(typed, corrected)
        ranked = self._ranked(entries)
        if rule is not None:
            return Decision("decline", ranked, rule, self.lines[rule], corrected)
        kind = self._kind(ranked[0].confidence, sum(entries.values()))
        group = max(groups, key=groups.__getitem__, default="")
        sure = kind == "answer" and ranked[0].confidence >= SURE
        if clearly_not_english(cleaned) and not (sure or self.reads_all):
            kind = "decline" if groups.get(group, 0.0) >= LIKELY_OUTSIDE else "suggest"
            return Decision(kind, ranked, OTHER_LANGUAGE, self.lines[OTHER_LANGUAGE], corrected)
        if kind != "decline" or groups.get(group, 0.0) < CLEARLY * sum(groups.values()):
            return Decision(kind, ranked, None, None, corrected)
        return Decision(kind, ranked, group, self.lines[group], corrected)

    def understood(self, question: str, previous: Sequence[str] = ()) -> tuple[str, str]:
        """The question as typed and as corrected, cleaned, after the previous one where it leans on it."""
        typed = features.with_previous(features.clean(question), [features.clean(earlier) for earlier in previous])
        return typed, self.speller.correct(typed)

    def probabilities(self, question: str, previous: Sequence[str] = ()) -> tuple[dict[str, float], dict[str, float]]:
        """Of the entries by slug and of the groups by name, uncalibrated; together they sum to one."""
        return self._probabilities(*self.understood(question, previous))

    def _probabilities(self, typed: str, corrected: str) -> tuple[dict[str, float], dict[str, float]]:
        texts = list(dict.fromkeys((typed, corrected)))
        logits = self._logits(texts).mean(axis=0)  # (n_labels,)
        found = dict(zip(self.head.labels, probabilities(logits).tolist(), strict=True))
        groups = {label.removeprefix(OUTSIDE): p for label, p in found.items() if label.startswith(OUTSIDE)}
        return {label: p for label, p in found.items() if not label.startswith(OUTSIDE)}, groups

    def _logits(self, texts: Sequence[str]) -> Vectors:
        """Of each label for each text, (len(texts), n_labels)."""
        own = self.head.logits(self.encoder.encode(texts), texts)
        return own if self.beside is None else (1 - BESIDE) * own + BESIDE * self.beside._logits(texts)

    def _ranked(self, entries: Mapping[str, float]) -> tuple[Match, ...]:
        values = np.array(list(entries.values()))
        confidences = self.calibration.confidences(values, float(values.sum()))
        matches = (Match(slug, float(c)) for slug, c in zip(entries, confidences, strict=True))
        return tuple(sorted(matches, key=lambda match: -match.confidence))

    def _kind(self, confidence: float, in_scope: float) -> Kind:
        if in_scope < self.calibration.suggest:
            return "decline"
        return "answer" if confidence >= self.calibration.answer else "suggest"


def foreign(text: str) -> bool:
    """Whether a text is written in another script, or clearly in another language than English."""
    return features.latin_share(text) < LATIN_ENOUGH or clearly_not_english(text)


def _labelled(entries: Sequence[HasPhrasings], outside: Sequence[Group]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        for text in (entry.title, *entry.utterances):
            yield features.clean(text), entry.slug
    for group in outside:
        for text in group.examples:
            yield features.clean(text), OUTSIDE + group.name


def _rule(text: str) -> str | None:
    """The group of a text that no vector is needed for."""
    if not features.has_letters(text):
        return EMPTY if not any(c.isalnum() for c in text) else GIBBERISH
    return OTHER_SCRIPT if features.latin_share(text) < LATIN_ENOUGH else None
