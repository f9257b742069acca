"""Waves -> one survey; and how the next file has to be read to be a wave of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.corrections import LISTS, ROLES, Columns, Corrections
from nps_core.reading.overrides import Options
from nps_core.reading.several import join
from nps_core.reading.typed import column_name
from nps_core.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.workspace.packing import About

WAVE = "Wave"
"""The attribute that says which wave a response is of."""

_OWN = "Wave (column)"
"""What an attribute of a file is called that has this name."""


def join_waves(waves: Sequence[Survey]) -> Survey:
    """Waves under one another; of several, each response with the name of its wave."""
    if len(waves) == 1:
        return waves[0]
    return join([_with_own_wave(wave) for wave in waves], Options(), by=WAVE)


def _with_own_wave(survey: Survey) -> Survey:
    """A survey whose file has a column "Wave" itself, with that one called otherwise."""
    if WAVE not in survey.responses:
        return survey
    mapping = survey.mapping
    changed: dict[str, object] = {
        "attributes": tuple(_OWN if one == WAVE else one for one in mapping.attributes)
    }
    changed |= {role: _OWN for role in ("persona", "phase", "touchpoint") if getattr(mapping, role) == WAVE}
    frames = {
        part: frame.rename(columns={WAVE: _OWN})
        for part in ("responses", "silent")
        if (frame := getattr(survey, part)) is not None
    }
    return replace(survey, mapping=replace(mapping, **changed), **frames)  # type: ignore[arg-type]  # of the roles' own types


def reading_of(last: About, survey: Survey | Sequence[str]) -> Corrections:
    """How a file has to be read to be read as the last wave, as far as it has its columns; nothing where it was.

    Of a file that could not be read its columns are enough.
    """
    if not isinstance(survey, Survey):
        return _reading_of_columns(last, survey)
    found = {role: _columns(survey, role) for role in ROLES}
    wanted = {role: _wanted(last, survey, role) for role in ROLES}
    # In which order a file has its attributes is no other reading.
    roles = tuple((role, wanted[role]) for role in ROLES if set(wanted[role]) != set(found[role]))
    asked_alike = last.mapping.score in survey.columns
    scale = last.scale.written if asked_alike and survey.scale != last.scale else None
    if not roles and scale is None and survey.repeats == last.repeats:
        return Corrections()
    return Corrections(tuple((role, _said(role, names)) for role, names in roles), scale, last.repeats)


def _reading_of_columns(last: About, columns: Sequence[str]) -> Corrections:
    here = {role: tuple(name for name in _columns(last, role) if name in columns) for role in ROLES}
    scale = last.scale.written if last.mapping.score in columns else None
    roles = tuple((role, _said(role, names)) for role, names in here.items() if names)
    return Corrections(roles, scale, last.repeats)


def _wanted(last: About, survey: Survey, role: str) -> tuple[str, ...]:
    """The columns of a file that are to play a role: those of the last wave, or what that did not know."""
    was, found = _columns(last, role), _columns(survey, role)
    here = tuple(name for name in was if name in survey.columns)
    if role in LISTS or not was:
        return (*here, *(name for name in found if name not in last.columns))
    return here or found


def _columns(read: About | Survey, role: str) -> tuple[str, ...]:
    """The columns of the file that play a role; several of comments may have been put together."""
    value = getattr(read.mapping, role)
    names = value if isinstance(value, tuple) else () if value is None else (value,)
    if role in ("attributes", "persona", "phase", "touchpoint"):
        names = tuple(map(column_name, names))
    parts = tuple(use.column for use in read.column_uses if use.part_of in names)
    return parts if role == "reason" and parts else names


def _said(role: str, names: tuple[str, ...]) -> Columns:
    if role in LISTS or len(names) > 1:
        return names
    return names[0] if names else None
