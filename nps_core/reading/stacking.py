"""Several tables of the same columns -> one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.cells import plain
from nps_core.reading.names import unique_names
from nps_core.reading.tables import text_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Table


def side_by_side(header: Sequence[str]) -> list[tuple[int, int]]:
    """The column spans of tables that stand beside one another, apart by a blank header; [] for one table.

    They are parts of one table when at least half of their headers are the same.
    """
    spans: list[tuple[int, int]] = []
    for place, cell in enumerate(header):
        if not cell.strip():
            continue
        if spans and spans[-1][1] == place:
            spans[-1] = spans[-1][0], place + 1
        else:
            spans.append((place, place + 1))
    if len(spans) < 2 or any(last - first < 2 for first, last in spans):  # noqa: PLR2004 - two tables of two columns
        return []
    sets = [{plain(cell) for cell in header[first:last]} for first, last in spans]
    alike = all(2 * len(sets[0] & other) >= max(len(sets[0]), len(other)) for other in sets[1:])
    return spans if alike else []


def stack(parts: Sequence[Table], note: str, *, marks: tuple[str, Sequence[str]] | None = None) -> Table:
    """Tables under one another, columns matched by name; `marks` adds a column that tells the parts apart."""
    names = list(dict.fromkeys(name for part in parts for name in part.names))
    columns = []
    for name in names:
        label = next(column.label for part in parts for column in part.columns if column.name == name)
        cells = [
            cell
            for part in parts
            for cell in (part.column(name).values() if name in part.names else [""] * len(part))
        ]
        columns.append(text_column(name, cells, label))
    if marks is not None:
        title, values = marks
        cells = [value for part, value in zip(parts, values, strict=True) for _ in range(len(part))]
        columns.append(text_column(unique_names([*names, title])[-1], cells))
    return replace(
        parts[0],
        columns=tuple(columns),
        numbers=np.concatenate([part.numbers for part in parts]),
        problems=tuple(problem for part in parts for problem in part.problems),
        notes=(*parts[0].notes, note),
    )
