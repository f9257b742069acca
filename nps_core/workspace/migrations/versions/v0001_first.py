"""Surveys, waves and their chunks, undo, recipes and receipts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("made", sa.Text, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("retention", sa.Text, nullable=False),
        sa.UniqueConstraint("link", name="uq_survey_link"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("survey_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        _to("wave", "survey"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_wave_survey_id", "wave", ["survey_id"])
    op.create_table(
        "chunk",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("wave_id", sa.Integer, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("is_before", sa.Boolean, nullable=False),
        _to("chunk", "wave"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chunk_wave_id", "chunk", ["wave_id"])
    if op.get_bind().dialect.name == "postgresql":
        # Parquet is packed already: packing it once more takes time and saves nothing.
        op.execute("ALTER TABLE chunk ALTER COLUMN data SET STORAGE EXTERNAL")
    op.create_table(
        "undo",
        sa.Column("wave_id", sa.Integer, nullable=False),
        sa.Column("survey_id", sa.Integer, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("wave_id", name="pk_undo"),
        _to("undo", "wave"),
        _to("undo", "survey"),
    )
    op.create_index("ix_undo_survey_id", "undo", ["survey_id"])
    op.create_table(
        "recipe",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("survey_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.UniqueConstraint("survey_id", "name", name="uq_recipe_survey_id"),
        _to("recipe", "survey"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_recipe_survey_id", "recipe", ["survey_id"])
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_receipt_link", "receipt", ["link"])


def downgrade() -> None:
    """Drop the tables, and all that is in them."""
    for table in ("receipt", "recipe", "undo", "chunk", "wave", "survey"):
        op.drop_table(table)


def _to(table: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{other}_id_{other}"
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name, ondelete="CASCADE")
