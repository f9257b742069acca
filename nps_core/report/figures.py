"""Charts of the app as data that a deck, a workbook and a page can draw natively: the same table, no new arithmetic."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nps_core.charts.base import ACCENT, GROUP_COLOURS, QUIET
from nps_core.report.plain import plain
from nps_core.report.story import Plot, PlotMark, Series, Table
from nps_core.score.estimate import shares
from nps_core.words import format_count, format_interval, format_nps, format_share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nps_core.charts.base import Chart
    from nps_core.report.story import Value

MOST_ROWS = 14
"""More rows than that cannot be read from the back of a room; the rest stays in the table."""

TICKS, MOST_TICKS = (5, 10, 20, 50), 7
"""Points from tick to tick, the first that gives no more ticks than that."""

_ORDER = ("detractor", "passive", "promoter")
_LEAST_WIDTH = 40  # points, as on screen: a small wobble must not look like a cliff
_LEAST_STEPS = 20
_STEPS_ALONE = 7  # steps that stand alone in a waterfall of many; the others are one


def plot_of(chart: Chart) -> Plot | None:
    """A chart of the app as data; None for one that is a table of cells, and is shown as such."""
    known = chart.name if chart.name in (*_MADE, *AS_TABLES) else chart.name.partition("-")[0]
    if known not in _MADE or not len(chart.table):
        return None
    plot = _MADE[known](chart)
    return plot if plot is not None and plot.categories else None


def table_of_frame(frame: pd.DataFrame) -> Table:
    """The table behind a chart with heads in words and the kind of each column."""
    names = [str(name) for name in frame.columns]
    kinds = [_kind(name, frame.iloc[:, place]) for place, name in enumerate(names)]
    rows = [
        tuple(_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]
    return Table(tuple(_HEADS.get(name, plain(name)) for name in names), tuple(kinds), tuple(rows))


def _groups(chart: Chart) -> Plot:
    percents = dict(zip(chart.table["group"], chart.table["percent"].tolist(), strict=True))
    series = [_group_series(group, [int(percents[group])]) for group in _ORDER]
    return Plot("groups", ("All responses",), tuple(series), (0.0, 100.0), "percent")


def _sides(chart: Chart) -> Plot:
    rows = chart.table[chart.table["side"].isin(["A", "B"]) & (chart.table["responses"] > 0)]
    counts = rows[["promoters", "passives", "detractors"]].to_numpy(dtype=float)
    percents = [dict(zip(reversed(_ORDER), shares(*own), strict=True)) for own in counts.tolist()]
    series = [_group_series(group, [own[group] for own in percents]) for group in _ORDER]
    return Plot(
        "groups", _names(rows["selection"]), tuple(series), (0.0, 100.0), "percent", columns=_score_columns(rows)
    )  # fmt: skip


def _distribution(chart: Chart) -> Plot:
    table = chart.table
    total = float(table["responses"].sum()) or 1.0
    values = _values(table["responses"])
    series = Series(
        "responses", values, colours=tuple(GROUP_COLOURS[group] for group in table["group"]),
        labels=tuple(format_share(value / total) if value else "" for value in values if value is not None),
    )  # fmt: skip
    top = max((value or 0.0 for value in values), default=1.0)
    return Plot(
        "columns", _names(table["score"]), (series,), (0.0, top * 1.12 or 1.0), "responses", marks=_group_marks(chart)
    )  # fmt: skip


def _group_marks(chart: Chart) -> tuple[PlotMark, ...]:
    """Over which scores each group stands, with its whole percent: "Detractors 15%"."""
    group, count = chart.table["group"].to_numpy(), chart.table["responses"].to_numpy(dtype=float)
    percents = shares(*(float(count[group == name].sum()) for name in reversed(_ORDER)))
    places = [(name, percent, np.flatnonzero(group == name)) for name, percent in zip(reversed(_ORDER), percents, strict=True)]  # fmt: skip
    return tuple(
        PlotMark(name, f"{name.title()}s {percent}%", float(own[0]), float(own[-1])) for name, percent, own in places if len(own)
    )  # fmt: skip


def _answers(chart: Chart) -> Plot:
    sides = [name for name in chart.table.columns if str(name) != "score"]
    sums = {name: float(chart.table[name].sum()) for name in sides}
    series = tuple(
        Series(
            plain(name).partition(": ")[2], tuple(float(count) / sums[name] for count in chart.table[name]), colours=(colour,)
        )
        for name, colour in zip(sides, (ACCENT, QUIET), strict=False) if sums[name]
    )  # fmt: skip
    top = max((value or 0.0 for one in series for value in one.values), default=1.0)  # noqa: PD011 - no frame
    return Plot("columns", _names(chart.table["score"]), series, (0.0, top * 1.12 or 1.0), "share")


def _trend(chart: Chart) -> Plot:
    table = chart.table
    nps, low, high = (_values(table[name]) for name in ("nps", "low", "high"))
    last = max((place for place, value in enumerate(nps) if value is not None), default=None)
    labels = tuple(
        format_nps(value) if place == last and value is not None else "" for place, value in enumerate(nps)
    )
    # Over a target there is room for its name.
    aims = [mark.at + room for mark in chart.marks if mark.kind == "aim" for room in (-5, 8)]
    ends = _whole([*low, *high], _LEAST_WIDTH, [min(100.0, max(-100.0, aim)) for aim in aims])
    responses = Series("responses", _values(table["responses"]), colours=(QUIET,))
    return Plot(
        "line", _names(table["period"]), (Series("NPS", nps, low, high, (ACCENT,), labels), responses), ends,
        marks=_trend_marks(chart),
    )  # fmt: skip


def _segments(chart: Chart) -> Plot:
    rows = chart.table
    if len(rows) > MOST_ROWS:  # the largest, as on screen
        kept = np.sort(np.argsort(-rows["responses"].to_numpy(), kind="stable")[:MOST_ROWS])
        rows = rows.iloc[kept]
    return _dots(rows, rows.iloc[:, 0], rows["beyond_chance"], chart, _score_columns(rows))


def _views(chart: Chart) -> Plot:
    rows = chart.table[chart.table["accounts"] > 0]
    columns = (*_score_columns(rows)[:2], ("accounts", tuple(format_count(n) for n in rows["accounts"])))
    return _dots(rows, rows["counted"], [True] * len(rows), chart, columns)


def _drivers(chart: Chart) -> Plot:
    """The importance of each question with its interval, a row each, the performance beside it."""
    rows = chart.table.rename(columns={"difference": "nps"}).dropna(subset=["nps"]).sort_values("nps", ascending=False)[:MOST_ROWS]  # fmt: skip
    columns = (
        ("effect", tuple(format_nps(value) for value in rows["nps"])),
        ("95% interval", tuple(map(format_interval, rows["low"], rows["high"]))),
        ("at the good end", tuple(format_share(value / 100) for value in rows["percent_at_good_end"])),
    )
    return _dots(rows, rows["question"], rows["beyond_chance"], chart, columns)


def _theme_changes(chart: Chart) -> Plot:
    """By how many percentage points the share of each theme changed."""
    names = {"change": "nps", "change_low": "low", "change_high": "high"}
    rows = chart.table.rename(columns=names)[:MOST_ROWS]
    columns = (
        ("change", tuple(f"{format_nps(value)} pp" for value in rows["nps"])),
        ("95% interval", tuple(map(format_interval, rows["low"], rows["high"]))),
        ("before", tuple(map(format_share, rows["share_before"]))),
        ("after", tuple(map(format_share, rows["share_after"]))),
    )
    return _dots(rows, rows["theme"], rows["state"] != "", chart, columns)


def _dots(
    rows: pd.DataFrame,
    names: Iterable[object],
    strong: Iterable[object],
    chart: Chart,
    columns: tuple[Any, ...],
) -> Plot:
    nps, low, high = (_values(rows[name]) for name in ("nps", "low", "high"))
    # A target is a level across rows, as that of all responses is; that one bears its score in its name.
    names_of = {"level": "{0}", "aim": "{0} {1}"}
    marks = tuple(
        PlotMark("level", names_of[mark.kind].format(plain(mark.name), format_nps(mark.at)), mark.at, mark.at)
        for mark in chart.marks
        if mark.kind in names_of
    )
    series = Series("NPS", nps, low, high, tuple(ACCENT if one else QUIET for one in strong))
    ends = _whole([*low, *high], _LEAST_WIDTH, [mark.first for mark in marks])
    return Plot("dots", _names(names), (series,), ends, marks=marks, columns=columns)


def _themes(chart: Chart) -> Plot:
    rows = chart.table[:MOST_ROWS]
    series = tuple(
        Series(f"{group}s", _values(rows[f"{group}s"]), colours=(GROUP_COLOURS[group],)) for group in _ORDER
    )
    columns = (
        ("NPS", tuple(format_nps(value) for value in rows["nps"])),
        ("comments", tuple(format_count(value) for value in rows["comments"])),
        ("effect (95% interval)", tuple(_effect_words(row) for row in rows.itertuples())),
    )
    top = max(float(rows["comments"].max()), 1.0)
    return Plot("bars", _names(rows["theme"]), series, (0.0, top), "responses", columns=columns)


def _effect_words(row: Any) -> str:  # noqa: ANN401 - a row of a frame
    if math.isnan(row.effect_low):
        return ""
    return f"{format_nps(row.effect)} ({format_interval(row.effect_low, row.effect_high)})"


def _steps(chart: Chart) -> Plot:
    """A waterfall of whole points; the interval of a step is counted from where its bar starts."""
    steps = _fewer(chart.drawn if chart.drawn is not None else chart.table)
    low, high = (_values(steps["start"] + steps[end]) for end in ("low", "high"))
    points = Series(
        "points", _values(steps["points"]), low, high,
        tuple(ACCENT if strong else QUIET for strong in steps["strong"]), tuple(map(format_nps, steps["points"])),
    )  # fmt: skip
    columns = (
        ("points", points.labels),
        ("95% interval", tuple("" if math.isnan(start) else format_interval(start, end) for start, end in zip(steps["low"].tolist(), steps["high"].tolist(), strict=True))),
    )  # fmt: skip
    reach = (*_values(steps["start"]), *_values(steps["start"] + steps["points"]), *low, *high)
    starts = Series("start", _values(steps["start"]))
    axis = _whole(reach, _LEAST_STEPS)
    return Plot("steps", _names(steps["label"]), (points, starts), axis, columns=columns)


def _fewer(steps: pd.DataFrame) -> pd.DataFrame:
    """The first steps, the others as one, then the mix and the whole; fewer rows can be read from the back of a room."""
    if len(steps) <= _STEPS_ALONE + 3:
        return steps
    first, others, last = steps.iloc[:_STEPS_ALONE], steps.iloc[_STEPS_ALONE:-2], steps.iloc[-2:]
    # The last of them may stand for several already.
    count = sum(int(label.split()[0]) if math.isnan(low) and label.endswith(" others") else 1 for label, low in zip(others["label"], others["low"], strict=True))  # fmt: skip
    one = {**others.iloc[0], "label": f"{count} others", "points": int(others["points"].sum()), "low": math.nan, "high": math.nan, "strong": False}  # fmt: skip
    return pd.concat([first, pd.DataFrame([one]), last], ignore_index=True)


_MADE: dict[str, Callable[[Chart], Plot | None]] = {
    "groups": _groups,
    "distribution": _distribution,
    "trend": _trend,
    "segments": _segments,
    "themes": _themes,
    "theme-changes": _theme_changes,
    "compare-groups": _sides,
    "compare-answers": _answers,
    "compare-why": _steps,
    "accounts-views": _views,
    "drivers": _drivers,
}
"""By the name of a chart, or how it begins: "trend-month", "segments-plan"."""

AS_TABLES = ("cross", "themes-by-segment", "theme-trend", "drivers-attributes")
"""Charts that a deck shows as tables: cells of colour, and what has no interval to draw natively."""


def _group_series(group: str, percents: Sequence[int]) -> Series:
    labels = tuple(f"{percent}%" for percent in percents)
    return Series(f"{group}s", tuple(map(float, percents)), colours=(GROUP_COLOURS[group],), labels=labels)


def _score_columns(rows: pd.DataFrame) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("NPS", tuple(format_nps(value) for value in rows["nps"])),
        ("95% interval", tuple(map(format_interval, rows["low"], rows["high"]))),
        ("n", tuple(format_count(n) for n in rows["responses"])),
    )


def _trend_marks(chart: Chart) -> tuple[PlotMark, ...]:
    starts: np.ndarray = (
        pd.to_datetime(chart.table["starts"]).to_numpy().astype("datetime64[D]").astype(float)
    )
    found = []
    for mark in chart.marks:
        if mark.kind == "aim":
            found.append(PlotMark("aim", plain(f"{mark.name} {format_nps(mark.at)}"), mark.at, mark.at))
        elif mark.since and len(starts):
            first, last = (_place(starts, day) for day in (mark.since, mark.until))
            found.append(PlotMark(mark.kind, plain(mark.name), first, last))
    return tuple(found)


def _place(starts: np.ndarray, day: str) -> float:
    """Where a day stands among the periods, counted from 0; half a period beyond either end at most."""
    when: float = np.datetime64(day[:10], "D").astype(float)
    after = int(np.searchsorted(starts, when, side="right")) - 1
    if after < 0:
        return -0.5
    ends = [*starts[1:], starts[-1] + (starts[-1] - starts[-2] if len(starts) > 1 else 90)]
    into = float(when - starts[after]) / max(1.0, float(ends[after] - starts[after]))
    return float(min(after + into - 0.5, len(starts) - 0.5))


def _whole(values: Sequence[Value], least: float, also: Sequence[float] = ()) -> tuple[float, float]:
    """Ends of an axis around the values, at least so wide, on whole ticks: a program counts them from the lower end."""
    low, high = _around([*values, *also], least)
    for step in TICKS:
        ends = step * math.floor(low / step), step * math.ceil(high / step)
        if (ends[1] - ends[0]) / step <= MOST_TICKS:
            return float(ends[0]), float(ends[1])
    return float(ends[0]), float(ends[1])


def _around(values: Sequence[Value], least: float) -> tuple[float, float]:
    there = [value for value in values if value is not None and not math.isnan(value)]
    low, high = (min(there), max(there)) if there else (-100.0, 100.0)
    spare = max(0.0, (least - (high - low)) / 2)
    return low - spare, high + spare


def _names(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(plain(value) for value in values)


def _values(column: Iterable[Any]) -> tuple[Value, ...]:
    return tuple(_known(float(value)) for value in column)


def _known(value: float) -> Value:
    return None if math.isnan(value) else float(value)


def _kind(name: str, column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "flag"
    if not pd.api.types.is_numeric_dtype(column):
        return "text"
    if name.startswith("p_"):
        return "p"
    if name.startswith("share"):
        return "share"
    if name.startswith("percent"):
        return "percent"
    return "count" if name in _COUNTS or name.startswith(("n_", "A: ", "B: ", "comments_")) else "points"


def _cell(cell: Any, kind: str) -> object:  # noqa: ANN401 - what a frame holds
    if kind == "text":
        return (
            ""
            if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell))
            else plain(cell)
        )
    if kind == "flag":
        return bool(cell)
    return _known(float(cell))


_COUNTS = {
    "responses", "promoters", "passives", "detractors", "comments", "of_comments", "score", "accounts", "left_out", "segments",
    "effective_responses",
}  # fmt: skip
_HEADS = {
    "nps": "NPS", "low": "from", "high": "to", "difference_from_rest": "against the rest", "p_adjusted": "p (adjusted)",
    "beyond_chance": "beyond chance", "effect_low": "effect from", "effect_high": "effect to", "nps_without": "NPS without",
    "nps_a": "NPS A", "nps_b": "NPS B", "n_a": "n A", "n_b": "n B", "within_low": "within from", "within_high": "within to",
    "mix_low": "mix from", "mix_high": "mix to", "within_shown": "within, whole points", "share_of_segment": "share of segment", "share_low": "share from", "share_high": "share to", "of_comments": "of comments",
    "too_few_to_read": "too few to read", "effective_responses": "effective responses", "left_out": "left out",
    "percent_at_good_end": "at the good end", "nps_good_end": "NPS at the good end", "nps_rest": "NPS of the rest",
}  # fmt: skip
