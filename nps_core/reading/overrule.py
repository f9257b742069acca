"""The mapping: what was found, overruled by what the caller said."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, cast

from nps_core.reading.find_scale import scale_of
from nps_core.reading.find_score import ScoreColumn, Verdict
from nps_core.reading.named import find_column, no_such_column, no_such_role
from nps_core.reading.roles import find_measures, find_roles
from nps_core.reading.scores import parse_scale
from nps_core.reading.typed import stored_name
from nps_core.survey import Mapping, Measure, Scale

if TYPE_CHECKING:
    import collections.abc

    from nps_core.reading.profiles import Profile
    from nps_core.reading.tables import Table

_ROLE_LISTS = ("attributes", "csat", "ces")
_KINDS = ("persona", "phase", "touchpoint")
"""Roles of columns that are attributes as well."""

_BESIDE = ("weight", "revenue", "invited")
"""Roles that a column may play beside another one: seats are a segment too."""


@dataclass(frozen=True)
class Options:
    """What the caller said about a file."""

    mapping: Mapping | collections.abc.Mapping[str, object] | None = None
    scale: str | None = None
    repeats: str = "all"


def as_dict(mapping: Mapping | collections.abc.Mapping[str, object] | None) -> dict[str, object]:
    """What the caller said, by role."""
    if mapping is None:
        return {}
    if isinstance(mapping, Mapping):
        return {role.name: getattr(mapping, role.name) for role in fields(mapping)}
    return dict(mapping)


def settle(
    table: Table, seen: list[Profile], verdict: Verdict, options: Options
) -> tuple[Mapping, ScoreColumn | None]:
    """The roles found, changed by what the caller said; and the score column with its scale."""
    said = _checked(table, as_dict(options.mapping))
    chosen = verdict.chosen
    if "score" in said and (chosen is None or said["score"] != chosen.name):
        chosen = _forced(seen, said["score"])
    if chosen is not None and options.scale:
        chosen = replace(chosen, scale=_asked_scale(options.scale, chosen), percent=False, doubts=())
    found = find_roles(seen, chosen.name if chosen else None, chosen.group if chosen else None)
    attributes = tuple(stored_name(name, found) for name in found.attributes)
    mapping = replace(found, attributes=attributes)
    return _changed(mapping, said), chosen


def _asked_scale(text: str, chosen: ScoreColumn) -> Scale:
    return chosen.scale if text == chosen.scale.name and not chosen.percent else parse_scale(text)


def _forced(seen: list[Profile], name: object) -> ScoreColumn | None:
    """A score column that a person chose: whatever it holds is read, and what cannot be read is counted."""
    for profile in seen:
        if profile.name == name:
            answers = profile.answers
            if answers.grouped > answers.scored:
                return ScoreColumn(profile.name, Scale(words=True), 100.0)
            scale, doubts = scale_of(profile)
            return ScoreColumn(profile.name, scale, 100.0, doubts=tuple(doubts))
    return None


def _checked(table: Table, said: dict[str, object]) -> dict[str, object]:
    """The caller's mapping with each column under its own name.

    Raises
    ------
    MappingError
        A role or a column that does not exist.
    """
    roles = {role.name for role in fields(Mapping)}
    found: dict[str, object] = {}
    for role, value in said.items():
        if role not in roles:
            raise no_such_role(role, sorted(roles))
        if role in _ROLE_LISTS:
            found[role] = tuple(_column(table, name, role) for name in _listed(value))
        else:
            found[role] = None if value is None else _column(table, str(value), role)
    return found


def _column(table: Table, wanted: str, role: str) -> str:
    if (name := find_column(table, wanted)) is not None:
        return stored_name(name, Mapping()) if role == "attributes" else name
    raise no_such_column(table, wanted, role)


def _changed(mapping: Mapping, said: dict[str, object]) -> Mapping:
    """A mapping with roles overridden; a column that got a new role loses the one it was found for."""
    taken = {
        stored_name(name, mapping)
        for role, value in said.items()
        if role not in (*_KINDS, *_BESIDE)
        for name in _listed(value)
    }
    changes: dict[str, Any] = dict(said)
    for role in (field.name for field in fields(Mapping) if field.name not in said):
        value = getattr(mapping, role)
        if role in _ROLE_LISTS:
            changes[role] = tuple(name for name in value if stored_name(name, mapping) not in taken)
        elif role not in (*_KINDS, *_BESIDE) and value is not None and stored_name(value, mapping) in taken:
            changes[role] = None
    merged = replace(mapping, **changes)
    # A persona, phase or touchpoint is an attribute: one that was asked for becomes one, one that is none goes.
    more = [
        name
        for role in _KINDS
        if role in said and (name := getattr(merged, role)) not in (None, *merged.attributes)
    ]
    attributes = (*merged.attributes, *dict.fromkeys(more))
    gone: dict[str, Any] = {role: None for role in _KINDS if getattr(merged, role) not in attributes}
    return replace(merged, attributes=attributes, **gone)


def _listed(value: object) -> tuple[str, ...]:
    """The columns that a role's value names."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(cast("collections.abc.Iterable[str]", value))


def settled_measures(seen: list[Profile], mapping: Mapping) -> tuple[Measure, ...]:
    """The CSAT and CES columns of the mapping, each with the ends of its scale."""
    found = {measure.column: measure for measure in find_measures(seen)}
    measures = []
    for kind, names in (("csat", mapping.csat), ("ces", mapping.ces)):
        for name in names:
            known = found.get(name)
            low, high = (known.low, known.high) if known else (1, 5)
            measures.append(Measure(name, kind, low, high))
    return tuple(measures)
