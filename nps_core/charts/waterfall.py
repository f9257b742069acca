"""A difference of two scores taken apart: one step for each segment, one for who answered, and their sum."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.charts.base import (
    ACCENT,
    EXPORT_SIZE,
    HAIRLINE,
    PAGE_INK,
    QUIET,
    RULE,
    Chart,
    figure_of,
    line_across,
    note,
)
from nps_core.charts.labels import few_ticks, label_of, labels_of, points_axis, room_for
from nps_core.compare.moved import UNNAMED, mix_name, moved_title
from nps_core.words import format_interval, format_nps

if TYPE_CHECKING:
    from nps_core.charts.base import Plain
    from nps_core.compare.moved import Moved, MovedSegment

MOST_STEPS = 12
"""More segments than that are drawn as one step; the table keeps all."""

_ROW_HEIGHT = 34
_MOST_TICKS = 4


@dataclass(frozen=True)
class Step:
    """One bar: the whole points it shows, its interval (NaN for none), and whether it is beyond chance."""

    label: str
    points: int
    low: float
    high: float
    strong: bool
    whole: bool = False

    @property
    def interval(self) -> str:
        """The interval in words; nothing for a step that has none."""
        return "" if math.isnan(self.low) else format_interval(self.low, self.high)


def waterfall_chart(found: Moved, *, subtitle: str, source: str) -> Chart:
    """Steps of whole points from 0 to the difference; they add up to it as shown.

    Blue is a step beyond chance, grey one that chance explains; up and down are told by side and sign, since a
    rise of one segment is no better news than its number.
    """
    steps = waterfall_steps(found)
    ends = _ends(steps)
    rows = list(range(len(steps)))
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": rows,
        "base": [start for start, _ in ends],
        "x": [end - start for start, end in ends],
        "width": 0.56,
        "marker": {"color": [ACCENT if step.strong else QUIET for step in steps], "opacity": [1 if step.whole else 0.85 for step in steps]},
        "customdata": [f"<b>{label_of(step.label)}</b>: {format_nps(step.points)} ({step.interval})" for step in steps],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    reach = _range([*ends, *_reaches(steps, ends)])
    values = _values(steps)
    figure = figure_of(
        [bar], height=56 + _ROW_HEIGHT * len(steps), notes=values, shapes=[*_lines(ends), *_whiskers(steps, ends)],
        x={"range": reach, "tickangle": 0, **few_ticks(points_axis(*reach), _MOST_TICKS)},
        y={
            "tickvals": rows,
            "ticktext": [f"{_bold(label, bold=step.whole)} " for label, step in zip(labels_of([step.label for step in steps], 24), steps, strict=True)],
            "showgrid": False, "range": [len(steps) - 0.4, -0.6],
        },
        margin={"l": 4, "r": room_for([value["text"] for value in values]), "t": 8, "b": 8},
    )  # fmt: skip
    title = moved_title(found)
    return Chart(
        name="compare-why",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} {_how(found)} Blue: beyond chance, for all parts and attributes one may look at (Holm). What goes with the difference, not what made it.",
        alt=f"{title}. " + "; ".join(f"{step.label} {format_nps(step.points)}" for step in steps),
        rows=lambda: _table(found),
        size=(EXPORT_SIZE[0], max(EXPORT_SIZE[1], 260 + _ROW_HEIGHT * len(steps))),
        drawn=pd.DataFrame([{**asdict(step), "start": start} for step, (start, _) in zip(steps, ends, strict=True)]),
    )  # fmt: skip


def _how(found: Moved) -> str:
    split = " a response about several themes counts in equal parts;" if found.by_theme else ""
    what = "theme" if found.by_theme else "segment"
    return f"Each {what}'s change times its share (Kitagawa);{split} lines: 95% intervals."


def waterfall_steps(found: Moved) -> list[Step]:
    """The steps in the order drawn; the shown points of all but the last add up to the last."""
    order = sorted(found.segments, key=lambda one: (one.part.label in UNNAMED, -abs(one.part.rate)))
    drawn_ones, rest = order, []
    if len(order) > MOST_STEPS:
        drawn_ones, rest = order[: MOST_STEPS - 1], order[MOST_STEPS - 1 :]
    steps = [_step(one) for one in drawn_ones]
    if rest:
        steps.append(
            Step(f"{len(rest)} others", sum(one.shown for one in rest), math.nan, math.nan, strong=False)
        )
    steps.append(
        Step(f"{mix_name(found)} (mix)", found.shown_mix, *found.mix_interval, strong=found.mix_beyond_chance)
    )
    change, total = found.change, found.why.shown_total
    steps.append(
        Step("Difference", total, change.low, change.high, strong=bool(change.beyond_chance), whole=True)
    )
    return steps


def _step(one: MovedSegment) -> Step:
    part = one.part
    return Step(part.label, one.shown, part.rate_low, part.rate_high, strong=one.beyond_chance)


def _ends(steps: list[Step]) -> list[tuple[int, int]]:
    """Where each bar starts and ends: one after another, and the whole from 0."""
    ends, at = [], 0
    for step in steps:
        ends.append((0, step.points) if step.whole else (at, at + step.points))
        at = ends[-1][1]
    return ends


def _lines(ends: list[tuple[int, int]]) -> list[dict[str, object]]:
    """The line of no difference, and thin ones from the end of each bar to the next."""
    links = [
        {"type": "line", "x0": end, "x1": end, "y0": row + 0.28, "y1": row + 0.72, "line": {"color": RULE, "width": 1}}
        for row, (_, end) in enumerate(ends[:-1])
    ]  # fmt: skip
    last = len(ends) - 1.5
    above_whole = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": last,
        "y1": last,
        "line": {"color": HAIRLINE, "width": 1},
    }
    return [line_across(at=0, color=RULE, width=1), *links, above_whole]


def _reaches(steps: list[Step], ends: list[tuple[int, int]]) -> list[tuple[float, float]]:
    """Where the interval of each step lies, counted from where its bar starts."""
    return [
        (start + step.low, start + step.high)
        for step, (start, _) in zip(steps, ends, strict=True)
        if not math.isnan(step.low)
    ]


def _whiskers(steps: list[Step], ends: list[tuple[int, int]]) -> list[dict[str, object]]:
    rows = [row for row, step in enumerate(steps) if not math.isnan(step.low)]
    return [
        {"type": "line", "x0": low, "x1": high, "y0": row, "y1": row, "line": {"color": RULE, "width": 1.5}}
        for row, (low, high) in zip(rows, _reaches(steps, ends), strict=True)
    ]


def _values(steps: list[Step]) -> list[Plain]:
    return [
        note(
            f"{_bold(format_nps(step.points), bold=step.strong or step.whole)}  <span style='color:{QUIET}'>{step.interval}</span>",
            x=1, xref="paper", xanchor="left", xshift=10, y=row, align="left", color=PAGE_INK,
        )
        for row, step in enumerate(steps)
    ]  # fmt: skip


def _bold(text: str, *, bold: bool) -> str:
    return f"<b>{text}</b>" if bold else text


def _range(ends: list[tuple[float, float]]) -> tuple[float, float]:
    """Around all bars and 0, at least 20 points wide, so that a step of one point does not look like a cliff."""
    low, high = (pick(pick(pair) for pair in ends) for pick in (min, max))
    low, high = min(low, 0), max(high, 0)
    spare = max(2.0, (20 - (high - low)) / 2)
    return math.floor(low - spare), math.ceil(high + spare)


def _table(found: Moved) -> pd.DataFrame:
    rows = [
        {
            found.attribute: one.part.label, "nps_a": one.after.nps, "nps_b": one.before.nps,
            "n_a": one.after.n, "n_b": one.before.n,
            "within": one.part.rate, "within_low": one.part.rate_low, "within_high": one.part.rate_high,
            "mix": one.part.mix, "mix_low": one.part.mix_low, "mix_high": one.part.mix_high,
            "within_shown": one.shown, "beyond_chance": one.beyond_chance,
        }
        for one in found.segments
    ]  # fmt: skip
    total = {
        found.attribute: "all", "nps_a": found.why.after, "nps_b": found.why.before,
        "n_a": sum(one.after.n for one in found.segments), "n_b": sum(one.before.n for one in found.segments),
        "within": found.why.rate, "within_low": found.why.rate - found.why.rate_error, "within_high": found.why.rate + found.why.rate_error,
        "mix": found.why.mix, "mix_low": found.mix_interval[0], "mix_high": found.mix_interval[1],
        "within_shown": found.why.shown_total - found.shown_mix, "beyond_chance": bool(found.change.beyond_chance),
    }  # fmt: skip
    return pd.DataFrame([*rows, total])
