"""Recipes: how the report is made, saved as a file and taken from one, for this survey or the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core.errors import EditsError, ReportError, WorkspaceError
from nps_core.formatting import plural
from nps_core.report.recipe import (
    LARGEST_TEMPLATE,
    Recipe,
    days_and_view,
    fit_recipe,
    read_recipe,
    write_recipe,
)
from nps_core.report.tables import file_name
from nps_core.themes.codebook import name_of
from pages.ui import (
    actions,
    choices,
    downloads,
    filter_bar,
    kept,
    open_surveys,
    report_basket,
    report_file,
    session,
    slide_plan,
    state,
    theme_state,
    visitors,
)
from pages.ui.memory_budget import FullError
from pages.ui.text import problem, safe, say
from pages.ui.uploads import no_room, refusal

if TYPE_CHECKING:
    from nps_core import Scope, Survey
    from nps_core.themes.result import Themes
    from nps_core.workspace import KeptSurvey


_UNKEPT = "recipe.kept"


def kept_survey() -> KeptSurvey | None:
    """The kept survey that is open, where this visitor may change it."""
    opened = st.session_state.get("opened")
    return opened.kept if opened is not None and kept.may_keep() else None


def offer_to_keep(recipe: Recipe) -> None:
    """The button that keeps a recipe with the kept survey; nothing of one that is not kept."""
    own = kept_survey()
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
        on_click=_keep,
        args=(own, recipe.name, text),
        help=None if recipe.name else "It needs a name.",
    )
    if (error := st.session_state.pop(_UNKEPT, None)) is not None:
        problem(error.message, error.hint)


def pick_kept() -> Recipe | None:
    """The recipe of the kept survey whose button was pressed just now."""
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


def _keep(own: KeptSurvey, name: str, text: str) -> None:
    try:
        kept.workspace().save_recipe(own, name, text)
    except (EditsError, WorkspaceError) as error:
        st.session_state[_UNKEPT] = error


def _delete(own: KeptSurvey, name: str) -> None:
    try:
        kept.workspace().delete_recipe(own, name)
    except WorkspaceError as error:
        st.session_state[_UNKEPT] = error


_MASK = "report.mask"
_SAID, _TURN, _LOAD = "recipe.said", "recipe.turn", "recipe.load.open"
_LISTS = ("aim", "did", "weigh")


def show(scope: Scope, themes: Themes | None) -> None:
    """Save how the report is made, or take it from a file; and what of the last one did not fit."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        save = st.popover(
            "Save recipe",
            icon=":material/bookmark:",
            type="tertiary",
            key="recipe.save.open",
            on_change="rerun",
        )
        load = st.popover(
            "Load recipe", icon=":material/upload:", type="tertiary", key=_LOAD, on_change="rerun"
        )
    # What is not seen is not worked out.
    if save.open:
        with save:
            _save(scope, themes)
    if load.open:
        with load:
            _load(scope.survey)
    digest, kind, sentences = st.session_state.get(_SAID, ("", "", ()))
    if digest == scope.survey.digest and kind == "trouble":
        problem(*sentences)
    elif digest == scope.survey.digest:
        for sentence in sentences:
            say(sentence, "plain")


def _save(scope: Scope, themes: Themes | None) -> None:
    say("Filters, targets, slides, titles, themes and template as one file, for the next survey.", "small")
    name = name_of(st.text_input("Name", key="recipe.name", placeholder="such as: quarterly", max_chars=60))
    charts, quotes = len(report_basket.charts()), len(report_basket.quotes())
    left = [plural(charts, "chart of another page", "charts of other pages")] * (charts > 0)
    left += [plural(quotes, "quote picked by hand", "quotes picked by hand")] * (quotes > 0)
    template = _template()
    left += ["the template, which is too large"] * (
        template is not None and len(template[1]) > LARGEST_TEMPLATE
    )
    if left:
        say(f"Not in it: {', '.join(left)}.", "small")
    recipe = _current(scope, themes, name)
    offer_to_keep(recipe)
    downloads.button(
        "Save" if kept_survey() is None else "Save as a file",
        lambda: write_recipe(recipe),  # once it is asked for, outside of the session
        file_name("recipe", name or "all responses", "json"),
        "application/json",
        "recipe.save",
    )


