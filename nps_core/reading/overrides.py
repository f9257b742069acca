"""The mapping: what was found, changed by what the caller said instead."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, cast

from nps_core.errors import MappingError
from nps_core.reading.cells import plain, unique_names
from nps_core.reading.responses import TEN
from nps_core.reading.roles import find_measures, find_roles
from nps_core.reading.score_column import ScoreColumn, Verdict
from nps_core.reading.score_evidence import scale_of
from nps_core.reading.scores import parse_scale
from nps_core.reading.typed import column_name, stored_name
from nps_core.survey import Mapping, Measure, Scale

if TYPE_CHECKING:
    import collections.abc
    from collections.abc import Sequence

    from nps_core.reading.tables import Profile, Table


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
    encoding: str | None = None


def as_dict(mapping: Mapping | collections.abc.Mapping[str, object] | None) -> dict[str, object]:
    """What the caller said, by role."""
    if mapping is None:
        return {}
    if isinstance(mapping, Mapping):
        return {role.name: getattr(mapping, role.name) for role in fields(mapping)}
    return dict(mapping)


def wanted_score(options: Options) -> str | None:
    """What the caller named as the score: a column, or a wave or question of several."""
    wanted = as_dict(options.mapping).get("score")
    return wanted if isinstance(wanted, str) else None


def settle(
    table: Table, seen: list[Profile], verdict: Verdict, options: Options
) -> tuple[Mapping, ScoreColumn | None]:
    """The roles found, changed by what the caller said; and the score column with its scale."""
    asked = _checked(table, as_dict(options.mapping))
    chosen = verdict.chosen
    if "score" in asked and (chosen is None or asked["score"] != chosen.name):
        chosen = _forced(seen, asked["score"])
    if chosen is not None and options.scale:
        as_found = options.scale == chosen.scale.name and not chosen.percent
        scale = chosen.scale if as_found else parse_scale(options.scale)
        chosen = replace(
            chosen, scale=scale, percent=False, codes=chosen.codes and scale.high == TEN, doubts=()
        )
    found = find_roles(seen, chosen.name if chosen else None, chosen.group if chosen else None)
    attributes = tuple(stored_name(name, found) for name in found.attributes)
    mapping = replace(found, attributes=attributes)
    return _changed(mapping, asked), chosen


def with_chosen_reasons(tables: Sequence[Table], options: Options) -> tuple[list[Table], Options]:
    """The tables with one column more where the caller names several reasons, and that one asked for as the reason.

    Raises
    ------
    MappingError
        A reason is not there.
    """
    asked = as_dict(options.mapping)
    wanted = _names_of(asked.get("reason"))
    if not wanted or isinstance(asked["reason"], str):
        return list(tables), options
    if len(wanted) == 1:
        return list(tables), replace(options, mapping={**asked, "reason": wanted[0]})
    from nps_core.reading.coalesce import put_together  # noqa: PLC0415 - few ask for it

    found = []
    whole = ""
    for table in tables:
        names = [find_column(table, name) for name in wanted]
        if None in names:
            found.append(table)
            continue
        parts = [table.column(str(name)) for name in dict.fromkeys(names)]
        whole = unique_names([*table.names, " / ".join(part.name for part in parts)])[-1]
        column = put_together(parts, whole)
        found.append(replace(table, columns=(*table.columns, column), added=whole))
    if not whole:
        missing = next((name for name in wanted if find_column(tables[0], name) is None), wanted[0])
        raise no_such_column(tables[0], missing, "reason")
    return found, replace(options, mapping={**asked, "reason": whole})


def _forced(seen: list[Profile], name: object) -> ScoreColumn | None:
    """A score column that a person chose: whatever it holds is read, and what cannot be read is counted."""
    for profile in seen:
        if profile.name == name:
            answers = profile.answers
            if answers.grouped > answers.scored:
                return ScoreColumn(profile.name, Scale(words=True), 100.0)
            found = scale_of(profile)
            return ScoreColumn(profile.name, found.scale, 100.0, codes=found.codes, doubts=found.doubts)
    return None


def _checked(table: Table, asked: dict[str, object]) -> dict[str, object]:
    """The caller's mapping with each column under its own name.

    Raises
    ------
    MappingError
        A role or a column that does not exist.
    """
    roles = {role.name for role in fields(Mapping)}
    found: dict[str, object] = {}
    for role, value in asked.items():
        if role not in roles:
            raise no_such_role(role, sorted(roles))
        if role in _ROLE_LISTS:
            found[role] = tuple(_column(table, name, role) for name in _names_of(value))
        else:
            found[role] = None if value is None else _column(table, str(value), role)
    return found


def _column(table: Table, wanted: str, role: str) -> str:
    if (name := find_column(table, wanted)) is not None:
        return stored_name(name, Mapping()) if role == "attributes" else name
    raise no_such_column(table, wanted, role)


def _changed(mapping: Mapping, asked: dict[str, object]) -> Mapping:
    """A mapping with roles overridden; a column that got a new role loses the one it was found for."""
    taken = {
        stored_name(name, mapping)
        for role, value in asked.items()
        if role not in (*_KINDS, *_BESIDE)
        for name in _names_of(value)
    }
    changes: dict[str, Any] = dict(asked)
    for role in (field.name for field in fields(Mapping) if field.name not in asked):
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
        if role in asked and (name := getattr(merged, role)) not in (None, *merged.attributes)
    ]
    attributes = (*merged.attributes, *dict.fromkeys(more))
    gone: dict[str, Any] = {role: None for role in _KINDS if getattr(merged, role) not in attributes}
    return replace(merged, attributes=attributes, **gone)


def _names_of(value: object) -> tuple[str, ...]:
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


_NAMED = 8
"""Columns named in an error; more would hide the one that is meant."""

_LONG = 70
"""Letters of a column's name in an error."""

