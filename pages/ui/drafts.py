"""What is typed over something that several people change, and is not saved yet: nothing that is typed is lost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core.errors import NPSError, StaleError
from pages.ui import kept, session
from pages.ui.text import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.delta_generator import DeltaGenerator

    from nps_core.workspace import KeptSurvey

_DRAFTS = "drafts"  # of the survey that is open: see `session`


@dataclass(frozen=True)
class Draft:
    """Fields as they are typed.

    Parameters
    ----------
    of
        What is typed over, by a name of its own that begins with that of its form: "register.…".
    begun, fresh
        What it was when somebody began to type, and what it is now.
    usual
        The fields of `begun`.
    held
        The fields as they were typed when they were drawn last.
    """

    of: str
    begun: Any
    fresh: Any
    usual: dict[str, Any]
    held: dict[str, Any]

    def key(self, name: str) -> str:
        """The key of the widget of a field; another one once something else is typed over."""
        told = hashlib.sha256(repr(self.begun).encode("utf-8", "replace")).hexdigest()[:12]
        return f"{self.of}.{told}.{name}"

    @property
    def form(self) -> str:
        """The name of the form."""
        return self.of.partition(".")[0]

    @property
    def typed(self) -> dict[str, Any]:
        """All fields as they stand by now, in a callback too."""
        return {name: st.session_state.get(self.key(name), value) for name, value in self.held.items()}

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that somebody typed something else into."""
        return {name: value for name, value in self.typed.items() if value != self.usual[name]}


def begin(of: str, fresh: Any, fields: Callable[[Any], dict[str, Any]]) -> Draft:  # noqa: ANN401 - what is typed over
    """A draft, before its fields are drawn: what was typed before stands in them, whoever changed or looked away."""
    begun, typed = _held().get(of, (fresh, None))
    usual = fields(begun)
    draft = Draft(of, begun, fresh, usual, typed or usual)
    for name, value in draft.held.items():
        st.session_state.setdefault(draft.key(name), value)
    return draft


def keep(draft: Draft) -> None:
    """Hold what is typed, once the fields are drawn."""
    drop(draft.of)
    if draft.changes:
        _held()[draft.of] = (draft.begun, draft.typed)


def offer(draft: Draft, theirs: str, save: Callable[[KeptSurvey, Draft], bool]) -> DeltaGenerator:
    """The way to save; where somebody else changed the same meanwhile, what they changed, and whose is to stay.

    Parameters
    ----------
    theirs
        What is something else now, in words.
    save
        Saves what is typed over `fresh` in the survey that is open, and tells whether it could; what it raises is said.

    Returns
    -------
    The row of the buttons, for further ones.
    """
    form = draft.form
    if (trouble := st.session_state.pop(_trouble(form), None)) is not None:
        problem(trouble.message, trouble.hint)
    is_stale = draft.begun != draft.fresh and bool(draft.changes)
    if is_stale:
        problem(
            f"Somebody else changed this meanwhile: {theirs}.",
            "What you typed stands in the fields above and is not saved yet.",
        )
    row = st.container(horizontal=True, gap="small")
    if is_stale:
        row.button("Save mine", key=f"{form}.mine", on_click=try_save, args=(draft, save))
        row.button("Take theirs", key=f"{form}.theirs", on_click=drop, args=(draft.of,))
    else:
        row.button("Save", type="primary", key=f"{form}.save", on_click=try_save, args=(draft, save))
    return row


def try_save(draft: Draft, save: Callable[[KeptSurvey, Draft], bool]) -> None:
    """Save as `offer` does; for callbacks. What could not be saved stays typed."""
    keep(draft)  # what was typed as the button was pressed has not been drawn yet
    survey = session.shown().kept
    if survey is None or not kept.may_keep():
        return
    try:
        if save(survey, draft):
            drop(draft.of)
    except StaleError:
        return  # what they changed is told when the page is drawn
    except NPSError as error:
        refuse(draft.form, error)


def refuse(form: str, error: NPSError) -> None:
    """Say in a form, when it is drawn next, what could not be."""
    st.session_state[_trouble(form)] = error


def drop(of: str) -> None:
    """Hold nothing that is typed over something: it is saved, or given up."""
    _held().pop(of, None)


def is_typed(of: str) -> bool:
    """Whether something is typed over it that is not saved."""
    return of in _held()


def _trouble(form: str) -> str:
    return f"{form}.trouble"


def _held() -> dict[str, tuple[Any, dict[str, Any]]]:
    held: dict[str, tuple[Any, dict[str, Any]]] = st.session_state.setdefault(_DRAFTS, {})
    return held
