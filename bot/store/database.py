"""Connections to the store's database: a SQLite file for its owner alone, or PostgreSQL by its address."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from filelock import FileLock
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from bot.store.tables import LATEST, version

PATIENCE = 5.0  # seconds to wait for another process that writes, or for a server
CORRUPT = ("file is not a database", "malformed", "file is encrypted")  # what SQLite says of such a file
LOG = logging.getLogger(__name__)


@contextmanager
def writing(path: Path | None, url: str) -> Iterator[Connection]:
    """A transaction that writes, in a database that is up to date.

    Raises SQLAlchemy's errors and `OSError` where the database is away.
    """
    if path is not None and not url:
        _make_private(path)
    with _engine(path, url, writes=True, patience=PATIENCE).begin() as connection:
        up_to_date(connection)
        yield connection


@contextmanager
def reading(path: Path | None, url: str, patience: float) -> Iterator[Connection]:
    """A transaction that only reads."""
    with _engine(path, url, writes=False, patience=patience).begin() as connection:
        yield connection


def is_up_to_date(connection: Connection) -> bool:
    """Whether the table is there as this version of ours knows it."""
    return version(connection) == LATEST


def up_to_date(connection: Connection) -> None:
    """Make the table, or bring an older one up to date."""
    if not is_up_to_date(connection):
        from bot.store.migrating import migrate  # Alembic is slow to import, and seldom needed

        migrate(connection)


@lru_cache(maxsize=64)
def _engine(path: Path | None, url: str, writes: bool, patience: float) -> Engine:
    """Connections are opened anew for each use: files are moved, servers restarted, processes forked."""
    if url:
        return create_engine(driven(url), poolclass=NullPool, connect_args={"connect_timeout": max(2, round(patience))})
    assert path is not None

    def connect() -> sqlite3.Connection:
        mode = "rw" if writes or os.access(path, os.W_OK) else "ro"
        address = f"{path.absolute().as_uri()}?mode={mode}"
        opened = sqlite3.connect(address, timeout=patience, uri=True, isolation_level=None, check_same_thread=False)
        if writes:
            try:
                opened.execute("PRAGMA journal_mode = WAL")
                opened.execute("PRAGMA synchronous = NORMAL")
                opened.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
            except sqlite3.Error:
                opened.close()
                raise
        return opened

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def driven(url: str) -> str:
    """PostgreSQL's address with the driver that we use."""
    return "postgresql+psycopg://" + url.partition("://")[2]


def _make_private(path: Path) -> None:
    """The file, and its folder where there is none, for their owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):  # never opened again: closing it would take SQLite's locks away
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if path.stat().st_mode & 0o077:
        with suppress(OSError):  # another's file
            path.chmod(0o600)


def says_corrupt(error: BaseException) -> bool:
    """Whether an error of SQLite means that the file itself is broken."""
    return isinstance(error, DatabaseError) and any(said in str(error) for said in CORRUPT)


def set_aside(path: Path) -> None:
    """Move a corrupt file away under another name, and say so; one that is sound after all stays."""
    with FileLock(f"{path}.lock", timeout=PATIENCE, mode=0o600):
        if _is_sound(path):  # another process was faster
            return
        aside = f"{path}.corrupt-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        for end in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{path}{end}").replace(f"{aside}{end}")
        LOG.warning("%s was corrupt: it is set aside as %s, and a new one is begun", path, aside)


def _is_sound(path: Path) -> bool:
    try:
        with _engine(path, "", writes=False, patience=PATIENCE).connect() as connection:
            return connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok"
    except DatabaseError as error:
        if says_corrupt(error):
            return False
        raise
