"""Themes in the session: found once per survey and number of themes, beside the app and not in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core import themes_of
from pages.ui import background

if TYPE_CHECKING:
    from nps_core import Survey, Themes


def themes(survey: Survey, k: int | None) -> Themes | None:
    """The themes of a survey; `k` None lets the stability of the clusters choose.

    None while they are being looked for: how far that is stands on the page then, which is drawn again when they
    are there.
    """
    return background.result(
        background.run(
            "themes",
            (survey.digest, k),
            lambda progress: themes_of(survey, k, progress=progress),
            waiting="Waiting for the themes of another survey",
        )
    )
