"""Rows into the database, each once; bounded, and no longer than days are set."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import get_args

from sqlalchemy import Connection, Insert, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables import Kind, Row, asked, kept

MOST_ROWS = 20_000  # of each kind that differ; those of the fewest times go first, then the oldest
MOST_IN_ALL = 500_000  # rows; the oldest go first


def keep(connection: Connection, rows: Sequence[Row]) -> None:
    """Write the rows that are not there yet. What is about a question is noted in the question's row, too; a pick ends
    that the question is unanswered, for all who asked it in these words."""
    insert = _insert(connection.dialect.name)
    for row in rows:
        if connection.execute(insert, asdict(row)).rowcount == 1:
            _note(connection, row)


def _note(connection: Connection, row: Row) -> None:
    if row.kind == "pick":
        open_still = kept.c.kind == "unanswered", kept.c.same == asked(row), kept.c.picked.is_(None)
        connection.execute(update(kept).values(picked=row.entry).where(*open_still))
    noted: dict[str, dict[str, str | int | None]] = {
        "pick": {"picked": row.entry}, "thumb": {"good": row.good}, "guess": {"option": row.option}}
    if row.about and row.kind in noted:
        connection.execute(update(kept).values(noted[row.kind]).where(kept.c.id == row.about))


def prune(connection: Connection, keep_days: int | None) -> None:
    """Delete what is older than `keep_days`, and what is too much."""
    if keep_days is not None:
        connection.execute(delete(kept).where(kept.c.day < first_day(keep_days)))
    newest = select(func.max(kept.c.number)).scalar_subquery()
    connection.execute(delete(kept).where(kept.c.number <= newest - MOST_IN_ALL))
    for kind in get_args(Kind):
        of_kind = kept.c.kind == kind
        surplus = connection.scalar(select(func.count(kept.c.same.distinct())).where(of_kind)) or 0
        if surplus > MOST_ROWS:
            fewest = (select(kept.c.same).where(of_kind).group_by(kept.c.same)
                      .order_by(func.sum(kept.c.times), func.min(kept.c.number)).limit(surplus - MOST_ROWS))
            connection.execute(delete(kept).where(of_kind, kept.c.same.in_(fewest)))


def first_day(keep_days: int) -> str:
    """The oldest day that is kept."""
    return (datetime.now(UTC).date() - timedelta(days=keep_days)).isoformat()


def forget(connection: Connection, session: str) -> int:
    """Delete all of a session. How many rows it had."""
    return connection.execute(delete(kept).where(kept.c.session == session)).rowcount


def _insert(dialect: str) -> Insert:
    if dialect == "postgresql":
        return postgresql.insert(kept).on_conflict_do_nothing(index_elements=["id"])
    return sqlite.insert(kept).on_conflict_do_nothing(index_elements=["id"])
