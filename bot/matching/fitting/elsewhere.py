"""Whether a point of another entry than the first may decide on the entry: only where held-out questions show that it
helps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.matching.closest import Pointed
from bot.matching.decisions import Decision
from bot.matching.fitting.numbers import STEPS
from bot.matching.points import moved

NEVER = 2.0
RIGHT, WRONG = 1.0, -2.0  # an answer with the right entry, and with another


@dataclass(frozen=True)
class Tried:
    """A question as it is decided without points, the likeliest points of its nearest entries, and all entries that
    answer it."""

    decision: Decision
    found: tuple[Pointed, ...]
    right: frozenset[str]

    def worth(self, least: float) -> float:
        """What the decision is worth where a point as sure as `least` decides on the entry."""
        decision = moved(self.decision, self.found, least, least)
        if decision.kind != "answer":
            return 0.0
        return RIGHT if decision.ranked[0].slug in self.right else WRONG


def best_elsewhere(questions: Sequence[Tried], point: float) -> float:
    """The probability from which a point decides on the entry, at least that from which it is said; NEVER where nothing
    is gained."""
    gains = [(gain(questions, float(step)), float(step)) for step in STEPS if step >= point]
    best, step = max(gains, default=(0.0, NEVER))
    return step if best > 0 else NEVER


def gain(questions: Sequence[Tried], least: float) -> float:
    """What all questions are worth more than without points."""
    return sum(one.worth(least) - one.worth(NEVER) for one in questions)


def counts(questions: Sequence[Tried], least: float) -> Mapping[str, int]:
    """How many questions are answered right and wrong, without points deciding and with them."""
    found = {"right before": 0, "wrong before": 0, "right": 0, "wrong": 0}
    for one in questions:
        for name, at in ((" before", NEVER), ("", least)):
            if worth := one.worth(at):
                found[("right" if worth > 0 else "wrong") + name] += 1
    return found
