"""Recipes that are kept with a survey: saved under their names, taken again, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core.errors import EditsError, WorkspaceError
from nps_core.report.recipe import read_recipe, write_recipe
from pages.ui import kept
from pages.ui.text import problem, safe, say

if TYPE_CHECKING:
    from nps_core.report.recipe import Recipe
    from nps_core.workspace import KeptSurvey

_SAID = "recipe.kept"


def survey() -> KeptSurvey | None:
    """The kept survey that is open, where this visitor may change it."""
    opened = st.session_state.get("opened")
    return opened.kept if opened is not None and kept.may_keep() else None


def save(recipe: Recipe) -> None:
    """The button that keeps a recipe with the survey; nothing of one that is not kept."""
    own = survey()
    if own is None:
        return
    # What the button takes is a text, and not the frame behind the recipe.
    text = write_recipe(recipe)
    st.button(
        "Keep with the survey",
        key="recipe.keep",
        type="primary",
        icon=":material/bookmark:",
        disabled=not recipe.name,
        on_click=_save,
        args=(own, recipe.name, text),
        help=None if recipe.name else "It needs a name.",
    )
    if (error := st.session_state.pop(_SAID, None)) is not None:
        problem(error.message, error.hint)


def pick() -> Recipe | None:
    """The recipe of the survey whose button was pressed just now."""
    opened = st.session_state.get("opened")
    if opened is None or opened.kept is None or opened.survey.seen is not None:
        return None
    try:
        texts = kept.workspace().recipes(opened.kept)
        if texts:
            say("Kept with this survey", "small")
        for place, (name, text) in enumerate(texts.items()):
            with st.container(horizontal=True, gap="xxsmall"):
                if st.button(safe(name), key=f"recipe.of.{place}", icon=":material/bookmark:"):
                    return read_recipe(text)
                if kept.may_keep():
                    st.button(
                        f"Delete {safe(name)}",
                        key=f"recipe.drop.{place}",
                        icon=":material/close:",
                        type="tertiary",
                        on_click=_delete,
                        args=(opened.kept, name),
                    )
    except (EditsError, WorkspaceError) as error:
        problem(error.message, error.hint)
    return None


def _save(own: KeptSurvey, name: str, text: str) -> None:
    try:
        kept.workspace().save_recipe(own, name, text)
    except (EditsError, WorkspaceError) as error:
        st.session_state[_SAID] = error


def _delete(own: KeptSurvey, name: str) -> None:
    try:
        kept.workspace().delete_recipe(own, name)
    except WorkspaceError as error:
        st.session_state[_SAID] = error
