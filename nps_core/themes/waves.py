"""Themes over time: how often each comes up in each period, what changed between two waves, what is new."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.charts.spec import Caption
from nps_core.compare.groups import find_periods
from nps_core.counts.periods import label_of
from nps_core.filters import Filters
from nps_core.score.difference import difference, holm
from nps_core.score.estimate import LEVEL, estimate
from nps_core.themes.changes import ThemeChange, ThemeChanges, ThemeTrend
from nps_core.themes.codebook import Codebook
from nps_core.themes.effect import theme_table
from nps_core.themes.find import find_themes
from nps_core.themes.in_survey import comments_of, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nps_core.compare.comparison import Span
    from nps_core.scope import Scope
    from nps_core.themes.result import Themes

SOURCE = "source"
"""The attribute that tells the files of a survey apart when several were read as one."""

NEW_SHARE = 0.01
"""A theme that grew from a share below this is new; one that fell below it is gone."""

EMERGING_Z = 6
SAME_THEME = 0.5
"""Emerging themes: their share grew by so many standard errors, and no larger part (Jaccard) of their comments is in a
theme that is known."""

FEWEST_COMMENTS = 30
"""Comments that each of two waves needs, to look for what emerges between them."""


@dataclass(frozen=True)
class Wave:
    """One wave of a survey: a period, or a file where there are no dates."""

    name: str
    filters: Filters


@dataclass(frozen=True)
class Emerging:
    """A theme that the later wave has and the earlier one hardly.

    Parameters
    ----------
    name, words
        As in `Themes`.
    n_before, n_after
        Comments about it.
    share_before, share_after
        The same as shares (0..1) of the comments.
    z
        Standard errors by which the share grew.
    among
        The known theme that most of its comments are about; empty where most are about none.
    places
        Positions of its best examples in `Survey.responses`, those of the later wave.
    """

    name: str
    words: tuple[str, ...]
    n_before: int
    n_after: int
    share_before: float
    share_after: float
    z: float
    among: str
    places: tuple[int, ...]


def find_waves(scope: Scope, period: str) -> tuple[Wave, ...]:
    """The waves of a survey, the latest first: periods with responses; the files of it where there are no dates.

    Periods whose days are not all among those of the filters are left out; the other filters choose nothing here.

    Files follow the years and numbers in their names ("Q4 2025" before "Q1 2026", "wave 9" before "wave 10"),
    not the order in which they were opened.
    """
    found = tuple(
        Wave(span.label, Filters(since=span.since, until=span.until))
        for span in find_periods(scope.whole, period)
        if _inside(span, scope)
    )
    survey = scope.survey
    if not found and SOURCE in survey.attributes:
        names = sorted((str(value) for value in survey.responses[SOURCE].cat.categories), key=_by_year)
        found = tuple(Wave(name, Filters().with_attribute(SOURCE, [name])) for name in names[::-1])
    return found


def _by_year(name: str) -> tuple[int, list[tuple[int, str]]]:
    """A name by the year in it, if any, then by its parts, with numbers as numbers."""
    year = _YEAR.search(name)
    parts = [(int(part), "") if part.isdecimal() else (0, part.lower()) for part in re.split(r"(\d+)", name)]
    return int(year[0]) if year else 0, parts


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _inside(span: Span, scope: Scope) -> bool:
    """Whether the days of a period that can have a response are all among the filters' days."""
    filters, last = scope.filters, scope.so_far
    begins = filters.since is None or (span.since is not None and span.since >= filters.since)
    if filters.until is None or not begins:
        return begins
    # The last period may have days to come.
    whole = span.until is not None and span.until <= filters.until
    return whole or (last is not None and last <= filters.until)


def find_theme_trend(scope: Scope, themes: Themes, period: str) -> ThemeTrend | None:
    """How often each theme comes up in each period; None without dates."""
    starts, of_each = scope.counts.periods(period)
    counts, groups = theme_table(themes, spoken(scope, themes), of_each, len(starts))
    commented = groups.sum(axis=1)
    some = np.flatnonzero(commented)
    if not len(some):
        return None
    kept = slice(some[0], some[-1] + 1)
    labels = tuple(label_of(start, period) for start in starts[kept])
    return ThemeTrend(period, labels, starts[kept], commented[kept], counts[:, kept], scope.caption)


