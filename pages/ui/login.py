"""Who is looking: the login by OpenID Connect where the server has one, checked at each run, and the role with it.

Streamlit sees to the login itself and keeps what the provider said in a signed cookie, for thirty days and after a
sign-out too. So nothing of it is believed here longer than it says of itself, and who may see what is read from the
workspace each time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeGuard

import streamlit as st
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import gather_user_info

from nps_core.errors import AccessError, WorkspaceError
from nps_core.viewer import EVERYONE, VIEWER, Viewer
from nps_core.workspace import VARIABLE, is_there, usual_place
from pages.ui.shared_workspace import shared

# What brings SQLAlchemy is imported where there is a login: without one nothing of it is needed.

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine
    from starlette.requests import Request

    from nps_core.workspace import Workspace
    from nps_core.workspace.audit import Actor

HOURS, WITHOUT = "NPS_LOGIN_HOURS", "NPS_WITHOUT_LOGIN"
"""The variables that say how old a login may be, and that a server is to be open to all who reach it."""

_HOURS = 12.0
_SKEW = 30.0  # seconds by which the clocks of the provider and of this server may differ
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_METADATA = "/.well-known/openid-configuration"
_TOKENS = "tokens"  # which a session has beside what its cookie says, where `expose_tokens` asks for them
_HINT = "Sign out and in again; if it stays so, tell whoever runs this server."


@dataclass(frozen=True)
class Login:
    """What a provider says of who is signed in, once it has been checked.

    `digest` tells this login from the next one of the same person; it is too old at `until` (seconds since 1970).
    """

    issuer: str
    subject: str
    name: str
    digest: str
    until: float


def is_on() -> bool:
    """Whether this server has a login: the section [auth] of `.streamlit/secrets.toml` says so."""
    return bool(st.secrets.load_if_toml_exists()) and bool(st.secrets.get("auth"))


def providers() -> tuple[str, ...]:
    """The names of the providers; "" is the one that has none."""
    return tuple(_providers())


def check_address() -> None:
    """See that a server without a login is open to this machine alone, unless it was told otherwise.

    Raises
    ------
    SystemExit
        It would listen beyond it.
    """
    address = st.get_option("server.address")
    if address in _LOOPBACK or is_on() or os.environ.get(WITHOUT, "").strip():
        return
    raise SystemExit(
        f"Nothing was started: without a login, whoever reaches {address or 'this machine'} could read every survey."
        f" Set up a login (docs/access.md), or start it with {WITHOUT}=1 where something else sees to who may come."
    )


def claims() -> Mapping[str, Any] | None:
    """What the cookie of this browser says; None without one."""
    told = st.user.to_dict()
    return told if told.get("is_logged_in") else None


def read_claims(told: Mapping[str, Any], now: float) -> Login:
    """Check what a cookie says, at a moment in seconds since 1970.

    Raises
    ------
    AccessError
        Something is missing or none; it is too old, of the future, of another issuer, or meant for another app.
    """
    issuer, subject, ends, began = (told.get(name) for name in ("iss", "sub", "exp", "iat"))
    if not all(isinstance(text, str) and text for text in (issuer, subject)):
        raise AccessError("The login does not say whose it is.", hint=_HINT)
    if not (_is_moment(ends) and _is_moment(began)):
        raise AccessError("The login does not say how old it is.", hint=_HINT)
    known = {_issuer(own): str(own.get("client_id")) for own in _providers().values()}
    issuer = str(issuer).rstrip("/")
    if issuer not in known:
        raise AccessError("The login comes from a provider that this server does not know.", hint=_HINT)
    meant_for = told.get("aud")
    if known[issuer] not in (meant_for if isinstance(meant_for, list) else [meant_for]):
        raise AccessError("The login is meant for another app.", hint=_HINT)
    if began > now + _SKEW:
        raise AccessError(
            "The login is dated in the future: the clocks of the provider and of this server differ.",
            hint=_HINT,
        )
    until = min(float(ends), began + _longest())
    if until + _SKEW < now:
        raise AccessError("The login is too old.", hint="Sign in again.")
    own = {name: value for name, value in told.items() if name != _TOKENS}
    digest = hashlib.sha256(json.dumps(own, sort_keys=True, default=str).encode()).hexdigest()
    name = next((told[key] for key in ("name", "email") if isinstance(told.get(key), str) and told[key]), "")
    return Login(issuer, str(subject), name or str(subject), digest, until)


def current() -> Login:
    """Who is signed in, as far as the cookie goes and nobody ended it.

    Raises
    ------
    AccessError
        Nobody, or no longer.
    WorkspaceError
        It cannot be read whether it was ended.
    """
    from nps_core.workspace.roles import is_ended  # noqa: PLC0415 - see the imports

    login = _checked()
    if is_ended(_engine(), login.digest):
        raise AccessError("You have signed out.", hint="Sign in again.")
    return login


def of_request(request: Request) -> Login:
    """Who sends a request, outside of any session: by its cookies, as Streamlit reads them where a session begins.

    Raises
    ------
    AccessError
        Nobody, or what their cookie says does not hold.
    """
    secret = get_cookie_secret()

    def read(name: str) -> bytes | None:
        value = request.cookies.get(name, "").encode("latin-1", "replace")
        return decode_signed_value(secret, name, value)

    try:
        told = json.loads(get_cookie_with_chunks(read, USER_COOKIE_NAME) or b"{}")
        told.pop("origin", None)
    except (ValueError, AttributeError):
        told = {}
    if not told.get("is_logged_in"):
        raise AccessError("Nobody is signed in.", hint="Sign in.")
    return read_claims({**told, **gather_user_info(request.headers)}, dt.datetime.now(tz=dt.UTC).timestamp())


def digest() -> str:
    """What tells the login of this session from all others; "" where there is no login.

    Raises
    ------
    AccessError
        Nobody is signed in, or their login is over by what it says.
    """
    return _checked().digest if is_on() else ""


def viewer() -> Viewer:
    """Who looks, as it is at this moment; somebody who may do everything where there is no login.

    Raises
    ------
    AccessError
        Nobody is signed in, or who is has no role.
    WorkspaceError
        The roles cannot be read: then nothing is shown.
    """
    return viewer_of(current()) if is_on() else EVERYONE


def viewer_of(login: Login) -> Viewer:
    """The role of who is signed in, as it is at this moment; raises as `viewer` does."""
    from nps_core.workspace.roles import viewer_of  # noqa: PLC0415 - see the imports

    found = viewer_of(_engine(), login.issuer, login.subject)
    if found is None:
        raise AccessError(
            "You are signed in, and have no role here yet.",
            hint=f"Whoever runs this server gives one to the subject “{login.subject}” of {login.issuer}.",
        )
    return found


def may_change() -> bool:
    """Whether who looks may keep, change and delete, as it was when this run began; each change looks again."""
    found = st.session_state.get("viewer")
    return found is not None and found.role != VIEWER


def actor() -> Actor | None:
    """Whom the audit names, by the name that admins gave them; None where there is no login, and no audit.

    Raises
    ------
    AccessError
        Nobody is signed in, or their login is over by what it says.
    """
    return _actor(_checked()) if is_on() else None


def note(event: str, about: str = "") -> None:
    """Write a line of the audit; see `nps_core.workspace.audit.note`."""
    if is_on():
        from nps_core.workspace import audit  # noqa: PLC0415 - see the imports

        audit.note(audit.acting(_engine(), actor()), event, about)


def of_survey() -> str:
    """What the audit calls the survey that is open: its name where the server has it; that of a file is nobody's business."""
    opened = st.session_state.get("opened")
    if opened is None:
        return ""
    if opened.survey.elsewhere is not None:
        return str(opened.survey.name)
    return opened.kept.name if opened.kept is not None else ""


