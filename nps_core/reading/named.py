"""The column that a person means: by its name, its question text, or how either begins."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from nps_core.errors import MappingError
from nps_core.reading.cells import plain
from nps_core.reading.typed import column_name

if TYPE_CHECKING:
    from nps_core.reading.tables import Table

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