def find_theme_changes(
    scope: Scope, themes: Themes, before: Filters, after: Filters, *, level: float = LEVEL
) -> ThemeChanges:
    """What changed by theme between two waves that share no response; the largest changes beyond chance first.

    A share is compared as the NPS of those who speak of it (promoters) and those who do not (detractors), so its
    interval and test are those of `difference`; half of that is percentage points.

    Raises
    ------
    ValueError
        Waves that share a response.
    """
    first, second = (replace(scope, filters=wave).counts.mask for wave in (before, after))
    if (first & second).any():
        raise ValueError("The two waves share responses.")
    # The wave says when; dates picked beside it would leave one of the two waves empty.
    undated = scope.with_filters(since=None, until=None)
    wave_of_each = 2 * second.view(np.int8) + first.view(np.int8) - 1
    table, groups = theme_table(themes, spoken(undated, themes), wave_of_each, 2)
    counts, total = table.swapaxes(0, 1), groups.sum(axis=1).tolist()
    about = [count.sum(axis=1) for count in counts]
    none = np.zeros_like(about[0])
    share = difference(
        (about[1], none, total[1] - about[1]), (about[0], none, total[0] - about[0]), level=level
    )
    scores = [estimate(*count.T[::-1], level=level) for count in counts]
    nps = difference(scores[1], scores[0], level=level)
    sure = np.nan_to_num(holm(share.p_value), nan=1.0) < 1 - level
    shares = [n / max(size, 1) for n, size in zip(about, total, strict=True)]
    found = [
        ThemeChange(
            number=number,
            name=themes.titles[number],
            n_before=int(about[0][number]),
            n_after=int(about[1][number]),
            commented_before=total[0],
            commented_after=total[1],
            share_before=float(shares[0][number]),
            share_after=float(shares[1][number]),
            change=share.points[number] / 2,
            low=share.low[number] / 2,
            high=share.high[number] / 2,
            beyond_chance=bool(sure[number]),
            state=_state(float(shares[0][number]), float(shares[1][number])) if sure[number] else "",
            nps_before=float(scores[0].nps[number]),
            nps_after=float(scores[1].nps[number]),
            nps_change=nps[number],
        )
        for number in range(themes.k)
        if about[0][number] or about[1][number]
    ]
    return ThemeChanges(
        sorted(found, key=lambda one: (not one.beyond_chance, -abs(one.change))),
        Caption(
            scope.filters.words(), scope.source
        ),  # how many there are on either side, the chart says itself
    )


def _state(before: float, after: float) -> str:
    if after > before:
        return "new" if before < NEW_SHARE else "growing"
    return "gone" if after < NEW_SHARE else "fading"


def find_emerging_themes(
    scope: Scope,
    themes: Themes,
    before: Filters,
    after: Filters,
    *,
    progress: Callable[[str, float], None] | None = None,
) -> tuple[Emerging, ...]:
    """Themes of the later wave that are not among those known, the surest first.

    Themes are found anew in the comments of both waves; one emerges when its share grew by six standard
    errors (pooled), and no known theme is much the same. So small waves show none: from 100 comments to 100,
    a theme must go from 1 to 30 of them.
    """
    base = scope.with_filters(since=None, until=None).counts.mask
    masks = [base & replace(scope, filters=wave).counts.mask for wave in (before, after)]
    return emerging_among(themes, comments_of(scope.survey), masks[0], masks[1], progress=progress)


def emerging_among(
    themes: Themes,
    comments: Sequence[str | None],
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
    *,
    progress: Callable[[str, float], None] | None = None,
) -> tuple[Emerging, ...]:
    """`find_emerging_themes` of any comments: those of `themes`, and which of them are in the two waves."""
    said = [before & themes.said, after & themes.said]
    if min(int(mask.sum()) for mask in said) < FEWEST_COMMENTS:
        return ()
    places = np.flatnonzero(said[0] | said[1])
    rated = Codebook(rated=themes.codebook.rated)
    both = find_themes([comments[place] for place in places.tolist()], codebook=rated, progress=progress)
    later = said[1][places]
    found = [_emerging(themes, both, number, places, later) for number in range(both.k)]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: -one.z))


def _emerging(
    themes: Themes, both: Themes, number: int, places: NDArray[np.intp], later: NDArray[np.bool_]
) -> Emerging | None:
    """A cluster of both waves as an emerging theme; None when it did not grow enough or is known."""
    mine = both.memberships[:, [number]].toarray().ravel()
    known = themes.memberships[places].toarray()
    sizes = int((~later).sum()), int(later.sum())
    counts = int((mine & ~later).sum()), int((mine & later).sum())
    shared = known[mine].sum(axis=0)
    alike = shared / np.maximum(known.sum(axis=0) + mine.sum() - shared, 1)
    z = _z(counts, sizes)
    if z < EMERGING_Z or alike.max(initial=0) >= SAME_THEME:
        return None
    under = int(shared.argmax()) if 2 * shared.max(initial=0) > mine.sum() else -1
    return Emerging(
        name=both.names[number],
        words=both.words[number],
        n_before=counts[0],
        n_after=counts[1],
        share_before=counts[0] / sizes[0],
        share_after=counts[1] / sizes[1],
        z=z,
        among=themes.titles[under] if under >= 0 else "",
        places=tuple(int(places[quote]) for quote in both.quotes[number] if later[quote]),
    )


def _z(counts: tuple[int, int], sizes: tuple[int, int]) -> float:
    """Standard errors by which the second of two shares is larger, pooled."""
    pooled = sum(counts) / sum(sizes)
    error = (pooled * (1 - pooled) * sum(1 / size for size in sizes)) ** 0.5
    return (counts[1] / sizes[1] - counts[0] / sizes[0]) / error if error else 0.0