def _load(survey: Survey) -> None:
    if (own := pick_kept()) is not None:
        session.ask(_use, own, survey)
        st.rerun()
    turn = st.session_state.setdefault(_TURN, 0)
    file = st.file_uploader("A file that “Save recipe” wrote", type="json", key=f"recipe.load.{turn}")
    if file is None:
        return
    if why := refusal(file.file_id):
        problem(*why)
        return
    data = file.getvalue()
    try:
        recipe = read_recipe(data)
    except EditsError as error:
        problem(error.message, error.hint)
        return
    say(
        f"“{recipe.name or file.name}” takes the place of filters, slides, titles and themes as they are.",
        "small",
    )
    # What it changes stands in widgets that are drawn by now: it is done before any is drawn anew.
    if st.button("Use it", key="recipe.use", type="primary"):
        session.drop([file])
        st.session_state[_TURN] = turn + 1
        session.ask(_use, recipe, survey)
        st.rerun()


def _template() -> tuple[str, bytes] | None:
    held = st.session_state.get("report.template")
    data = open_surveys.template_of(visitors.current()) if held is not None else None
    return None if held is None or data is None else (held.name, data)


def _current(scope: Scope, themes: Themes | None, name: str) -> Recipe:
    """How the report is made now."""
    plan, template = slide_plan.current(scope.survey), _template()
    more = {key: texts for key, texts in state.all_kept().items() if key in _LISTS or state.is_picked(key)}
    if did := [action.to_text() for action in actions.current(scope.survey) if action.is_taken]:
        more["did"] = did
    masked = more.pop(state.PICKED + _MASK, None) is None
    own = [key for key in plan.slides or () if not key.startswith(slide_plan.CHART)]
    return Recipe(
        name=name,
        slides=None if plan.slides is None else tuple(own),
        titles={key: text for key, text in plan.titles if not key.startswith(slide_plan.CHART)},
        codebook=theme_state.codebook(scope.survey) if themes is None else themes.codebook,
        template=template if template and len(template[1]) <= LARGEST_TEMPLATE else None,
        mask=masked,
        **days_and_view(scope.survey, scope.filters, more),
    )


def _use(recipe: Recipe, survey: Survey) -> None:
    """Let a recipe hold; what does not fit is said."""
    fitted = fit_recipe(recipe, survey)
    # What a file holds goes through the same gate as what an address holds.
    asked = state.read({**fitted.filters.to_query(), **fitted.view}, survey)
    filter_bar.hold(survey, asked.filters)
    for name in _LISTS:
        state.keep(name, asked.typed_in.get(name, []))
    choices.hold(
        {
            **{
                key.removeprefix(state.PICKED): texts
                for key, texts in asked.typed_in.items()
                if state.is_picked(key)
            },
            _MASK: [] if recipe.mask else ["-"],
        }
    )
    slide_plan.use(survey, fitted.slides, fitted.titles)
    if recipe.codebook is not None:
        words = f"The themes of “{recipe.name}”" if recipe.name else "The themes of a recipe"
        theme_state.change(survey, words, recipe.codebook)
    st.session_state[_SAID] = (
        survey.digest,
        "fits",
        (f"Recipe: {recipe.name or 'without a name'}", *fitted.widened, *fitted.left_out, *asked.left_out),
    )
    report_file.take_template_off()
    if recipe.template is not None:
        try:
            report_file.take_template(*recipe.template, survey)
        except ReportError as error:
            st.session_state[_SAID] = (survey.digest, "trouble", (error.message, error.hint))
        except FullError:
            st.session_state[_SAID] = (survey.digest, "trouble", no_room(recipe.template[0]))
