"""What stays: surveys that are kept, their waves and settings; and deletion that deletes.

`Workspace.open(where)` is the way in: a SQLite file, or a PostgreSQL database. Its methods take and give frozen values.

* `KeptSurvey`, `Wave`, `Figures`: what is kept, as `surveys`, `find`, `keep` and `add_wave` tell it
* `WavePreview`, `Part`: what adding a file would do, from `preview`
* `Found`, `Receipt`, `Retention`: what is held of a respondent, what was deleted, what goes by itself
* `WaveFile`, `read_waves`, `wave_name`: files as the waves of one survey
* `WAVE`, `SamePeople`, `find_same_people`: the attribute that tells the wave, and who answered in several
* `WorkspaceError`, of it `WaveError` (a file cannot become a wave) and `StaleError` (changed meanwhile by others)
* `usual_place`, `is_there`, `VARIABLE`: where the workspace is, told without opening it

Importing this package, and the values of it, brings neither SQLAlchemy nor pandas.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from nps_core.errors import StaleError, WaveError, WorkspaceError
from nps_core.workspace.place import VARIABLE, is_there, usual_place

if TYPE_CHECKING:
    from nps_core.workspace.files import WaveFile, read_waves, wave_name
    from nps_core.workspace.joining import WAVE
    from nps_core.workspace.same_people import SamePeople, find_same_people
    from nps_core.workspace.values import (
        Figures,
        Found,
        KeptSurvey,
        Part,
        Receipt,
        Retention,
        Wave,
        WavePreview,
    )
    from nps_core.workspace.workspace import Workspace

__all__ = [
    "VARIABLE",
    "WAVE",
    "Figures",
    "Found",
    "KeptSurvey",
    "Part",
    "Receipt",
    "Retention",
    "SamePeople",
    "StaleError",
    "Wave",
    "WaveError",
    "WaveFile",
    "WavePreview",
    "Workspace",
    "WorkspaceError",
    "find_same_people",
    "is_there",
    "read_waves",
    "usual_place",
    "wave_name",
]

_LATER = {
    "files": ("WaveFile", "read_waves", "wave_name"),
    "joining": ("WAVE",),
    "same_people": ("SamePeople", "find_same_people"),
    "values": ("Figures", "Found", "KeptSurvey", "Part", "Receipt", "Retention", "Wave", "WavePreview"),
    "workspace": ("Workspace",),
}
"""What brings SQLAlchemy or pandas, by its module: imported when it is first asked for."""

_MODULE_OF = {name: module for module, names in _LATER.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in _MODULE_OF:
        raise AttributeError(f"nps_core.workspace has no {name!r}")
    return getattr(importlib.import_module(f"nps_core.workspace.{_MODULE_OF[name]}"), name)
