"""Several ways of counting the same responses, under each other with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nps_core.accounts.voices import views_sentence
from nps_core.charts.base import ACCENT, EXPORT_SIZE, PAGE_INK, QUIET, TEXT, Chart, figure_of, note
from nps_core.charts.labels import few_ticks, label_of, points_axis
from nps_core.words import format_count, format_interval, format_nps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.accounts.accounts import AccountView
    from nps_core.charts.base import Plain

_ROW_HEIGHT = 38
_SMALL_PICTURE = 480
_LEAST_WIDTH, _MOST_TICKS = 40, 4


def views_chart(views: Sequence[AccountView], *, subtitle: str, source: str) -> Chart:
    """A dot and an interval for each way of counting; responses of one account stand together in all of them."""
    shown = [view for view in views if view.accounts]
    rows = list(range(len(shown)))
    scores = [view.result.estimate for view in shown]
    traces: list[Plain] = [
        {
            "type": "scatter", "mode": "lines", "x": [score.low, score.high], "y": [row, row],
            "line": {"color": ACCENT, "width": 3}, "hoverinfo": "skip",
        }
        for row, score in zip(rows, scores, strict=True)
    ]  # fmt: skip
    traces.append({
        "type": "scatter", "mode": "markers", "x": [score.nps for score in scores], "y": rows, "cliponaxis": False,
        "marker": {"size": 12, "color": ACCENT},
        "customdata": [f"<b>{view.name}</b>: {format_nps(score.nps)} ({format_interval(score.low, score.high)})" for view, score in zip(shown, scores, strict=True)],
        "hovertemplate": "%{customdata}<extra></extra>",
    })  # fmt: skip
    notes = [
        note(
            f"<b>{format_nps(view.result.estimate.nps)}</b>  <span style='color:{QUIET}'>{_people(view)}</span>",
            size=TEXT, color=PAGE_INK, x=1, xref="paper", xanchor="left", xshift=10, y=row, align="left",
        )
        for row, view in zip(rows, shown, strict=True)
    ]  # fmt: skip
    figure = figure_of(
        traces, height=52 + _ROW_HEIGHT * max(1, len(shown)), notes=notes,
        x=_axis([end for score in scores for end in (score.low, score.high)]),
        y={"tickvals": rows, "ticktext": [f"{label_of(view.name)} " for view in shown], "showgrid": False, "range": [len(shown) - 0.4, -0.6]},
        margin={"l": 4, "r": 140, "t": 8, "b": 8},
    )  # fmt: skip
    title = views_sentence(shown) or "The NPS by account"
    return Chart(
        name="accounts-views",
        title=title.rstrip("."),
        subtitle=subtitle,
        figure=figure,
        source=f"{source} Lines: 95% intervals that know which responses are of one account.",
        alt=title,
        rows=lambda: _table(views),
        size=(EXPORT_SIZE[0], _SMALL_PICTURE),
    )


def _people(view: AccountView) -> str:
    return f"{format_count(view.accounts)} account{'' if view.accounts == 1 else 's'}"


def _axis(ends: Sequence[float]) -> Plain:
    """At least 40 points wide, as trends are; few enough ticks to stand side by side on a telephone."""
    low, high = (min(ends), max(ends)) if ends else (-100.0, 100.0)
    spare = max(2.0, (_LEAST_WIDTH - (high - low)) / 2)
    reach = max(-104.0, low - spare), min(104.0, high + spare)
    return {"range": reach, "tickangle": 0, **few_ticks(points_axis(*reach), _MOST_TICKS)}


def _table(views: Sequence[AccountView]) -> pd.DataFrame:
    scores = [view.result.estimate for view in views]
    return pd.DataFrame(
        {
            "counted": [view.name for view in views],
            "nps": [score.nps for score in scores],
            "low": [score.low for score in scores],
            "high": [score.high for score in scores],
            "responses": [view.result.n for view in views],
            "effective_responses": [view.result.n_eff for view in views],
            "accounts": [view.accounts for view in views],
            "left_out": [view.left_out for view in views],
        }
    )
