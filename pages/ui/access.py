"""Access on screen: signing in and out, what is refused, and the page on which admins say who may see what."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.errors import AccessError, WorkspaceError
from nps_core.formatting import plural
from nps_core.masking import MASKS
from nps_core.viewer import ADMIN, MOST, ROLES, VIEWER, Viewer
from pages.ui import login, places, session
from pages.ui.shared_workspace import shared
from pages.ui.text import answer, empty, heading, problem, safe, say

if TYPE_CHECKING:
    from nps_core.errors import NPSError
    from nps_core.workspace.audit import Entry
    from nps_core.workspace.roles import Person

PAGE = "roles"
"""The url_path of the page."""

_WHO, _TROUBLE, _REFUSED = "viewer", "access.trouble", "access.refused"
_MOST_LINES = 200


def enter() -> None:
    """Let who is signed in pass, with the role they have at this moment; all others see how to sign in, and no more.

    Nothing that was open for somebody else, or under another role, is there any longer.
    """
    if not login.is_on():
        return
    told = login.claims()
    try:
        found = login.viewer() if told is not None else None
    except WorkspaceError as error:
        _drop()
        _refuse(error)
        st.stop()
    if found is None:
        _drop()
        _sign_in()
        st.stop()
    if st.session_state.get(_WHO) != found:
        _drop()
        st.session_state[_WHO] = found
        login.note("signed in")


def account() -> None:
    """Who is signed in and sees what, and the way out; nothing where there is no login."""
    if not login.is_on():
        return
    found: Viewer = st.session_state[_WHO]
    box = st.popover(
        safe(found.name), icon=":material/person:", type="tertiary", key="account", width="content"
    )
    with box:
        say(f"{found.role.capitalize()}: {found.words or 'sees everything'}", "small")
        if found.role == ADMIN:
            st.page_link(places.place(PAGE), label="Who may see what", icon=":material/group:")
        st.button(
            "Sign out", on_click=login.leave, icon=":material/logout:", type="tertiary", key="account.leave"
        )


def show() -> None:
    """Draw the page of the admins."""
    if not login.is_on():
        answer("There is no login, and everybody sees everything")
        empty("Roles are for a server with a login.", "docs/access.md says how to set one up.")
        return
    if st.session_state[_WHO].role != ADMIN:
        answer("Roles are given by admins")
        return
    from nps_core.workspace import audit, roles  # noqa: PLC0415 - without a login nothing of it is needed

    engine = shared().engine
    people, lines = roles.people(engine), audit.entries(engine, _MOST_LINES)
    answer(f"{plural(len(people), 'person has', 'people have')} a role")
    if (trouble := st.session_state.pop(_TROUBLE, None)) is not None:
        problem(trouble.message, trouble.hint)
    with st.container(key="people", gap="small"):
        for place, person in enumerate(people):
            _person(person, place)
    _waiting(lines, people)
    with st.expander("Give a role to somebody else", key="access.other", on_change="rerun") as other:
        if other.open:
            _form("other", None)
    st.space("small")
    heading("What was done", "who, when (UTC) and what; of surveys their names alone")
    st.dataframe(
        [{"when": f"{line.when:%Y-%m-%d %H:%M:%S}", "what": line.sentence} for line in lines],
        key="access.audit",
    )


def _person(person: Person, place: int) -> None:
    viewer = person.viewer
    with st.container(key=f"person.{place}", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap=None):
            say(viewer.name, "finding")
            say(f"{viewer.role}: {viewer.words or 'sees everything'}", "quiet")
        box = st.popover(
            f"Change {safe(viewer.name)}",
            icon=":material/edit:",
            type="tertiary",
            key=f"access.change.{place}",
            on_change="rerun",
        )
        if box.open:
            with box:
                _form(f"change.{person.issuer}.{person.subject}", person)
                st.button(
                    "Take the role away",
                    key=f"access.take.{place}",
                    type="tertiary",
                    on_click=_take,
                    args=(person.issuer, person.subject),
                )


def _waiting(lines: tuple[Entry, ...], people: tuple[Person, ...]) -> None:
    """Who signed in and was refused, to be given a role without their subject being typed."""
    known = {(person.issuer, person.subject) for person in people}
    asked = {
        (line.actor.issuer, line.actor.subject): line.actor for line in lines if line.event == "was refused"
    }
    waiting = [actor for who, actor in asked.items() if who not in known]
    if not waiting:
        return
    heading("Signed in, without a role")
    for place, actor in enumerate(waiting):
        with st.container(key=f"waiting.{place}", horizontal=True, vertical_alignment="center", gap="small"):
            say(actor.name, "plain", width="content")
            box = st.popover(
                f"Give {safe(actor.name)} a role",
                icon=":material/person_add:",
                key=f"access.give.{place}",
                on_change="rerun",
            )
            if box.open:
                from nps_core.workspace.roles import Person  # noqa: PLC0415 - see `show`

                with box:
                    _form(
                        f"give.{actor.issuer}.{actor.subject}",
                        Person(actor.issuer, actor.subject, Viewer(actor.name, VIEWER)),
                    )


def _form(key: str, person: Person | None) -> None:
    """What somebody may do and see; of somebody who is not known yet also who it is."""
    was = person.viewer if person else Viewer("", VIEWER)
    fields = {
        name: f"access.{key}.{name}"
        for name in ("issuer", "subject", "name", "role", "filters", "masks", "smallest")
    }
    if person is None:
        st.text_input(
            "Issuer",
            key=fields["issuer"],
            placeholder="its address, as it stands on the page that refused them",
        )
        st.text_input("Subject", key=fields["subject"], help="It stands on the page that refused them.")
    usual = {
        "name": was.name,
        "role": was.role,
        "filters": "\n".join(
            f"{name}={value}" for name, values in was.filters.attributes for value in values
        ),
        "masks": list(was.masks),
        "smallest": was.smallest,
    }
    for name, value in usual.items():
        st.session_state.setdefault(fields[name], value)
    st.text_input("Name", key=fields["name"], max_chars=80)
    st.selectbox("Role", ROLES, key=fields["role"])
    if st.session_state[fields["role"]] == VIEWER:
        st.text_area(
            "They see only", key=fields["filters"], placeholder="Region=EU", help="COLUMN=VALUE, one a line"
        )
        st.multiselect("Masked for them", MASKS, key=fields["masks"])
        st.number_input(
            "Smallest group",
            min_value=0,
            max_value=MOST,
            key=fields["smallest"],
            help="No fewer responses are told apart, and there are no comments and accounts; 5 is usual, 0 for any.",
        )
    st.button("Give the role", key=f"access.{key}.do", type="primary", on_click=_give, args=(fields, person))


def _give(fields: dict[str, str], person: Person | None) -> None:
    from nps_core.workspace import roles  # noqa: PLC0415 - see `show`

    asked = {name: st.session_state.get(key, "") for name, key in fields.items()}
    restricted = asked["role"] == VIEWER
    try:
        pairs = [line for line in asked["filters"].splitlines() if line.strip()] if restricted else []
        masks = tuple(asked["masks"] or ()) if restricted else ()
        smallest = int(asked["smallest"] or 0) if restricted else 0
        found = Viewer(asked["name"].strip(), asked["role"], roles.read_filters(pairs), masks, smallest)
        issuer = person.issuer if person else asked["issuer"].strip().rstrip("/")
        subject = person.subject if person else asked["subject"].strip()
        _as_admin()
        roles.give_role(login.acting(shared()).engine, roles.Person(issuer, subject, found))
    except WorkspaceError as error:
        st.session_state[_TROUBLE] = error
    else:
        for key in fields.values():
            st.session_state.pop(key, None)


def _take(issuer: str, subject: str) -> None:
    from nps_core.workspace import roles  # noqa: PLC0415 - see `show`

    try:
        _as_admin()
        roles.take_role(login.acting(shared()).engine, issuer, subject)
    except WorkspaceError as error:
        st.session_state[_TROUBLE] = error


def _as_admin() -> None:
    # The page was drawn for an admin; by now it may be another's, or nobody's.
    if login.viewer().role != ADMIN:
        raise AccessError("Roles are given by admins.", hint="Ask one.")


def _sign_in() -> None:
    with st.container(key="start"):
        answer("Sign in to see the surveys of this server")
        for name in login.providers():
            st.button(
                f"Sign in with {safe(name)}" if name else "Sign in",
                on_click=partial(st.login, name or None),
                icon=":material/login:",
                type="primary",
                key=f"login.{name}",
            )


def _refuse(error: NPSError) -> None:
    with st.container(key="start"):
        answer("Access refused")
        problem(error.message, error.hint)
        st.button("Sign out", on_click=login.leave, icon=":material/logout:", key="account.leave")
    # Which check it was, and nothing of what the login says.
    logging.getLogger("nps_dashboard").warning("login refused: %s", error.message)
    if not st.session_state.get(_REFUSED):
        st.session_state[_REFUSED] = True
        try:
            login.note("was refused")
        except WorkspaceError:
            return  # nobody to name, or nowhere to write it


def _drop() -> None:
    """Hold nothing in this session of what somebody saw in it."""
    if _WHO in st.session_state:
        session.start_over()
