"""Two minutes of review: one comment after the other, is it about its theme? One key each.

It is drawn as a fragment, so that an answer draws the next question alone; the page follows at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core.comments import read_comments, split_at
from nps_core.formatting import plural
from nps_core.masking import mask
from nps_core.themes.in_survey import comments_of, theme_words
from nps_core.themes.review import find_questions, learnt_sentence, precision_sentence
from pages.ui import login, theme_state
from pages.ui.text import as_html, empty, heading, heading_html, safe, say

if TYPE_CHECKING:
    from nps_core import Scope
    from nps_core.themes.result import Themes
    from nps_core.themes.review import Question, Review

_ROUND = "themes.review"  # what is asked, of which comments and themes
_TRAIL = "themes.review.trail"  # of each question so far the number of changes once it was answered; 0 where skipped
_DONE = "themes.review.done"  # the trail of the review that the page was drawn anew for at its end
_YES, _NO, _BACK, _SKIP = "y", "n", "u", "s"
_LONGEST = 700  # characters of a comment; the words of its theme stand in them mostly


def show(scope: Scope, found: Themes) -> None:
    """The questions of a review, one at a time, and what the answers are worth so far."""
    heading(
        "Review",
        "Is the comment about the theme? The answer holds for this comment; enough of them teach how others are coded.",
    )
    key = (scope.survey.digest, scope.filters, tuple(entry.name for entry in found.codebook.shown))
    held = st.session_state.get(_ROUND)
    if held is None or held[0] != key:
        review = find_questions(scope, found, comments_of(scope.survey))
        held = st.session_state[_ROUND] = (key, review)
        st.session_state[_TRAIL] = ()
    if held[1] is None or not held[1].questions:
        empty("There is nothing to ask.", "Every assignment has an answer, or no theme comes up.")
        return
    st.fragment(_asking)(scope, found)


def _asking(scope: Scope, found: Themes) -> None:
    login.draw_anew_if_changed()
    review, at = st.session_state[_ROUND][1], len(st.session_state[_TRAIL])
    book = theme_state.codebook(scope.survey) or found.codebook
    if at < len(review.questions):
        _question(scope, found, review, at)
    else:
        if st.session_state.get(_DONE) != st.session_state[_TRAIL]:
            st.session_state[_DONE] = st.session_state[_TRAIL]
            st.rerun()  # what stands around the questions follows
        say(f"{plural(at, 'question')} done.", "finding")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            more = st.button("Another round", key="review.more", type="primary")
            _undo(scope, at)
        if more:
            st.session_state.pop(_ROUND)
            st.rerun()
    told = f"{precision_sentence(book, scope.survey.name)}{learnt_sentence(book)}"
    say(told or "Those drawn at random tell how often the coding is right.", "small")


def _question(scope: Scope, found: Themes, review: Review, at: int) -> None:
    question = review.questions[at]
    number = found.names.index(question.name) if question.name in found.names else -1
    text = mask(_comment(scope, question))
    pieces = split_at(text[:_LONGEST], theme_words(found, number))
    marked_html = "".join(
        f"<mark>{as_html(piece)}</mark>" if place % 2 else as_html(piece)
        for place, piece in enumerate(pieces)
    )
    more_html = "…" if len(text) > _LONGEST else ""
    with st.container(border=True, key="review.card"):
        say(f"{at + 1} of {len(review.questions)}", "small")
        head_html = heading_html(f"About “{question.name}”?")
        st.html(f'{head_html}<p class="asked">“{marked_html}{more_html}”</p>')
        with st.container(horizontal=True, gap="small", key="review.answers"):
            _answer(scope, found, at, "Yes", question.name, _YES, primary=True)
            _answer(scope, found, at, "No", "", _NO)
            st.button("Skip", key="review.skip", shortcut=_SKIP, type="tertiary", on_click=_pass, args=(at,))
            _undo(scope, at)
        if question.others:
            say("Not this, but:", "small")
            with st.container(horizontal=True, gap="small", key="review.others"):
                for key, name in enumerate(question.others, 1):
                    _answer(scope, found, at, name, name, str(key))


def _answer(
    scope: Scope, found: Themes, at: int, label: str, name: str, key: str, *, primary: bool = False
) -> None:
    st.button(
        safe(label),
        key=f"review.{key}",
        shortcut=key,
        type="primary" if primary else "secondary",
        on_click=_take,
        args=(scope, at, found, name),
    )


def _undo(scope: Scope, at: int) -> None:
    st.button(
        "Undo",
        key="review.undo",
        shortcut=_BACK,
        type="tertiary",
        disabled=not at,
        on_click=_back,
        args=(scope, at),
    )


def _comment(scope: Scope, question: Question) -> str:
    return next((one.text for one in read_comments(scope, [question.place])), "")


def _take(scope: Scope, at: int, found: Themes, name: str) -> None:
    """An answer: the comment is about the theme asked, about another, or ("") not about this one."""
    survey, review = scope.survey, st.session_state[_ROUND][1]
    if len(st.session_state[_TRAIL]) != at:
        return  # a key was pressed twice before the next question was there
    question = review.questions[at]
    book = theme_state.codebook(survey) or found.codebook
    about = f"about “{name}”" if name else f"not about “{question.name}”"
    theme_state.change(
        survey, f"A comment is {about}", review.answered(book, question, _comment(scope, question), name)
    )
    st.session_state[_TRAIL] += (len(theme_state.history(survey)),)


def _pass(at: int) -> None:
    if len(st.session_state[_TRAIL]) == at:
        st.session_state[_TRAIL] += (0,)


def _back(scope: Scope, at: int) -> None:
    if len(st.session_state[_TRAIL]) != at:
        return
    *trail, last = st.session_state[_TRAIL]
    made = theme_state.history(scope.survey)
    if last and last == len(made):
        theme_state.replace(scope.survey, made.undone())
    st.session_state[_TRAIL] = tuple(trail)
