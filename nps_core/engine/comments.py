"""Every comment of a table, told by Python on its engine what it is about: what leaves are counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from nps_core.engine.columns import Values
from nps_core.engine.source import Source
from nps_core.errors import EngineError
from nps_core.filters import NO_VALUE
from nps_core.reading.typed import LONGEST_COMMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KIND = "\0kind"
"""The key of what a comment is about; no attribute is called so."""

MOST_COMMENTS_COUNTED = 5_000_000
"""Comments up to which themes are counted in all of them: their intervals take each one."""


def with_kinds(source: Source, assign: Callable[[Sequence[str | None]], Sequence[str | None]]) -> Source:
    """The same responses with a kind of comment each, by which they can be counted: the key `KIND`.

    Parameters
    ----------
    assign
        Gives each of some comments a short text, the same for those of a kind, None for those that say nothing. It is
        sent to the engine, and kept there by its equality.

    Raises
    ------
    EngineError
        The engine runs no Python, took too long, or there are too many comments to count them.
    """
    columns, comment = source.columns, source.comment
    if comment is None:
        raise EngineError("There are no comments.", hint="Choose a column as the reason.")
    table, name = source.database.with_column(
        sa.select(*columns.table.c, sa.func.substr(comment, 1, LONGEST_COMMENT)), assign
    )
    kind = table.c[name]
    where = Source(source.database, replace(columns, table=table)).where(())
    found = source.database.all(
        sa.select(kind, sa.func.count()).where(*where, kind.is_not(None)).group_by(kind)
    )
    if sum(int(n) for _, n in found) > MOST_COMMENTS_COUNTED:
        raise EngineError(
            f"Themes are counted in at most {MOST_COMMENTS_COUNTED:,} comments.",
            hint="Connect without all comments: themes are then of the sample.",
        )
    labels = sorted(text for text, _ in found)
    codes = {label: code for code, label in enumerate(labels)}
    values = Values((*labels, NO_VALUE), {**codes, None: len(labels)})
    coded = {**columns.coded, KIND: (name, values)}
    return Source(source.database, replace(columns, table=table, coded=coded), source.always)
