"""What authors ask of the store: counted, the most frequent first."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, func, select

from bot.store.keeping import first_day
from bot.store.tables import Kind, kept

EXPORTED = ("kind", "day", "session", "question", "entry", "option", "good", "params", "nearest", "times", "decision",
            "point", "confidence", "sure", "picked")


@dataclass(frozen=True)
class Pick:
    """A question that was not clear, and the entry that a learner picked for it: a labelled example."""

    question: str
    entry: str
    times: int
    day: str


@dataclass(frozen=True)
class Thumb:
    """Whether an answer helped, with the question and the settings that it was given at."""

    entry: str
    good: bool
    question: str
    params: Mapping[str, Any]
    day: str


def picks(connection: Connection, since: str, most: int) -> list[Pick]:
    """The labelled examples."""
    group, first = _counted("pick", since), kept.alias()
    found = (select(first.c.question, first.c.entry, group.c.times, group.c.day)
             .join(first, first.c.number == group.c.first)
             .order_by(group.c.times.desc(), group.c.day.desc(), group.c.first).limit(most))
    return [Pick(*row) for row in connection.execute(found)]


def thumbs(connection: Connection, since: str, most: int) -> list[Thumb]:
    """The thumbs, newest first."""
    found = (select(kept.c.entry, kept.c.good, kept.c.question, kept.c.params, kept.c.day)
             .where(*_of("thumb", since)).order_by(kept.c.number.desc()).limit(most))
    return [Thumb(entry, bool(good), question, json.loads(params), day)
            for entry, good, question, params, day in connection.execute(found)]


def guesses(connection: Connection, since: str, entry: str) -> dict[str, int]:
    """How often each option of an entry's prediction was guessed."""
    found = (select(kept.c.option, func.sum(kept.c.times)).where(*_of("guess", since), kept.c.entry == entry)
             .group_by(kept.c.option))
    return {option: int(times) for option, times in connection.execute(found)}


def everything(connection: Connection, since: str) -> Iterator[dict[str, Any]]:
    """Each row as it is kept, the oldest first, with the fields of EXPORTED."""
    found = select(*(kept.c[name] for name in EXPORTED)).where(kept.c.day >= since).order_by(kept.c.number)
    for row in connection.execution_options(yield_per=1000).execute(found).mappings():
        shown = dict(row)
        for name in ("good", "sure"):
            shown[name] = None if row[name] is None else bool(row[name])
        for name in ("params", "nearest"):
            shown[name] = None if row[name] is None else json.loads(row[name])
        yield shown


def since_of(keep_days: int | None) -> str:
    """The first day of what is shown; "" comes before all."""
    return "" if keep_days is None else first_day(keep_days)


def _of(kind: Kind, since: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return kept.c.kind == kind, kept.c.day >= since


def _counted(kind: Kind, since: str) -> Subquery:
    number = kept.c.number
    return (select(func.sum(kept.c.times).label("times"), func.max(kept.c.day).label("day"),
                   func.min(number).label("first"), func.max(number).label("last"))
            .where(*_of(kind, since)).group_by(kept.c.same).subquery())
