"""Themes over time: what changed between two waves, and what emerges in the later one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from nps_core import (
    comments,
    emerging_themes,
    format_count,
    format_share,
    theme_changes,
    theme_trend,
    theme_waves,
    usual_period,
)
from nps_core.themes.changes import ThemeChanges
from pages.ui import background, draw, themed
from pages.ui.text import as_html, empty, heading, say

if TYPE_CHECKING:
    from nps_core import Emerging, Filters, Survey, Themes, ThemeTrend, View, Wave

_LOOKED, _KIND = "themes.emerging", "emerging themes"


def lately(survey: Survey, filters: Filters, found: Themes) -> tuple[ThemeTrend | None, ThemeChanges]:
    """The share of each theme through time, and what changed between the last two waves of the days shown."""
    period = usual_period(survey)
    waves = theme_waves(survey, period, filters)
    trend = theme_trend(found, survey, period, filters)
    if len(waves) < 2:  # noqa: PLR2004 - a change needs two
        return trend, ThemeChanges()
    return trend, theme_changes(found, survey, waves[1].filters, waves[0].filters, filters)


def show(survey: Survey, filters: Filters, found: Themes, changes: ThemeChanges, shown: View) -> None:
    """The change of each theme between two waves that are picked; at first the last two, whose `changes` are known.

    The waves say when: of the filters, the days do not hold here, and the words leave them out.
    """
    if filters.since or filters.until:
        filters, changes = replace(filters, since=None, until=None), ThemeChanges()
    waves = {wave.name: wave for wave in theme_waves(survey, usual_period(survey))}
    if len(waves) < 2:  # noqa: PLR2004 - a change needs two
        heading("What changed")
        empty(
            "A change needs two waves.",
            "All of these responses are of one period: open the file of another wave together with this one."
            if waves
            else "Name the column of dates under “Your file”, or open two files at once.",
        )
        return
    top = st.container()
    names = list(waves)
    left, right, _ = st.columns([1, 1, 2])
    late = left.selectbox("Wave", names, key="themes.wave")
    others = [name for name in names if name != late]
    at = min(names.index(late), len(others) - 1)
    early = right.selectbox("Against", others, index=at, key=f"themes.against.{late}")
    if not changes or [late, early] != names[:2]:
        changes = theme_changes(found, survey, waves[early].filters, waves[late].filters, filters)
    drawn = changes.chart(before=early, after=late, subtitle=filters.words(), source=shown.source)
    with top:
        heading("What changed", drawn.title)
    draw.chart(drawn, filters, key="theme-changes", title=False)
    _emerging(survey, filters, found, waves[early], waves[late])


def _emerging(survey: Survey, filters: Filters, found: Themes, early: Wave, late: Wave) -> None:
    """Look for what the later wave has and the earlier hardly, when asked: it clusters both anew."""
    key = (*themed.key_of(survey), filters, early.name, late.name)
    if st.session_state.get(_LOOKED) != key:
        background.leave(_KIND)
        st.button(
            "Look for emerging themes", key="themes.emerge", on_click=_look, args=(key,),
            icon=":material/search:", help="Clusters the comments of both waves together, which can take a few seconds.",
        )  # fmt: skip
        return
    new = background.find(
        _KIND, key,
        lambda progress: emerging_themes(found, survey, early.filters, late.filters, filters, progress=progress),
        topic=survey.digest,
    )  # fmt: skip
    if new is None:
        return
    if not new:
        say(f"No theme emerges in {late.name} that {early.name} hardly had. Small ones cannot be told from chance.", "plain")  # fmt: skip
        return
    rows_html = "".join(_row_html(survey, one) for one in new)
    st.html(f'<ul class="standouts">{rows_html}</ul>')
    say("To keep one as a theme, pin it by its words under “Edit themes”.", "small")


def _look(key: object) -> None:
    st.session_state[_LOOKED] = key


def _row_html(survey: Survey, one: Emerging) -> str:
    quotes_html = "".join(
        f'<span class="quote">“{as_html(comment.text)}”</span>'
        for comment in comments(survey, one.places[:2])
    )
    return (
        f'<li><span class="nps">{as_html(format_share(one.share_after))}</span><span><b>{as_html(one.name)}</b></span>'
        f'<span class="why">of the comments, {as_html(format_share(one.share_before))} before (n {format_count(one.n_after)} and {format_count(one.n_before)}); under “{as_html(one.among)}” so far; '
        f"words: {as_html(', '.join(one.terms[:6]))}</span>{quotes_html}</li>"
    )
