"""What the address of a page says, read and written here alone: the survey, its filters, and what was typed in.

An address is input: what the app would not write is left out, and the page says so. No name of an account or a
person and no e-mail address stands in one. A part with such a text is kept on this server for some hours, and a
random token stands in the address in its place.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlencode

import streamlit as st
from cachetools import TTLCache

from nps_core import FilterError, Filters
from nps_core.formatting import short
from nps_core.link import from_link, texts_in

# What brings pandas is imported where it is needed: the first screen has no use for it.

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamlit.navigation.page import StreamlitPage

    from nps_core import Survey

    Query = Mapping[str, Sequence[str]]

_SURVEY, _HELD, _VALUES = "survey", "held", "by."

PICKED = "see."
"""What begins the names of what is picked on a page; see `pages/ui/choices.py`."""

_LISTS = ("did", "aim", "weigh")  # interventions, targets and weights: lists of values, see nps_core.link
_WORDS = {
    "since": "the first day",
    "until": "the last day",
    "group": "a group",
    "text": "the words searched for",
    "did": "an intervention",
    "aim": "a target",
    "weigh": "the weights",
    "hand": "the changes to themes",
}
_IMPERSONAL = ("since", "until", "group", "hand")
_SINGLE = ("since", "until", "text", "weigh", "hand")

LONGEST_TEXT = 1_000
"""Characters of the words that are searched for."""

_MOST_VALUES, _LONGEST_VALUE, _LONGEST_QUERY = 1_000, 10_000, 200_000
_LONGEST_ADDRESS = 30_000  # characters as they are sent; servers refuse a request line of more than 64 kB
_PICKED = re.compile(r"see\.[a-z][a-z.-]{0,40}", re.ASCII)
_TOKEN, _LINK = re.compile(r"[\w-]{16,64}", re.ASCII), re.compile(r"[\w.-]{1,100}", re.ASCII)

_UNREADABLE = "Part of this link could not be read and was left out: {}."
_UNKNOWN = "Some filters of this link are not in this survey and were left out."
_GONE = "A part of this link is kept on the server for a few hours only; it is gone and was left out."
_NAMED = 4  # parts that a sentence names
_TYPED_IN, _OWN, _USUAL = "link.typed", "link.held", "link.usual"

_SECONDS, _CHARACTERS = 4 * 3600, 20_000_000
_LOCK = Lock()
_PARTS: TTLCache[str, dict[str, list[str]]] = TTLCache(
    _CHARACTERS,
    _SECONDS,
    getsizeof=lambda part: sum(100 + len(text) for texts in part.values() for text in texts),
)


@dataclass(frozen=True)
class State:
    """What an address says of a survey: its filters, what was typed in, and sentences about what is left out."""

    filters: Filters
    typed_in: dict[str, list[str]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def link() -> str:
    """The link of the survey that the address asks for; "" where it asks for none, "?" where it can be no link."""
    asked = st.query_params.get(_SURVEY, "")
    return asked if not asked or _LINK.fullmatch(asked) else "?"


def opened(survey: Survey, survey_link: str) -> State:
    """What the address says of a survey that was just opened; nothing where it asks for another one.

    What was typed in holds from here on, and what was typed in for another survey no longer does. What lives with a
    kept survey holds where the address says nothing else.
    """
    query = address()
    query.pop(_SURVEY, None)
    found = read(query, survey) if link() == survey_link else State(Filters())
    st.session_state[_TYPED_IN] = {**read(usual(survey_link), survey).typed_in, **found.typed_in}
    return found


def live_with(survey_link: str, texts: Query) -> None:
    """Let these hold of a kept survey where the address says nothing else; they need not stand there."""
    st.session_state[_USUAL] = (survey_link, {name: list(own) for name, own in texts.items()})


def usual(survey_link: str) -> dict[str, list[str]]:
    """What lives with a kept survey."""
    link, texts = st.session_state.get(_USUAL, ("", {}))
    return texts if link == survey_link else {}


def asked(name: str) -> list[str]:
    """What was typed in or picked under a name; before a survey is open, what the address says of it, unread."""
    return kept(name) if _TYPED_IN in st.session_state else st.query_params.get_all(name)


def kept(name: str) -> list[str]:
    """What was typed in under a name: interventions ("did"), targets ("aim"), weights ("weigh") and the like."""
    return list(st.session_state.get(_TYPED_IN, {}).get(name, []))


def keep(name: str, texts: list[str]) -> None:
    """Let these texts hold under a name, on every page and in the link, until the survey is closed."""
    st.session_state[_TYPED_IN] = {**st.session_state.get(_TYPED_IN, {}), name: texts}


def take(name: str) -> list[str]:
    """What was typed under a name, which from here on neither holds nor stands in the address: it is kept elsewhere."""
    texts = kept(name)
    keep(name, [])
    if name in st.query_params:
        del st.query_params[name]
    return texts


def all_kept() -> dict[str, list[str]]:
    """All that was typed in or picked, by name."""
    return {name: list(texts) for name, texts in st.session_state.get(_TYPED_IN, {}).items() if texts}


def is_picked(name: str) -> bool:
    """Whether a name is that of what is picked on a page."""
    return bool(_PICKED.fullmatch(name))


def show(survey_link: str, filters: Filters, survey: Survey) -> None:
    """Let the address say what is shown."""
    known = usual(survey_link)
    own = {name: texts for name, texts in all_kept().items() if texts != known.get(name)}
    wanted = {_SURVEY: [survey_link], **written({**filters.to_query(), **own}, survey)}
    if address() != wanted:
        st.query_params.from_dict(wanted)


def lead(page: StreamlitPage, more: Query) -> NoReturn:
    """Lead to another page; the address stays, with more in it."""
    st.switch_page(page, query_params={**address(), **more})


def show_link(survey_link: str) -> None:
    """Let the address name another link; all else in it stays."""
    st.query_params[_SURVEY] = survey_link


def clear() -> None:
    """Let the address say nothing, and let go of what is kept here for it: the survey was closed."""
    forget()
    st.query_params.clear()


def forget() -> None:
    """Let go of what is kept here for the address."""
    token, _ = st.session_state.pop(_OWN, ("", {}))
    with _LOCK:
        _PARTS.pop(token, None)
    st.session_state.pop(_TYPED_IN, None)


def read(query: Query, survey: Survey) -> State:
    """Read what an address says; what cannot be read is left out, part by part."""
    texts = [*query, *(text for values in query.values() for text in values)]
    if len(texts) > _MOST_VALUES or sum(map(len, texts)) > _LONGEST_QUERY:
        return State(Filters(), left_out=(_UNREADABLE.format("it is longer than any link of this app"),))
    held = _held(query.get(_HELD, ()))
    asked = {name: list(dict.fromkeys(values)) for name, values in query.items() if name != _HELD}
    sound = {name: [value for value in values if _is_sound(name, value)] for name, values in asked.items()}
    known = {
        name: readable
        for name, values in {**sound, **held}.items()
        if (readable := [value for value in values if _is_readable(name, value, survey)])
        and (len(readable) == 1 or name not in _SINGLE)
    }
    less = [
        name for name, values in {**asked, **held}.items() if len(known.get(name, ())) < max(len(values), 1)
    ]
    filters = Filters.from_query(known)
    here = filters.known_to(survey)
    left_out = (
        *([_UNREADABLE.format(_named(less))] if less else []),
        *([_UNKNOWN] if here != filters else []),
        *([_GONE] if _HELD in query and not held else []),
    )
    typed_in = {
        name: values for name, values in known.items() if name in (*_LISTS, "hand") or is_picked(name)
    }
    return State(here, typed_in, left_out)


def written(query: Query, survey: Survey) -> dict[str, list[str]]:
    """What stands in the address for this; what may not stand there, or makes it too long, is kept here."""
    open_ = {name: list(texts) for name, texts in query.items() if _may_be_seen(name, texts, survey)}
    if len(urlencode(open_, doseq=True)) > _LONGEST_ADDRESS:
        open_ = {}
    held = {name: list(texts) for name, texts in query.items() if name not in open_}
    return {**open_, _HELD: [_hold(held)]} if held else open_


def address() -> dict[str, list[str]]:
    """All that the address says, by parameter, unread."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def forget_text(text: str) -> None:
    """Keep no part of an address here in which a text stands, in capitals or not: somebody was erased."""
    wanted = text.casefold()
    with _LOCK:
        for token, part in list(_PARTS.items()):
            if any(wanted in own.casefold() for texts in part.values() for own in texts):
                del _PARTS[token]


