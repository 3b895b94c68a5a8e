"""What learners leave behind for the people who write entries: unanswered questions, picks, thumbs, guesses.

Kept in one SQLite file, ASK_NEURON_STORE or one in the user's data folder; "off" keeps nothing. No more is kept than
the question's text, without addresses, and the day, in a file that its owner alone can read. Several processes may
write at once. Nobody waits for a write, and a disk that is full, read-only or broken loses what was to be kept, and
never an answer.
"""

import json
import logging
import os
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs

from bot.content.environment import environment
from bot.content.errors import OurError
from bot.store.writing import Writer, writer

OFF = "off"
LONGEST = 500  # characters of a question that are kept
MOST_ROWS = 20_000  # of each kind; the oldest go first
PATIENCE = 30.0  # seconds to wait for another process that writes
READING = 3.0  # seconds that whoever reads waits for it
GLANCE = 1.0  # seconds that an answer waits for what was said just now
LOG = logging.getLogger(__name__)
TABLES = (
    "unanswered (key TEXT PRIMARY KEY, question TEXT, nearest TEXT, times INTEGER, day TEXT)",
    "picked (key TEXT, entry TEXT, question TEXT, times INTEGER, day TEXT, PRIMARY KEY (key, entry))",
    "thumbs (id INTEGER PRIMARY KEY, entry TEXT, good INTEGER, question TEXT, params TEXT, day TEXT)",
    "guesses (entry TEXT, option TEXT, times INTEGER, PRIMARY KEY (entry, option))",
)
FEWEST_FIRST = {"unanswered": "times", "picked": "times", "thumbs": "id", "guesses": "times"}  # what goes, of too many
Statement = tuple[str, tuple[Any, ...]]


class StoreError(OurError, RuntimeError):
    """The store cannot be read; the message names the file and what is wrong with it."""

    kind = "unavailable"


@dataclass(frozen=True)
class Gap:
    """A question that was not answered, how often it was asked, the day it was last, and the nearest entries."""

    question: str
    times: int
    day: str
    nearest: tuple[str, ...]


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


