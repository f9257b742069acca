"""What a chart is, before anybody draws it: a result returns one, and `charts.draw` draws it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from nps_core.charts.axes import NO_AXIS, Axis, largest
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Self

    import pandas as pd


# Blue-green, grey and orange-red stay apart for all common kinds of colour blindness, on light and dark
# ground; red and green would not. White words on the first and the last have a contrast of 4.5.
GROUP_COLOURS = {"promoter": "#13838a", "passive": "#9aa4ae", "detractor": "#c94f2a"}
ACCENT, QUIET = "#3b76d6", "#8b95a1"
COLOURS = {**GROUP_COLOURS, "accent": ACCENT, "quiet": QUIET}
"""By meaning: a group, "accent" for what is beyond chance or the figure itself, "quiet" for what chance explains."""

SHADES = {"alert": GROUP_COLOURS["detractor"], "days": QUIET}
"""Pale columns behind a line, by the kind of mark: a warning that stands, the days that are looked at."""

DARK, LIGHT = "#1b2430", "#ffffff"
ON_COLOUR = {"passive": DARK}
"""What is written on a colour, by its meaning; light on all others."""

GROUP_ORDER = ("detractor", "passive", "promoter")
"""From the lowest scores to the highest, as they stand in every chart."""

_GROUND = 255  # of each of red, green and blue: white


def on_white(meaning: str, strength: float) -> str:
    """A colour of some strength (0..1) on white as one opaque colour, for who has no transparency to draw with."""
    parts = (int(COLOURS[meaning][at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(_GROUND + (part - _GROUND) * strength):02x}" for part in parts)


T = TypeVar("T")

Value = float | None
"""A number of a chart; None where there is none (a period without responses)."""

KINDS = ("groups", "columns", "line", "dots", "lengths", "bars", "steps", "cells", "plane", "strip")
"""Every kind of chart; each of the four in `charts.draw` draws all of them."""

LEVEL_LINES = ("stretch", "start", "window")
"""Marks of a line that run along it: levels of its story, when the last may have begun, either side of an action."""

MOST_LINES = 40
"""More level lines than that nobody tells apart."""

ROWS = ("groups", "dots", "lengths", "bars", "steps", "cells")
"""The kinds whose categories lie under each other."""

MOST_ROWS = 30
"""More rows than that nobody reads; the largest are drawn and the table keeps all."""

MOST_COLUMNS = 8
"""More columns of cells than that no screen has room for."""


@dataclass(frozen=True)
class Series:
    """One series of a chart; every tuple has one value a category, but `colours` may hold one for all.

    Parameters
    ----------
    values, low, high
        The figures, and the ends of their intervals (empty where the series has none); in the unit of the axis,
        unrounded.
    colours
        What they mean (`charts.colours.COLOURS`): one for each value, or one for all.
    labels
        What is written at each value; empty for nothing.
    hover
        What is said of each value where one points at it, in lines; empty for nothing.
    """

    name: str
    values: tuple[Value, ...]
    low: tuple[Value, ...] = ()
    high: tuple[Value, ...] = ()
    colours: tuple[str, ...] = ("accent",)
    labels: tuple[str, ...] = ()
    hover: tuple[str, ...] = ()

    def colour(self, place: int) -> str:
        """What the colour of one value means."""
        return self.colours[place if len(self.colours) > 1 else 0]

    def interval(self, place: int) -> tuple[float, float] | None:
        """The interval of one value; None where it has none."""
        low, high = self.ends[place]
        return None if low is None or high is None else (low, high)

    @property
    def ends(self) -> tuple[tuple[Value, Value], ...]:
        """Both ends of the interval of each value; None for those without one."""
        if not self.low:
            return ((None, None),) * len(self.values)
        return tuple(zip(self.low, self.high, strict=True))

    def at(self, places: Sequence[int]) -> Series:
        """The series of some of its values."""
        return Series(
            self.name,
            _some(self.values, places),
            _some(self.low, places),
            _some(self.high, places),
            self.colours if len(self.colours) == 1 else _some(self.colours, places),
            _some(self.labels, places),
            _some(self.hover, places),
        )


@dataclass(frozen=True)
class Mark:
    """What is marked on a chart beside its figures.

    Parameters
    ----------
    kind
        "action", "alert" or "days" (those that are looked at), from `first` to `last` along the categories
        (counted from 0, between them too) and on the days `since` to `until`; one of `LEVEL_LINES`, there and
        from one value to another; "level" or "aim", at `first` on the axis of values; or a group, over the
        categories from `first` to `last`.
    name
        What is written at it; empty for nothing.
    ends
        The values between which a level line runs.
    """

    kind: str
    name: str
    first: float
    last: float
    since: str = ""
    until: str = ""
    ends: tuple[float, float] = (0.0, 0.0)

    def along(self, size: int) -> tuple[Value, ...]:
        """The values of a level line at so many categories; None beyond its ends."""
        rise = (self.ends[1] - self.ends[0]) / max(self.last - self.first, 1e-9)
        return tuple(
            self.ends[0] + rise * (place - self.first) if self.first <= place <= self.last else None
            for place in range(size)
        )


@dataclass(frozen=True)
class Cell:
    """A cell of a chart of cells: its figure, what is written small under it, and how strongly it is shaded (0..1).

    A cell with no shade (None) is blank ground.
    """

    figure: str = ""
    small: tuple[str, ...] = ()
    shade: float | None = None


@dataclass(frozen=True)
class Panel:
    """A narrow chart beside rows, where there is room for one.

    Parameters
    ----------
    head
        What it is.
    series
        One series with a value a row, as dots with intervals on `axis`; without an axis a series a row, as lines,
        each to its own height.
    ends
        What is written at the end of each row.
    """

    head: str
    series: tuple[Series, ...]
    axis: Axis | None = None
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart as data: enough to draw it on screen, in a deck, a workbook and on paper.

    Parameters
    ----------
    kind
        * "groups": rows of three whole percents that add up to 100
        * "columns": one upright bar a category, several side by side when there are several series
        * "line": the first series over time with its interval; the second, if any, counts (thin bars)
        * "dots": a dot and its interval a row; a second series is drawn as diamonds
        * "lengths": a bar from 0 and its interval a row
        * "bars": rows of counts stacked in the order of the series
        * "steps": a waterfall, a row a step; the second series says where each step starts, and the intervals
          are places on the axis
        * "cells": rows and columns of shaded cells
        * "plane": dots between two axes: the first series upwards, with intervals, the second to the right
        * "strip": one value and its interval on the whole range
    name
        For file names: "trend-month".
    title
        What the chart shows, as a finding that is true of the numbers and their uncertainty.
    subtitle
        What is drawn, how many responses, when.
    origin
        Where the numbers come from and how the uncertainty is drawn.
    alt
        The takeaway and the range of the figures, for who cannot see the chart.
    n
        Responses drawn.
    rows
        Makes `table`: most charts are drawn without anyone asking for it.
    categories
        The rows or columns, in the order drawn (rows from the top).
    axis
        The axis of the values; `across` is that to the right, on a plane.
    dates, until
        For a line: the day of each category as "2026-03-01", and the last day of the last.
    named
        For a line: the places of the categories that have a name on a crowded axis.
    marks
        Alerts, interventions, targets, and the level of all responses.
    columns
        (head, cells) of what is written beside each row: the NPS, its interval, n.
    asides
        What stands beside the label of each row where there is no room for columns.
    heads, cells
        For cells: the columns, and the cells of each row.
    shades
        What the colours of no shade and of full shade mean, and their strength (0..1).
    panels
        Narrow charts beside the rows.
    corners
        For a plane: what it means to stand in a corner; top left, top right, bottom left, bottom right.
    weights, total, rows_are
        What rows are kept by where there is room for few (the first ones when empty), how many there are in all, and
        what they are: "segments".
    """

    kind: str
    name: str
    title: str
    subtitle: str
    origin: str
    alt: str
    rows: Callable[[], pd.DataFrame] = field(repr=False)
    n: float
    categories: tuple[str, ...]
    series: tuple[Series, ...] = ()
    axis: Axis = NO_AXIS
    across: Axis | None = None
    dates: tuple[str, ...] = ()
    until: str = ""
    named: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    asides: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    cells: tuple[tuple[Cell, ...], ...] = ()
    shades: tuple[tuple[str, float], ...] = ()
    panels: tuple[Panel, ...] = ()
    corners: tuple[str, str, str, str] | None = None
    weights: tuple[float, ...] = ()
    total: int = 0
    rows_are: str = "rows"

    @cached_property
    def table(self) -> pd.DataFrame:
        """The figures behind it, one row a mark, unrounded."""
        return self.rows()

    @property
    def source(self) -> str:
        """Where the numbers come from, how the uncertainty is drawn, and how many of the rows are."""
        drawn = len(self.categories)
        if drawn >= self.total:
            return self.origin
        which = f"{drawn} largest" if self.weights else f"first {drawn}"
        return f"{self.origin} The {which} of {self.total} {self.rows_are} are drawn."

    def shade_of(self, cell: Cell) -> tuple[str, float] | None:
        """What the colour of a cell means, and its strength; None for blank ground."""
        if cell.shade is None or not self.shades:
            return None
        (low, weak), (high, strong) = self.shades
        return high if cell.shade or low == high else low, weak + (strong - weak) * cell.shade

    @cached_property
    def digest(self) -> str:
        """sha256 (hex) of all that it says and draws: the same for the same chart drawn again."""
        whole = "\0".join(repr(value) for name, value in vars(self).items() if name not in _NOT_DRAWN)
        return hashlib.sha256(whole.encode("utf-8", "backslashreplace")).hexdigest()

    def lines_along(self, *more: str) -> list[tuple[int, Mark]]:
        """The last so many level lines (and marks of more kinds), with their places among the marks.

        Each is a series of its own in a native chart, of which a spreadsheet draws 255 at most.
        """
        kinds = {*LEVEL_LINES, *more}
        return [(place, mark) for place, mark in enumerate(self.marks) if mark.kind in kinds][-MOST_LINES:]

    def named_below(self, mark: Mark) -> bool:
        """Whether the name of a level line stands under it: where the line of the chart lies above its beginning."""
        values = self.series[0].values  # noqa: PD011 - no frame
        at = min(max(mark.first, 0), len(values) - 1)
        beside = [values[place] for place in (math.floor(at), math.ceil(at))] if values else []
        there = [value for value in beside if value is not None]
        return bool(there) and sum(there) / len(there) > mark.ends[0]

    def at(self, places: Sequence[int]) -> Chart:
        """The chart of some of its rows, in the order given; marks and the axis stay as they are."""
        return replace(
            self,
            categories=_some(self.categories, places),
            series=tuple(one.at(places) for one in self.series),
            columns=tuple((head, _some(cells, places)) for head, cells in self.columns),
            asides=_some(self.asides, places),
            cells=_some(self.cells, places),
            weights=_some(self.weights, places),
            panels=tuple(_panel_at(panel, places) for panel in self.panels),
            total=max(self.total, len(self.categories)),
        )

    def at_most(self, rows: int) -> Chart:
        """The chart with so many rows: the largest of them, or the first; steps have to add up, so all of those."""
        if len(self.categories) <= rows or self.kind not in ROWS or self.kind == "steps":
            return self
        if not self.weights:
            return self.at(range(rows))
        kept = self.at(largest(self.weights, rows))
        if self.kind != "dots":
            return kept
        # What the smallest rows reach must not squeeze the others.
        ends = (*kept.series[0].low, *kept.series[0].high, *(mark.first for mark in self.marks))
        return replace(kept, axis=self.axis.around(ends))

    def with_marks(
        self, marks: Iterable[Mark], *, alt: str = "", source: str = "", holding: Iterable[float] = ()
    ) -> Chart:
        """The chart with more marked on it and said of it; its axis grows to hold some values."""
        return replace(
            self,
            marks=(*self.marks, *marks),
            alt=self.alt + alt,
            origin=self.origin + source,
            axis=self.axis.holding(holding),
        )


