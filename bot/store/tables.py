"""The one table of the store, and a row of it.

A question is a row, and what a learner did with its answer (a pick, a thumb, a guess) is a row that names it, and
stands in the question's row as well.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Column, Connection, Float, Integer, MetaData, Table, Text, inspect, text

from bot.content.errors import OurError
from bot.store.private import without_people

LONGEST = 500  # characters of a question that are kept
LATEST = "0002"  # the last of migrations/versions/
Kind = Literal["answered", "unanswered", "elsewhere", "pick", "thumb", "guess"]  # the first three are questions
Decided = Literal["answer", "suggest", "decline"]

kept = Table(
    "kept", MetaData(),
    Column("number", Integer, primary_key=True),
    *(Column(name, Text) for name in ("id", "kind", "same", "day", "session", "question", "entry", "option")),
    Column("good", Integer), Column("params", Text), Column("nearest", Text), Column("times", Integer),
    Column("decision", Text), Column("point", Text), Column("confidence", Float), Column("sure", Integer),
    Column("picked", Text), Column("about", Text),
)


class LaterVersion(OurError, RuntimeError):
    """The database was made by a later version of ours, and is left as it is."""

    kind = "unavailable"


@dataclass(frozen=True)
class Row:
    """One thing that is kept. `id` is its own alone, so that it is kept once however often it is written; rows of a
    kind with an equal `same` are counted together; `session` is random, and None where a surface has none.

    A question has what was decided on it ("elsewhere": a line of its own is the right reply), and, once there is one,
    the entry that was `picked` for it, whether the answer was `good`, and the `option` that was guessed. What is
    `about` a question has its id.
    """

    id: str
    kind: Kind
    same: str
    day: str
    session: str | None = None
    question: str | None = None
    entry: str | None = None
    option: str | None = None
    good: int | None = None
    params: str | None = None  # JSON
    nearest: str | None = None  # JSON
    times: int = 1
    decision: Decided | None = None
    point: str | None = None
    confidence: float | None = None
    sure: int | None = None
    picked: str | None = None
    about: str | None = None


@dataclass(frozen=True)
class Question:
    """A question and what was decided on it. `entry` and `point` are those that answered it; `confidence` is that of
    the first of `nearest`; `elsewhere` where a line of its own is the right reply to it, such as to a courtesy."""

    text: str
    decision: Decided
    entry: str | None = None
    point: str | None = None
    confidence: float = 0.0
    sure: bool = False
    nearest: Sequence[str] = ()
    elsewhere: bool = False


def version(connection: Connection) -> str | None:
    """Which migration the database is at; None where there has been none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def question(asked: Question, session: str) -> Row | None:
    """What was asked, and what was made of it; None where nothing can be kept of it."""
    words = bounded(asked.text)
    if not words:
        return None
    kind: Kind = "answered" if asked.entry else "elsewhere" if asked.elsewhere else "unanswered"
    return _row(kind, key(words), session, question=words, decision=asked.decision, entry=asked.entry,
                point=asked.point, confidence=round(asked.confidence, 4), sure=int(asked.sure),
                nearest=json.dumps(list(asked.nearest)))


def pick(question: str, entry: str, session: str, about: str = "") -> Row | None:
    """The entry that was picked for a question; None where nothing can be kept of it."""
    words = bounded(question)
    if not words:
        return None
    return _row("pick", f"{key(words)}\n{entry}", session, question=words, entry=entry, about=about or None)


def thumb(entry: str, good: bool, question: str, params: Mapping[str, Any], session: str, about: str = "") -> Row:
    """Whether an answer helped; each is counted by itself."""
    return _row("thumb", "", session, entry=entry, good=int(good), question=bounded(question),
                params=json.dumps(dict(params)), about=about or None)


def guess(entry: str, option: str, session: str, about: str = "") -> Row:
    """What a learner guessed."""
    return _row("guess", f"{entry}\n{option}", session, entry=entry, option=option, about=about or None)


def asked(picked: Row) -> str:
    """The `same` of the unanswered question that a pick is about."""
    return picked.same.split("\n")[0]


def _row(kind: Kind, same: str, session: str, **columns: Any) -> Row:
    name = uuid4().hex
    return Row(name, kind, same or name, datetime.now(UTC).date().isoformat(), session or None, **columns)


def bounded(question: str) -> str:
    """The text on one line, without what cannot be stored and without what may tell a person."""
    read = question[: 4 * LONGEST]
    if len(question) > len(read):
        read = read.rsplit(None, 1)[0]  # half an address would not be seen as one
    return without_people(read.encode("utf-8", "ignore").decode("utf-8", "ignore"))[:LONGEST]


def key(text: str) -> str:
    """Equal for the same question in other capitals and with other marks."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text
