"""What stays: surveys that are kept, their waves and settings; and deletion that deletes.

>>> from nps_core import read_survey
>>> from nps_core.workspace import Workspace
>>> workspace = Workspace.open(tmp_path / "workspace.sqlite")
>>> kept = workspace.keep(read_survey(b"score,comment\\n10,Great\\n3,Slow\\n", name="q1.csv"), "Customers")
>>> [(survey.name, survey.n) for survey in workspace.surveys()]
[('Customers', 2)]

A workspace is one SQLite file, or a PostgreSQL database. Importing this package brings neither SQLAlchemy nor pandas:
`usual_place` and `is_there` tell whether there is anything to open.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from nps_core.errors import StaleError, WaveError, WorkspaceError
from nps_core.workspace.place import VARIABLE, is_there, usual_place

if TYPE_CHECKING:
    from nps_core.workspace.values import KeptSurvey as KeptSurvey
    from nps_core.workspace.values import Wave as Wave
    from nps_core.workspace.workspace import Workspace as Workspace

_LATER = {"Workspace": "workspace", "KeptSurvey": "values", "Wave": "values"}
"""What brings SQLAlchemy or pandas, by its module: imported when it is first asked for."""

__all__ = [
    "VARIABLE",
    "KeptSurvey",
    "StaleError",
    "Wave",
    "WaveError",
    "Workspace",
    "WorkspaceError",
    "is_there",
    "usual_place",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"nps_core.workspace.{_LATER[name]}"), name)
