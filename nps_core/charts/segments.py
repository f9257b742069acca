"""Segments beside each other, and one attribute against another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.base import (
    ACCENT,
    ACCENT_MID,
    EXPORT_SIZE,
    QUIET,
    RULE,
    Chart,
    Mark,
    cell_notes,
    figure_of,
    heatmap,
    line_across,
    note,
)
from nps_core.charts.labels import (
    MOST_COLUMNS,
    column_heads,
    cut_words,
    few_ticks,
    label_of,
    labels_of,
    largest,
    points_axis,
    room_for,
)
from nps_core.segments.words import visible_differences
from nps_core.words import (
    format_count,
    format_interval,
    format_nps,
    lowered,
    plural,
    reads_as_name,
    short,
    size_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.base import Plain
    from nps_core.score.estimate import Estimate
    from nps_core.segments.segments import Cross, Segment, Segments
    from nps_core.segments.shrinkage import Shrunk

MOST_SEGMENTS = 30
"""More rows than that nobody reads; the largest are drawn and the table keeps all."""

_ROW_HEIGHT = 34
_MOST_TICKS = 6  # that stand level on a telephone
_NAME_LENGTH = 60  # characters of an attribute or a segment in a title: survey tools use whole questions
_DIAMONDS = " Diamonds: drawn towards the mean (empirical Bayes)."
_CROSS_COLOURS = [[0, "rgba(150,160,170,0.12)"], [1, ACCENT_MID]]  # within chance, and beyond it
_CELL_HEIGHT = 66


def segments_chart(
    segments: Segments, overall: float, *, subtitle: str, source: str, calmed: Shrunk | None = None
) -> Chart:
    """A dot and an interval a segment, sorted by score, beside the overall NPS.

    Segments that differ from the rest beyond chance (after Holm) are drawn in the accent colour, the
    others in grey: what is not beyond chance is neither good nor bad news.

    Parameters
    ----------
    overall
        The NPS of all responses shown, drawn as a line.
    calmed
        `calm` of the same segments: drawn as diamonds, by which the rows are then sorted.
    """
    rows = segments.rows()
    towards = dict(zip(segments.labels, calmed.nps.tolist(), strict=True)) if calmed else {}
    if calmed:
        rows.sort(key=lambda row: (math.isnan(towards[row.label]), -np.nan_to_num(towards[row.label])))
    drawn = _largest(rows)[::-1]  # plotly draws the first row at the bottom
    places = list(range(len(drawn)))
    ends = _range(drawn)
    figures = [_row_note(row, place) for place, row in enumerate(drawn)]
    figure = figure_of(
        [*_interval_lines(drawn), _score_dots(drawn), *_diamonds(drawn, towards)],
        height=70 + _ROW_HEIGHT * max(1, len(drawn)),
        x={"range": ends, "tickangle": 0, **few_ticks(points_axis(*ends), _MOST_TICKS)},
        y={
            "tickvals": places,
            "ticktext": [f"{label} " for label in labels_of([row.label for row in drawn], 26)],
            "showgrid": False,
            "range": [-0.6, max(0.6, len(drawn) - 0.4)],
        },
        notes=[_overall_note(overall), *figures],
        shapes=[line_across(at=overall, color=RULE, width=1, dash="dot")],
        margin={"l": 4, "r": room_for([figure["text"] for figure in figures]), "t": 28, "b": 8},
    )
    title = segments_title(segments)
    cut = f" The {MOST_SEGMENTS} largest of {len(rows)} segments are drawn." if len(rows) > len(drawn) else ""
    return Chart(
        name=f"segments-{_plain(segments.attribute)}",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} Lines: 95% score interval (SCAS). Blue: differs from the rest beyond chance (Holm).{_DIAMONDS if calmed else ''}{cut}",
        alt=f"{title}. "
        + "; ".join(
            f"{row.label} {format_nps(row.estimate.nps)} (n {format_count(row.n)})" for row in rows[:12]
        ),
        rows=lambda: _table(
            rows,
            segments.attribute,
            visible=dict(zip(segments.labels, visible_differences(segments).tolist(), strict=True)),
            towards=towards,
        ),
        size=(EXPORT_SIZE[0], max(EXPORT_SIZE[1], 260 + _ROW_HEIGHT * len(drawn))),
        marks=(Mark("level", f"all {format_nps(overall)}", at=overall),),
    )


def segments_title(segments: Segments) -> str:
    """The finding of a segment comparison: who stands apart, or that nobody does."""
    apart = [row for row in segments.rows() if row.beyond_chance]
    below = sorted((row for row in apart if row.difference.points < 0), key=lambda row: row.difference.points)
    above = sorted(
        (row for row in apart if row.difference.points > 0), key=lambda row: -row.difference.points
    )
    if len(segments.labels) == 1:
        return f"All of these responses are of one segment: {segments.attribute} “{short(segments.labels[0], _NAME_LENGTH)}”"
    if not apart:
        name = segments.attribute
        one = lowered(name) if reads_as_name(name) else f"segment of “{short(name, _NAME_LENGTH)}”"
        return f"No {one} differs from the rest beyond chance"
    if below:
        first = below[0]
        rest = f", as {plural(len(below) - 1, 'other does', 'others do')}" if len(below) > 1 else ""
        return f"{_own(segments, first)} scores {size_words(first.difference.points)} below the rest{rest}"
    first = above[0]
    return f"{_own(segments, first)} scores {size_words(first.difference.points)} above the rest"


def _own(segments: Segments, row: Segment) -> str:
    return f"{short(segments.attribute, _NAME_LENGTH)} “{short(row.label, _NAME_LENGTH)}”"


def cross_chart(cross: Cross, *, subtitle: str, source: str) -> Chart:
    """One attribute against another: the NPS in each cell with its interval and n; cells under n = 5 have none.

    Cells that differ from all others beyond chance (after Holm) are blue, as segments are: a colour for each score would
    call what chance makes of a small cell good or bad news.
    """
    apart = np.where(cross.too_few, np.nan, cross.beyond_chance.astype(float))
    rows = largest(cross.n.sum(axis=1).tolist(), MOST_SEGMENTS)
    columns = largest(cross.n.sum(axis=0).tolist(), MOST_COLUMNS)
    text = [[_cell(cross.estimate[i, j], too_few=bool(cross.too_few[i, j])) for j in columns] for i in rows]
    heads, top = column_heads([cross.labels_b[j] for j in columns])
    figure = figure_of(
        [heatmap(apart[np.ix_(rows, columns)], _CROSS_COLOURS, 0, 1)],
        height=top + _CELL_HEIGHT * max(1, len(rows)),
        x=heads,
        y={
            "autorange": "reversed",
            "showgrid": False,
            "tickvals": list(range(len(rows))),
            "ticktext": [f"{label} " for label in labels_of([cross.labels_a[i] for i in rows], 26)],
        },
        notes=cell_notes(text),
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
    )
    title = f"NPS by {lowered(short(cross.a))} and {lowered(short(cross.b))}"
    return Chart(
        name=f"cross-{_plain(cross.a)}-{_plain(cross.b)}",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} Cells: NPS, 95% interval (SCAS), n. Blue: differs from the others beyond chance (Holm)."
        " Cells with fewer than 5 responses are too few to read and left without a score."
        f"{cut_words(rows, cross.labels_a)}{cut_words(columns, cross.labels_b)}",
        alt=f"{title}: a table of {len(cross.labels_a)} by {len(cross.labels_b)} cells.",
        rows=lambda: _cross_table(cross),
    )


def _largest(rows: Sequence[Segment]) -> list[Segment]:
    if len(rows) <= MOST_SEGMENTS:
        return list(rows)
    least = sorted((row.n for row in rows), reverse=True)[MOST_SEGMENTS - 1]
    return [row for row in rows if row.n >= least][:MOST_SEGMENTS]


def _interval_lines(drawn: Sequence[Segment]) -> list[Plain]:
    return [
        {
            "type": "scatter",
            "x": [row.estimate.low, row.estimate.high],
            "y": [place, place],
            "mode": "lines",
            "hoverinfo": "skip",
            "line": {"color": _colour(row), "width": 3 if row.beyond_chance else 2},
        }
        for place, row in enumerate(drawn)
    ]


def _score_dots(drawn: Sequence[Segment]) -> Plain:
    return {
        "type": "scatter",
        "x": [row.estimate.nps for row in drawn],
        "y": list(range(len(drawn))),
        "mode": "markers",
        "cliponaxis": False,
        "marker": {"size": 12, "color": [_colour(row) for row in drawn]},
        "customdata": [_hover(row) for row in drawn],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _diamonds(drawn: Sequence[Segment], towards: dict[str, float]) -> list[Plain]:
    """Where each segment stands once it is drawn towards the mean; nothing where that was not asked for."""
    if not towards:
        return []
    return [
        {
            "type": "scatter",
            "x": [towards[row.label] for row in drawn],
            "y": list(range(len(drawn))),
            "mode": "markers",
            "cliponaxis": False,
            "marker": {"size": 11, "symbol": "diamond-open", "color": RULE, "line": {"width": 2}},
            "customdata": [f"<b>{label_of(row.label)}</b> drawn towards the mean: {format_nps(towards[row.label])}" for row in drawn],
            "hovertemplate": "%{customdata}<extra></extra>",
        }
    ]  # fmt: skip


def _colour(row: Segment) -> str:
    return ACCENT if row.beyond_chance else QUIET


def _overall_note(overall: float) -> Plain:
    text = f"all {format_nps(overall)}"
    return note(text, size=12, color=QUIET, x=overall, y=1, yref="paper", yanchor="bottom")


def _row_note(row: Segment, place: int) -> Plain:
    """The score and n at the right end of a row."""
    score = format_nps(row.estimate.nps)
    strong = f"<b>{score}</b>" if row.beyond_chance else score
    return note(
        f"{strong}  <span style='color:{QUIET}'>n {format_count(row.n)}</span>",
        x=1,
        xref="paper",
        xanchor="left",
        xshift=10,
        y=place,
        align="left",
    )


def _hover(row: Segment) -> str:
    verdict = "beyond chance" if row.beyond_chance else "within chance"
    return (
        f"<b>{label_of(row.label)}</b>: {format_nps(row.estimate.nps)} ({format_interval(row.estimate.low, row.estimate.high)})"
        f"<br>{format_nps(row.difference.points)} against the rest, {verdict}; n {format_count(row.n)}"
    )


def _range(rows: Sequence[Segment]) -> list[float]:
    lows, highs = [row.estimate.low for row in rows if row.n], [row.estimate.high for row in rows if row.n]
    if not lows:
        return [-100, 100]
    return [max(-104.0, np.floor(min(lows) / 10) * 10 - 2), min(104.0, np.ceil(max(highs) / 10) * 10 + 2)]


def _cell(score: Estimate, *, too_few: bool) -> str:
    n = f"n {format_count(score.n)}"
    if too_few:
        return f"<span style='color:{QUIET}'>{n}</span>" if score.n else ""
    return f"<b>{format_nps(score.nps)}</b><br><span style='font-size:11px'>{format_interval(score.low, score.high)}<br>{n}</span>"


def _table(
    rows: Sequence[Segment], attribute: str, *, visible: dict[str, float], towards: dict[str, float]
) -> pd.DataFrame:
    calmed = {"towards_mean": [towards[row.label] for row in rows]} if towards else {}
    return pd.DataFrame(
        {
            attribute: [row.label for row in rows],
            "nps": [row.estimate.nps for row in rows],
            "low": [row.estimate.low for row in rows],
            "high": [row.estimate.high for row in rows],
            "responses": [row.n for row in rows],
            "share": [row.share for row in rows],
            "difference_from_rest": [row.difference.points for row in rows],
            "p_adjusted": [row.p_adjusted for row in rows],
            "beyond_chance": [row.beyond_chance for row in rows],
            "could_show": [visible[row.label] for row in rows],
            **calmed,
        }
    )


def _cross_table(cross: Cross) -> pd.DataFrame:
    places = [(i, j) for i in range(len(cross.labels_a)) for j in range(len(cross.labels_b))]
    return pd.DataFrame(
        {
            cross.a: [cross.labels_a[i] for i, _ in places],
            cross.b: [cross.labels_b[j] for _, j in places],
            "nps": [cross.nps[i, j] for i, j in places],
            "low": [cross.low[i, j] for i, j in places],
            "high": [cross.high[i, j] for i, j in places],
            "responses": [cross.n[i, j] for i, j in places],
            "too_few_to_read": [bool(cross.too_few[i, j]) for i, j in places],
            "p_adjusted": [cross.p_adjusted[i, j] for i, j in places],
            "beyond_chance": [bool(cross.beyond_chance[i, j]) for i, j in places],
        }
    )


def _plain(text: str) -> str:
    return "-".join("".join(char if char.isalnum() else " " for char in text.lower()).split())[:30]