def checker(about: str = "") -> Callable[[str], None]:
    """What checks, whenever it is called and outside of the session, that the role is still the same.

    A page that was drawn before somebody's role was taken must give nothing away any more. What is called takes the
    event that the audit is to tell, "" for none, and raises an AccessError when the role is another one.
    """
    if not is_on():
        return lambda _: None
    from nps_core.workspace import audit, roles  # noqa: PLC0415 - see the imports

    login, was = _checked(), st.session_state.get("viewer")
    engine = audit.acting(_engine(), _actor(login))

    def check(event: str) -> None:
        late = dt.datetime.now(tz=dt.UTC).timestamp() > login.until + _SKEW
        now = roles.viewer_of(engine, login.issuer, login.subject)
        if late or now != was or roles.is_ended(engine, login.digest):
            raise AccessError("What you may see has changed.", hint="Reload the page.")
        if event:
            audit.note(engine, event, about)

    return check


def draw_anew_if_changed() -> None:
    """In a part of a page that runs by itself: draw all of it anew where the login or the role is another by now."""
    if not is_on():
        return
    try:
        if viewer() == st.session_state.get("viewer"):
            return
    except WorkspaceError:
        pass
    st.rerun()


def leave() -> None:
    """Sign out: this login is over here, whatever the cookie says later."""
    from nps_core.workspace import audit, roles  # noqa: PLC0415 - see the imports

    with suppress(AccessError):  # else it holds nothing that could be ended
        login = current()
        until = dt.datetime.fromtimestamp(login.until + 2 * _SKEW, tz=dt.UTC)
        roles.end_login(audit.acting(_engine(), _actor(login)), login.digest, until)
    st.logout()


