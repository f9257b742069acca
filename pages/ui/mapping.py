"""How the file was read beside its columns, and how to change that: candidates, scale, repeats, rows left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core.charts.spec import GROUP_COLOURS
from nps_core.column_profile import (
    candidate_words,
    column_titles,
    cut_off_words,
    doubt_words,
    group_shares,
    is_heavy,
    reading_notice,
    status_words,
    survey_bars,
    understood,
)
from nps_core.corrections import reading_change, repeat_policies
from nps_core.errors import MappingError
from nps_core.formatting import format_count, format_interval, format_nps, short
from nps_core.reading.encoding import ENCODINGS
from nps_core.reading.scores import parse_scale
from pages.ui import session
from pages.ui.text import as_html, heading, problem, safe, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Scale, Survey
    from nps_core.column_profile import Bar
    from nps_core.corrections import Corrections, RepeatPolicy
    from nps_core.survey import Doubt, RoleChoice
    from pages.ui.open_surveys import Opened

_MOST = 3  # candidates offered of a role, that chosen with them; the heads of the columns offer all
_ROLES = {
    "score": "Which column is the score",
    "date": "Which date counts",
    "reason": "Which comment is the reason",
}
SCALES = ("0-10", "1-10", "1-7", "1-5")
_SWITCH = {"all": "All", "latest": "Latest", "latest per period": "Latest per quarter"}
_REPEATS = {
    "all": "All responses",
    "latest": "Latest of each respondent",
    "latest per period": "Latest of each respondent and quarter",
}


def card() -> None:
    """What was understood of a file just dropped in, to be looked over until somebody says it is right."""
    opened = session.shown()
    survey = opened.survey
    lines_html = "".join(
        f"<dt>{as_html(name)}</dt><dd>{as_html(said)}</dd>" for name, said in understood(survey)
    )
    with st.container(key="understood"):
        st.html(f'<h2 class="heading">Read like this. Right?</h2><dl class="understood">{lines_html}</dl>')
        if opened.corrections:
            say(_reading(opened), "plain")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button("All right", type="primary", on_click=session.looked_over, key="understood.right")
            if st.button("Change", type="tertiary", icon=":material/edit:", key="understood.change"):
                session.looked_over()
                st.switch_page("pages/data_page.py")


def notice(opened: Opened) -> None:
    """One quiet line about what one should know of the reading, with the way to it.

    Nothing where all is plain, and while the card over the page says it.
    """
    if session.is_fresh():
        return
    said = _reading(opened)
    if not said:
        return
    with st.container(key="notice", horizontal=True, vertical_alignment="center", gap="small"):
        say(said, "plain" if is_heavy(opened.survey) else "quiet")
        st.page_link(
            "pages/data_page.py", label="Data", icon=":material/arrow_forward:", icon_position="right"
        )


def _reading(opened: Opened) -> str:
    return reading_notice(
        opened.survey, opened.corrections, as_before=st.session_state.get("as_before", False)
    )


def changed(corrections: Corrections) -> None:
    """What was changed, what it did to the figures, and the ways back; or why a change could not be made."""
    if (refused := st.session_state.pop("refused", None)) is not None:
        problem(refused.message, refused.hint)
    change = session.changed()
    if not corrections and change is None:
        return
    with st.container(key="changed", horizontal=True, vertical_alignment="center", gap="small"):
        how = (
            "As the last file of these columns was read"
            if st.session_state.get("as_before")
            else "As you chose"
        )
        what = "; ".join(corrections.words()) or "as detected"
        figures = reading_change(change.before, change.after) if change else ""
        st.html(
            "<div"
            f' class="changed"><b>{as_html(figures)}</b><span>{as_html(how if corrections else "Back to")}'
            f"{as_html(': ' if corrections else ' ')}{as_html(what)}</span></div>"
        )
        if session.past():
            st.button(
                "Undo", key="reading.undo", icon=":material/undo:", on_click=session.ask, args=(session.undo,)
            )
        if corrections:
            st.button(
                "As detected",
                key="reading.detected",
                on_click=session.ask,
                args=(session.read_otherwise, type(corrections)()),
            )


def doubts(found: Sequence[Doubt]) -> None:
    """What could have been read otherwise, with the NPS that it could be."""
    lines_html = "".join(f"<li>{as_html(doubt_words(doubt))}</li>" for doubt in found)
    if found:
        st.html(f'<div class="doubts"><b>Worth a look</b><ul>{lines_html}</ul></div>')


def choices(survey: Survey, corrections: Corrections) -> None:
    """The candidates for the score, the date and the reason, where there are several."""
    several = [choice for choice in survey.choices if len(choice.candidates) > 1]
    if several:
        st.space("small")
    for place, choice in zip(st.columns(max(len(several), 1), gap="large"), several, strict=False):
        with place:
            heading(_ROLES[choice.role])
            _choice(survey, corrections, choice)


def scale(survey: Survey, corrections: Corrections, *, fixed: bool) -> None:
    """The scale and its cut-offs, with the responses of each score in the colours of the groups."""
    if survey.scale.words:
        say(cut_off_words(survey.scale), "plain")
        return
    st.html(bars_html(survey_bars(survey)))
    parts_html = "".join(
        f'<span><span class="dot" style="background:{GROUP_COLOURS[group]}"></span>{as_html(group)}s'
        f" {share:d}%</span>"
        for group, share in reversed(group_shares(survey).items())
    )
    st.html(f'<div class="groups-key">{parts_html}</div>')
    say(cut_off_words(survey.scale), "small")
    if not fixed:
        _scale(survey.scale, corrections)


def _scale(now: Scale, corrections: Corrections) -> None:
    left, middle, right = st.columns(3)
    st.session_state.update(
        {"scale.name": now.name, "scale.to": now.detractor_to, "scale.from": now.promoter_from}
    )
    asked: dict[str, Any] = {"on_change": _scale_picked, "args": (corrections,)}
    names = list(dict.fromkeys((*SCALES, now.name)))
    left.selectbox(
        "Scale", names, key="scale.name", on_change=_scale_named, args=(corrections,), accept_new_options=True
    )
    middle.number_input("Detractors to", now.low, now.promoter_from - 1, key="scale.to", **asked)
    right.number_input("Promoters from", now.detractor_to + 1, now.high, key="scale.from", **asked)


def encoding(survey: Survey, corrections: Corrections, *, fixed: bool) -> None:
    """The encoding of a text, to be chosen anew where letters look wrong.

    Nothing for a workbook, which says it itself.
    """
    if fixed or not survey.encoding:
        return
    names = list(dict.fromkeys((survey.encoding, *ENCODINGS)))
    st.session_state["encoding"] = survey.encoding
    st.selectbox(
        "Encoding, where letters look wrong",
        names,
        key="encoding",
        on_change=_encoding_picked,
        args=(corrections,),
    )


def _encoding_picked(corrections: Corrections) -> None:
    session.ask(session.read_otherwise, corrections.with_encoding(st.session_state["encoding"]))


def bars_html(bars: Sequence[Bar]) -> str:
    """A bar for each score, in the colour of its group, with the score under it."""
    bars_html = "".join(
        f'<div title="{bar.score:d}: {bar.count:,}"><i'
        f' style="height:{bar.height:d}%;background:{GROUP_COLOURS[bar.group]}"></i>'
        f"<span>{bar.score:d}</span></div>"
        for bar in bars
    )
    return f'<div class="bars" role="img" aria-label="responses by score">{bars_html}</div>'


def row_account(survey: Survey) -> None:
    """Rows read = kept + left out by reason, each with its first examples."""
    rows = survey.rows
    lines = [
        (
            '<tr class="total"><td'
            f' class="n">{rows.read:,}</td><td>{as_html("row" if rows.read == 1 else "rows")} in the'
            f" {as_html(survey.source_kind)}</td></tr>"
        )
    ]
    for part in rows.left_out:
        shown = "; ".join(f"row {row}: {short(text, 60) or 'empty'}" for row, text in part.examples[:3])
        nps = rows.nps_with(part)
        effect = "" if nps is None else f" · NPS {format_nps(nps)} had they counted"
        lines.append(
            f'<tr><td class="n">−{part.count:,}</td><td>{as_html(part.reason + effect)}'
            f'<div class="hint">{as_html(shown)}</div></td></tr>'
        )
    lines.append(
        "<tr><td"
        f' class="n">{rows.kept:,}</td><td><strong>{as_html("response" if rows.kept == 1 else "responses")}'
        " kept</strong></td></tr>"
    )
    lines_html = "".join(lines)
    st.html(f'<table class="account">{lines_html}</table>')
    if rows.status_words:
        say(status_words(rows.status_words), "small")


def repeats(survey: Survey, corrections: Corrections, *, fixed: bool) -> None:
    """The switch for people who answered more than once, with the NPS that each policy gives."""
    policies = _policies(survey.digest, survey)
    if not policies:
        return
    st.space("small")
    heading("People who answered more than once", "what counting them in another way makes of the NPS")
    if not fixed:
        st.session_state["repeats"] = survey.repeats
        st.segmented_control(
            "Which of their responses count",
            list(_SWITCH),
            key="repeats",
            format_func=_SWITCH.__getitem__,
            label_visibility="collapsed",
            on_change=_repeats_picked,
            args=(corrections,),
        )
    rows_html = "".join(
        f'<tr class="{as_html("chosen" if one.policy == survey.repeats else "")}"><td'
        f' class="n">{format_nps(one.estimate.nps)}</td><td>{as_html(_REPEATS[one.policy])}<div'
        f' class="hint">{format_interval(one.estimate.low, one.estimate.high)}, n'
        f" {format_count(one.estimate.n)}</div></td></tr>"
        for one in policies
    )
    st.html(f'<table class="account">{rows_html}</table>')


@st.cache_data(max_entries=64, show_spinner=False)
def _policies(digest: str, _survey: Survey) -> tuple[RepeatPolicy, ...]:  # noqa: ARG001 - the key
    """Sorting a million respondents takes a while; a survey is known by its digest."""
    return repeat_policies(_survey)


def _choice(survey: Survey, corrections: Corrections, choice: RoleChoice) -> None:
    offered = {one.column: one for one in choice.candidates[:_MOST]}
    key = f"choice.{choice.role}"
    st.session_state[key] = choice.chosen
    titles = column_titles(tuple(dict.fromkeys((*survey.columns, *offered))), survey.labels)
    names = list(offered) if choice.chosen else [None, *offered]
    st.radio(
        _ROLES[choice.role],
        names,
        key=key,
        label_visibility="collapsed",
        format_func=lambda name: safe(titles[name]) if name else "None of them",
        captions=[safe(candidate_words(survey, offered[name])) if name else "" for name in names],
        on_change=_candidate_picked,
        args=(survey, corrections, choice.role, key),
    )
    if choice.role == "reason":
        _further_reasons(survey, corrections, choice, titles)
    if len(choice.candidates) > _MOST:
        say("Any other column can be chosen at its head above.", "small")


def _further_reasons(
    survey: Survey, corrections: Corrections, choice: RoleChoice, titles: dict[str, str]
) -> None:
    """Other columns of comments that are to be read together with the reason."""
    parts = [use.column for use in survey.column_uses if use.part_of and use.part_of == choice.chosen]
    first = parts[0] if parts else choice.chosen
    others = [one.column for one in choice.candidates if one.column not in (first, choice.chosen)]
    others = list(dict.fromkeys([*parts[1:], *(name for name in others if name in survey.columns)]))
    if not (first in survey.columns and others):
        return
    st.session_state["reasons"] = parts[1:]
    st.multiselect(
        "Read together with it",
        others,
        key="reasons",
        format_func=lambda name: titles.get(name, name),
        placeholder="other comments",
        on_change=_reasons_picked,
        args=(corrections, first),
    )


def _reasons_picked(corrections: Corrections, first: str) -> None:
    columns = (first, *st.session_state["reasons"])
    session.ask(session.read_otherwise, corrections.with_reasons(columns))


def _candidate_picked(survey: Survey, corrections: Corrections, role: str, key: str) -> None:
    if column := st.session_state[key]:
        session.ask(session.read_otherwise, corrections.with_role(survey, column, role))


def _scale_named(corrections: Corrections) -> None:
    try:
        asked = parse_scale(st.session_state["scale.name"])
    except MappingError as error:
        st.session_state["refused"] = error
        return
    session.ask(session.read_otherwise, corrections.with_scale(asked.written))


def _scale_picked(corrections: Corrections) -> None:
    to, since = st.session_state["scale.to"], st.session_state["scale.from"]
    session.ask(
        session.read_otherwise, corrections.with_scale(f"{st.session_state['scale.name']}:{to}/{since}")
    )


def _repeats_picked(corrections: Corrections) -> None:
    if policy := st.session_state["repeats"]:
        session.ask(session.read_otherwise, corrections.with_repeats(policy))
