"""From scores to a decision, with a confidence that is a probability."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from bot.matching.confidence import SCOPE, TOP
from bot.matching.features import View

LIKELY_OUTSIDE = 0.5  # from this probability on, a question in another language is out of scope
CLEARLY = 0.5  # the share of the groups' probability from which a declined question gets one group's line
BESIDE = 2  # other readings that stand beside an answer that is likely and not sure

Kind = Literal["answer", "suggest", "decline"]


class Match(NamedTuple):  # a hundred and fifty for each question: a dataclass takes three times as long to make
    """An entry, and the probability that it answers the question."""

    slug: str
    confidence: float


@dataclass(frozen=True)
class Decision:
    """What to do with a question: answer it with the first match, suggest the first three, or decline.

    An answer is `sure`, or it is likely: then the readings `beside` it are shown with it.
    """

    kind: Kind
    ranked: tuple[Match, ...]  # every entry, best first
    outside: str | None  # the group that it is declined for, or the rule that it cannot be read well by
    says: str | None  # the line of that group or rule
    question: str  # as understood: cleaned, put after the previous one where it leans on it, corrected
    sure: bool = True

    @property
    def beside(self) -> tuple[Match, ...]:
        """The next likely readings, where the answer is likely and not sure."""
        return self.ranked[1 : 1 + BESIDE] if self.kind == "answer" and not self.sure else ()

    @property
    def is_torn(self) -> bool:
        """Whether any of the first matches may be the answer, and no group or rule speaks against them."""
        return self.kind == "suggest" and self.says is None

    def settled_on(self, slug: str) -> "Decision":
        """The answer with one entry, whatever the scores say: its very title was asked."""
        ranked = (Match(slug, 1.0), *(match for match in self.ranked if match.slug != slug))
        return Decision("answer", ranked, None, None, self.question)


class Thresholds(BaseModel):
    """The confidences and probabilities that decide, fitted on questions that the heads have not seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer: float = 0.6  # the confidence from which the first match is the answer
    sure: float = 0.9  # the confidence from which no other reading need stand beside it
    suggest: float = 0.5  # the probability of being in scope from which three entries are suggested
    foreign: float = 0.97  # the confidence from which a question that is clearly not English is answered all the same
    another: float = 0.95  # ... a fragment that names settings, or a sentence of a post, is about another entry
    clear: float = 0.9  # ... a sentence of a post is answered by itself in a mentor's reply
    likely: float = 0.5  # ... what follows on an unclear question is taken to be about its first match
    far: float = 0.02  # the confidence below which the nearest entry has nothing to do with the question
    point: float = 0.6  # the probability from which a point of the entry is what was asked, and is said first
    elsewhere: float = 2.0  # ... a point of another entry decides on that entry; more than 1 is never


class PointNumbers(BaseModel):
    """What is fitted for finding points, by the name of an encoder, or n-grams: the weights of how near a question is
    to the ways to ask a point and to what it says; and for none of the points, of how near it is to a phrasing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asks: Mapping[str, float] = Field(default_factory=dict)
    says: Mapping[str, float] = Field(default_factory=dict)
    phrasings: Mapping[str, float] = Field(default_factory=dict)
    none: float = 0.0


class Numbers(BaseModel):
    """What is fitted for one matcher beside its heads.

    The logits of each model for each text that it reads of a question are added up with a weight that may change with
    the question's length: mix[model][view] = (weight, its change for each factor e in the number of words).

    The confidence of an entry with probability p, where all entries together have probability q, is
    sigmoid(top * logit(p) + scope * logit(q) + offset), with `further` signs weighed in where the matcher has them
    (confidence.signs).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mix: Mapping[str, Mapping[View, tuple[float, float]]] = Field(default_factory=dict)
    top: float = 1.0
    scope: float = 0.0
    offset: float = 0.0
    further: Mapping[str, float] = Field(default_factory=dict)
    thresholds: Thresholds = Thresholds()
    points: PointNumbers = PointNumbers()
    closest: Mapping[str, float] = Field(default_factory=dict)  # weights of signs (closest.signs_of)

    def confidences(self, signs: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Signs, each (N, n_entries) or (N, 1), to confidences (N, n_entries)."""
        z = self.top * signs[TOP] + self.scope * signs[SCOPE] + self.offset
        for name, weight in self.further.items():
            z = z + weight * signs[name]
        return np.asarray(1 / (1 + np.exp(-z)))

    def decide(self, confidence: float, in_scope: float) -> tuple[Kind, bool]:
        """What to do with a question whose first match has that confidence, and whether it is sure."""
        if in_scope < self.thresholds.suggest:
            return "decline", False
        if confidence < self.thresholds.answer:
            return "suggest", False
        return "answer", confidence >= self.thresholds.sure
