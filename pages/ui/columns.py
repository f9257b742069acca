"""The file's first rows, column by column: the role at each head, to be read at one look and changed there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.column_profile import columns_in_order, profile_words, question_of
from nps_core.corrections import column_roles
from nps_core.formatting import short
from pages.ui import session
from pages.ui.text import as_html, safe, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nps_core import Survey
    from nps_core.corrections import Corrections
    from nps_core.survey import ColumnProfile

NAMES = {
    "score": "Score", "reason": "Reason", "date": "Date", "respondent": "Respondent", "account": "Account",
    "persona": "Persona", "phase": "Phase", "touchpoint": "Touchpoint", "attributes": "Attribute", "csat": "CSAT",
    "ces": "CES", "status": "Status", "weight": "Weight", "revenue": "Revenue", "invited": "Invited",
    "none": "Not used",
}  # fmt: skip
_NONE = "none"
_PREVIEW = 5
_FEW = 16  # columns shown at first: what most files have, or as many as one scrolls through
_MOST = 60  # a browser draws so many selects without a pause; the others are found by their name
_WIDE = {"reason": 270, "score": 190}


def show(survey: Survey, corrections: Corrections, *, fixed: bool) -> None:
    """Draw the columns in use, and the others when they are few or asked for; `fixed` lets none be changed."""
    many = len(survey.columns) > _FEW
    text, every = _find(len(survey.columns)) if many else ("", True)
    names = columns_in_order(survey, text, _MOST if every or text else _FEW)
    looks = {look.name: look for look in survey.looks}
    with st.container(key="columns", horizontal=True, gap=None):
        for name in names:
            _column(survey, corrections, name, looks.get(name), fixed=fixed)
    left = len(survey.columns) - len(names)
    if left and not text:
        say(f"{len(names)} of {len(survey.columns)} columns, those in use first.", "small")
    if looks and (looked := max(look.looked for look in looks.values())) < survey.rows.read:
        say(f"Filled cells and values are counted in {looked:,} of the {survey.rows.read:,} rows.", "small")
    if not names:
        say(f"No column has “{text}” in its name or its question.", "small")


def account(survey: Survey) -> None:
    """What became of every column of the file, in its order, a line each; folded under how many of each there are."""
    counts = Counter(use.state for use in survey.column_uses)
    listed = ", ".join(
        f"{counts[state]:,} {state}" for state in ("used", "could be used", "not used") if counts[state]
    )
    lines_html = "".join(
        f'<tr class="{as_html(use.state.replace(" ", "-"))}"><td'
        f' class="name">{as_html(short(use.column, 80))}</td><td>{as_html(use.sentence)}</td></tr>'
        for use in survey.column_uses
    )
    with st.expander(safe(f"Every column: {listed}")):
        st.html(f'<div class="uses" tabindex="0"><table class="account">{lines_html}</table></div>')


def role_html(role: str) -> str:
    """A role as a coloured mark, in HTML."""
    return f'<span class="role">{as_html(NAMES[role])}</span>'


def _find(count: int) -> tuple[str, bool]:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        text = st.text_input(
            "Find a column",
            key="columns.find",
            placeholder="find a column",
            label_visibility="collapsed",
            width=260,
        )
        every = st.toggle(f"Show {min(count, _MOST):d} columns", key="columns.all")
    return text or "", every


def _column(
    survey: Survey, corrections: Corrections, name: str, look: ColumnProfile | None, *, fixed: bool
) -> None:
    roles = column_roles(survey, name)
    role = roles[0] if roles else _NONE
    place = survey.columns.index(name)
    with st.container(key=f"column-{place}", width=_WIDE.get(role, 170), gap=None):
        st.html(
            f"<style>.st-key-column-{place:d} {{ --role: var(--role-{as_html(role or 'none')}); --role-ink:"
            f" {as_html('#fff' if roles else 'inherit')}; }}</style>"
        )
        if fixed or role == "score":
            st.html(f'<div class="fixed">{role_html(role)}</div>')
        else:
            _pick(survey, corrections, name, role)
        st.html(_cells_html(survey, name, look, roles))


def _pick(survey: Survey, corrections: Corrections, name: str, role: str) -> None:
    # The widget follows the survey: what was read decides, also after an undo.
    key = f"role.{survey.columns.index(name)}"
    st.session_state[key] = role
    st.selectbox(
        f"Role of {safe(short(name))}",
        list(NAMES),
        key=key,
        format_func=NAMES.__getitem__,
        label_visibility="collapsed",
        on_change=_picked,
        args=(survey, corrections, name, key),
        filter_mode=None,
    )


def _picked(survey: Survey, corrections: Corrections, name: str, key: str) -> None:
    role = st.session_state[key]
    session.ask(session.read_otherwise, corrections.with_role(survey, name, None if role == _NONE else role))


def _cells_html(survey: Survey, name: str, look: ColumnProfile | None, roles: tuple[str, ...]) -> str:
    """Name, question text, how full it is, and the first cells."""
    question = question_of(name, survey.labels)
    asked_html = ""
    if any(question_of(other, survey.labels) for other in survey.labels):
        asked_html = f'<div class="asked" title="{as_html(question)}">{as_html(question)}</div>'
    also = [f"also {NAMES[other].lower()}" for other in roles[1:] if other != "attributes"]
    held = " · ".join([*also, *([profile_words(look)] if look else [])])
    cells: Iterable[object] = survey.preview[name].head(_PREVIEW).fillna("") if name in survey.preview else []
    cells_html = "".join(f"<li>{as_html(short(str(cell), 60))}&nbsp;</li>" for cell in cells)
    state = "used" if roles else "unused"
    return (
        f'<div class="column {as_html(state)}"><div class="name"'
        f' title="{as_html(name)}">{as_html(name)}</div>{asked_html}<div'
        f' class="held">{as_html(held)}</div><ul>{cells_html}</ul></div>'
    )