def _is_sound(name: str, value: str) -> bool:
    """Whether a value has the form of what the app writes into an address under a name."""
    if name not in _WORDS and not _is_values(name) and not is_picked(name):
        return False
    if len(value) > (LONGEST_TEXT if name == "text" else _LONGEST_VALUE):
        return False
    return all(map(_is_plain, (name, value, *_texts_in(name, value))))


def _is_readable(name: str, value: str, survey: Survey) -> bool:
    """Whether a value says something of a survey under a name."""
    from nps_core.score.weighting import weighting_of  # noqa: PLC0415 - see the imports
    from nps_core.targets.target import targets_of  # noqa: PLC0415 - see the imports
    from nps_core.trends.actions import actions_of  # noqa: PLC0415 - see the imports

    match name:
        case "did":
            return bool(actions_of([value], survey))
        case "aim":
            return bool(targets_of([value]))
        case "weigh":
            return weighting_of(value, survey) is not None
        case "hand":
            # Of themes that somebody else taught, a viewer who does not see all would read of all.
            return bool(_TOKEN.fullmatch(value)) and survey.seen is None
    with suppress(FilterError):
        # Of what is picked on a page, the page that has the widget knows the options.
        return is_picked(name) or Filters.from_query({name: [value]}) is not None
    return False


