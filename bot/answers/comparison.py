"""Two answers of one entry side by side: what was changed, which claims flipped because of it, and the numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.answers.answer import Answer
from bot.answers.claims import ClaimResult
from bot.content.expressions import names_in
from bot.content.formats import number, plain_text
from bot.content.settings import differing, settings_of, shown
from sims.engine.metrics import is_shared, measure

MOST_METRICS = 5


@dataclass(frozen=True)
class Change:
    """A setting that differs, with its value in either run."""

    name: str
    title: str
    a: Any
    b: Any


@dataclass(frozen=True)
class Pair:
    """One claim as judged in either run."""

    a: ClaimResult
    b: ClaimResult

    @property
    def flipped(self) -> bool:
        """Whether the claim stands in one of them alone."""
        return self.a.stands != self.b.stands


@dataclass(frozen=True)
class Measured:
    """A metric of the runs on the screen, as people read it."""

    name: str
    description: str
    a: str
    b: str


@dataclass(frozen=True)
class Comparison:
    """Two answers of one entry, at settings that differ in `changes`."""

    a: Answer
    b: Answer
    changes: tuple[Change, ...]
    claims: tuple[Pair, ...]
    metrics: tuple[Measured, ...]

    @property
    def flipped(self) -> tuple[Pair, ...]:
        """The claims that stand in one of the two alone."""
        return tuple(pair for pair in self.claims if pair.flipped)

    @property
    def names(self) -> tuple[str, str]:
        """The two runs by what differs: ("hidden units 2", "hidden units 3")."""
        return (", ".join(f"{change.title} {shown(change.a)}" for change in self.changes),
                ", ".join(f"{change.title} {shown(change.b)}" for change in self.changes))

    @property
    def summary(self) -> str:
        """What the change did to the claims, in one sentence."""
        told = " and ".join(f"{change.title} from {shown(change.a)} to {shown(change.b)}" for change in self.changes)
        lost, won = (sum(pair.flipped and verdict.stands for pair, verdict in sides)
                     for sides in ([(pair, pair.a) for pair in self.claims], [(pair, pair.b) for pair in self.claims]))
        if not self.changes:
            return "The two runs have the same settings."
        if not self.flipped:
            return f"Changing {told} flips none of the {len(self.claims)} claims."
        parts = [f"{_count(lost)} no longer {'stands' if lost == 1 else 'stand'}"] if lost else []
        parts += [f"{_count(won)} {'stands' if won == 1 else 'stand'} that did not before"] if won else []
        return f"Because you changed {told}, {' and '.join(parts)}."


def compare(a: Answer, b: Answer) -> Comparison:
    """Put two answers of one entry side by side; ValueError where they are of different ones."""
    if a.entry.slug != b.entry.slug:
        raise ValueError(f"{a.entry.slug} and {b.entry.slug} have nothing to compare: their claims differ")
    pairs = tuple(Pair(one, other) for one, other in zip(a.claims, b.claims, strict=True))
    return Comparison(a, b, tuple(_changes(a, b)), pairs, tuple(_metrics(a, b)))


def _changes(a: Answer, b: Answer) -> Iterator[Change]:
    settings = settings_of(type(b.run.params))
    before = a.run.params.model_dump()
    for name, value in differing(b.run.params, before).items():
        yield Change(name, settings[name].title, before[name], value)


def _metrics(a: Answer, b: Answer) -> Iterator[Measured]:
    """Of the metrics that the claims speak of, the first that are one number a replica and more than yes or no."""
    kind = type(a.run.metrics)
    named = [name for claim in a.entry.claims for name in sorted(names_in(claim.holds)) if name in kind.model_fields]
    numbers = [name for name in dict.fromkeys(named)
               if not is_shared(kind, name) and all(_is_number(answer, name) for answer in (a, b))]
    for name in numbers[:MOST_METRICS]:
        declared = measure(kind, name)
        of_a, of_b = (number(float(getattr(answer.run.metrics, name)[0]), declared.unit) for answer in (a, b))
        yield Measured(name, plain_text(declared.label), of_a, of_b)


def _is_number(answer: Answer, name: str) -> bool:
    array = np.asarray(getattr(answer.run.metrics, name))
    return array.ndim == 1 and measure(type(answer.run.metrics), name).kind not in ("flag", "label")


def _count(claims: int) -> str:
    return f"{claims} claim{'' if claims == 1 else 's'}"
