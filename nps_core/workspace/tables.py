"""The tables of a workspace; the migrations make them, and a test holds that both say the same.

A response stands in no row of its own: a wave is a few Parquet chunks, and what people edit has rows.
"""

from __future__ import annotations

import sqlalchemy as sa

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are called, so that a later migration can name them on every database."""

# An id is never given twice (`sqlite_autoincrement`): a screen that holds one of what is gone must not meet another.
metadata = sa.MetaData(naming_convention=NAMES)


def _of_survey() -> sa.Column[int]:
    return sa.Column("survey_id", sa.ForeignKey("survey.id", ondelete="CASCADE"), nullable=False, index=True)


survey = sa.Table(
    "survey",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("link", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column(
        "made", sa.Text, nullable=False
    ),  # moments are texts of ISO 8601 in UTC, alike on every database
    sa.Column("settings", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),  # rises with the settings
    sa.Column("revision", sa.Integer, nullable=False),  # rises with the responses
    sa.Column("retention", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

wave = sa.Table(
    "wave",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_survey(),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("added", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),  # of the file, to know it again
    sa.Column("figures", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

chunk = sa.Table(
    "chunk",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("wave_id", sa.ForeignKey("wave.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    # Of a wave as it was before another one was added; goes with the possibility to take that back.
    sa.Column("is_before", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,
)

undo = sa.Table(
    "undo",
    metadata,
    sa.Column("wave_id", sa.ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True),
    _of_survey(),
    sa.Column("before", sa.Text, nullable=False),
)

recipe = sa.Table(
    "recipe",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_survey(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.UniqueConstraint("survey_id", "name"),
    sqlite_autoincrement=True,
)

# A receipt outlives the survey that it tells of, and so does not point at it.
receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("link", sa.Text, nullable=False, index=True),
    sa.Column("told", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

person = sa.Table(
    "person",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("filters", sa.Text, nullable=False),
    sa.Column("masks", sa.Text, nullable=False),
    sa.Column("smallest", sa.Integer, nullable=False),
    sa.UniqueConstraint("issuer", "subject"),
    sqlite_autoincrement=True,
)

ended_login = sa.Table(
    "ended_login",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("until", sa.Text, nullable=False),  # from then on it is too old anyway
)

# It names who did something, and no response: of a survey its name alone.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("moment", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

# What nobody has changed yet has no row: it follows from the responses.
follow_up = sa.Table(
    "follow_up",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_survey(),
    sa.Column("wave_id", sa.ForeignKey("wave.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("due", sa.Text, nullable=False),  # moments are "" where there is none
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("contacted", sa.Text, nullable=False),
    sa.Column("closed", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("wave_id", "kind", "who"),
    sqlite_autoincrement=True,
)

follow_up_event = sa.Table(
    "follow_up_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("follow_up_id", sa.ForeignKey("follow_up.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("moment", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

relationship = sa.Table(
    "relationship",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_survey(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("score", sa.Integer, nullable=True),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("survey_id", "kind", "who"),
    sqlite_autoincrement=True,
)

relationship_event = sa.Table(
    "relationship_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "relationship_id", sa.ForeignKey("relationship.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("moment", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

# A theme is "" where there is none, and so are attribute and values; values are a JSON list of texts.
action = sa.Table(
    "action",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_survey(),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("attribute", sa.Text, nullable=False),
    sa.Column("values", sa.Text, nullable=False),
    sa.Column("theme", sa.Text, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),  # who changed it last
    sa.Column("changed", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)
