"""A reader of comments: who said what with which score, to be gone through, copied and taken into the report.

The browser draws it (`reader.js`), from the comments of one page as text: nothing in them is read as HTML or markdown.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import streamlit as st

from nps_core.comments import read_comments, split_at, themes_of
from nps_core.follow_ups.ranking import kinds_of
from nps_core.formatting import plural
from nps_core.identities import key_of
from nps_core.masking import mask
from nps_core.themes.in_survey import tone_word
from pages.ui import login, report_basket, rooms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from nps_core import Scope
    from nps_core.comments import Comment
    from nps_core.themes.result import Themes

PAGE = 50
"""Comments that are sent at once; more would be more than anybody reads before the next are asked for."""

LONGEST = 1_500
"""Characters of a comment that are sent before somebody asks for all of them."""

_component = st.components.v2.component(
    "reader",
    html='<div class="reader"></div>',
    css=Path(__file__).with_name("reader.css").read_text(encoding="utf-8"),
    js=Path(__file__).with_name("reader.js").read_text(encoding="utf-8"),
)


def show(  # noqa: PLR0913 - what one may choose of a reader, each by its name
    scope: Scope,
    places: NDArray[np.intp],
    *,
    key: str,
    lit: Sequence[str] = (),
    whole_words: bool = True,
    themes: Themes | None = None,
    theme: int = -1,
    open_theme: Callable[[str], None] | None = None,
    move: Callable[[int, int], None] | None = None,
    said: str = "",
    tall: bool = False,
) -> None:
    """Draw comments, in the order of their positions.

    Parameters
    ----------
    places
        Positions (from 0) of `Survey.responses`; 50 of them are sent, the next when they are asked for.
    key
        Its name: two readers of one page need two.
    lit
        Words that are marked; whole ones, or wherever they stand.
    themes, theme
        What comments are about stands beside them, with its tone; of the theme that is being read the tone alone.
    open_theme
        What a click on another theme calls, with the name of the theme; without it they are no buttons.
    move
        What puts a comment, by its position, under another theme, by its number, or under none (-1); without it they
        stay where they are.
    said
        What stands behind the count, such as the order.
    tall
        Whether it takes the height that the window has left, and scrolls by itself; for the one reader of a page. Else
        it is as tall as its comments.
    """
    rooms.hurry()
    note_reading(scope)
    held = _held(key, scope, places)
    start = min(held.get("start", 0), max(0, len(places) - 1) // PAGE * PAGE)
    read = read_comments(scope, places[start : start + PAGE].tolist(), limit=PAGE)
    about = themes_of(themes, [one.place for one in read]) if themes else [[] for _ in read]
    titles = themes.titles if themes else ()
    hide = (lambda text: text) if held.get("bare") else mask
    goals = _goals(titles, theme) if move else []
    quoted = report_basket.quotes()
    rows = [
        {
            **_row(one, hide, lit, whole_words=whole_words, cut=one.place not in held.get("whole", ())),
            "themes": [
                (titles[number], tone_word(themes, number, one.place))
                for number in numbers
                if number != theme
            ],
            "tone": tone_word(themes, theme, one.place),
            "quoted": one.place in quoted,
        }
        for one, numbers in zip(read, about, strict=True)
    ]
    _component(
        data={
            "rows": rows,
            "start": start,
            "page": PAGE,
            "total": len(places),
            "of": held["of"],
            "said": " · ".join(filter(None, (plural(len(places), "comment"), said))),
            "tall": tall,
            "opens": open_theme is not None,
            "goals": goals,
            "bare": bool(held.get("bare")),
            "rooms": bool(kinds_of(scope)),
            "hides": any(mask(one.text) != one.text for one in read),
        },
        key=f"reader.{key}",
        on_start_change=partial(_set, key, "start"),
        on_bare_change=partial(_set, key, "bare"),
        on_whole_change=partial(_whole, key),
        on_quote_change=partial(_quote, key, scope, themes, theme),
        on_open_change=partial(_open, key, open_theme),
        on_room_change=partial(_room, key, scope, places),
        on_move_change=partial(_move, key, places, [number for number, _ in goals], move),
    )


def note_reading(scope: Scope) -> None:
    """Let the audit say that somebody read comments; once a session and survey."""
    seen = st.session_state.setdefault("audit.read", set())
    if scope.survey.digest not in seen:
        seen.add(scope.survey.digest)
        login.note("read comments", login.of_survey())


def _goals(titles: Sequence[str], theme: int) -> list[tuple[int, str]]:
    """The themes that a comment can be moved to, by number and name; to none where it is read under one."""
    return [
        *((number, title) for number, title in enumerate(titles) if number != theme),
        *([(-1, "no theme")] if theme >= 0 else []),
    ]


def _row(
    one: Comment, hide: Callable[[str], str], lit: Sequence[str], *, whole_words: bool, cut: bool
) -> dict[str, Any]:
    text = hide(one.text)
    over = max(0, len(text) - LONGEST) if cut else 0
    return {
        "place": one.place,
        "score": one.score,
        "group": one.group,
        "who": hide(one.who),
        "text": split_at(text[:LONGEST] if over else text, lit, whole=whole_words),
        "over": over,
    }


def _held(key: str, scope: Scope, places: NDArray[np.intp]) -> dict[str, Any]:
    """How a reader stands: where it is and what was opened in it; other comments begin anew."""
    of = f"{scope.survey.digest}.{crc32(places.tobytes())}"
    held: dict[str, Any] = st.session_state.get(_name(key), {})
    if held.get("of") != of:
        # Whether addresses are shown holds for the survey.
        same = str(held.get("of")).startswith(scope.survey.digest)
        held = st.session_state[_name(key)] = {"of": of, "bare": same and held.get("bare", False)}
    return held


def _name(key: str) -> str:
    return f"reading.{key}"


def _asked(key: str, event: str) -> Any:  # noqa: ANN401 - what the browser sends; each caller looks at it
    return st.session_state[f"reader.{key}"].get(event)


def _change(key: str, **changes: object) -> None:
    st.session_state[_name(key)] = {**st.session_state.get(_name(key), {}), **changes}


def _set(key: str, event: str) -> None:
    asked = _asked(key, event)
    if isinstance(asked, (int, bool)) and asked >= 0:
        _change(key, **{event: asked})


def _whole(key: str) -> None:
    asked = _asked(key, "whole")
    if isinstance(asked, int):
        _change(key, whole=(*st.session_state.get(_name(key), {}).get("whole", ()), asked))


def _quote(key: str, scope: Scope, themes: Themes | None, theme: int) -> None:
    asked = _asked(key, "quote")
    seen = scope.whole.counts.mask
    if isinstance(asked, list):
        some = [place for place in asked if isinstance(place, int) and 0 <= place < len(seen)]
        report_basket.turn_quotes(scope, some[:PAGE], themes, theme)


def _open(key: str, open_theme: Callable[[str], None] | None) -> None:
    asked = _asked(key, "open")
    if open_theme is not None and isinstance(asked, str):
        open_theme(asked)


def _room(key: str, scope: Scope, places: NDArray[np.intp]) -> None:
    """Lead to who wrote a comment; to their account where people have no ids."""
    place = _asked(key, "room")
    if isinstance(place, int) and place in places:
        for kind in kinds_of(scope):
            value = scope.survey.responses[kind].iloc[place]
            if isinstance(value, str):
                rooms.ask(kind, key_of(str(value)))
                return


def _move(
    key: str, places: NDArray[np.intp], goals: Sequence[int], move: Callable[[int, int], None] | None
) -> None:
    asked = _asked(key, "move")
    if move is not None and isinstance(asked, list) and len(asked) == 2:  # noqa: PLR2004 - a comment, and where to
        place, goal = asked
        if isinstance(place, int) and place in places and goal in goals:
            move(place, goal)
