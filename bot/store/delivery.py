"""What the store's thread does with a batch: into the database, or, while that is away, to wait on disk."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from filelock import Timeout
from sqlalchemy.exc import SQLAlchemyError

from bot.store import database
from bot.store.keeping import keep, prune
from bot.store.spool import Spool, spool_of
from bot.store.tables import LaterVersion, Row

AGAIN = 5.0  # seconds after which a database that was away is tried again
PRUNE_EVERY = 1000  # rows, and every day
LOG = logging.getLogger(__name__)
AWAY = (SQLAlchemyError, LaterVersion, OSError, Timeout)


@dataclass
class Delivery:
    """Rows to one database, and what is to be remembered between batches."""

    path: Path | None
    url: str
    keep_days: int | None
    away_until: float = 0.0  # by the monotonic clock
    since_pruned: int = PRUNE_EVERY
    pruned_on: str = ""
    spool: Spool = field(init=False)

    def __post_init__(self) -> None:
        self.spool = spool_of(self.path, self.url)

    def work(self, rows: Sequence[Row]) -> bool:
        """Deliver what waits and then these rows, or have these wait, too. Whether some wait."""
        if time.monotonic() >= self.away_until:
            try:
                self._deliver(rows)
                return False
            except AWAY as error:
                self.away_until = time.monotonic() + AGAIN
                LOG.warning("%s cannot be used now; what is to be kept waits: %s", self.name, reason(error))
        self.set_by(rows)
        return not self.spool.is_empty()

    def set_by(self, rows: Sequence[Row]) -> None:
        """Have the rows wait on disk; without room there they are lost, which is said."""
        if rows and not self.spool.put(rows):
            LOG.warning("%s cannot be used, nothing can wait on disk, and nothing was kept", self.name)

    @property
    def name(self) -> str:
        """What it is called in messages: the file, or the server without its address, which may hold a password."""
        return "the PostgreSQL database" if self.url else str(self.path)

    def _deliver(self, rows: Sequence[Row]) -> None:
        self.spool.deliver(self._write)
        if rows:
            self._write(rows)

    def _write(self, rows: Sequence[Row]) -> None:
        try:
            self._write_now(rows)
        except SQLAlchemyError as error:
            if self.url or self.path is None or not database.says_corrupt(error):
                raise
            database.set_aside(self.path)
            self._write_now(rows)

    def _write_now(self, rows: Sequence[Row]) -> None:
        today = datetime.now(UTC).date().isoformat()
        with database.writing(self.path, self.url) as connection:
            keep(connection, rows)
            is_due = self.since_pruned + len(rows) >= PRUNE_EVERY or self.pruned_on != today
            if is_due:
                prune(connection, self.keep_days)
        self.since_pruned = 0 if is_due else self.since_pruned + len(rows)
        self.pruned_on = today


def reason(error: BaseException) -> str:
    """What is wrong, without statements, values or addresses: these hold what learners wrote."""
    return str(getattr(error, "orig", None) or error).split("\n")[0]
