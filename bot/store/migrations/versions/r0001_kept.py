"""One table with a row for each thing that is kept, and what version 0.2.0 had in four tables of counts.

Guesses had no day: theirs is the day on which they are taken over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

OLD = {
    "unanswered": "SELECT '0.2.0-unanswered-' || rowid, 'unanswered', key, day, question, NULL, NULL, NULL, NULL, "
                  "nearest, times FROM unanswered ORDER BY rowid",
    "picked": "SELECT '0.2.0-picked-' || rowid, 'pick', key || char(10) || entry, day, question, entry, NULL, NULL, "
              "NULL, NULL, times FROM picked ORDER BY rowid",
    "thumbs": "SELECT '0.2.0-thumbs-' || id, 'thumb', '0.2.0-thumbs-' || id, day, question, entry, NULL, good, "
              "params, NULL, 1 FROM thumbs ORDER BY id",
    "guesses": "SELECT '0.2.0-guesses-' || rowid, 'guess', entry || char(10) || option, date('now'), NULL, entry, "
               "option, NULL, NULL, NULL, times FROM guesses ORDER BY rowid",
}
COLUMNS = "id, kind, same, day, question, entry, option, good, params, nearest, times"


def upgrade() -> None:
    """Make the table; in a file of 0.2.0, fill it from the old ones."""
    op.create_table(
        "kept",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("same", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("session", sa.Text),
        sa.Column("question", sa.Text),
        sa.Column("entry", sa.Text),
        sa.Column("option", sa.Text),
        sa.Column("good", sa.Integer),
        sa.Column("params", sa.Text),
        sa.Column("nearest", sa.Text),
        sa.Column("times", sa.Integer, nullable=False),
    )
    op.create_index("kept_same", "kept", ["kind", "same"])
    op.create_index("kept_entry", "kept", ["kind", "entry"])
    op.create_index("kept_session", "kept", ["session"])
    op.create_index("kept_day", "kept", ["day"])
    if op.get_bind().dialect.name == "sqlite":
        tables = set(sa.inspect(op.get_bind()).get_table_names())
        for table, rows in OLD.items():
            if table in tables:
                op.execute(f"INSERT INTO kept ({COLUMNS}) {rows}")
                op.drop_table(table)
