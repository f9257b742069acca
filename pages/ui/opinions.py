"""What promoters say against what detractors say, and a segment against the rest: themes with an example each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import read_comments
from nps_core.charts.spec import GROUP_COLOURS
from nps_core.formatting import format_count, format_share, with_interval
from nps_core.masking import mask
from nps_core.themes.comparison import compare_themes_by_group, compare_themes_by_segment
from pages.ui import choices, theme_state
from pages.ui.text import as_html, heading, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Scope
    from nps_core.segments.result import Segments
    from nps_core.themes.comparison import SegmentTheme
    from nps_core.themes.result import Themes

_MOST = 4  # themes a side


def show(scope: Scope, found: Themes) -> None:
    """Two columns; only themes that one side speaks of more by more than chance stand in its column."""
    sides = compare_themes_by_group(scope, found)
    if not sides:
        return
    heading(
        "What promoters say, what detractors say",
        "themes that one of them speaks of more, by more than chance",
    )
    happy = [one for one in sides if one.beyond_chance and one.more > 0]
    unhappy = [one for one in sides[::-1] if one.beyond_chance and one.more < 0]
    if not happy and not unhappy:
        say("Promoters and detractors speak of the same themes: no difference is beyond chance.", "plain")
        return
    for place, group, other, mine in zip(
        st.columns(2, gap="large"),
        ("promoter", "detractor"),
        ("detractors", "promoters"),
        (happy, unhappy),
        strict=True,
    ):
        with place:
            st.html(
                '<div class="kicker"><span class="dot"'
                f' style="background:{GROUP_COLOURS[group]}"></span>{as_html(group.title())}s</div>'
            )
            lines = [
                (
                    one.name,
                    getattr(one, f"{group}s"),
                    getattr(one, other),
                    other,
                    getattr(one, f"{group}_places"),
                )
                for one in mine
            ]
            _side(scope, lines, f"Speak of no theme more than {other} do, beyond chance.")


def of_segment(scope: Scope, compared: Segments) -> None:
    """What one segment speaks of more, and less, than the rest; the one furthest below the rest is picked first."""
    labels = [row.label for row in compared.rows()]
    if len(labels) < 2 or not scope.survey.has_comments:  # noqa: PLR2004 - nobody to differ from
        return
    st.space("small")
    heading(
        "What they speak of",
        "themes that a segment speaks of more or less than the rest, by more than chance; what goes with its"
        " score, not what makes it",
    )
    if not theme_state.wanted(scope.survey):
        return
    picked = choices.one(
        st.selectbox, "Segment", labels, default=_first_to_read(compared), key="segments.read", width=280
    )
    found = theme_state.themes(scope.survey)
    if found is None:
        say(f"{theme_state.looking()}.")
        return
    apart = compare_themes_by_segment(scope, found, compared.attribute, picked)
    left, right = st.columns(2, gap="large")
    for place, word, sign in ((left, "More", 1), (right, "Less", -1)):
        with place:
            st.html(f'<div class="kicker">{as_html(word)} than the rest</div>')
            mine = [one for one in apart if one.beyond_chance and one.more * sign > 0]
            lines = [
                (one.name, one.share, one.rest, f"the rest{_spoken(one)}", one.places) for one in mine[::sign]
            ]
            _side(scope, lines, f"Speak of no theme {word.lower()} than the rest do, beyond chance.")


def _first_to_read(compared: Segments) -> str:
    """The segment that is furthest below the rest beyond chance; the lowest one where none is."""
    below = [row for row in compared.rows() if row.beyond_chance and row.difference.points < 0]
    return min(
        below or compared.rows(), key=lambda row: row.difference.points if below else row.estimate.nps
    ).label


def _spoken(one: SegmentTheme) -> str:
    return (
        f"; NPS {with_interval(one.nps, one.nps_low, one.nps_high)} among the"
        f" {format_count(one.n)} who speak of it"
        if one.n
        else ""
    )


def _side(scope: Scope, lines: Sequence[tuple[str, float, float, str, Sequence[int]]], none: str) -> None:
    """Themes of one side: each its name, its share there and among the others, who these are, and its quotes."""
    if not lines:
        say(none, "plain")
        return
    rows_html = "".join(_line_html(scope, *one) for one in lines[:_MOST])
    st.html(f'<ul class="standouts">{rows_html}</ul>')
    if len(lines) > _MOST:
        say(f"{len(lines) - _MOST} more beyond chance.", "small")


def _line_html(scope: Scope, name: str, share: float, rest: float, of: str, places: Sequence[int]) -> str:
    quotes_html = "".join(
        f'<span class="quote">“{as_html(mask(comment.text))}”</span>'
        for comment in read_comments(scope, places)
    )
    return (
        f'<li><span class="nps">{as_html(format_share(share))}</span><span><b>{as_html(name)}</b></span><span'
        f' class="why">of their comments; {as_html(format_share(rest))} of those of {as_html(of)}</span>'
        f"{quotes_html}</li>"
    )
