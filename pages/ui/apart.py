"""Where a difference stands: taken apart by an attribute, or by the themes of the comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import moved, moved_by_theme, moved_sentences, short, where_to_look
from pages.ui import draw, tables, themed
from pages.ui.text import findings, heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Comparison, Filters, Moved, Survey

_THEMES = ""  # no column is called so


def show(
    survey: Survey, filters: Filters, found: Comparison, names: Sequence[str], *, words: str, source: str
) -> None:
    """The parts of a difference as a waterfall; `names` are the attributes that do not pick the sides.

    Themes take a while to be found, so they are looked for when they are picked and not before.
    """
    commented = survey.has_comments
    options = [*names, *([_THEMES] if commented else [])]
    if not options:
        return
    st.space("small")
    place = st.container()
    first = options.index(where_to_look(survey, names, found)) if names else 0
    picked = st.selectbox(
        "Take apart by", options, index=first, key=f"compare.why.{words}", width=280,
        format_func=lambda name: short(name) if name else "Themes of the comments",
    )  # fmt: skip
    apart = _apart(survey, found, picked, len(options))
    if apart is None:
        if picked == _THEMES:
            with place:
                heading("Where the difference stands", themed.looking())
        return
    drawn = apart.chart(subtitle=words, source=source)
    with place:
        heading("Where the difference stands", drawn.title)
        findings(moved_sentences(apart))
    if len(apart.segments) < 2:  # noqa: PLR2004 - one part is the whole
        return
    draw.chart(drawn, filters, key="compare-why", title=False)
    tables.folded(
        drawn, tables.PARTS, key="compare-why", name="The parts as a table",
        note="Within: how differently a part's own people score. Mix: how many more or fewer they are. All of them add up to the difference.",
    )  # fmt: skip


def _apart(survey: Survey, found: Comparison, picked: str, looks: int) -> Moved | None:
    if picked != _THEMES:
        return moved(survey, picked, found, looks=looks)
    themes = themed.themes(survey)
    return moved_by_theme(themes, survey, found, looks=looks) if themes is not None else None
