"""What is picked on a page: kept while other pages are looked at, and in the address.

A widget of Streamlit forgets what was picked in it once another page is drawn. Those made here are asked for what was
picked before, by the visitor or by the link that brought them; an answer that is no option any more gives way to the
usual one.

A click may come before the browser has heard of the one before, and tells then what its widgets showed earlier. So
where something is picked otherwise than in its widget, by `put`, a new widget takes the place of the one that is
there, and what that one says is not heard.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from pages.ui import state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from streamlit.delta_generator import DeltaGenerator

T = TypeVar("T")
N = TypeVar("N", int, None)


def one(
    widget: Callable[..., Any],
    label: str,
    options: Sequence[T],
    *,
    key: str,
    default: T,
    **more: Any,  # noqa: ANN401 - the widget's own options
) -> T:
    """One of some options, picked in a widget such as `st.selectbox` or `st.segmented_control`.

    Parameters
    ----------
    widget
        What draws it: a function of Streamlit, or of one of its containers.
    key
        Its name in the session and, where another than the usual option is picked, in the address.
    default
        The option that is usual; it stands nowhere.
    """
    if None in options:
        more["format_func"] = partial(_shown, more.get("format_func", str))
    peek(options, key=key, default=default)
    offered, usual = [_NOTHING if own is None else own for own in options], _text(default)
    picked: T = _draw(
        widget,
        label,
        offered,
        key=key,
        write=lambda picked: [] if _text(picked) == usual else [_text(picked)],
        **more,
    )
    return None if picked == _NOTHING else picked  # type: ignore[return-value]


def line() -> DeltaGenerator:
    """Where what is picked of a view reads as one line: NPS by Age group, against the rest."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small", key="line")


def view(label: str, names: Mapping[str, str], *, key: str, default: str) -> str:
    """One of a few ways to look at something, all of them seen at once; `names` are the words of our own for each."""
    return one(
        st.segmented_control,
        label,
        list(names),
        key=key,
        default=default,
        format_func=names.__getitem__,
        required=True,
        label_visibility="collapsed",
        width="content",
    )


def peek(options: Sequence[T], *, key: str, default: T) -> T:
    """What is picked among some options, or will be as soon as the widget of this key is drawn."""
    shown = [_NOTHING if own is None else own for own in options]  # None picked is not nothing picked
    held = _seed(key, default, lambda texts: _among(shown, texts))
    value = None if held == _NOTHING else held
    found = next((own for own in options if own == value), default)
    st.session_state[_widget(key)] = _NOTHING if found is None else found
    return found


def picked(options: Sequence[T], *, key: str, default: T) -> T:
    """What is picked among some options where no widget of Streamlit's keeps it: `put` picks another one."""
    texts = state.kept(state.PICKED + key)
    found = _among(options, texts) if texts else None
    return default if found is None else found


def some(
    widget: Callable[..., Any],
    label: str,
    options: Sequence[str],
    *,
    key: str,
    default: Iterable[str] = (),
    **more: Any,  # noqa: ANN401 - the widget's own options
) -> list[str]:
    """Any of some options, picked in a widget such as `st.multiselect`; none of them stands in the address as "-"."""
    usual = list(default)
    held = _seed(
        key, usual, lambda texts: [] if texts == [_NONE] else [own for own in options if own in texts]
    )
    st.session_state[_widget(key)] = [own for own in held if own in options]
    picked: list[str] = _draw(
        widget, label, options, key=key, write=lambda own: [] if own == usual else own or [_NONE], **more
    )
    return picked


def toggle(label: str, *, key: str, default: bool = False, **more: Any) -> bool:  # noqa: ANN401 - the widget's own
    """Whether something is on."""
    _seed(key, default, lambda texts: texts == [_ON])
    on: bool = _draw(
        st.toggle,
        label,
        key=key,
        write=lambda on: [] if on == default else [_ON if on else _NONE],
        **more,
    )
    return on


