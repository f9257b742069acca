"""Waves -> one survey."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.reading.overrides import Options
from nps_core.reading.several import join
from nps_core.workspace.packing import unpack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.survey import Survey
    from nps_core.workspace.packing import Chunk
    from nps_core.workspace.values import KeptSurvey, Wave

WAVE = "Wave"
"""The attribute that says which wave a response is of."""


def join_waves(kept: KeptSurvey, waves: Sequence[tuple[Wave, str, list[Chunk]]]) -> Survey:
    """Waves, each with what is stored of it, as one survey of the name of the kept one."""
    content = hashlib.sha256(kept.link.encode())
    surveys = []
    for wave, about, chunks in waves:
        told = (wave.name, about, *(chunk.digest for chunk in chunks))
        content.update("\x00".join(told).encode())
        surveys.append(replace(unpack(about, chunks), name=wave.name))
    whole = surveys[0] if len(surveys) == 1 else join(surveys, Options(), by=WAVE)
    return replace(whole, name=kept.name, digest=content.hexdigest())