def _may_be_seen(name: str, values: Sequence[str], survey: Survey) -> bool:
    """Whether values may stand in the address: they name nobody, and are read from there as they are."""
    from nps_core.identities import names_somebody  # noqa: PLC0415 - see the imports

    if name in _IMPERSONAL:
        return True
    texts = (
        [text for value in values for text in _texts_in(name, value)]
        if name in _LISTS
        else [name.removeprefix(_VALUES), *values]
    )
    return all(_is_sound(name, value) for value in values) and not names_somebody(survey, texts)


def _is_values(name: str) -> bool:
    """Whether a parameter holds the values picked of an attribute."""
    return name.startswith(_VALUES) and name != _VALUES


def _texts_in(name: str, value: str) -> tuple[str, ...]:
    """The texts within a list of values; none where it is no such list."""
    if name in _LISTS:
        with suppress(ValueError):
            return tuple(texts_in(from_link(value)))
    return ()


def _is_plain(text: str) -> bool:
    """Whether a text has neither control characters nor halves of characters."""
    return not any(unicodedata.category(char) in {"Cc", "Cs"} for char in text)


def _named(names: Sequence[str]) -> str:
    """Parts of an address in words."""
    words = list(dict.fromkeys(_in_words(name) for name in names))
    more = [f"{len(words) - _NAMED:,} more"] if len(words) > _NAMED else []
    return ", ".join([*words[:_NAMED], *more])


def _in_words(name: str) -> str:
    shown = short("".join(char if char.isprintable() else "�" for char in name[:200]))
    if is_picked(name):
        return "a choice on a page"
    return _WORDS.get(name) or (
        f"the filter by “{shown[len(_VALUES) :]}”" if _is_values(name) else f"“{shown}”"
    )


def _held(tokens: Sequence[str]) -> dict[str, list[str]]:
    """What is kept here under the token of an address; nothing when it is gone."""
    token = tokens[0] if len(tokens) == 1 else ""
    with _LOCK:
        part = _PARTS.get(token, {})
    if part:
        st.session_state[_OWN] = (token, part)
    return part


def _hold(part: dict[str, list[str]]) -> str:
    """Keep a part here and give its token; the same token for as long as this session says the same."""
    token: str
    token, own = st.session_state.get(_OWN, ("", {}))
    if own != part:
        token = secrets.token_urlsafe(16)
        st.session_state[_OWN] = (token, part)
    with _LOCK, suppress(ValueError):  # larger than all that is kept
        _PARTS[token] = part
    return token
