"""The store's table as it is now: made in an empty database, and brought up to date in an older one."""

from pathlib import Path
from threading import Lock
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from bot.store.tables import LATEST, LaterVersion, version

FOLDER = Path(__file__).parent / "migrations"
GATE = 0x41734E65  # the number of PostgreSQL's advisory lock for this
ONE_AT_A_TIME = Lock()  # Alembic's context is one for a process


def migrate(connection: Connection) -> None:
    """Bring the database up to date, within the connection's transaction, which the caller ends.

    Two processes may start at once: in SQLite the transaction is the only one that writes, in PostgreSQL a lock is
    held until it ends. `LaterVersion` where one of ours has been here.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:gate)"), {"gate": GATE})
    if version(connection) == LATEST:
        return
    scripts = ScriptDirectory(str(FOLDER), version_locations=[str(FOLDER / "versions")])

    def steps(revision: Any, _: Any) -> Any:
        return scripts._upgrade_revs("head", revision)  # as Alembic's own command `upgrade` has them

    with ONE_AT_A_TIME, EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection)
        try:
            environment.run_migrations()
        except CommandError as error:
            raise LaterVersion(f"it is of a later version than {LATEST}") from error
