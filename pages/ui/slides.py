"""The slides of a report on screen: their list, the one that is looked at, and its title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

import streamlit as st

from nps_core.charts.draw.plotly import plotly_figure
from nps_core.formatting import format_count
from nps_core.report.model import LONGEST_OWN, LONGEST_TITLE, MOST_OWN_LINES, OWN
from pages.ui import cards, slide_plan
from pages.ui.text import as_html, findings, heading, safe, say

if TYPE_CHECKING:
    from nps_core import Survey
    from nps_core.charts.table import Table
    from nps_core.report.model import Part, Report

_PICKED = "report.picked"


def choose(survey: Survey, keys: list[str]) -> str:
    """The list of slides: pick one to look at, move it, leave it out, add others; the key of the one picked."""
    names = slide_plan.names(survey)
    picked = st.session_state.get(_PICKED)
    picked = picked if picked in keys else next(iter(keys), "")
    with st.container(key="slides", gap=None):
        _list(survey, keys, names, picked)
    st.selectbox(
        "Add a slide",
        [slide_plan.NEW, *(key for key in names if key not in (*keys, slide_plan.NEW))],
        index=None,
        format_func=names.__getitem__,
        key="report.add",
        placeholder="add a slide",
        label_visibility="collapsed",
        on_change=_add,
        args=(survey, keys),
    )
    if slide_plan.current(survey) != slide_plan.Plan():
        st.button(
            "Back to the usual slides",
            key="report.reset",
            type="tertiary",
            on_click=slide_plan.reset,
            args=(survey,),
        )
    return picked


def preview(survey: Survey, key: str, told: Report) -> None:
    """The slide that is looked at, from the same story as the file: title, chart, sentences, quotes, notes."""
    part = next(iter(told.parts), None)
    if part is None:
        say(" ".join(told.left_out) or "Nothing to show.", "plain")
        return
    with st.container(border=True, key="slide"):
        if key.startswith(OWN):
            _type(survey, key)
            return
        # Another takeaway, after a filter was changed, is another field: the old text must not stay in it.
        field = f"report.title.{key}.{crc32(part.title.encode())}"
        st.text_area(
            "Title",
            value=part.title,
            key=field,
            height="content",
            label_visibility="collapsed",
            max_chars=LONGEST_TITLE,
            on_change=_entitle,
            args=(survey, key, field),
            help="Empty it to get the takeaway back.",
        )
        say(part.subtitle)
        _body(part)
        if part.said and not part.quotes:
            findings(part.said)
        say(part.source, "small")
    with st.expander("Notes of this slide"):
        for note in (*(text for text in part.bullets if text not in part.said), *part.notes):
            say(note)


def _type(survey: Survey, key: str) -> None:
    """The words of a slide of one's own: its title, and lines under it."""
    title, _, lines = dict(slide_plan.current(survey).titles).get(key, "").partition("\n")
    # Each field is another one for other words, as above; one that stays keeps the cursor.
    fields = (
        f"report.title.{key}.{crc32(title.encode())}",
        f"report.text.{key}.{crc32(lines.encode())}",
    )
    more: dict[str, Any] = {"on_change": _keep_words, "args": (survey, key, *fields), "height": "content"}
    st.text_area("Title", title, key=fields[0], max_chars=LONGEST_TITLE, label_visibility="collapsed", **more)
    with st.container(key="slide-words"):
        st.text_area(
            "Text, a paragraph a line",
            lines,
            key=fields[1],
            max_chars=LONGEST_OWN - LONGEST_TITLE - 1,
            placeholder="text, a paragraph a line; without any, the slide opens a section",
            label_visibility="collapsed",
            **more,
        )
    if lines.count("\n") >= MOST_OWN_LINES:
        say(f"The first {MOST_OWN_LINES} lines stand on the slide.", "small")


def _keep_words(survey: Survey, key: str, *fields: str) -> None:
    title, lines = (st.session_state[field].strip() for field in fields)
    words = [" ".join(title.split()) or "Untitled", *([lines] if lines else [])]
    slide_plan.entitle(survey, key, "\n".join(words))


