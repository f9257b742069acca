"""Themes of the comments: how often each comes up, and how those who say it score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.base import GROUP_COLOURS, QUIET, Chart, cell_notes, figure_of, heatmap, label_of, note
from nps_core.score.estimate import MIN_READABLE
from nps_core.words import format_count, format_nps, format_share, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.base import Plain
    from nps_core.themes.in_survey import ThemeRow

_ROW_HEIGHT = 38
_A_NAME = 24  # characters; longer attributes are questions, which "what each ..." does not read well with
_SHARE_COLOURS = [[0, "rgba(59,118,214,0.03)"], [1, "rgba(59,118,214,0.5)"]]


def themes_chart(rows: Sequence[ThemeRow], *, subtitle: str, source: str) -> Chart:
    """A bar a theme, as long as its number of comments, in the three groups, with its NPS at the end.

    Parameters
    ----------
    rows
        The themes, most frequent first.
    """
    drawn = list(rows)[::-1]
    figure = figure_of(
        [_group_bars(drawn, group) for group in ("detractor", "passive", "promoter")],
        height=56 + _ROW_HEIGHT * max(1, len(drawn)),
        x={"visible": False},
        y={
            "tickvals": list(range(len(drawn))),
            "ticktext": [f"{label_of(row.name, 40)} " for row in drawn],
            "showgrid": False,
        },
        notes=[_row_note(row, place) for place, row in enumerate(drawn)],
        barmode="stack",
        bargap=0.36,
        margin={"l": 4, "r": 84, "t": 8, "b": 8},
    )
    title = themes_title(rows)
    return Chart(
        name="themes",
        title=title,
        subtitle=f"{subtitle} · bars: comments by detractors, passives, promoters; then NPS and n",
        figure=figure,
        source=f"{source} Themes: clusters of comments (TF-IDF, k-means). What goes with a score need not cause it.",
        alt=f"{title}. "
        + "; ".join(f"{row.name}: {format_count(row.n)} comments, NPS {format_nps(row.nps)}" for row in rows),
        rows=lambda: themes_table(rows),
    )


def themes_title(rows: Sequence[ThemeRow]) -> str:
    """The finding: the theme whose commenters score lowest, if that is beyond chance; else the most frequent."""
    if not rows:
        return "No themes to draw"
    low = [row for row in rows if row.beyond_chance and row.effect < 0]
    if low:
        worst = min(low, key=lambda row: row.effect)
        return (
            f"“{worst.name}” goes with the lowest scores: NPS {format_nps(worst.nps)} among those who say it"
        )
    return f"“{max(rows, key=lambda row: row.n).name}” is the most frequent theme; none stands apart beyond chance"


def themes_table(rows: Sequence[ThemeRow]) -> pd.DataFrame:
    """The themes as a table, one row each; `share` in 0..1 of the comments, the rest in points."""
    return pd.DataFrame(
        {
            "theme": [row.name for row in rows],
            "comments": [row.n for row in rows],
            "share": [row.share for row in rows],
            "nps": [row.nps for row in rows],
            "low": [row.low for row in rows],
            "high": [row.high for row in rows],
            "effect": [row.effect for row in rows],
            "effect_low": [row.effect_low for row in rows],
            "effect_high": [row.effect_high for row in rows],
            "nps_without": [row.nps_without for row in rows],
            "promoters": [row.promoters for row in rows],
            "passives": [row.passives for row in rows],
            "detractors": [row.detractors for row in rows],
            "terms": [", ".join(row.terms[:8]) for row in rows],
        }
    )


def theme_by_chart(
    names: Sequence[str],
    labels: Sequence[str],
    counts: np.ndarray,
    commented: np.ndarray,
    *,
    attribute: str,
    subtitle: str,
    source: str,
) -> Chart:
    """How often each segment speaks of each theme: the share of its comments.

    The shares of a segment can add up to more than 100 percent, since a comment can be about several
    themes. Segments of fewer than 5 comments are too few to read and left blank.

    Parameters
    ----------
    counts
        Comments, (themes, segments, 3) in the order promoters, passives, detractors.
    commented
        Comments of each segment.
    """
    total = counts.sum(axis=2)
    share = np.where(commented >= MIN_READABLE, total / np.maximum(commented, 1), np.nan)
    text = [[format_share(value) if np.isfinite(value) else "" for value in row] for row in share]
    figure = figure_of(
        [heatmap(share, _SHARE_COLOURS, 0, max(0.01, float(np.nanmax(share, initial=0))))],
        height=80 + 38 * max(1, len(names)),
        x={
            "side": "top",
            "showgrid": False,
            "tickvals": list(range(len(labels))),
            "ticktext": [
                f"{label_of(label, 16)}<br>n {format_count(n)}"
                for label, n in zip(labels, commented, strict=True)
            ],
        },
        y={
            "autorange": "reversed",
            "showgrid": False,
            "tickvals": list(range(len(names))),
            "ticktext": [f"{label_of(name, 40)} " for name in names],
        },
        notes=cell_notes(text),
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
    )
    is_name = len(attribute) <= _A_NAME and "?" not in attribute
    title = f"What each {attribute.lower()} speaks of" if is_name else f"Themes by “{short(attribute)}”"
    places = [(i, j) for i in range(len(names)) for j in range(len(labels))]
    table = pd.DataFrame(
        {
            "theme": [names[i] for i, _ in places],
            attribute: [labels[j] for _, j in places],
            "comments": [total[i, j] for i, j in places],
            "share_of_segment": [share[i, j] for i, j in places],
            "promoters": [counts[i, j, 0] for i, j in places],
            "passives": [counts[i, j, 1] for i, j in places],
            "detractors": [counts[i, j, 2] for i, j in places],
        }
    )
    return Chart(
        name="themes-by-segment",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} Cells: share of the segment's comments; one comment can be about several themes.",
        alt=f"{title}: a table of {len(names)} themes by {len(labels)} segments.",
        rows=lambda: table,
    )


def _group_bars(drawn: Sequence[ThemeRow], group: str) -> Plain:
    return {
        "type": "bar",
        "y": list(range(len(drawn))),
        "x": [getattr(row, f"{group}s") for row in drawn],
        "orientation": "h",
        "marker": {"color": GROUP_COLOURS[group]},
        "name": f"{group}s",
        "customdata": [label_of(row.name, 60) for row in drawn],
        "hovertemplate": f"%{{customdata}}: %{{x}} {group}s<extra></extra>",
    }


def _row_note(row: ThemeRow, place: int) -> Plain:
    """The NPS and the number of comments at the end of a bar."""
    text = f"<b>{format_nps(row.nps)}</b>  <span style='color:{QUIET}'>{format_count(row.n)}</span>"
    return note(text, x=row.n, y=place, xanchor="left", xshift=8)
