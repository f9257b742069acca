"""The register of actions, with the interventions that stood among the settings."""

from __future__ import annotations

import datetime as dt
import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SETTING = "did"


def upgrade() -> None:
    """Make the table, and move each intervention that can be read into it; the others stay where they are."""
    op.create_table(
        "action",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("survey_id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name="fk_action_survey_id_survey", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_action_survey_id", "action", ["survey_id"])
    for id_, version, settings in _settings():
        rows = {line: row for line in settings.get(_SETTING, ()) if (row := _row(line))}
        for row in rows.values():
            op.execute(sa.insert(_ACTION).values(survey_id=id_, version=1, **row))
        if rows:
            left = [line for line in settings.pop(_SETTING) if line not in rows]
            _save(id_, version, settings | ({_SETTING: left} if left else {}))


def downgrade() -> None:
    """Let the actions stand among the settings again, without what these have no room for, and drop the table."""
    connection = op.get_bind()
    for id_, version, settings in _settings():
        asked = sa.select(_ACTION).where(_ACTION.c.survey_id == id_).order_by(_ACTION.c.id)
        lines = [
            json.dumps([row.day, row.name, *_target(row)], ensure_ascii=False)
            for row in connection.execute(asked)
        ]
        if lines:
            _save(id_, version, settings | {_SETTING: [*settings.get(_SETTING, ()), *lines]})
    op.drop_table("action")


_TEXTS = ("day", "name", "attribute", "values", "theme", "said", "owner", "status", "by", "changed")
_ACTION = sa.table("action", *map(sa.column, ("id", "survey_id", "version", *_TEXTS)))
_SURVEY = sa.table("survey", *map(sa.column, ("id", "version", "settings")))


def _settings() -> list[tuple[int, int, dict[str, list[str]]]]:
    """The settings of each survey that can be read, with its id and version."""
    found = []
    for row in op.get_bind().execute(sa.select(_SURVEY).order_by(_SURVEY.c.id)).all():
        try:
            settings = json.loads(row.settings)
        except ValueError:
            continue
        if isinstance(settings, dict) and isinstance(settings.get(_SETTING, []), list):
            found.append((row.id, row.version, settings))
    return found


def _save(id_: int, version: int, settings: dict[str, list[str]]) -> None:
    text = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
    change = {"settings": text, "version": version + 1}
    op.execute(sa.update(_SURVEY).where(_SURVEY.c.id == id_).values(**change))


def _row(line: object) -> dict[str, str]:
    """An intervention as it was written: its day, its name, and the attribute and the values that it was meant for."""
    try:
        day, name, *target = json.loads(str(line))
        dt.date.fromisoformat(day)
    except (TypeError, ValueError):
        return {}
    if not all(isinstance(one, str) for one in (name, *target)) or len(target) == 1:
        return {}
    told = dict.fromkeys(_TEXTS, "") | {"day": day, "name": name, "status": "done"}
    if target:
        told |= {"attribute": target[0], "values": json.dumps(target[1:], ensure_ascii=False)}
    return told


def _target(row: sa.Row[tuple[object, ...]]) -> list[str]:
    return [row.attribute, *json.loads(row.values)] if row.attribute else []
