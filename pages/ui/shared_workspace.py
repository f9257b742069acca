"""The workspace of this server, opened once for all who visit it."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from nps_core.errors import WorkspaceError
from nps_core.workspace import VARIABLE, is_there, usual_place

# What brings SQLAlchemy is imported where there is something to open: the first screen has no use for it.

if TYPE_CHECKING:
    from nps_core.workspace import Workspace

OPENED: dict[str, Workspace] = {}
"""The workspaces that are open, by their place."""

_LOCK = Lock()


def shared() -> Workspace:
    """The workspace of this server, which is made where there is none.

    Raises
    ------
    WorkspaceError
        It cannot be opened, or the server was told to have none.
    """
    from nps_core.workspace import Workspace  # noqa: PLC0415 - see the imports

    where = usual_place()
    if where is None:
        raise WorkspaceError("This server keeps no surveys.", hint=f"It was started with {VARIABLE}=off.")
    with _LOCK:
        if where not in OPENED or not is_there(where):
            OPENED[where] = Workspace.open(where)
        return OPENED[where]
