"""Where the workspace is, and whether there is one; told without opening it."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "NPS_WORKSPACE"
"""The environment variable that names a workspace: a path, postgresql://..., or "off" for none."""

_SERVER = ("postgresql:", "postgres:", "postgresql+psycopg:")


def usual_place() -> str | None:
    """Where the workspace is: what NPS_WORKSPACE names, else a file of the user's; None where it says "off"."""
    named = os.environ.get(VARIABLE, "").strip()
    if named.lower() == "off":
        return None
    return named or str(Path.home() / ".nps-dashboard" / "workspace.sqlite")


def is_there(where: str | os.PathLike[str] | None) -> bool:
    """Whether there is something to open: a file, or the address of a database server, which is not asked."""
    return where is not None and (is_server(where) or Path(where).expanduser().is_file())


def is_server(where: str | os.PathLike[str]) -> bool:
    """Whether a place is a database server, and no file."""
    return isinstance(where, str) and where.startswith(_SERVER)