_NOT_DRAWN = ("rows", "table", "digest")


def names_of(values: Iterable[object]) -> tuple[str, ...]:
    """Names of a file as categories: one line each, of characters that every format can hold."""
    return tuple(plain(value) for value in values)


def values_of(values: Iterable[float]) -> tuple[Value, ...]:
    """Figures as a series holds them: None for those that are not known."""
    return tuple(float(value) if value == value else None for value in values)  # noqa: PLR0124 - NaN


def runs_of(values: Sequence[Value]) -> list[list[int]]:
    """Places that follow each other without a gap."""
    runs: list[list[int]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if run]


def name_part(text: str) -> str:
    """A name of the file as a part of a chart's name: "age-group"."""
    return "-".join("".join(char if char.isalnum() else " " for char in text.lower()).split())[:30]


def _some(values: tuple[T, ...], places: Sequence[int]) -> tuple[T, ...]:
    return tuple(values[place] for place in places) if values else ()


def _panel_at(panel: Panel, places: Sequence[int]) -> Panel:
    series = tuple(one.at(places) for one in panel.series) if panel.axis else _some(panel.series, places)
    return replace(panel, series=series, ends=_some(panel.ends, places))


@dataclass(frozen=True)
class Caption:
    """What was looked at, in words; empty for a result that was made from no scope.

    Parameters
    ----------
    subtitle
        What is drawn: "1,204 of 3,012 responses · persona: End user".
    source
        Where the numbers come from: "Source: export.csv.".
    """

    subtitle: str = ""
    source: str = ""


NO_CAPTION = Caption()
"""Of a result that was made from counts alone."""


class Captioned(tuple[T, ...]):  # noqa: SLOT001 - a tuple with slots of its own cannot be
    """Several results of one scope, with its caption."""

    caption: Caption

    def __new__(cls, results: Iterable[T] = (), caption: Caption = NO_CAPTION) -> Self:
        """The results in this order."""
        made = super().__new__(cls, tuple(results))
        made.caption = caption
        return made
