"""What learners leave behind for the people who write entries: questions and how they were answered, picks, thumbs,
guesses.

Kept in one SQLite file, ASK_NEURON_STORE or one in the user's data folder, which its owner alone can read, or in the
PostgreSQL database that ASK_NEURON_DATABASE names; "off" keeps nothing. No more is kept than the question's text,
without what may tell who wrote it (private.py), what was made of it, the day, and the random number of a conversation.
Several processes may write at once. Nobody waits for a write; while the database is away, what is to be kept waits on
disk, and is delivered once.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import platformdirs
from sqlalchemy import Connection

from bot.content.environment import BadEnvironment, environment
from bot.content.errors import OurError
from bot.store import database, keeping, reading, reviewing, tables
from bot.store.delivery import AWAY, Delivery, reason
from bot.store.reading import Pick, Thumb
from bot.store.reviewing import Vain, Week
from bot.store.tables import LONGEST, Question, Row
from bot.store.writing import Writer, writer

__all__ = ["LONGEST", "Pick", "Question", "Store", "StoreError", "Thumb", "Vain", "Week", "from_environment"]

OFF = "off"
PATIENCE = 30.0  # seconds that a flush waits
READING = 3.0  # seconds that whoever reads waits for who writes
GLANCE = 1.0  # seconds that an answer waits for what was said just now
LOG = logging.getLogger(__name__)
T = TypeVar("T")


class StoreError(OurError, RuntimeError):
    """The store cannot be read, or not be written by who waits for it; the message names it and what is wrong."""

    kind = "unavailable"


@dataclass(frozen=True)
class Store:
    """The file at `path`, or the PostgreSQL database at `url`; neither keeps nothing and knows nothing.

    What is older than `keep_days` is deleted, and never shown. A surface that has conversations gives each a random
    `session`; what is kept of one can be forgotten by it.
    """

    path: Path | None
    url: str = field(default="", repr=False)  # it may hold a password
    keep_days: int | None = None

    def keep_question(self, asked: Question, session: str = "") -> str:
        """A question and what was made of it. Its id, for what comes to be said about it; "" where nothing is kept."""
        if self.is_off:
            return ""
        row = tables.question(asked, session)
        self._put(row)
        return row.id if row else ""

    def keep_pick(self, question: str, entry: str, session: str = "", about: str = "") -> None:
        """The entry that was picked for an unclear question, which is then no longer unanswered. `about` is the id of
        the question, here and below, where one was kept."""
        self._put(tables.pick(question, entry, session, about))

    def keep_thumb(self, entry: str, good: bool, question: str, params: Mapping[str, Any], session: str = "",
                   about: str = "") -> None:
        """Whether an answer helped."""
        self._put(tables.thumb(entry, good, question, params, session, about))

    def keep_guess(self, entry: str, option: str, session: str = "", about: str = "") -> None:
        """One more learner guessed so. By the option's words: what is worded anew is counted anew."""
        self._put(tables.guess(entry, option, session, about))

    def flush(self, patience: float = PATIENCE) -> bool:
        """Wait until what was to be kept is in the database or, while that is away, waits on disk; at most `patience`
        seconds. Whether it is so."""
        if self.is_off:
            return True
        self._writer().again()
        return self._writer().flush(patience)

    def picks(self, most: int = 100) -> list[Pick]:
        """The labelled examples, the most frequent first."""
        return self._read(lambda connection, since: reading.picks(connection, since, most), [], READING)

    def thumbs(self, most: int = 1000) -> list[Thumb]:
        """The latest thumbs, newest first."""
        return self._read(lambda connection, since: reading.thumbs(connection, since, most), [], READING)

    def guesses(self, entry: str) -> dict[str, int]:
        """How often each option of the entry's prediction was guessed; empty where the store cannot be read now."""
        try:
            return self._read(lambda connection, since: reading.guesses(connection, since, entry), {}, GLANCE)
        except StoreError as error:
            LOG.warning("%s", error)
            return {}

    def in_vain(self, most: int = 1000) -> list[Vain]:
        """The questions among the `most` newest rows of those that were asked in vain or answered badly, the most
        frequent first."""
        return self._read(lambda connection, since: reviewing.in_vain(connection, since, most), [], READING)

    def weeks(self, most: int = 12) -> list[Week]:
        """What was asked in each of the last weeks in which anything was, the oldest first."""
        return self._read(lambda connection, since: reviewing.weeks(connection, since, most), [], READING)

    def all_guesses(self) -> dict[str, dict[str, int]]:
        """By entry, how often each option of its prediction was guessed; the most guessed entry first."""
        return self._read(reviewing.all_guesses, {}, READING)

    def mark(self) -> tuple[int, int, str]:
        """What is another one as soon as anything else can be read: the newest row, how many there are, and since when.
        """
        return self._read(reviewing.mark, (0, 0, ""), READING)

    def everything(self) -> Iterator[dict[str, Any]]:
        """All that is kept, a row at a time, the oldest first (`reading.EXPORTED` names the fields)."""
        if self._is_there(READING):
            with self._said(), database.reading(self.path, self.url, READING) as connection:
                yield from reading.everything(connection, reading.since_of(self.keep_days))

    def forget(self, session: str) -> int:
        """Delete all that is kept of a conversation. How many rows it had; `StoreError` where some may be left."""
        if not self._is_there(PATIENCE):
            return 0
        if not self._delivery().spool.is_empty():
            raise StoreError(f"{self._delivery().name} cannot be written now, and what waits for it was not searched.")
        with self._said("written"), database.writing(self.path, self.url) as connection:
            return keeping.forget(connection, session)

    def warm(self) -> None:
        """Import now what the first write would import, for a server before it has threads."""
        if not self.is_off:
            import_module("bot.store.migrating")

    @property
    def is_off(self) -> bool:
        """Whether nothing is kept."""
        return self.path is None and not self.url

    def _put(self, row: Row | None) -> None:
        if row and not self.is_off:
            self._writer().put(row)

    def _delivery(self) -> Delivery:
        return Delivery(self.path, self.url, self.keep_days)

    def _writer(self) -> Writer:
        def make() -> Writer:
            delivery = self._delivery()
            return Writer(delivery.work, delivery.set_by)

        return writer(self, make)

    def _is_there(self, patience: float) -> bool:
        """Whether there is a database to look into, after what this process wrote is in it, and it is up to date."""
        if self.is_off:
            return False
        self.flush(patience)
        with self._said():
            if not self.url and self.path and not self.path.exists():
                return False
            with database.reading(self.path, self.url, patience) as connection:
                is_ready = database.is_up_to_date(connection)
            if not is_ready:
                with database.writing(self.path, self.url):  # an older one is taken over
                    pass
        return True

    def _read(self, read: Callable[[Connection, str], T], nothing: T, patience: float) -> T:
        """What is read, with what this process wrote. `StoreError` where there is a store and it cannot be read."""
        if not self._is_there(patience):
            return nothing
        with self._said(), database.reading(self.path, self.url, patience) as connection:
            return read(connection, reading.since_of(self.keep_days))

    @contextmanager
    def _said(self, done: str = "read") -> Iterator[None]:
        try:
            yield
        except AWAY as error:
            advice = "" if self.url else " Move it away, and a new one is begun."
            raise StoreError(f"{self._delivery().name} cannot be {done}: {reason(error)}.{advice}") from error


def from_environment() -> Store:
    """The store that the environment names: ASK_NEURON_STORE "off", else the database of ASK_NEURON_DATABASE, else the
    file of ASK_NEURON_STORE, else one in the user's data folder. `BadEnvironment` where a driver is missing."""
    found = environment()
    if found.store.lower() == OFF:
        return Store(None)
    if found.database:
        if find_spec("psycopg") is None:
            raise BadEnvironment("ASK_NEURON_DATABASE: PostgreSQL needs its driver; pip install 'ask-neuron[postgres]'")
        return Store(None, found.database, found.keep_days)
    path = Path(found.store) if found.store else Path(platformdirs.user_data_dir("ask-neuron")) / "store.sqlite3"
    return Store(path / "store.sqlite3" if path.is_dir() else path, keep_days=found.keep_days)
