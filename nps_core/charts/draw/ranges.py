"""Ranges: a chart's figures as columns of a sheet, in the table behind it wherever its rows are the chart's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nps_core.charts.draw.datasheet import minus
from nps_core.charts.spec import SHADES
from nps_core.charts.table import Table, table_of_frame

if TYPE_CHECKING:
    from nps_core.charts.spec import Chart, Mark, Series, Value


@dataclass(frozen=True)
class Drawn:
    """Where the columns of one series stand in a block, counted from 0; None for what it has not.

    Parameters
    ----------
    values
        Its figures.
    less, more
        How far its interval reaches below and above them: the lengths of error bars.
    ends
        Where its interval begins and ends.
    """

    series: Series
    values: int
    less: int | None = None
    more: int | None = None
    ends: tuple[int, ...] = ()


@dataclass(frozen=True)
class Block:
    """A table of which a chart is drawn, and what of it is drawn.

    Parameters
    ----------
    table
        The columns, those made for the chart alone last.
    own
        How many columns come first that are to be read, not only to be drawn from.
    categories
        The column that names the rows.
    series
        What is drawn.
    levels
        (name, column) of each level or target: a column of one and the same value.
    lines
        (mark, column) of each level of a story, and of each warning: at the foot of the chart, over its periods.
    whole
        Whether the table behind the chart is in the block; where it is not, it is to be shown as well.
    """

    table: Table
    own: int
    categories: int
    series: tuple[Drawn, ...]
    levels: tuple[tuple[str, int], ...]
    whole: bool
    lines: tuple[tuple[Mark, int], ...] = ()

    @property
    def differences(self) -> dict[int, tuple[int, int]]:
        """Of each column that is one less another, those two: so that what somebody changes in them is drawn."""
        found: dict[int, tuple[int, int]] = {}
        for one in self.series:
            if one.less is not None and one.more is not None:
                found |= {one.less: (one.values, one.ends[0]), one.more: (one.ends[1], one.values)}
        return found

    @property
    def read(self) -> Table:
        """The columns that are to be read."""
        rows = tuple(row[: self.own] for row in self.table.rows)
        return Table(self.table.heads[: self.own], self.table.kinds[: self.own], rows)

    def columns(self, gap: int) -> list[int]:
        """Where the columns stand on a sheet, with a gap for the chart before those made for it alone."""
        return [place if place < self.own else place + gap for place in range(len(self.table.heads))]


def block_of(chart: Chart) -> Block:
    """The block of a chart."""
    if chart.kind == "steps":
        chart = _steps_apart(chart)
    made = _Columns(chart, table_of_frame(chart.table))
    units = (chart.axis, chart.across or chart.axis, *[chart.axis] * len(chart.series))
    kinds = [_KINDS[axis.unit] for axis, _ in zip(units, chart.series, strict=False)]
    places = [
        made.place_of(series.name, series.values, kind)
        for series, kind in zip(chart.series, kinds, strict=True)
    ]
    ends = [
        [made.place_of(head, end, kind) for head, end in (("from", series.low), ("to", series.high)) if end]
        for series, kind in zip(chart.series, kinds, strict=True)
    ]
    own = len(made.heads)
    drawn = []
    for series, values, bounds in zip(chart.series, places, ends, strict=True):
        less, more = made.error_bars(series) if bounds else (None, None)
        drawn.append(Drawn(series, values, less, more, tuple(bounds)))
    levels = tuple(
        (mark.name, made.add(mark.name, (mark.first,) * made.size, "points"))
        for mark in chart.marks
        if mark.kind in {"aim", "level"}
    )
    lines = tuple(
        (mark, made.add(f"{_HEADS[mark.kind]} {mark.name}".strip(), mark.along(made.size), "points"))
        for mark in (_on_foot(mark, chart.axis.low) for _, mark in chart.lines_along(*SHADES))
    )
    return Block(made.table(), own, made.categories, tuple(drawn), levels, whole=made.whole, lines=lines)


_HEADS = {
    "stretch": "level",
    "start": "may have begun",
    "window": "beside an intervention",
    "alert": "",
    "days": "shown",
}


def _on_foot(mark: Mark, low: float) -> Mark:
    """A warning as a line: a spreadsheet has no shade behind a line over bars."""
    return replace(mark, ends=(low, low)) if mark.kind in SHADES else mark


def _steps_apart(chart: Chart) -> Chart:
    """The steps of a waterfall, each counted from 0 with its interval: bars that a spreadsheet can draw."""
    points, starts = chart.series
    low, high = (
        tuple(
            None if end is None or start is None else end - start
            for end, start in zip(ends, starts.values, strict=True)
        )
        for ends in (points.low, points.high)
    )
    return replace(chart, series=(replace(points, low=low, high=high),))


class _Columns:
    """The columns of a block while it is put together."""

    def __init__(self, chart: Chart, table: Table) -> None:
        self.size = len(chart.categories)
        place = _naming_column(chart, table)
        self.whole = place is not None
        if place is not None:
            self.heads, self.kinds = list(table.heads), list(table.kinds)
            self.cells = [tuple(row[column] for row in table.rows) for column in range(len(table.heads))]
            self.categories = place
        else:
            self.heads, self.kinds, self.cells = [""], ["text"], [tuple(chart.categories)]
            self.categories = 0

    def place_of(self, head: str, values: tuple[Value, ...], kind: str) -> int:
        """The column that holds these very figures, made if there is none."""
        for place, cells in enumerate(self.cells):
            if place != self.categories and cells == values:
                return place
        return self.add(head, values, kind)

    def add(self, head: str, cells: tuple[object, ...], kind: str) -> int:
        self.heads.append(head)
        self.kinds.append(kind)
        self.cells.append(cells)
        return len(self.heads) - 1

    def error_bars(self, series: Series) -> tuple[int, int]:
        less = tuple(map(minus, series.values, series.low))
        more = tuple(map(minus, series.high, series.values))
        return (
            self.add(f"{series.name} less from", less, "length"),
            self.add(f"to less {series.name}", more, "length"),
        )

    def table(self) -> Table:
        return Table(tuple(self.heads), tuple(self.kinds), tuple(zip(*self.cells, strict=True)))


def _naming_column(chart: Chart, table: Table) -> int | None:
    """The column of a table that names the rows of a chart, in the same order; None where its rows are others."""
    if chart.kind == "steps":
        return None
    for place, kind in enumerate(table.kinds):
        names = tuple(_name(row[place], kind) for row in table.rows)
        if names == chart.categories:
            return place
    return None


def _name(cell: object, kind: str) -> str:
    return f"{cell:.0f}" if kind == "count" and isinstance(cell, float) else str(cell)


_KINDS = {
    "points": "points",
    "size": "points",
    "percent": "percent",
    "mean": "mean",
    "share": "share",
    "responses": "count",
}