_ALIKE = 0.6
"""How alike two names are of which one may be a slip for the other: the default of `difflib`."""


def find_column(table: Table, wanted: str) -> str | None:
    """The column by its name, its question text, either regardless of case and spaces, or how one alone begins."""
    if wanted in table.names:
        return wanted
    bare = column_name(wanted)
    if bare in table.names:
        return bare
    for text in (
        lambda column: column.label,
        lambda column: plain(column.name),
        lambda column: plain(column.label),
    ):
        for column in table.columns:
            if text(column) in (wanted, plain(wanted)):
                return column.name
    begun = _begun(table, wanted)
    return begun[0] if len(begun) == 1 else None


def no_such_column(table: Table, wanted: str, role: str) -> MappingError:
    """The error for a column that is not there, or that could be several, with those that may be meant."""
    begun = _begun(table, wanted)
    if begun:
        return MappingError(
            f"“{wanted}” as {role} could be {len(begun)} columns.", hint=f"Write more of it: {_listed(begun)}"
        )
    near = [
        name
        for name in table.names
        if plain(wanted) and (plain(wanted) in plain(name) or plain(name) in plain(wanted))
    ]
    texts = {
        plain(text): column.name for column in table.columns for text in (column.label, column.name) if text
    }
    near += [texts[text] for text in difflib.get_close_matches(plain(wanted), texts, n=3, cutoff=_ALIKE)]
    hint = (
        f"Did you mean {_listed(list(dict.fromkeys(near)))}"
        if near
        else f"It has {_listed(list(table.names))}"
    )
    return MappingError(
        f"The mapping names “{wanted}” as {role}, but the file has no such column.",
        hint=hint.removesuffix(".") + "?" if near else hint,
    )


def no_such_role(role: str, roles: list[str]) -> MappingError:
    """The error for a role that does not exist, with the one that may be meant."""
    near = difflib.get_close_matches(role.lower(), roles, n=1, cutoff=_ALIKE)
    meant = f"Did you mean “{near[0]}”? " if near else ""
    return MappingError(f"There is no role “{role}”.", hint=f"{meant}Roles are {', '.join(roles)}.")


def _begun(table: Table, wanted: str) -> list[str]:
    """The columns whose name or question text begins so, regardless of case and spaces."""
    start = plain(wanted)
    if not start:
        return []
    return [
        column.name
        for column in table.columns
        if plain(column.name).startswith(start) or plain(column.label).startswith(start)
    ]


def _listed(names: list[str]) -> str:
    shown = ", ".join(
        f"“{name if len(name) <= _LONG else name[: _LONG - 1] + '…'}”" for name in names[:_NAMED]
    )
    return shown + ("…" if len(names) > _NAMED else ".")
