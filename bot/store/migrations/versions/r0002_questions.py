"""A row for each question, with what was decided on it and what the learner did with its answer.

Questions that were not answered have had a row before: what was decided on them is not known. Those for which an entry
was picked are gone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NEW = {"decision": sa.Text, "point": sa.Text, "confidence": sa.Float, "sure": sa.Integer, "picked": sa.Text,
       "about": sa.Text}


def upgrade() -> None:
    """Add the columns; what is there keeps its rows."""
    for name, kind in NEW.items():
        op.add_column("kept", sa.Column(name, kind))