def acting(workspace: Workspace) -> Workspace:
    """The workspace in the hands of who is signed in."""
    if not is_on():
        return workspace
    from nps_core.workspace import audit  # noqa: PLC0415 - see the imports

    return replace(workspace, engine=audit.acting(workspace.engine, actor()))


def _checked() -> Login:
    """Who is signed in, as far as the cookie goes; raises as `current` does."""
    told = claims()
    if told is None:
        raise AccessError("Nobody is signed in.", hint="Sign in.")
    return read_claims(told, dt.datetime.now(tz=dt.UTC).timestamp())


def _actor(login: Login) -> Actor:
    from nps_core.workspace.audit import Actor  # noqa: PLC0415 - see the imports

    found = st.session_state.get("viewer")
    return Actor(found.name if found else login.name, login.issuer, login.subject, login.digest)


def _is_moment(value: object) -> TypeGuard[float]:
    """Whether a value is seconds since 1970; True is an int to Python, and none here."""
    return type(value) in (int, float) and 0 < value < _LAST  # type: ignore[operator]  # as was looked first


_LAST = 1e11  # seconds since 1970 beyond which there is no date


def _longest() -> float:
    """Seconds for which a login holds at most; the usual where the variable says none."""
    try:
        hours = float(os.environ.get(HOURS, "") or _HOURS)
    except ValueError:
        hours = _HOURS
    return 3600 * (hours if 0 < hours < _HOURS * 1000 else _HOURS)


def _providers() -> dict[str, Mapping[str, Any]]:
    section = st.secrets["auth"]
    own = {"": section} if "client_id" in section else {}
    named = {
        str(name): part for name, part in section.items() if hasattr(part, "get") and "client_id" in part
    }
    return {**own, **named}


def _issuer(provider: Mapping[str, Any]) -> str:
    """Who issues the logins of a provider: its metadata stand under the issuer's address."""
    return str(provider.get("server_metadata_url", "")).removesuffix(_METADATA).rstrip("/")


def _engine() -> Engine:
    if not is_there(usual_place()):
        raise WorkspaceError(
            "There is no workspace yet, and the roles are kept in it.",
            hint=f"Make one with `nps workspace roles`; {VARIABLE} names its place.",
        )
    return shared().engine
