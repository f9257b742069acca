"""Relationship scores of respondents and accounts, and what was changed in each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "relationship",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("survey_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("score", sa.Integer, nullable=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("survey_id", "kind", "who", name="uq_relationship_survey_id"),
        _to("relationship", "survey"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_relationship_survey_id", "relationship", ["survey_id"])
    op.create_table(
        "relationship_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("relationship_id", sa.Integer, nullable=False),
        sa.Column("moment", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        _to("relationship_event", "relationship"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_relationship_event_relationship_id", "relationship_event", ["relationship_id"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("relationship_event")
    op.drop_table("relationship")


def _to(table: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{other}_id_{other}"
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name, ondelete="CASCADE")
