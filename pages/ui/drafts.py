"""What is typed over something that several people change, and is not saved yet: nothing that is typed is lost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui.text import problem

if TYPE_CHECKING:
    from collections.abc import Callable

DRAFTS = "drafts"
"""The key of all drafts of the survey that is open."""


@dataclass(frozen=True)
class Draft:
    """Fields as they are typed.

    Parameters
    ----------
    of
        What is typed over, by a name of its own.
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
        return f"draft.{self.of}.{told}.{name}"

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
    _held().pop(draft.of, None)
    if draft.changes:
        _held()[draft.of] = (draft.begun, draft.typed)


def offer(draft: Draft, theirs: str, save: Callable[[Draft], None]) -> None:
    """The way to save; where somebody else changed the same meanwhile, what they changed, and whose is to stay.

    Parameters
    ----------
    theirs
        What is something else now, in words.
    save
        Saves what is typed over `fresh`; a callback.
    """
    if draft.begun == draft.fresh or not draft.changes:
        st.button("Save", type="primary", key=f"{draft.of}.save", on_click=save, args=(draft,))
        return
    problem(
        f"Somebody else changed this meanwhile: {theirs}.",
        "What you typed stands in the fields above and is not saved yet.",
    )
    with st.container(horizontal=True, gap="small"):
        st.button("Save mine", key=f"{draft.of}.mine", on_click=save, args=(draft,))
        st.button("Take theirs", key=f"{draft.of}.theirs", on_click=drop, args=(draft.of,))


def drop(of: str) -> None:
    """Hold nothing that is typed over something: it is saved, or given up."""
    _held().pop(of, None)


def _held() -> dict[str, tuple[Any, dict[str, Any]]]:
    held: dict[str, tuple[Any, dict[str, Any]]] = st.session_state.setdefault(DRAFTS, {})
    return held