@dataclass(frozen=True)
class Store:
    """The file, opened anew for each thing that is kept; `path` None keeps nothing and knows nothing."""

    path: Path | None

    def keep_unanswered(self, question: str, nearest: Sequence[str]) -> None:
        """A question without an answer; the same one again is counted."""
        text = _bounded(question)
        if text:
            self._write(("INSERT INTO unanswered VALUES (?, ?, ?, 1, ?) ON CONFLICT (key) DO UPDATE SET "
                         "times = times + 1, day = excluded.day, nearest = excluded.nearest",
                         (_key(text), text, json.dumps(list(nearest)), _today())))

    def keep_pick(self, question: str, entry: str) -> None:
        """The entry that was picked for an unclear question, which is then no longer unanswered."""
        text = _bounded(question)
        if text:
            self._write(("INSERT INTO picked VALUES (?, ?, ?, 1, ?) ON CONFLICT (key, entry) DO UPDATE SET "
                         "times = times + 1, day = excluded.day", (_key(text), entry, text, _today())),
                        ("DELETE FROM unanswered WHERE key = ?", (_key(text),)))

    def keep_thumb(self, entry: str, good: bool, question: str, params: Mapping[str, Any]) -> None:
        """Whether an answer helped."""
        self._write(("INSERT INTO thumbs (entry, good, question, params, day) VALUES (?, ?, ?, ?, ?)",
                     (entry, int(good), _bounded(question), json.dumps(dict(params)), _today())))

    def keep_guess(self, entry: str, option: str) -> None:
        """One more learner guessed so. By the option's words: what is worded anew is counted anew."""
        self._write(("INSERT INTO guesses VALUES (?, ?, 1) ON CONFLICT (entry, option) DO UPDATE SET times = times + 1",
                     (entry, option)))

    def flush(self, patience: float = PATIENCE) -> bool:
        """Wait until what was to be kept is written, at most `patience` seconds. Whether it is."""
        return self.path is None or self._writer().flush(patience)

    def gaps(self, most: int = 100) -> list[Gap]:
        """The unanswered questions, the most frequent first."""
        rows = self._read("SELECT question, times, day, nearest FROM unanswered ORDER BY times DESC, day DESC LIMIT ?",
                          (most,))
        return [Gap(question, times, day, tuple(json.loads(nearest))) for question, times, day, nearest in rows]

    def picks(self, most: int = 100) -> list[Pick]:
        """The labelled examples, the most frequent first."""
        rows = self._read("SELECT question, entry, times, day FROM picked ORDER BY times DESC, day DESC LIMIT ?",
                          (most,))
        return [Pick(*row) for row in rows]

    def thumbs(self, most: int = 1000) -> list[Thumb]:
        """The latest thumbs, newest first."""
        rows = self._read("SELECT entry, good, question, params, day FROM thumbs ORDER BY id DESC LIMIT ?", (most,))
        return [Thumb(entry, bool(good), question, json.loads(params), day)
                for entry, good, question, params, day in rows]

    def guesses(self, entry: str) -> dict[str, int]:
        """How often each option of the entry's prediction was guessed; empty where the store cannot be read now."""
        try:
            return dict(self._read("SELECT option, times FROM guesses WHERE entry = ?", (entry,), GLANCE))
        except StoreError as error:
            LOG.warning("%s", error)
            return {}

    def _write(self, *statements: Statement) -> None:
        if self.path is not None:
            self._writer().put(statements)

    def _writer(self) -> Writer:
        return writer(self.path, self._write_now)

    def _write_now(self, batch: Sequence[Sequence[Statement]]) -> None:
        assert self.path is not None
        try:
            _make_private(self.path)
            with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                for table in TABLES:
                    connection.execute(f"CREATE TABLE IF NOT EXISTS {table}")
                for statement in (one for several in batch for one in several):
                    connection.execute(*statement)
                for table, order in FEWEST_FIRST.items():
                    surplus = (f"SELECT rowid FROM {table} ORDER BY {order}, rowid "
                               f"LIMIT max(0, (SELECT count(*) FROM {table}) - ?)")
                    connection.execute(f"DELETE FROM {table} WHERE rowid IN ({surplus})", (MOST_ROWS,))
                connection.commit()
        except (sqlite3.Error, OSError, ValueError) as error:
            LOG.warning("%s cannot be used, and nothing was kept: %s", self.path, error)

    def _read(self, statement: str, values: tuple[Any, ...], patience: float = READING) -> list[Any]:
        """The rows, with what this process wrote. `StoreError` where there is a store and it cannot be read."""
        if self.path is None:
            return []
        self.flush(patience)
        try:
            if not self.path.exists():
                return []
            mode = "rw" if os.access(self.path, os.W_OK) else "ro"
            address = f"{self.path.absolute().as_uri()}?mode={mode}"
            with closing(sqlite3.connect(address, timeout=patience, uri=True)) as connection:
                return connection.execute(statement, values).fetchall()
        except (sqlite3.Error, OSError) as error:
            if "no such table" in str(error):  # made with the first write
                return []
            raise StoreError(f"{self.path} cannot be read: {error}. Move it away, and a new one is begun.") from error


def _make_private(path: Path) -> None:
    """The file, and its folder where there is none, for their owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):  # never opened again: closing it would take SQLite's locks away
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if path.stat().st_mode & 0o077:
        with suppress(OSError):  # another's file
            path.chmod(0o600)


def from_environment() -> Store:
    """The store that ASK_NEURON_STORE names (a file; or "off"), else one in the user's data folder."""
    setting = environment().store
    if setting.lower() == OFF:
        return Store(None)
    path = Path(setting) if setting else Path(platformdirs.user_data_dir("ask-neuron")) / "store.sqlite3"
    return Store(path / "store.sqlite3" if path.is_dir() else path)


def _bounded(question: str) -> str:
    """The text on one line, without what cannot be stored and without addresses."""
    text = question[: 4 * LONGEST].encode("utf-8", "ignore").decode("utf-8", "ignore")
    text = re.sub(r"(?<!\S)[^\s@]+@\S+|https?://\S+|(?<!\w)\+?\d[\d\s()/-]{7,40}\d(?!\w)", "…", text)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]


def _key(text: str) -> str:
    """Equal for the same question in other capitals and with other marks."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
