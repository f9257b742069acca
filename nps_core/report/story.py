"""Story: what a report says, part by part, before anybody draws it; deck, workbook, page and PDF all draw this."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from nps_core.words import MINUS, NOTHING, format_count, format_nps, format_share

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core.charts.base import Chart
    from nps_core.scope import Scope

T = TypeVar("T")

Value = float | None
"""A number of a chart; None where there is none (a period without responses)."""


@dataclass(frozen=True)
class Series:
    """One series of a plot; every tuple has one value a category, but `colours` may hold one for all.

    Parameters
    ----------
    values, low, high
        The figures, and the ends of their intervals (empty where the series has none); in the unit of the plot,
        unrounded.
    colours
        "#15868c", one for each value or one for all.
    labels
        What is written at each value; empty for nothing.
    """

    name: str
    values: tuple[Value, ...]
    low: tuple[Value, ...] = ()
    high: tuple[Value, ...] = ()
    colours: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def colour(self, place: int) -> str:
        """The colour of one value."""
        return self.colours[place if len(self.colours) > 1 else 0]

    def rows(self, places: Sequence[int]) -> Series:
        """The series of some of its values."""
        colours = _some(self.colours, places) if len(self.colours) > 1 else self.colours
        values, low, high = _some(self.values, places), _some(self.low, places), _some(self.high, places)
        return Series(self.name, values, low, high, colours, _some(self.labels, places))


@dataclass(frozen=True)
class PlotMark:
    """What is marked on a plot.

    Parameters
    ----------
    kind
        "action" or "alert" (from `first` to `last` along the categories, counted from 0, between them too), or
        "level" or "aim" (a value of the axis, `first`); or a group, with its share, over the scores it has.
    """

    kind: str
    name: str
    first: float
    last: float


@dataclass(frozen=True)
class Plot:
    """A chart as data: enough to draw it natively in a deck, a workbook or a page.

    Parameters
    ----------
    kind
        * "groups": rows of three whole percents that add up to 100 (stacked bars, lying)
        * "columns": one upright bar a category, several side by side when there are several series
        * "line": the first series over time with its interval; the second, if any, is responses (thin bars)
        * "dots": a dot and its interval a row
        * "bars": rows of counts stacked in the order of the series (lying)
        * "steps": a waterfall, a row a step; the second series says where each step starts, and the intervals
          are places on the axis
    categories
        The rows or columns, in the order drawn (rows from the top).
    axis
        The ends of the value axis.
    unit
        "points", "percent" (whole), "share" (0..1) or "responses".
    marks
        Alerts, interventions, targets, and the level of all responses.
    columns
        (head, cells) of what is written beside each row: the NPS, its interval, n.
    """

    kind: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: tuple[float, float]
    unit: str = "points"
    marks: tuple[PlotMark, ...] = ()
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def rows(self, places: Sequence[int]) -> Plot:
        """The plot of some of its categories, in the order given; marks stay as they are."""
        series = tuple(one.rows(places) for one in self.series)
        columns = tuple((head, _some(cells, places)) for head, cells in self.columns)
        return replace(self, categories=_some(self.categories, places), series=series, columns=columns)


@dataclass(frozen=True)
class Table:
    """Figures in rows, unrounded.

    Parameters
    ----------
    kinds
        How each column is to be written: "text", "points", "share" (0..1), "percent" (0..100), "count", "p" or
        "flag".
    """

    heads: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def words(self) -> list[list[str]]:
        """The rows as people read them."""
        return [
            [cell_words(cell, kind) for cell, kind in zip(row, self.kinds, strict=True)] for row in self.rows
        ]


@dataclass(frozen=True)
class Quote:
    """A comment as it is taken away: masked, with its score (or group), who said it, and the theme it stands for."""

    text: str
    score: str
    group: str
    who: str
    theme: str


@dataclass(frozen=True, eq=False)
class Part:
    """One part of a story: a slide, a section, a sheet.

    Parameters
    ----------
    key
        Which part: "trend", "segments: Plan".
    title
        Its takeaway, true of the numbers and their uncertainty; whole, however long.
    subtitle
        What is shown, in words: responses, filters, period.
    big
        A figure to be set large, what is under it, and n; empty for none.
    plot, table
        The chart as data, and the figures behind it.
    strip
        The score with its interval on its whole range, for under the groups.
    chart
        The same chart as the app draws it, where there is one: its figure and its table have the same numbers.
    bullets
        Sentences beside the chart.
    quotes
        Comments.
    notes
        The method, and what does not fit on a slide.
    alt
        The takeaway and the range of the figures, for who cannot see the chart.
    source
        Where the numbers come from and how the uncertainty is drawn.
    """

    key: str
    title: str
    subtitle: str
    big: tuple[str, ...] = ()
    plot: Plot | None = None
    table: Table | None = None
    strip: Plot | None = None
    chart: Chart | None = None
    bullets: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    notes: tuple[str, ...] = ()
    alt: str = ""
    source: str = ""


@dataclass(frozen=True, eq=False)
class Story:
    """What a report says, in order.

    Parameters
    ----------
    name
        Of the survey.
    subtitle, period
        The filters in words, n and the period of the whole; the period alone (empty without dates).
    parts
        In the order to be shown.
    left_out
        Sentences about parts that were asked for (or are usual) and could not be made, and why.
    masked
        Whether e-mail addresses and phone numbers in comments are masked.
    filters
        The filters in words.
    scope
        What it was made from, for the rows themselves.
    """

    name: str
    subtitle: str
    period: str
    parts: tuple[Part, ...]
    left_out: tuple[str, ...]
    masked: bool
    filters: str
    scope: Scope = field(repr=False)

    def part(self, key: str) -> Part | None:
        """The part of a key, or the first whose key starts so ("segments"); None where there is none."""
        exact = [part for part in self.parts if part.key == key]
        return next(iter(exact or [part for part in self.parts if part.key.startswith(f"{key}:")]), None)


def _some(values: tuple[T, ...], places: Sequence[int]) -> tuple[T, ...]:
    return tuple(values[place] for place in places) if values else ()


def cell_words(cell: object, kind: str) -> str:
    """A cell of a table in words: "+34", "12%", "1,204", "yes"; "–" for none."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return NOTHING
    if kind == "flag":
        return "yes" if cell else "no"
    if kind == "text" or not isinstance(cell, int | float):
        return str(cell)
    return _NUMBERS[kind](float(cell)).replace("-", MINUS)


def _p_words(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"  # noqa: PLR2004 - the last digit shown


_NUMBERS: dict[str, Callable[[float], str]] = {
    "points": format_nps,
    "share": format_share,
    "percent": lambda value: format_share(value / 100),
    "count": format_count,
    "p": _p_words,
}


@dataclass(frozen=True)
class Made:
    """A file that was made, and sentences about what could not be done as asked."""

    data: bytes
    doubts: tuple[str, ...] = ()
