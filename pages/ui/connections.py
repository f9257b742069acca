"""Tables that whoever runs the server has named: offered by name, opened under a link, and looked at anew.

They stand in `.streamlit/secrets.toml`, where the login stands too, each in a section [tables.key]. The link has the key;
an address is nowhere on screen.
"""

from __future__ import annotations

import datetime as dt
import hmac
import logging
import os
import re
from collections import defaultdict
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.web.server.server_util import get_cookie_secret

from nps_core.errors import CostError, EngineError, ReadError
from nps_core.survey import ASK_SECONDS
from pages.ui import kept, open_surveys, visitors
from pages.ui.open_surveys import Opened

# What brings pandas or SQLAlchemy is imported where a table is opened: the first screen has no use for it.

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nps_core import Filters, Scope, Survey

HOURS = 24.0
"""How old a table may be unless its section says otherwise; then it is connected again."""

_LOG = logging.getLogger("nps_dashboard")
_ASK = "Try again; if it stays so, tell whoever runs this server: its log says more."

_PREFIX = "table."
_AGREED = "table.agreed"
_KEY = re.compile(r"[A-Za-z0-9][\w-]{0,60}", re.ASCII)
_NUMBER, _TEXT = (int, float), (str,)
_OPTIONS: dict[str, tuple[type, ...]] = {
    "name": _TEXT,
    "address": _TEXT,
    "table": _TEXT,
    "mapping": (dict,),
    "scale": _TEXT,
    "timeout": _NUMBER,
    "show_names": (bool,),
    "all_comments": (bool,),
    "refresh_hours": _NUMBER,
    "ask_seconds": _NUMBER,
}
_NEEDED = ("address", "table")
_OF_CONNECT = ("mapping", "scale", "timeout", "show_names", "all_comments")
_ENGINES = {"duckdb": "DuckDB", "sqlite": "SQLite", "postgresql": "PostgreSQL", "postgres": "PostgreSQL"}
_ENGINES |= {"spark": "Spark", "snowflake": "Snowflake", "bigquery": "BigQuery", "databricks": "Databricks"}

_COMMENTS = 10_000  # that are held of a table at most, see `connect`

_AGAIN_SECONDS = 600.0  # after which a table is tried again by itself that could not be connected


@dataclass(frozen=True, eq=False)
class Connection:
    """A table by its link, with what is shown of it, where it is, and what `connect` takes of it besides."""

    link: str
    name: str
    engine: str
    address: str
    table: str
    options: Mapping[str, Any]
    age: dt.timedelta
    ask_seconds: float


def configured() -> tuple[tuple[Connection, ...], tuple[EngineError, ...]]:
    """The tables that were named, and what is wrong with those that cannot be offered."""
    section = st.secrets.get("tables") if st.secrets.load_if_toml_exists() else None
    found: list[Connection] = []
    wrong: list[EngineError] = []
    for key, entry in dict(section or {}).items():
        try:
            found.append(_read(key, entry))
        except EngineError as error:
            wrong.append(error)
    return tuple(found), tuple(wrong)


def is_link(link: str) -> bool:
    """Whether a link is that of a table."""
    return link.startswith(_PREFIX)


def find(link: str) -> Connection | None:
    """The table that a link opens; None where none is named so any more."""
    return next((own for own in configured()[0] if own.link == link), None)


def opened_of(own: Connection, after: dt.datetime | None = None, *, agreed: bool = False) -> Opened:
    """A table as a survey: what is held of it, where that was looked at after a moment, else as it is now.

    Without a moment it may be as old as its section says. Visitors share it; who asks while it is connected waits.

    Raises
    ------
    CostError
        It is large, and nobody has `agreed` to connect it.
    EngineError
        It cannot be connected, or not be read as a survey.
    FullError
        There is no room for it.
    """
    from nps_core.corrections import Corrections  # noqa: PLC0415 - see the imports

    visitor = visitors.current()
    with _LOCKS[own.link]:
        survey = open_surveys.survey_of(own.link, Corrections())
        if survey is None or _moment(survey) <= (after or dt.datetime.now(dt.UTC) - own.age):
            _TRIED[own.link] = monotonic()
            room = open_surveys.room_to_read(open_surveys.kept_bytes(_COMMENTS), visitor)
            with room, kept.progress(f"Opening “{own.name}”"):
                survey = _connected(own, agreed=agreed)
        opened = Opened(survey, own.link, Corrections(), own.link)
        open_surveys.hold(opened, visitor)
        return opened


