"""The one table of the store, and a row of it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, inspect, text

from bot.content.errors import OurError

LONGEST = 500  # characters of a question that are kept
LATEST = "0001"  # the last of migrations/versions/
Kind = Literal["unanswered", "pick", "thumb", "guess"]

kept = Table(
    "kept", MetaData(),
    Column("number", Integer, primary_key=True),
    *(Column(name, Text) for name in ("id", "kind", "same", "day", "session", "question", "entry", "option")),
    Column("good", Integer), Column("params", Text), Column("nearest", Text), Column("times", Integer),
)


class LaterVersion(OurError, RuntimeError):
    """The database was made by a later version of ours, and is left as it is."""

    kind = "unavailable"


@dataclass(frozen=True)
class Row:
    """One thing that is kept. `id` is its own alone, so that it is kept once however often it is written; rows of a
    kind with an equal `same` are counted together; `session` is random, and None where a surface has none."""

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


def version(connection: Connection) -> str | None:
    """Which migration the database is at; None where there has been none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def unanswered(question: str, nearest: Sequence[str], session: str) -> Row | None:
    """A question without an answer; None where nothing can be kept of it."""
    words = bounded(question)
    if not words:
        return None
    return _row("unanswered", _key(words), session, question=words, nearest=json.dumps(list(nearest)))


def pick(question: str, entry: str, session: str) -> Row | None:
    """The entry that was picked for a question; None where nothing can be kept of it."""
    words = bounded(question)
    return _row("pick", f"{_key(words)}\n{entry}", session, question=words, entry=entry) if words else None


def thumb(entry: str, good: bool, question: str, params: Mapping[str, Any], session: str) -> Row:
    """Whether an answer helped; each is counted by itself."""
    return _row("thumb", "", session, entry=entry, good=int(good), question=bounded(question),
                params=json.dumps(dict(params)))


def guess(entry: str, option: str, session: str) -> Row:
    """What a learner guessed."""
    return _row("guess", f"{entry}\n{option}", session, entry=entry, option=option)


def asked(picked: Row) -> str:
    """The `same` of the unanswered question that a pick is about."""
    return picked.same.split("\n")[0]


def _row(kind: Kind, same: str, session: str, **columns: Any) -> Row:
    name = uuid4().hex
    return Row(name, kind, same or name, datetime.now(UTC).date().isoformat(), session or None, **columns)


def bounded(question: str) -> str:
    """The text on one line, without what cannot be stored and without addresses."""
    text = question[: 4 * LONGEST].encode("utf-8", "ignore").decode("utf-8", "ignore")
    text = re.sub(r"(?<!\S)[^\s@]+@\S+|https?://\S+|(?<!\w)\+?\d[\d\s()/-]{7,40}\d(?!\w)", "…", text)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]


def _key(text: str) -> str:
    """Equal for the same question in other capitals and with other marks."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text
