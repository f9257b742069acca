"""Follow-ups as this session writes them: at once, and never over what somebody else changed meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.errors import WorkspaceError
from nps_core.follow_ups.ranking import OpenWave
from pages.ui import kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.follow_ups.follow_up import FollowUp
    from nps_core.workspace import KeptSurvey
    from nps_core.workspace.follow_ups import Saved
    from pages.ui.open_surveys import Opened

TOLD = "calls.told"
"""Where the session has what was saved, in words."""


def change(survey: KeptSurvey, changes: Sequence[tuple[FollowUp, Mapping[str, object]]]) -> Saved:
    """Change follow-ups, given with what each was when it was seen.

    Raises
    ------
    NPSError
        As `nps_core.workspace.follow_ups.save`.
    """
    from nps_core.workspace import follow_ups  # noqa: PLC0415 - it brings SQLAlchemy

    saved = follow_ups.save(kept.workspace().engine, survey, changes, kept.signature())
    st.session_state[TOLD] = words([saved])
    return saved


def set_once(survey: KeptSurvey, name: str, text: str) -> None:
    """Let a setting live with a survey."""
    try:
        workspace, fresh = kept.workspace(), kept.find(survey.link)
        if fresh is not None:
            workspace.save_settings(fresh, {**workspace.settings(fresh), name: [text]})
    except WorkspaceError as error:
        kept.refuse(error)


def open_waves(opened: Opened) -> tuple[OpenWave, ...]:
    """The waves of a kept survey that are open; none of any other survey."""
    waves = opened.kept.waves if opened.kept is not None else ()
    return tuple(OpenWave(one.id, one.name, one.added) for one in waves if one.id in opened.waves)


def words(all_saved: Sequence[Saved]) -> str:
    """What became of changes, in words."""
    counts = [sum(len(getattr(saved, part)) for saved in all_saved) for part in ("done", "stale", "gone")]
    said = ("saved", "changed by somebody else meanwhile, and left as they are", "gone with their wave")
    return "; ".join(f"{count:,} {word}" for count, word in zip(counts, said, strict=True) if count)


def now() -> dt.datetime:
    """The moment, in UTC."""
    return dt.datetime.now(tz=dt.UTC).replace(microsecond=0)
