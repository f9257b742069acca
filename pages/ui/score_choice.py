"""For a file without a recognised question: which column holds the scores, told by what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core.column_profile import (
    column_titles,
    cut_off_words,
    likely_scores_first,
    profile_bars,
    profile_scores_words,
)
from nps_core.corrections import Corrections
from nps_core.errors import NoNPSQuestion
from nps_core.formatting import short
from nps_core.reading.scores import parse_scale
from pages.ui import mapping, session
from pages.ui.text import as_html, heading, problem, safe, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.survey import ColumnProfile
    from pages.ui.session import Failed

_COLUMNS = 40  # shown of the file's first rows; a file of hundreds is for the list of names


def show(trouble: Failed) -> None:
    """Draw the choice of a score, its scale and the reason, and the file's first rows."""
    if (refused := st.session_state.pop("refused", None)) is not None:
        problem(refused.message, refused.hint)
    error = trouble.error
    if not isinstance(error, NoNPSQuestion) or not error.columns or len(trouble.files) > 1:
        return
    if len(error.could_be) == 1:
        _propose(error.could_be[0], {look.name: look for look in error.looks})
    heading(
        "Does one of its columns answer “how likely are you to recommend us?”",
        "choose it, and look at what it holds; columns with whole numbers from 0 to 10 come first",
    )
    looks = {look.name: look for look in likely_scores_first(error.looks)}
    # The options of a select are plain text.
    titles = column_titles(list(looks), {look.name: look.label for look in error.looks})
    left, middle, right = st.columns([3, 2, 3])
    score = left.selectbox(
        "Score",
        list(looks),
        index=None,
        format_func=titles.__getitem__,
        placeholder="choose a column",
        key="rescue.score",
    )
    scale = middle.selectbox("Scale of the answers", mapping.SCALES, key="rescue.scale")
    reason = right.selectbox(
        "Reason (comment)",
        list(looks),
        index=None,
        format_func=titles.__getitem__,
        placeholder="as detected",
        key="rescue.reason",
    )
    if score:
        _held(looks[score], scale)
    said = Corrections((("score", score), *([("reason", reason)] if reason else [])), scale)
    st.button(
        "Read with this column",
        type="secondary" if error.could_be else "primary",
        disabled=not score,
        key="rescue.read",
        on_click=session.ask,
        args=(session.read_otherwise, said),
    )
    st.space("small")
    heading("The first rows of the file")
    _preview(error.columns, error.preview)


def _propose(column: str, looks: dict[str, ColumnProfile]) -> None:
    """The only column that could be the score, to be read as it with one click."""
    heading(
        "One column holds whole numbers from 0 to 10",
        "if it is the answer to the recommend question, read it",
    )
    _held(looks[column], "0-10")
    st.button(
        f"Read “{safe(short(column, 40))}” as the score",
        type="primary",
        key="rescue.proposed",
        on_click=session.ask,
        args=(session.read_otherwise, Corrections((("score", column),))),
    )
    st.space("small")


def _held(look: ColumnProfile, scale: str) -> None:
    """What the column holds, as if it were the score: one sees at once whether it is."""
    with st.container(gap="small"):
        st.html(mapping.bars_html(profile_bars(look, scale)))
        say(f"{profile_scores_words(look, scale)} {cut_off_words(parse_scale(scale))}", "quiet")


def _preview(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    heads_html = "".join(f"<th>{as_html(short(name, 60))}</th>" for name in columns[:_COLUMNS])
    body_html = "".join(
        "<tr>" + "".join(f"<td>{as_html(short(cell, 60))}</td>" for cell in row[:_COLUMNS]) + "</tr>"
        for row in rows[:5]
    )
    st.html(
        '<div class="scroll" tabindex="0"><table'
        f' class="preview"><tr>{heads_html}</tr>{body_html}</table></div>'
    )
    if len(columns) > _COLUMNS:
        say(f"{_COLUMNS} of {len(columns):,} columns; the lists above hold all of them.", "small")
