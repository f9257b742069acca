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

from nps_core.errors import StaleError as StaleError
from nps_core.errors import WaveError as WaveError
from nps_core.errors import WorkspaceError as WorkspaceError
from nps_core.workspace.place import VARIABLE as VARIABLE
from nps_core.workspace.place import is_there as is_there
from nps_core.workspace.place import usual_place as usual_place

if TYPE_CHECKING:
    from nps_core.workspace.files import WaveFile as WaveFile
    from nps_core.workspace.files import read_waves as read_waves
    from nps_core.workspace.files import wave_name as wave_name
    from nps_core.workspace.joining import WAVE as WAVE
    from nps_core.workspace.same_people import SamePeople as SamePeople
    from nps_core.workspace.same_people import find_same_people as find_same_people
    from nps_core.workspace.values import Figures as Figures
    from nps_core.workspace.values import Found as Found
    from nps_core.workspace.values import KeptSurvey as KeptSurvey
    from nps_core.workspace.values import Part as Part
    from nps_core.workspace.values import Receipt as Receipt
    from nps_core.workspace.values import Retention as Retention
    from nps_core.workspace.values import Wave as Wave
    from nps_core.workspace.values import WavePreview as WavePreview
    from nps_core.workspace.workspace import Workspace as Workspace

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