def _list(survey: Survey, keys: list[str], names: dict[str, str], picked: str) -> None:
    for place, key in enumerate(keys):
        with st.container(key=f"slide-{place}", horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                f"{place + 1:d} · {safe(names.get(key, key))}",
                key=f"report.pick.{place}",
                width="stretch",
                type="secondary" if key == picked else "tertiary",
                on_click=_pick,
                args=(key,),
            )
            if key == picked:
                _handles(survey, keys, key)


def _standing(part: Part) -> None:
    """The score that is looked at, large, and those beside it."""
    figures_html = "".join(
        f'<div><div class="aside">{as_html(", ".join(filter(None, (one.role, one.label))))}</div>'
        f'<div class="figure">{as_html(one.nps)}</div>'
        '<div class="aside">'
        f"{as_html(', '.join(filter(None, (one.interval, f'n {format_count(one.score.n)}'))))}</div></div>"
        for one in part.standing
    )
    st.html(f'<div class="standing">{figures_html}</div>')


def _body(part: Part) -> None:
    if part.standing:
        _standing(part)
    elif part.big:
        score, interval, n = part.big
        st.html(
            f'<div class="figure-score">{as_html(score)}</div>'
            f'<div class="figure-interval">{as_html(interval)} · {as_html(n)}</div>'
        )
    if part.chart is not None:
        if part.key == "score" and part.table is not None:
            counts: dict[Any, Any] = {row[0]: row[1] for row in part.table.rows}
            cards.groups_legend((counts["promoter"], counts["passive"], counts["detractor"]))
        st.plotly_chart(
            plotly_figure(part.chart),
            key=f"report.chart.{part.key}",
            config={"displayModeBar": False},
            alt=part.alt,
        )
    elif part.quotes:
        for theme in dict.fromkeys(quote.theme for quote in part.quotes):
            heading(next((head for head in part.bullets if head.startswith(f"{theme}: ")), theme))
            quotes_html = "".join(
                f'<li><span>{as_html(quote.text)}</span><span class="why">{as_html(quote.by)}</span></li>'
                for quote in part.quotes
                if quote.theme == theme
            )
            st.html(f'<ul class="standouts quoted">{quotes_html}</ul>')
    elif part.table is not None:
        _table(part.table)


def _table(table: Table) -> None:
    words_html = " words" if set(table.kinds) == {"text"} else ""
    heads_html = "".join(f"<th>{as_html(head)}</th>" for head in table.heads)
    rows_html = "".join(
        "<tr>" + "".join(f"<td>{as_html(cell)}</td>" for cell in row) + "</tr>" for row in table.words()[:20]
    )
    st.html(
        '<div class="scroll" tabindex="0"><table'
        f' class="preview{words_html}"><tr>{heads_html}</tr>{rows_html}</table></div>'
    )


def _handles(survey: Survey, keys: list[str], key: str) -> None:
    """Up, down, out: for the slide that is picked."""
    for name, icon, by in (("up", ":material/arrow_upward:", -1), ("down", ":material/arrow_downward:", 1)):
        st.button(
            "",
            icon=icon,
            key=f"report.{name}",
            type="tertiary",
            help=f"Move {safe(name)}",
            on_click=slide_plan.move,
            args=(survey, keys, key, by),
            disabled=keys[0 if by < 0 else -1] == key,
        )
    st.button(
        "",
        icon=":material/close:",
        key="report.drop",
        type="tertiary",
        help="Leave it out",
        on_click=slide_plan.drop,
        args=(survey, keys, key),
    )


def _pick(key: str) -> None:
    st.session_state[_PICKED] = key


def _add(survey: Survey, keys: list[str]) -> None:
    key = st.session_state.get("report.add")
    if key:
        st.session_state[_PICKED] = slide_plan.add(survey, keys, key)
        st.session_state["report.add"] = None


def _entitle(survey: Survey, key: str, field: str) -> None:
    slide_plan.entitle(survey, key, st.session_state.pop(field))
