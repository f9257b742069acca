"""Themes in charts: all of them with what goes with each, and how often each segment speaks of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import (
    count_themes_by,
    filter_choices,
    find_theme_changes,
    find_theme_trend,
    find_waves,
    read_comments,
    usual_period,
)
from nps_core.formatting import format_count, format_share
from nps_core.masking import mask
from nps_core.themes.changes import ThemeChanges
from nps_core.themes.rows import theme_by_chart
from nps_core.themes.waves import find_emerging_themes
from pages.ui import background, cards, choices, draw, marks, opinions, tables, theme_comments, theme_state
from pages.ui.text import as_html, empty, heading, say

if TYPE_CHECKING:
    from nps_core import Scope
    from nps_core.themes.changes import ThemeTrend
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRows
    from nps_core.themes.waves import Emerging, Wave


def show(scope: Scope, found: Themes, rows: ThemeRows) -> None:
    """Draw the themes that are presented first, or all of them."""
    shown = rows.presented or rows
    if shown.signs:
        say(shown.signs, "finding")
    trend, changes = lately(scope, found)
    if len(rows) > len(shown) and choices.toggle(
        f"All {len(rows)} themes", key="themes.all", help="Those that matter less, too."
    ):
        shown = rows
    drawn = shown.chart(trend=trend, changes=changes).with_marks(
        (),
        source=" Effect: points of the NPS that go with a theme, beyond what others in the same comments go with.",
    )
    cards.parts_key(shown.parts)
    draw.chart(
        drawn,
        scope,
        key="themes",
        rows=marks.of_themes(zip(drawn.categories, (row.number for row in shown), strict=True)),
        title=False,
    )
    tables.folded(drawn, tables.NPS, key="themes")
    st.space("small")
    opinions.show(scope, found)


def show_by_segment(scope: Scope, found: Themes, rows: ThemeRows) -> None:
    """Draw the themes by an attribute that is picked; nothing where the survey has none."""
    attributes = [choice.name for choice in filter_choices(scope.survey).attributes]
    if not attributes:
        return
    # One that the filters narrow to a single value has nothing to compare.
    open_ones = [name for name in attributes if len(scope.filters.values_of(name)) != 1]
    by = choices.one(
        st.selectbox,
        "Themes by",
        attributes,
        default=(open_ones or attributes)[0],
        key="themes.by",
        width=280,
    )
    labels, counts, commented = count_themes_by(scope, found, by)
    drawn = theme_by_chart(
        [row.name for row in rows],
        labels,
        counts[[row.number for row in rows]],
        commented,
        attribute=by,
        subtitle=scope.words,
        source=scope.source,
    )
    draw.chart(
        drawn,
        scope,
        key="themes-by",
        rows=marks.of_themes((row.name, row.number) for row in rows),
        columns=marks.of_values(by, labels),
    )


def lately(scope: Scope, found: Themes) -> tuple[ThemeTrend | None, ThemeChanges]:
    """The share of each theme through time, and what changed between the last two waves of the days shown."""
    period = usual_period(scope.whole)
    waves = find_waves(scope, period)
    trend = find_theme_trend(scope, found, period)
    if len(waves) < 2:  # noqa: PLR2004 - a change needs two
        return trend, ThemeChanges()
    return trend, find_theme_changes(scope, found, waves[1].filters, waves[0].filters)


def show_changes(scope: Scope, found: Themes, changes: ThemeChanges) -> None:
    """The change of each theme between two waves that are picked; at first the last two, whose `changes` are known.

    The waves say when: of the filters, the days do not hold here, and the words leave them out.
    """
    if scope.filters.since or scope.filters.until:
        scope, changes = scope.with_filters(since=None, until=None), ThemeChanges()
    waves = {wave.name: wave for wave in find_waves(scope.whole, usual_period(scope.whole))}
    if len(waves) < 2:  # noqa: PLR2004 - a change needs two
        heading("What changed")
        empty(
            "A change needs two waves.",
            (
                "All of these responses are of one period: open the file of another wave together with this"
                " one."
                if waves
                else "Name the column of dates under “Data”, or open two files at once."
            ),
        )
        return
    top = st.container()
    names = list(waves)
    left, right, _ = st.columns([1, 1, 2])
    late = choices.one(left.selectbox, "Wave", names, default=names[0], key="themes.wave")
    others = [name for name in names if name != late]
    usual = others[min(names.index(late), len(others) - 1)]
    early = choices.one(right.selectbox, "Against", others, default=usual, key="themes.against")
    if not changes or [late, early] != names[:2]:
        changes = find_theme_changes(scope, found, waves[early].filters, waves[late].filters)
    drawn = changes.chart(before=early, after=late)
    with top:
        heading("What changed", drawn.title)
    rows = marks.of_themes((one.name, one.number) for one in changes)
    draw.chart(drawn, scope, key="theme-changes", title=False, rows=rows)
    _emerging(scope, found, waves[early], waves[late])


def of_one(scope: Scope, found: Themes, rows: ThemeRows, trend: ThemeTrend | None) -> None:
    """The share of one theme through time; at first of the one that is being read."""
    if trend is None or len(trend.labels) < 2 or not rows:  # noqa: PLR2004 - a line needs two
        return
    st.space("small")
    number = theme_comments.pick("A theme over time", rows, key="themes.through")
    draw.chart(
        trend.chart(number, found.names[number]),
        scope,
        key="theme-trend",
        rows=marks.of_theme_trend(trend, number),
    )


def _emerging(scope: Scope, found: Themes, early: Wave, late: Wave) -> None:
    """Look for what the later wave has and the earlier hardly, when asked: it looks through both anew."""
    key = (*theme_state.key_of(scope.survey), scope.filters, early.name, late.name)
    new = background.offer(
        "Look for emerging themes",
        "emerging themes",
        key,
        lambda progress: find_emerging_themes(scope, found, early.filters, late.filters, progress=progress),
        topic=scope.survey.digest,
        hint="Proposes themes for the comments of both waves together, which can take a few seconds.",
    )
    if new is None:
        return
    if not new:
        say(
            f"No theme emerges in {late.name} that {early.name} hardly had. Small ones cannot be told from"
            " chance.",
            "plain",
        )
        return
    rows_html = "".join(_row_html(scope, one) for one in new)
    st.html(f'<ul class="standouts">{rows_html}</ul>')
    say("To keep one as a theme, add it by its words under “Edit themes”.", "small")


def _row_html(scope: Scope, one: Emerging) -> str:
    quotes_html = "".join(
        f'<span class="quote">“{as_html(mask(comment.text))}”</span>'
        for comment in read_comments(scope, one.places[:2])
    )
    under_html = f"under “{as_html(one.among)}” so far; " if one.among else ""
    return (
        "<li><span"
        f' class="nps">{as_html(format_share(one.share_after))}</span><span><b>{as_html(one.name)}</b></span>'
        f'<span class="why">of the comments, {as_html(format_share(one.share_before))} before (n'
        f" {format_count(one.n_after)} and {format_count(one.n_before)}); {under_html}words:"
        f" {as_html(', '.join(one.words[:6]))}</span>{quotes_html}</li>"
    )
