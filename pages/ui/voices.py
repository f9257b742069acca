"""What promoters say against what detractors say: the themes that set them apart, each with an example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import GROUP_COLOURS, comments, format_share, theme_sides
from pages.ui.text import as_html, heading, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Filters, Survey, Themes, ThemeSides

_MOST = 4  # themes a side


def show(survey: Survey, filters: Filters, found: Themes) -> None:
    """Two columns; only themes that one side speaks of more by more than chance stand in its column."""
    sides = theme_sides(found, survey, filters)
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
    left, right = st.columns(2, gap="large")
    with left:
        _side(survey, "promoter", happy)
    with right:
        _side(survey, "detractor", unhappy)


def _side(survey: Survey, group: str, sides: Sequence[ThemeSides]) -> None:
    st.html(
        f'<div class="kicker"><span class="dot" style="background:{GROUP_COLOURS[group]}"></span>{as_html(group.title())}s</div>'
    )
    if not sides:
        other = "detractors" if group == "promoter" else "promoters"
        say(f"Speak of no theme more than {other} do, beyond chance.", "plain")
        return
    rows_html = "".join(_theme_html(survey, group, one) for one in sides[:_MOST])
    st.html(f'<ul class="standouts">{rows_html}</ul>')
    if len(sides) > _MOST:
        say(f"{len(sides) - _MOST} more beyond chance.", "small")


def _theme_html(survey: Survey, group: str, one: ThemeSides) -> str:
    ours, theirs = (one.promoters, one.detractors) if group == "promoter" else (one.detractors, one.promoters)
    places = one.promoter_places if group == "promoter" else one.detractor_places
    other = "detractors" if group == "promoter" else "promoters"
    quotes_html = "".join(
        f'<span class="quote">“{as_html(comment.text)}”</span>' for comment in comments(survey, places)
    )
    return (
        f'<li><span class="nps">{as_html(format_share(ours))}</span><span><b>{as_html(one.name)}</b></span>'
        f'<span class="why">of their comments; {as_html(format_share(theirs))} of those of {as_html(other)}</span>{quotes_html}</li>'
    )
