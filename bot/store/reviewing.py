"""What mentors look through: questions in vain, what was asked week by week, and what was guessed."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, func, or_, select

from bot.store.tables import kept, key

Why = Literal["declined", "torn", "unanswered", "unhelpful"]
QUESTIONS = ("answered", "unanswered", "elsewhere")


@dataclass(frozen=True)
class Vain:
    """A question that had no answer, or one that did not help: how often it was asked, the day of the last time, what
    became of it ("unanswered" where no more is known), the entry that did not help, and those that were nearest."""

    question: str
    times: int
    day: str
    why: tuple[Why, ...]
    entry: str | None
    nearest: tuple[str, ...]


@dataclass(frozen=True)
class Week:
    """What was asked in the week from `monday` on, and what became of it. `surely` and `likely` are answered, `picked`
    are those of the torn for which one of the entries was picked; `elsewhere` are courtesies and the like."""

    monday: str
    surely: int = 0
    likely: int = 0
    picked: int = 0
    torn: int = 0
    declined: int = 0
    elsewhere: int = 0
    helped: int = 0
    unhelpful: int = 0

    @property
    def asked(self) -> int:
        """All questions of the week."""
        return self.surely + self.likely + self.picked + self.torn + self.declined + self.elsewhere


def in_vain(connection: Connection, since: str, most: int) -> list[Vain]:
    """The questions of the newest rows, the most frequent first; in the words in which they were asked first."""
    badly = or_(and_(kept.c.kind == "unanswered", kept.c.picked.is_(None)),
                and_(kept.c.kind == "answered", kept.c.good == 0),
                and_(kept.c.kind == "thumb", kept.c.good == 0, kept.c.about.is_(None), kept.c.question != ""))
    rows = connection.execute(select(kept).where(badly, kept.c.day >= since).order_by(kept.c.number.desc()).limit(most))
    same: dict[str, list[Any]] = {}
    for row in rows.mappings():
        same.setdefault(key(row["question"]), []).append(row)
    return sorted(map(_vain, same.values()), key=lambda one: (-one.times, one.question))


def _vain(rows: list[Any]) -> Vain:
    newest = rows[0]
    why = Counter(_why(row) for row in rows)
    entry = next((row["entry"] for row in rows if row["entry"]), None)
    nearest = next((row["nearest"] for row in rows if row["nearest"]), "[]")
    return Vain(rows[-1]["question"], sum(row["times"] for row in rows), newest["day"], tuple(sorted(why)), entry,
                tuple(json.loads(nearest)))


def _why(row: Any) -> Why:
    if row["kind"] != "unanswered":
        return "unhelpful"
    decided: dict[str | None, Why] = {"suggest": "torn", "decline": "declined"}
    return decided.get(row["decision"], "unanswered")


def weeks(connection: Connection, since: str, most: int) -> list[Week]:
    """The last weeks in which anything was asked or rated, the oldest first."""
    is_picked = kept.c.picked.is_not(None).label("is_picked")
    what = (kept.c.day, kept.c.kind, kept.c.decision, kept.c.sure, kept.c.good, is_picked)
    rows = connection.execute(select(*what, func.sum(kept.c.times).label("times"))
                              .where(kept.c.kind.in_((*QUESTIONS, "thumb")), kept.c.day >= since).group_by(*what))
    counted: dict[str, Counter[str]] = {}
    for row in rows:
        counted.setdefault(monday(row.day), Counter())[_column(row)] += int(row.times)
    return [Week(day, **counted[day]) for day in sorted(counted)[-most:]]


def _column(row: Any) -> str:
    """The field of Week that a row counts for."""
    if row.kind == "thumb":
        return "helped" if row.good else "unhelpful"
    if row.kind == "answered":
        return "surely" if row.sure else "likely"
    if row.kind == "elsewhere":
        return "elsewhere"
    return "picked" if row.is_picked else "torn" if row.decision == "suggest" else "declined"


def monday(day: str) -> str:
    """The first day of a day's week, as 2026-11-30."""
    found = date.fromisoformat(day)
    return (found - timedelta(days=found.weekday())).isoformat()


def all_guesses(connection: Connection, since: str) -> dict[str, dict[str, int]]:
    """By entry and option, how often it was guessed; the entry that was guessed on most comes first."""
    found: dict[str, dict[str, int]] = {}
    rows = connection.execute(select(kept.c.entry, kept.c.option, func.sum(kept.c.times))
                              .where(kept.c.kind == "guess", kept.c.day >= since).group_by(kept.c.entry, kept.c.option))
    for entry, option, times in rows:
        found.setdefault(entry, {})[option] = int(times)
    return dict(sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0])))


def mark(connection: Connection, since: str) -> tuple[int, int, str]:
    """What changes with every row that comes, goes or becomes too old."""
    newest, count = connection.execute(select(func.max(kept.c.number), func.count())
                                       .select_from(kept).where(kept.c.day >= since)).one()
    return newest or 0, count, since
