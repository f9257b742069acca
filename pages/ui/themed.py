"""Themes in the session: found once per survey and number of themes, beside the app and not in its way.

Finding themes of many comments takes from seconds to minutes. It runs in a thread of its own: whoever waits sees
how far it is, may look at the other pages meanwhile, and finds the themes when coming back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event, Lock, RLock, Thread
from typing import TYPE_CHECKING

import streamlit as st
from cachetools import TTLCache

from nps_core import themes_of
from pages.ui.text import say

if TYPE_CHECKING:
    from nps_core import Survey, Themes

_RESULTS, _SECONDS = 8, 4 * 3600
_PATIENCE = 0.6  # seconds in which few comments are through, without a bar that flashes up
_LOOK_AGAIN = 0.5  # seconds between two looks at how far it is
_WAITING = "Waiting for the themes of another survey"


@dataclass(eq=False)
class Run:
    """One search for themes: how far it is, and what came out. Only its own thread writes to it."""

    stage: str = _WAITING
    share: float = 0.0
    found: Themes | None = None
    trouble: Exception | None = None
    over: Event = field(default_factory=Event)

    def work(self, survey: Survey, k: int | None) -> None:
        """Find the themes. Runs outside of any session: nothing of Streamlit may be called from here."""
        try:
            with _ONE_AT_A_TIME:
                self.found = themes_of(survey, k, progress=self.say)
        except Exception as error:  # noqa: BLE001 - raised again where it can be shown
            self.trouble = error
        finally:
            self.over.set()

    def say(self, stage: str, share: float) -> None:
        """Note how far it is, in words and as a share of 0 to 1."""
        self.stage, self.share = stage, min(1.0, share)


_ONE_AT_A_TIME = Lock()
_LOCK = RLock()
_RUNS: TTLCache[tuple[str, int | None], Run] = TTLCache(_RESULTS, _SECONDS)


def themes(survey: Survey, k: int | None) -> Themes | None:
    """The themes of a survey; `k` None lets the stability of the clusters choose.

    None while they are being looked for: how far that is stands on the page then, which runs again when
    they are there.
    """
    run = _run_of(survey, k)
    if not run.over.wait(_PATIENCE):
        st.fragment(_wait, run_every=_LOOK_AGAIN)(run)
        return None
    if run.trouble is not None:
        with _LOCK:  # the next visit tries again
            _RUNS.pop((survey.digest, k), None)
        raise run.trouble
    return run.found


def _run_of(survey: Survey, k: int | None) -> Run:
    with _LOCK:
        if (survey.digest, k) not in _RUNS:
            run = _RUNS[survey.digest, k] = Run()
            Thread(target=run.work, args=(survey, k), name="themes", daemon=True).start()
        return _RUNS[survey.digest, k]


def _wait(run: Run) -> None:
    if run.over.is_set():
        st.rerun()
    st.progress(run.share, f"{run.stage} …")
    say("This goes on by itself: the other pages can be used meanwhile.")
