"""Making the file of a report: format, template, build with its progress, and the download of ready bytes."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import streamlit as st

from nps_core import FORMATS, ReportError, build_report, write_report
from nps_core.report.formats import read_template
from nps_core.report.tables import file_name
from pages.ui import (
    actions,
    background,
    choices,
    downloads,
    open_surveys,
    report_basket,
    session,
    slide_plan,
    targets,
    theme_state,
    visitors,
)
from pages.ui.memory_budget import FullError
from pages.ui.text import heading, problem, safe, say
from pages.ui.uploads import no_room, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from nps_core import Scope, Survey
    from nps_core.report.model import Made, Report
    from nps_core.themes.result import Themes
    from pages.ui.jobs import Progress
    from pages.ui.slide_plan import Template

_BUILT, _REFUSED, _KIND = "report.built", "report.refused", "report"
_NAMES = {ending: one.name for ending, one in FORMATS.items()}  # short: all four stand in one line


def show(scope: Scope, keys: list[str], themes: Themes | None, *, waits: bool) -> None:
    """The format, the template, and the button that builds; then the file."""
    heading("Make the file")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        ending = choices.view("Format", _NAMES, key="report.format", default="pptx")
        button = st.container(width="content")
    template = _template(scope.survey) if ending == "pptx" else None
    masked = choices.toggle("Mask e-mails and phone numbers", default=True, key="report.mask")
    if waits:
        say(f"{theme_state.looking()}; the file can be built when they are there.")
    key = _key(scope, keys, ending, template, themes, masked=masked)
    if st.session_state.get(_BUILT) != key:
        background.leave(_KIND)
        button.button(
            "Build",
            type="primary",
            key="report.build",
            on_click=_ask,
            args=(key,),
            icon=":material/build:",
            help="Under the filters that hold, with charts that can be edited.",
            disabled=waits or not keys,
        )
        return
    # All that the work needs is taken out of the session here: it runs outside of any.
    told = _teller(scope, keys, themes, masked=masked)
    data = open_surveys.template_of(visitors.current()) if template else None
    _file(scope, key, ending, lambda progress: _make(told, ending, data, progress))


def told_alone(scope: Scope, key: str, themes: Themes | None) -> Report:
    """The story of one slide, as it will be in the file."""
    masked = st.session_state.get("report.mask", True)
    return _teller(scope, [key], themes, masked=masked)()


def _teller(scope: Scope, keys: list[str], themes: Themes | None, *, masked: bool) -> Callable[[], Report]:
    titles, marks, did, more = (
        dict(slide_plan.current(scope.survey).titles),
        targets.current(),
        actions.current(scope.survey),
        report_basket.charts(),
    )
    quotes = report_basket.quotes()
    return lambda: build_report(
        scope,
        themes=themes,
        slides=keys,
        titles=titles,
        aims=marks,
        actions=did,
        more=more,
        quotes=quotes,
        mask=masked,
    )


def _make(
    told: Callable[[], Report], ending: str, template: bytes | None, progress: Progress
) -> tuple[Made, tuple[str, ...]]:
    progress("Counting", 0.0)
    whole = told()
    return (
        write_report(
            whole, ending, template, progress=lambda stage, share: progress(stage, 0.2 + 0.8 * share)
        ),
        whole.left_out,
    )


def _file(
    scope: Scope,
    key: tuple[Hashable, ...],
    ending: str,
    work: Callable[[Progress], tuple[Made, tuple[str, ...]]],
) -> None:
    try:
        found = background.find(_KIND, key, work, topic=scope.survey.digest)
    except ReportError as error:
        st.session_state.pop(_BUILT, None)
        problem(error.message, error.hint)
        return
    if found is None:
        return
    made, left_out = found
    for sentence in (*left_out, *made.doubts):
        say(sentence)
    downloads.button(
        f"Download the {safe(FORMATS[ending].name.lower())}",
        made.data,
        file_name("report", scope.filters.words(), ending),
        FORMATS[ending].mime,
        "report.download",
        kind="primary",
    )


def _key(
    scope: Scope,
    keys: list[str],
    ending: str,
    template: Template | None,
    themes: Themes | None,
    *,
    masked: bool,
) -> tuple[Hashable, ...]:
    """All that the bytes follow from: when any of it changes, the file is built anew."""
    charts = tuple((chart.digest, words) for chart, words in report_basket.charts())
    return (
        scope.survey.digest,
        scope.filters,
        tuple(keys),
        slide_plan.current(scope.survey).titles,
        ending,
        template.digest if template else "",
        masked,
        charts,
        tuple(report_basket.quotes().items()),
        targets.current(),
        actions.current(scope.survey),
        theme_state.key_of(scope.survey) if themes is not None else None,
    )


def _ask(key: Hashable) -> None:
    st.session_state[_BUILT] = key


def _template(survey: Survey) -> Template | None:
    """The firm's own template: dropped in once, held until it is taken off."""
    kept: Template | None = st.session_state.get("report.template")
    if kept is not None and open_surveys.template_of(visitors.current()) is None:
        kept = None
        say("The template is held no longer: drop it in again.")
    if kept is None:
        turn = st.session_state.setdefault("report.turn", 0)
        file = st.file_uploader(
            "Your own template (.pptx, .potx)",
            type=["pptx", "potx"],
            key=f"report.upload.{turn}",
            help=(
                "Its colours, fonts and layouts are used. Last quarter's deck, or one with shapes named"
                " nps:trend and the like, is filled."
            ),
        )
        if file is None:
            return None
        if why := refusal(file.file_id) or st.session_state.get(_REFUSED, {}).get(file.file_id):
            problem(*why)
            return None
        try:
            kept = take_template(file.name, file.getvalue(), survey)
        except ReportError as error:
            # Once: to find out again at each click could take a minute each time.
            st.session_state[_REFUSED] = {file.file_id: (error.message, error.hint)}
            problem(error.message, error.hint)
            return None
        except FullError:
            problem(*no_room(file.name))
            return None
        session.drop([file])
        st.session_state["report.turn"] = turn + 1
        if kept.slides:
            slide_plan.choose(survey, list(kept.slides))
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        say(f"Template: {kept.name}", "plain")
        st.button("Take off", key="report.off", type="tertiary", on_click=take_template_off)
    for sentence in kept.doubts:
        say(sentence)
    if kept.slides:
        say("It has named places, which are filled; the slides follow them.")
    return kept


def take_template(name: str, data: bytes, survey: Survey) -> Template:
    """Let a template hold, once it was looked at.

    Raises
    ------
    ReportError
        One that cannot be used.
    FullError
        There is no room for it.
    """
    open_surveys.hold_template(data, visitors.current())
    try:
        with st.spinner("Opening the template …"):
            facts = read_template(data)
    except ReportError:
        take_template_off()
        raise
    kept = slide_plan.Template(name, sha256(data).hexdigest(), facts.doubts, facts.slides(survey))
    st.session_state["report.template"] = kept
    return kept


def take_template_off() -> None:
    """Let the built-in template hold."""
    st.session_state.pop("report.template", None)
    open_surveys.drop_template(visitors.current())
