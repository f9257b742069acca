"""Why two selections differ, by what people wrote: a difference taken apart by theme."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.contribution import NO_THEME, THEME, Contributions
from nps_core.compare.contributions import contributions_of
from nps_core.compare.decomposition import take_apart
from nps_core.compare.errors import Kinds, kinds_of
from nps_core.score.estimate import LEVEL
from nps_core.score.sample import together
from nps_core.survey import GROUPS
from nps_core.themes.effect import spoken_of

if TYPE_CHECKING:
    from nps_core.compare.comparison import Comparison
    from nps_core.scope import Scope
    from nps_core.themes.result import Themes


def find_theme_contributions(
    found: Comparison, themes: Themes, *, looks: int = 1, level: float = LEVEL
) -> Contributions | None:
    """Take the difference of two sides apart by the themes of their comments (Kitagawa; see `take_apart`).

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
    sides = [_kinds(themes, scope) for scope in scopes]
    some = np.flatnonzero(sum(side.table.sum(axis=1) for side in sides))
    before, after = (Kinds(side.share[:, some], side.samples) for side in sides)
    of = together([before.segments, after.segments], len(some))
    earlier, later = np.arange(len(of)).reshape(2, -1)
    freedom = np.broadcast_to(of.contrast([later, earlier], (1, -1), level=level).nu, len(some))
    names = [(*themes.names, NO_THEME)[place] for place in some]
    parts = take_apart(before, after, names, nu=np.append(freedom, found.change.nu), level=level)
    if parts is None:
        return None
    return replace(contributions_of(THEME, parts, of, found, looks=looks), by_theme=True)


def _kinds(themes: Themes, scope: Scope) -> Kinds:
    """A side by which themes its responses are about; the last kind has no comment, or one that says nothing."""
    members = np.pad(themes.kinds[0], ((0, 1), (0, 1)))  # the last segment is no theme
    members[~members.any(axis=1), -1] = True
    counts = scope.counts
    spoken = spoken_of(themes, *counts.commented)
    kind = np.full(len(themes.labels), len(members) - 1)
    kind[spoken.rows] = spoken.kinds
    rows, clusters = counts.rows, counts.cluster_codes(counts.unit)
    value = len(GROUPS) - 1 - scope.survey.responses["group"].cat.codes.to_numpy()[rows]  # promoters first
    there, kind = np.unique(kind[rows], return_inverse=True)
    share = members[there] / members[there].sum(axis=1, keepdims=True)
    return kinds_of(share, kind, value, clusters[rows], int(clusters.max(initial=-1)) + 1)
