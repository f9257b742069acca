"""What promoters say against what detractors say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.difference import difference, holm
from nps_core.score.estimate import LEVEL
from nps_core.themes.effect import theme_counts
from nps_core.themes.in_survey import groups_shown, theme_responses

if TYPE_CHECKING:
    from nps_core.filters import Filters
    from nps_core.survey import Survey
    from nps_core.themes.result import Themes

QUOTES_A_SIDE = 1
"""Examples of each theme and side: one is read, three are skipped."""


@dataclass(frozen=True)
class ThemeSides:
    """How often promoters and detractors speak of one theme.

    Parameters
    ----------
    number, name
        The theme.
    promoters, detractors
        Share (0..1) of the commented responses of each group that are about it.
    more, low, high
        By how many percentage points more promoters speak of it than detractors do, with the interval.
    beyond_chance
        Whether that is, after Holm over the themes.
    promoter_places, detractor_places
        Positions of its best examples in `Survey.responses` among each; none where it is within chance.
    """

    number: int
    name: str
    promoters: float
    detractors: float
    more: float
    low: float
    high: float
    beyond_chance: bool
    promoter_places: tuple[int, ...]
    detractor_places: tuple[int, ...]


def theme_sides(
    themes: Themes, survey: Survey, filters: Filters | None = None, *, level: float = LEVEL
) -> tuple[ThemeSides, ...]:
    """Each theme but the remainder by how much more promoters speak of it than detractors do; most first.

    Empty where promoters or detractors are missing. A share is compared as the NPS of those who speak of a theme and
    those who do not; half of that is percentage points.
    """
    groups = groups_shown(survey, filters)
    counts = theme_counts(themes, groups)[:, 0, :]
    total = np.bincount(groups[(groups >= 0) & (themes.labels >= 0)], minlength=3)
    if not total[0] or not total[2]:
        return ()
    none = np.zeros(themes.k, dtype=np.int64)
    happy, unhappy = (
        (counts[:, 2], none, total[2] - counts[:, 2]),
        (counts[:, 0], none, total[0] - counts[:, 0]),
    )
    more = difference(happy, unhappy, level=level)
    shown = np.array([t != themes.remainder and counts[t, [0, 2]].any() for t in range(themes.k)], dtype=bool)
    sure = np.zeros(themes.k, dtype=bool)
    sure[shown] = holm(more.p_value[shown]) < 1 - level
    found = [
        ThemeSides(
            number=t,
            name=themes.names[t],
            promoters=float(counts[t, 2] / total[2]),
            detractors=float(counts[t, 0] / total[0]),
            more=more.points[t] / 2,
            low=more.low[t] / 2,
            high=more.high[t] / 2,
            beyond_chance=bool(sure[t]),
            promoter_places=_examples(themes, survey, t, filters, "promoter") if sure[t] else (),
            detractor_places=_examples(themes, survey, t, filters, "detractor") if sure[t] else (),
        )
        for t in np.flatnonzero(shown).tolist()
    ]
    return tuple(sorted(found, key=lambda one: -one.more))


def _examples(
    themes: Themes, survey: Survey, number: int, filters: Filters | None, group: str
) -> tuple[int, ...]:
    return tuple(theme_responses(themes, survey, number, filters, group=group)[:QUOTES_A_SIDE].tolist())
