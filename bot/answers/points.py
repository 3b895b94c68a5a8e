"""What a run lets us say of an entry's points: the numbers filled in, the comparison that makes it true judged."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.answers.claims import rarely
from bot.answers.values import holds_in, names_of
from bot.content.entries import Entry
from bot.content.expressions import ExpressionError
from bot.content.points import Point
from bot.content.prose import render
from bot.content.settings import SettingError, make_params
from sims.engine.experiment import Params, Run

TO_YOUR_POINT = "To your point:"  # before what a point says, where it is said first
ALSO_ASKED = "You also asked:"  # ... and before each further one
LEANING = re.compile(r"(?:yes|no|not|it|they|that|this|these|those|both|either|neither|then|because|hardly|mostly|"
                     r"often|seldom|partly|none|nothing|for|on|only|with|by)\b|\S{1,20}(?: \S{1,20})?:",
                     re.IGNORECASE)  # begins what means nothing without its question, as "19: (1 + 1) × 6 ..." does


@dataclass(frozen=True)
class ToldPoint:
    """A point beside a run. `says` is None where this run does not show it: it was made at other settings than the
    point asks for, or came out otherwise."""

    point: Point
    says: str | None
    is_contradicted: bool = False  # whether this run came out otherwise, at the settings that the point speaks of

    @property
    def id(self) -> str:
        """Its name in the entry, and the end of its address."""
        return self.point.id

    @property
    def title(self) -> str:
        """The question as it is shown."""
        return self.point.title

    @property
    def leans(self) -> bool:
        """Whether its question must stand before it where it is said first: a bare "No: ..." could be taken for a reply
        to the learner's own words, which may have asked the reverse."""
        return LEANING.match(self.says or "") is not None

    @property
    def opening(self) -> str:
        """What it says where it is said first, behind its question where it leans on that."""
        says = self.says or ""
        return f"{self.title} {says}" if self.leans else says


def said_first(points: Sequence[ToldPoint]) -> Iterator[tuple[str, str]]:
    """What stands before an answer, point after point: the words that lead to it, and what it says. From the second one
    on its question stands before it, so that a reader sees which of theirs is meant."""
    for number, point in enumerate(points):
        yield (ALSO_ASKED, f"{point.title} {point.says}") if number else (TO_YOUR_POINT, point.opening)


def told_points(entry: Entry, run: Run[Any, Any], own: Mapping[str, Any]) -> tuple[ToldPoint, ...]:
    """All points of an entry beside a run; `own` are the settings that the entry has by itself."""
    return tuple(told_point(point, run, own) for point in entry.points)


def told_point(point: Point, run: Run[Any, Any], own: Mapping[str, Any]) -> ToldPoint:
    """A point of an entry with the settings `own`, beside a run."""
    contradicted = point.needs_run and at_its_settings(point, run.params, own) and not is_shown(point, run)
    return ToldPoint(point, said_of(point, run, own), contradicted)


def said_of(point: Point, run: Run[Any, Any], own: Mapping[str, Any]) -> str | None:
    """What a point says of a run; None where the run does not show it."""
    if not point.needs_run:
        return point.says
    if not at_its_settings(point, run.params, own) or not is_shown(point, run):
        return None
    values, per_replica = names_of(run)
    try:
        return render(point.says, values, per_replica)
    except ExpressionError:  # it speaks of a unit that is not there at a learner's settings
        return None


def at_its_settings(point: Point, params: Params, own: Mapping[str, Any]) -> bool:
    """Whether settings are among those that a point speaks of: they have what it asks for."""
    if not point.params:
        return True
    try:
        wanted = make_params(type(params), dict(own), point.params).model_dump()
    except SettingError:  # `ask-neuron check` tells it
        return False
    return all(getattr(params, name) == wanted[name] for name in point.params)


def is_shown(point: Point, run: Run[Any, Any]) -> bool:
    """Whether what makes a point true holds on the screen, and as often over the runs as the point says."""
    if point.holds is None:
        return not run.verdict  # a run that diverged shows nothing
    true = holds_in(point.holds, run)
    return bool(true[0]) and not rarely(int(true.sum()), len(true), point.in_at_least)
