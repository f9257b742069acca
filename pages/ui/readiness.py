"""Readiness: whether this server can serve, told to whoever watches over it (a proxy, an orchestrator) at /ready.

Health, at Streamlit's /_stcore/health, says only that the process runs: a process whose database does not answer is
to get no visitors, and is not to be started anew.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.url_util import make_url_path

from nps_core.errors import WorkspaceError
from nps_core.workspace import is_there, usual_place
from pages.ui import login
from pages.ui.shared_workspace import shared

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

SECONDS = 3.0
"""How long the database may take to answer."""

# One at a time: a database that hangs must not take more and more threads.
_ALONE = ThreadPoolExecutor(1, "readiness")


def routes() -> list[Route]:
    """The routes of `st.App`, below the base path of this server."""
    base = str(st.get_option("server.baseUrlPath") or "")
    return [Route(make_url_path(base, "ready"), ready)]


async def ready(_: Request) -> Response:
    """Say "ready" (200), or that the workspace does not answer (503), and nothing more: anybody may ask."""
    try:
        await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(_ALONE, _ask), SECONDS)
    except (WorkspaceError, TimeoutError) as error:
        logging.getLogger("nps_dashboard").warning("not ready: %s", getattr(error, "message", "no answer"))
        return PlainTextResponse("The workspace does not answer.", HTTPStatus.SERVICE_UNAVAILABLE)
    return PlainTextResponse("ready")


def _ask() -> None:
    """Ask the database something; where there is neither a workspace nor a login there is nothing to wait for.

    Raises
    ------
    WorkspaceError
        It does not answer.
    """
    if not (is_there(usual_place()) or login.is_on()):
        return
    from nps_core.workspace.roles import people  # noqa: PLC0415 - brings SQLAlchemy, which is not always needed

    people(shared().engine)