def number(
    label: str,
    *,
    key: str,
    default: N,
    low: int,
    high: int,
    **more: Any,  # noqa: ANN401 - as above
) -> int | N:
    """A whole number between two others; None as the usual one where none is usual."""

    def read(texts: list[str]) -> int | N:
        with suppress(ValueError):
            return min(max(int(texts[0]), low), high)
        return default

    _seed(key, default, read)
    picked: int | N = _draw(
        st.number_input,
        label,
        key=key,
        write=lambda number: [] if number == default else [str(number)],
        min_value=low,
        max_value=high,
        **more,
    )
    return picked


def day(
    place: DeltaGenerator, label: str, *, key: str, default: dt.date, low: dt.date, high: dt.date
) -> dt.date:
    """A day between two others."""

    def read(texts: list[str]) -> dt.date:
        with suppress(ValueError):
            return min(max(dt.date.fromisoformat(texts[0]), low), high)
        return default

    _seed(key, default, read)
    picked: dt.date = _draw(
        place.date_input,
        label,
        key=key,
        write=lambda day: [] if day == default else [day.isoformat()],
        min_value=low,
        max_value=high,
        format="DD/MM/YYYY",
    )
    return picked


def put(key: str, *values: object) -> None:
    """Let these be picked from the next run on; for the callbacks of widgets. No value stands for what is usual."""
    st.session_state.pop(_widget(key), None)
    st.session_state[_TURN + key] = (st.session_state.get(_TURN + key, 0) + 1) % _TURNS
    _keep(key, [_text(value) for value in values])


def held() -> dict[str, list[str]]:
    """All that is picked and not usual, by key."""
    return {
        name.removeprefix(state.PICKED): texts
        for name, texts in state.all_kept().items()
        if state.is_picked(name)
    }


def hold(picked: dict[str, list[str]]) -> None:
    """Let just this be picked from the next run on; for the callbacks of widgets."""
    for key in {*held(), *picked}:
        put(key, *picked.get(key, []))


_ON, _NONE = "1", "-"
_TURN = "choices.turn."
_TURNS = 10  # before a name of a widget comes again: no browser is so far behind
_NOTHING = (
    "\n\n"  # stands for None in a widget, which would show None as nothing picked; no column is called so
)


def _draw(
    widget: Callable[..., Any],
    *what: object,
    key: str,
    write: Callable[[Any], list[str]],
    **more: Any,  # noqa: ANN401 - the widget's own options
) -> Any:  # noqa: ANN401 - the value of a widget
    """Draw a widget and keep what is picked in it, as `write` writes it.

    It is kept at the click as well: the run that would draw the widget again may be cut off by the next click, which
    leads to another page.
    """
    own = _widget(key)

    def keep() -> None:
        if own == _widget(key):
            _keep(key, write(st.session_state[own]))

    picked = widget(*what, key=own, on_change=keep, **more)
    _keep(key, write(picked))
    return picked


def _shown(write: Callable[[Any], str], option: object) -> str:
    return write(None if option == _NOTHING else option)


def _seed(key: str, default: Any, read: Callable[[list[str]], Any]) -> Any:  # noqa: ANN401 - the value of a widget
    """See to it that the session has a value for a widget before it is drawn: that of the address, or the usual one."""
    own = _widget(key)
    if own not in st.session_state:
        texts = state.kept(state.PICKED + key)
        found = read(texts) if texts else default
        st.session_state[own] = default if found is None else found
    return st.session_state[own]


def _widget(key: str) -> str:
    """The key of the widget itself: with another number of blanks after each `put`, which a class of CSS has not."""
    turn: int = st.session_state.get(_TURN + key, 0)
    return key + " " * turn


def _among(options: Sequence[T], texts: list[str]) -> T | None:
    return next((option for option in options if _text(option) == texts[0]), None)


def _text(option: object) -> str:
    return _NONE if option in (None, _NOTHING) else str(option)


def _keep(key: str, texts: list[str]) -> None:
    if state.kept(state.PICKED + key) != texts:
        state.keep(state.PICKED + key, texts)
