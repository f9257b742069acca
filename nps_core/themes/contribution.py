"""Why two selections differ, by what people wrote: a difference taken apart by theme."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.contribution import NO_THEME, THEME, Contributions
from nps_core.compare.contributions import contributions_of
from nps_core.compare.decomposition import decompose_shared
from nps_core.score.estimate import LEVEL
from nps_core.survey import GROUPS
from nps_core.themes.effect import kind_counts, spoken_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.compare.comparison import Comparison
    from nps_core.compare.decomposition import Shared
    from nps_core.counts import Counts
    from nps_core.themes.result import Themes


def find_theme_contributions(
    found: Comparison, themes: Themes, *, looks: int = 1, level: float = LEVEL
) -> Contributions | None:
    """Take the difference of two sides apart by the themes of their comments (Kitagawa; see `decompose_shared`).

    A response about m themes counts 1/m in each. One without a comment, or whose comment says nothing, is under
    "(no theme)", so that every response is in the sum. The rate of a theme is how differently those score who
    speak of it; the mix is that more or fewer of them do.

    Parameters
    ----------
    themes
        The themes of all comments of the survey (`find_themes`).
    looks
        Attributes and the themes that this was chosen among.

    Returns
    -------
    Moved or None
        None where there is no difference: a side is empty, or they share responses.

    Raises
    ------
    ValueError
        Themes of another survey.
    """
    scopes = [side.scope for side in (found.b, found.a) if side.scope is not None]
    for scope in scopes:
        if len(themes.labels) != len(scope.survey.responses):
            raise ValueError(
                f"Themes of {len(themes.labels)} comments, and {len(scope.survey.responses)} responses."
            )
    if len(scopes) < 2 or math.isnan(found.change.points):  # noqa: PLR2004 - two sides
        return None
    said = [_combinations(themes, scope.counts) for scope in scopes]
    some = sorted({place for side in said for places in side for place in places})
    number = {place: row for row, place in enumerate(some)}
    before, after = (
        {tuple(number[place] for place in places): counts for places, counts in side.items()} for side in said
    )
    names = [*themes.names, NO_THEME]
    parts = decompose_shared(before, after, [names[place] for place in some], level=level)
    if parts is None:
        return None
    tables = _table(before, len(some)), _table(after, len(some))
    return replace(contributions_of(THEME, parts, tables, found, looks=looks), by_theme=True)


def _combinations(themes: Themes, side: Counts) -> Shared:
    """How many responses of each group are about exactly the same themes; the last place is no theme."""
    kinds, counts = kind_counts(themes, spoken_of(themes, *side.commented))
    found = {
        tuple(np.flatnonzero(about).tolist()): row for about, row in zip(kinds, counts[:, ::-1], strict=True)
    }
    found[themes.k,] = np.array(side.groups()) - counts.sum(axis=0)[::-1] + found.pop((), 0)
    return {places: (int(p), int(s), int(d)) for places, (p, s, d) in found.items() if p + s + d}


def _table(side: Shared, size: int) -> NDArray[np.float64]:
    """Responses of each theme by group, each response in equal parts."""
    table = np.zeros((size, len(GROUPS)))
    for places, counts in side.items():
        table[list(places)] += np.array(counts) / len(places)
    return table
