"""The visitor's hand on the themes: rename, merge, split, hide, pin by words, move a comment; undo, save, load."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from nps_core import ThemeEdits
from nps_core.charts.spec import file_name
from nps_core.errors import EditsError
from nps_core.formatting import format_count, format_nps
from nps_core.themes.edits import (
    Hide,
    Merge,
    Pointer,
    Rename,
    name_of,
    pin_of,
)
from nps_core.themes.in_survey import move_of, split_in
from pages.ui import theme_state
from pages.ui.text import as_html, heading, problem, safe, say
from pages.ui.uploads import refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Survey
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRow

_TOLD = "themes.told"  # what a change that could not be made is answered with


def show(survey: Survey, found: Themes, rows: Sequence[ThemeRow]) -> None:
    """The themes as rows to be changed, and the changes made so far."""
    made = theme_state.edits(survey)
    heading(
        "Edit themes",
        "Your changes win over what was found, and hold when themes are found anew or another wave is"
        " opened.",
    )
    with st.container(gap="small", key="hand.rows"):
        ticked = [row for row in rows if _row(survey, found, row, len(made))]
    _buttons(survey, found, ticked)
    with st.form("hand.pin.form", border=False, clear_on_submit=True):
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        left.text_input(
            "Pin a theme by example words",
            key="hand.pin",
            placeholder="pricing: price, expensive, cost",
            help="Every comment with one of these words or phrases, in any form, is put under this theme.",
        )
        right.form_submit_button("Pin", on_click=_pin, args=(survey,), key="hand.pin.do", width="stretch")
    if told := st.session_state.pop(_TOLD, ""):
        say(told, "plain")
    _so_far(survey, made)


def mover(survey: Survey, found: Themes, place: int, number: int) -> None:
    """A way to put the comment at a position under another theme than the one it is read under."""
    key = f"hand.move.{place}.{len(theme_state.edits(survey))}"
    others = [other for other in range(found.k) if other != number]
    st.selectbox(
        "Move to",
        others,
        index=None,
        key=key,
        placeholder="Move to …",
        label_visibility="collapsed",
        format_func=lambda other: found.names[other],
        on_change=_move,
        args=(survey, found, place, key),
    )


def offer(survey: Survey) -> None:
    """What was done with the last wave of the same columns can be done with this one."""
    wave, made = theme_state.before(survey), theme_state.edits_before(survey)
    if wave is None or theme_state.way(survey) == theme_state.AS_BEFORE or theme_state.edits(survey):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        say(f"“{wave.name}” has the same columns.", "plain")
        st.button(
            "Use its themes, to compare", key="hand.as_before", on_click=_as_before, args=(survey, made)
        )
        if made:
            st.button(
                f"Find new themes, with its {len(made):d} changes",
                key="hand.same",
                on_click=theme_state.replace,
                args=(survey, made),
            )


def _row(survey: Survey, found: Themes, row: ThemeRow, version: int) -> bool:
    """One theme: a tick, its name to be typed over, and what it is."""
    key = f"{version}.{row.number}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        ticked = st.checkbox(
            f"Pick {safe(row.name)}", key=f"hand.tick.{key}", label_visibility="collapsed", width="content"
        )
        st.text_input(
            f"Name of {safe(row.name)}",
            value=row.name,
            key=f"hand.name.{key}",
            label_visibility="collapsed",
            max_chars=60,
            width=300,
            on_change=_rename,
            args=(survey, found, row.number, f"hand.name.{key}"),
        )
        about = f"{format_count(row.n)} · NPS {format_nps(row.nps)} · {', '.join(row.terms[:5])}"
        st.html(f'<p class="say quiet ellipsis">{as_html(about)}</p>', width="stretch")
    return ticked


def _buttons(survey: Survey, found: Themes, ticked: Sequence[ThemeRow]) -> None:
    numbers = [row.number for row in ticked]
    rest = found.remainder in numbers
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Merge",
            key="hand.merge",
            on_click=_merge,
            args=(survey, found, numbers),
            disabled=len(numbers) < 2,  # noqa: PLR2004 - two
            icon=":material/merge:",
        )
        st.button(
            "Split in two",
            key="hand.split",
            on_click=_split,
            args=(survey, found, numbers),
            disabled=len(numbers) != 1,
            icon=":material/call_split:",
        )
        st.button(
            "Hide",
            key="hand.hide",
            on_click=_hide,
            args=(survey, found, numbers),
            disabled=not numbers or rest,
            icon=":material/visibility_off:",
        )
        said = "Tick themes to merge, split or hide them; type over a name to change it."
        if rest and numbers:
            said = "The other comments cannot be hidden: no comment is lost."
        say(said, "small")


def _so_far(survey: Survey, made: ThemeEdits) -> None:
    """The changes made, the last one first, and how to take them back, away and in."""
    if made:
        say(f"{len(made)} {'change' if len(made) == 1 else 'changes'}", "finding")
        lines = made.said()[::-1]
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            say(f"Last: {lines[0]}")
            st.button(
                "Undo",
                key="hand.undo",
                type="tertiary",
                on_click=theme_state.replace,
                args=(survey, made.undone()),
            )
        if lines[1:]:
            with st.expander("Those before"):
                for line in lines[1:]:
                    say(line)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if made:
            today = dt.datetime.now(tz=dt.UTC).astimezone().date()
            st.download_button(
                "Save changes",
                made.to_json(),
                file_name=file_name("theme-changes", "all responses", today, "json"),
                mime="application/json",
                key="hand.save",
                icon=":material/download:",
                on_click="ignore",
            )
            st.button(
                "Take all back", key="hand.none", on_click=theme_state.replace, args=(survey, ThemeEdits())
            )
        with st.popover("Load changes", icon=":material/upload:"):
            taken = st.file_uploader(
                "A file that “Save changes” wrote", type="json", key=f"hand.load.{len(made)}"
            )
            if taken is not None and (why := refusal(taken.file_id)):
                problem(*why)
            elif taken is not None and st.button("Use them", key="hand.load.do", type="primary"):
                _load(survey, taken.getvalue())


def _rename(survey: Survey, found: Themes, number: int, key: str) -> None:
    name = name_of(st.session_state[key])
    if name and name != found.names[number]:
        theme_state.change(survey, Rename(Pointer.to(found, number), name))


def _merge(survey: Survey, found: Themes, numbers: Sequence[int]) -> None:
    kept = [number for number in numbers if number != found.remainder]
    name = found.names[kept[0]] if len(kept) == len(numbers) else found.names[found.remainder or 0]
    theme_state.change(survey, Merge(tuple(Pointer.to(found, number) for number in numbers), name))


def _split(survey: Survey, found: Themes, numbers: Sequence[int]) -> None:
    split = split_in(found, survey, numbers[0])
    if split is None:
        st.session_state[_TOLD] = (
            f"“{found.names[numbers[0]]}” does not fall into two parts that could be told apart."
        )
        return
    theme_state.change(survey, split)


def _hide(survey: Survey, found: Themes, numbers: Sequence[int]) -> None:
    for number in numbers:
        theme_state.change(survey, Hide(Pointer.to(found, number)))


def _pin(survey: Survey) -> None:
    pin = pin_of(st.session_state["hand.pin"])
    if pin is None:
        st.session_state[_TOLD] = (
            "A name, a colon and the words, please, such as: pricing: price, expensive, cost"
        )
        return
    theme_state.change(survey, pin)


def _move(survey: Survey, found: Themes, place: int, key: str) -> None:
    number = st.session_state[key]
    if number is not None:
        theme_state.change(survey, move_of(found, survey, place, number))


def _load(survey: Survey, data: bytes) -> None:
    try:
        taken = ThemeEdits.from_json(data)
    except EditsError as error:
        say(str(error), "plain")
        return
    theme_state.replace(survey, taken)
    st.rerun()


def _as_before(survey: Survey, made: ThemeEdits) -> None:
    theme_state.choose(survey, theme_state.AS_BEFORE)
    if made:
        theme_state.replace(survey, made)