def _connected(own: Connection, *, agreed: bool) -> Survey:
    from nps_core.engine import connect, look_at  # noqa: PLC0415 - see the imports
    from nps_core.engine.database import TIMEOUT_S  # noqa: PLC0415 - as above

    timeout = own.options.get("timeout", TIMEOUT_S)
    try:
        size = None if agreed else look_at(own.address, own.table, name=own.name, timeout=timeout)
        if size is None or not size.is_much:
            return connect(own.address, own.table, name=own.name, salt=_salt_of(own), **own.options)
    except (EngineError, ReadError) as error:
        # What else the database has, and how it is asked, is for whoever runs the server.
        _LOG.warning("%s cannot be opened: %s %s", own.link, error.message, error.hint)
        raise EngineError(error.message, hint=_ASK) from None
    raise CostError(size.words, hint="A view of fewer columns or rows takes less.")


def is_past(here: Opened) -> bool:
    """Whether a table that is open is too old, or somebody has connected it since.

    One that could not be connected is left alone for some minutes.
    """
    own = find(here.link)
    held = open_surveys.survey_of(here.digest, here.corrections)
    if held is not None and _moment(held) > _moment(here.survey):
        return True
    tried = monotonic() - _TRIED.get(here.link, -_AGAIN_SECONDS)
    is_old = own is not None and _moment(here.survey) <= dt.datetime.now(dt.UTC) - own.age
    return is_old and tried >= _AGAIN_SECONDS


def costs(scope: Scope, link: str) -> str:
    """For about how long a page asks a table, in words, where this visitor is to say yes to that first; else ""."""
    own = find(link)
    if (
        own is None
        or scope.filters in _agreed(scope.survey.digest)
        or (seconds := scope.seconds) <= own.ask_seconds
    ):
        return ""
    from nps_core.engine.cost import cost_words  # noqa: PLC0415 - see the imports

    return cost_words(own.name, seconds)


def agree(digest: str, filters: Filters) -> None:
    """Take it that this visitor wants to ask a table, as it was looked at, about what passes some filters."""
    _agreed(digest).add(filters)


def _agreed(digest: str) -> set[Filters]:
    held = st.session_state.get(_AGREED)
    if held is None or held[0] != digest:
        held = st.session_state[_AGREED] = digest, set()
    found: set[Filters] = held[1]
    return found


def _salt_of(own: Connection) -> str:
    """What the pseudonyms of a table are made with: the same for as long as the server's own secret is.

    So a filter by account outlasts a refresh, and where the configuration has the secret, the server's start too.
    """
    return hmac.digest(get_cookie_secret().encode(), f"{own.link}\0{own.table}".encode(), "sha256").hex()


def _moment(survey: Survey) -> dt.datetime:
    assert survey.elsewhere is not None  # noqa: S101 - it is a table
    return survey.elsewhere.as_of


_LOCKS: defaultdict[str, Lock] = defaultdict(Lock)
_TRIED: dict[str, float] = {}


def _read(key: str, entry: Any) -> Connection:  # noqa: ANN401 - whatever stands in the configuration
    """A section of the configuration; what is wrong with it is said without the address, which may hold a user."""
    named = f"The section [tables.{key}] of the configuration"
    if not _KEY.fullmatch(key):
        raise EngineError(f"{named} has no usable name.", hint="Use letters, digits, “-” and “_”.")
    given = dict(entry) if hasattr(entry, "keys") else {}
    if missing := [option for option in _NEEDED if option not in given]:
        raise EngineError(f"{named} says no {' and no '.join(missing)}.", hint=_HINT)
    if unknown := [option for option in given if option not in _OPTIONS]:
        raise EngineError(f"{named} has an unknown option “{unknown[0]}”.", hint=_HINT)
    given |= {option: dict(value) for option, value in given.items() if hasattr(value, "keys")}
    for option, value in given.items():
        if type(value) not in _OPTIONS[option] or (_OPTIONS[option] is _NUMBER and not value > 0):
            raise EngineError(f"{named} has a value for “{option}” that cannot be one.", hint=_HINT)
    address = given["address"]
    told = os.environ.get(address.removeprefix("env:"), "") if address.startswith("env:") else address
    scheme = told.partition(":")[0].partition("+")[0]
    return Connection(
        f"{_PREFIX}{key}",
        given.get("name") or key,
        _ENGINES.get(scheme, ""),
        address,
        given["table"],
        {option: given[option] for option in _OF_CONNECT if option in given},
        dt.timedelta(hours=given.get("refresh_hours", HOURS)),
        given.get("ask_seconds", ASK_SECONDS),
    )


_HINT = f"It has {' and '.join(_NEEDED)}, and may have {', '.join(sorted({*_OPTIONS} - {*_NEEDED}))}: see docs/engine.md."
