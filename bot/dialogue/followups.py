"""Does a follow-up go on with the answer before it, lean on it for something related, or change the subject?

A small logistic model over the entries, and over "none of ours", fitted by scripts/fit_followups.py on written
conversations. It weighs what the matcher makes of the question alone and behind the question before it, the entry that
the conversation is at and those that it names as next, all by what the words of the follow-up are like.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.dialogue import phrases
from bot.dialogue.heard import Heard
from bot.language.utterance import read
from bot.matching import Decision

MODEL = Path(__file__).with_name("followups.json")
CONSIDERED = 8  # entries, of either reading
LEAST = 1e-4  # a probability below counts as this one

CONTINUES = re.compile(r"^\W*(?:and|also|but|even|same|now|ok(?:ay)?|then|so)\b", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:it|its|it's|that|that's|this|those|these|they|them|their|there|then|one|ones|both|such)\b",
                     re.IGNORECASE)
_TOPIC = re.compile(r"^(?:(?:so|and|but|ok|okay|hm+|also)\W+)?(?:what|why|how|when|where|which|who|is|are|does|do|can|"
                    r"could|should|would|will)\b", re.IGNORECASE)
_AGAIN = re.compile(r"\b(?:another|different|next|new|else|unrelated|moving on|topic|subject|question)\b",
                    re.IGNORECASE)
CLUES = ("always", "three words", "length", "continues", "points back", "names settings", "no subject",
         "subject words", "asks", "shares words", "announces a change", "orders")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """Weights of the clues (n_clues,) for each kind of evidence, and those of "none of ours"."""

    alone: Floats
    joined: Floats
    current: Floats
    following: Floats
    none: Floats
    refusals: Floats  # (4,): declined, of a known kind, the best of the question alone and joined
    threshold: float  # the probability from which another entry is the answer, not a suggestion


@dataclass(frozen=True)
class Evidence:
    """What is weighed: clues (n_clues,), the candidates' columns (n, 4) and what speaks for none of them (4,)."""

    slugs: tuple[str, ...]
    clues: Floats
    columns: Floats  # log odds alone, log odds joined, is the current one, is named as next
    refusals: Floats


@dataclass(frozen=True)
class Weighed:
    """The probability of each candidate, best first; None stands for none of ours."""

    ranked: tuple[tuple[str | None, float], ...]

    @property
    def first(self) -> str | None:
        """The likeliest."""
        return self.ranked[0][0]


def evidence(heard: Heard, alone: Decision, joined: Decision, context: str, current: str | None,
             following: Sequence[str]) -> Evidence:
    """Collect what is to be weighed. `context` is the question that the conversation is at, `current` its entry."""
    a, j = _log_odds(alone), _log_odds(joined)
    likely = [match.slug for decision in (alone, joined) for match in decision.ranked[:CONSIDERED]]
    slugs = tuple(dict.fromkeys([*([current] if current else []), *likely, *(slug for slug in following if slug in a)]))
    columns = np.array([[a[slug], j[slug], slug == current, slug in following] for slug in slugs], dtype=float)
    refusals = np.array([alone.kind == "decline", alone.outside is not None, max(a.values()), max(j.values())], float)
    return Evidence(slugs, clues(heard, context), columns, refusals)


def clues(heard: Heard, context: str) -> Floats:
    """What the words of a follow-up are like, (n_clues,)."""
    text, words = heard.text, heard.words
    subject, around = words.subject, phrases.weighed(read(context).plain).subject
    return np.array([
        1, words.count <= 3, min(np.log1p(words.count) / np.log(50), 1.5), bool(CONTINUES.search(text)),
        bool(_POINTS.search(text)), heard.names_settings, not subject, min(len(subject), 8) / 4,
        bool(_TOPIC.search(text)), len(subject & around) / max(len(subject), 1),
        bool(_AGAIN.search(text)), heard.orders,
    ], dtype=float)


def weigh(found: Evidence, model: Model) -> Weighed:
    """The probabilities of the candidates and of none."""
    p = softmax(scores(found, model))
    order = np.argsort(-p, kind="stable")
    names: list[str | None] = [*found.slugs, None]
    return Weighed(tuple((names[i], float(p[i])) for i in order))


def scores(found: Evidence, model: Model) -> Floats:
    """The score of each candidate, then that of none, (n + 1,)."""
    weights = np.array([model.alone, model.joined, model.current, model.following]) @ found.clues  # (4,)
    none = float(model.none @ found.clues + model.refusals @ found.refusals)
    return np.append(found.columns @ weights, none)


def softmax(z: Floats) -> Floats:
    """Probabilities (n,) of scores (n,)."""
    e = np.exp(z - z.max())
    return np.asarray(e / e.sum())


@cache
def fitted() -> Model:
    """The weights that are shipped."""
    return model_of(json.loads(MODEL.read_text(encoding="utf-8")))


def model_of(numbers: Mapping[str, list[float] | float]) -> Model:
    """A model from its numbers, as they stand in the file."""
    return Model(**{name: np.asarray(value, float) if isinstance(value, list) else value
                    for name, value in numbers.items()})  # type: ignore[arg-type]


def _log_odds(decision: Decision) -> dict[str, float]:
    p = np.clip([match.confidence for match in decision.ranked], LEAST, 1 - LEAST)
    return dict(zip((match.slug for match in decision.ranked), np.log(p / (1 - p)).tolist(), strict=True))
