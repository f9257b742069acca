"""What promoters say against what detractors say, a segment against the rest; and which themes moved an NPS."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.contributions import NO_THEME, THEME, Contributions, contributions_of
from nps_core.compare.decomposition import take_apart
from nps_core.compare.errors import Kinds, kinds_of
from nps_core.formatting import format_share, short
from nps_core.score.difference import Difference, difference, holm
from nps_core.score.estimate import LEVEL, MIN_READABLE, estimate
from nps_core.score.sample import together
from nps_core.survey import GROUPS
from nps_core.themes.effect import spoken_of, theme_table
from nps_core.themes.in_survey import spoken, theme_quotes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nps_core.compare.comparison import Comparison
    from nps_core.scope import Scope
    from nps_core.themes.result import Themes


QUOTES_A_SIDE = 1
"""Examples of each theme and side: one is read, three are skipped."""

QUOTES_A_SEGMENT = 2
"""Examples of each theme of a segment, of which there are few."""


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


@dataclass(frozen=True)
class SegmentTheme:
    """How often one segment speaks of a theme, beside the rest.

    Parameters
    ----------
    number, name
        The theme.
    n
        Responses of the segment that are about it.
    share, rest
        Share (0..1) of the commented responses of the segment, and of the rest, that are about it.
    more, low, high
        By how many percentage points more the segment speaks of it, with the interval.
    beyond_chance
        Whether that is, after Holm over the themes.
    nps, nps_low, nps_high
        The NPS of those in the segment who speak of it, in points; NaN where there are none.
    places
        Positions of its best examples of the segment in `Survey.responses`; none where it is within chance.
    """

    number: int
    name: str
    n: int
    share: float
    rest: float
    more: float
    low: float
    high: float
    beyond_chance: bool
    nps: float
    nps_low: float
    nps_high: float
    places: tuple[int, ...]


def compare_themes_by_group(scope: Scope, themes: Themes, *, level: float = LEVEL) -> tuple[ThemeSides, ...]:
    """Each theme by how much more promoters speak of it than detractors do; most first.

    Empty where promoters or detractors are missing. A share is compared as the NPS of those who speak of a theme and
    those who do not; half of that is percentage points.
    """
    counts, total = (table[..., 0, :] for table in theme_table(themes, spoken(scope, themes)))
    if not total[0] or not total[2]:
        return ()
    shown = np.array([counts[t, [0, 2]].any() for t in range(themes.k)], dtype=bool)
    more, sure = _shares_apart((counts[:, 2], total[2]), (counts[:, 0], total[0]), shown, level)
    found = [
        ThemeSides(
            number=t,
            name=themes.titles[t],
            promoters=float(counts[t, 2] / total[2]),
            detractors=float(counts[t, 0] / total[0]),
            more=more.points[t] / 2,
            low=more.low[t] / 2,
            high=more.high[t] / 2,
            beyond_chance=bool(sure[t]),
            promoter_places=_examples(scope, themes, t, "promoter") if sure[t] else (),
            detractor_places=_examples(scope, themes, t, "detractor") if sure[t] else (),
        )
        for t in np.flatnonzero(shown).tolist()
    ]
    return tuple(sorted(found, key=lambda one: -one.more))


def compare_themes_by_segment(
    scope: Scope, themes: Themes, attribute: str, value: str, *, level: float = LEVEL
) -> tuple[SegmentTheme, ...]:
    """Each theme by how much more a segment speaks of it than the rest does; most first.

    Parameters
    ----------
    attribute, value
        The segment, such as "Plan" and "Pro"; `NO_VALUE` for the responses without one.

    Returns
    -------
    Empty where the segment, or the rest, has no comments. Shares are of commented responses, compared as in
    `compare_themes_by_group`, with Holm over the themes. It says what goes with the segment, not what makes its score.
    """
    if value not in scope.counts.labels(attribute):
        return ()
    return compare_themes_with_rest(scope, scope.with_attribute(attribute, [value]), themes, level=level)


def compare_themes_with_rest(
    scope: Scope, part: Scope, themes: Themes, *, level: float = LEVEL
) -> tuple[SegmentTheme, ...]:
    """Each theme by how much more a part of what is looked at speaks of it than the rest does; most first.

    The same as `compare_themes_by_segment`, of any part: a period, a group, a segment within another.
    """
    everything, of_all = (table[..., 0, :] for table in theme_table(themes, spoken(scope, themes)))
    mine, of_each = (table[..., 0, :] for table in theme_table(themes, spoken(part, themes)))
    of_mine, of_rest = int(of_each.sum()), int(of_all.sum() - of_each.sum())
    if not of_mine or not of_rest:
        return ()
    # A part that scores lower than the rest is told by what it complains of, and so is a theme of low scores.
    lower = _balance(of_each) < _balance(of_all)
    about = mine.sum(axis=1)
    about_rest = everything.sum(axis=1) - about
    shown = about + about_rest > 0
    more, sure = _shares_apart((about, of_mine), (about_rest, of_rest), shown, level)
    scores = estimate(*mine[:, ::-1].T, level=level)
    found = [
        SegmentTheme(
            number=t,
            name=themes.titles[t],
            n=int(about[t]),
            share=float(about[t] / of_mine),
            rest=float(about_rest[t] / of_rest),
            more=more.points[t] / 2,
            low=more.low[t] / 2,
            high=more.high[t] / 2,
            beyond_chance=bool(sure[t]),
            nps=float(scores.nps[t]),
            nps_low=float(scores.low[t]),
            nps_high=float(scores.high[t]),
            places=(
                tuple(
                    theme_quotes(
                        part, themes, t, tone=-1 if lower or scores.nps[t] < 0 else 1, most=QUOTES_A_SEGMENT
                    ).tolist()
                )
                if sure[t]
                else ()
            ),
        )
        for t in np.flatnonzero(shown).tolist()
    ]
    return tuple(sorted(found, key=lambda one: -one.more))


def compare_themes_with_other_groups(scope: Scope, themes: Themes) -> dict[int, SegmentTheme]:
    """Under a filter on groups, each theme by its number: how often these speak of it, and how often the other groups.

    The NPS of each theme is that of the groups then and tells nothing. Empty without such a filter.
    """
    if not scope.picks_by_score:
        return {}
    return {one.number: one for one in compare_themes_with_rest(scope.with_filters(groups=()), scope, themes)}


def special_sentence(scope: Scope, apart: Iterable[SegmentTheme]) -> str:
    """What the groups that are filtered speak of more than the others do, in one sentence."""
    who = " and ".join(f"{group}s" for group in scope.groups).capitalize()
    more = [one for one in apart if one.beyond_chance and one.more > 0 and one.n >= MIN_READABLE]
    if not more:
        return f"{who} speak of no theme more often than the others do, beyond chance"
    first = max(more, key=lambda one: float(one.more))
    shares = f"{format_share(first.share)} of their comments, {format_share(first.rest)} of the others'"
    return f"{who} speak more often of “{short(first.name)}”: {shares}"


def _balance(groups: NDArray[np.int64]) -> float:
    """The NPS of so many detractors, passives and promoters, on -1..1."""
    return float((groups[2] - groups[0]) / groups.sum())


def _shares_apart(
    ours: tuple[NDArray[np.int64], int],
    theirs: tuple[NDArray[np.int64], int],
    shown: NDArray[np.bool_],
    level: float,
) -> tuple[Difference, NDArray[np.bool_]]:
    """How far the shares of two groups that speak of each theme are apart, and where surely.

    The difference is in twice percentage points.
    """
    (about, of), (about_theirs, of_theirs) = ours, theirs
    none = np.zeros(len(about), dtype=np.int64)
    more = difference((about, none, of - about), (about_theirs, none, of_theirs - about_theirs), level=level)
    sure = np.zeros(len(about), dtype=bool)
    sure[shown] = holm(more.p_value[shown]) < 1 - level
    return more, sure


def _examples(scope: Scope, themes: Themes, number: int, group: str) -> tuple[int, ...]:
    tone = 1 if group == "promoter" else -1
    return tuple(theme_quotes(scope, themes, number, group=group, tone=tone, most=QUOTES_A_SIDE).tolist())


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
