"""Whether following up goes with a better next score: those followed up beside others alike, like with like.

Who is called is among the unhappiest, and the unhappiest rise by themselves (regression to the mean): the change of
those who were called tells nothing. So only people with the same first score and the same gap are compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.follow_ups.follow_up import RESPONDENT, FollowUp
from nps_core.formatting import (
    capital,
    format_between,
    format_count,
    format_nps,
    listed,
    plural,
    with_interval,
)
from nps_core.score.estimate import LEVEL
from nps_core.score.student import p_of, student

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nps_core.follow_ups.items import Items

    Floats = NDArray[np.float64]

FEWEST = 10
"""People followed up, and others, that there must be before anything is said of them."""

_WITH_PERSONA = 0.8
"""People are held alike in their persona too where so many of those followed up still find somebody alike."""

_POINTS = np.array([-100.0, 0.0, 100.0])
"""What a detractor, a passive and a promoter bring to the mean that is the NPS, by their place in GROUPS."""

_ROUNDING = 1e-9
"""People, or points: what rounding leaves of a denominator or of an error that is 0."""

_GROUPS_ONLY = "The next score cannot be compared while only some of the groups are looked at."
_NO_PAIRS = (
    "Nothing can be compared yet: nobody who answered in a wave answered again in a later one that is open."
)


@dataclass(frozen=True)
class Effect:
    """Two differences in points of NPS, those followed up less the others.

    Parameters
    ----------
    followed, others
        Next answers compared: after a follow-up, and of people alike without one. Who answered three waves has two.
    points, low, high, p_value
        The difference of the next NPS among people alike, with its interval and the p-value against 0; NaN for too few.
    naive, naive_low, naive_high
        The difference of the change from the first NPS to the next, of all, whoever they are like.
    """

    followed: int
    others: int
    points: float
    low: float
    high: float
    p_value: float
    naive: float
    naive_low: float
    naive_high: float


@dataclass(frozen=True)
class Proof:
    """What is known of the next score of those followed up.

    Parameters
    ----------
    refused
        Why nothing can be said, as a sentence; "" where something can.
    alike_in
        What people are held alike in.
    left_out
        Next answers after a follow-up that have nobody alike.
    """

    effect: Effect | None = None
    refused: str = ""
    alike_in: tuple[str, ...] = ()
    left_out: int = 0
    level: float = LEVEL

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.effect is not None and self.effect.p_value < 1 - self.level

    @property
    def title(self) -> str:
        """The finding, without a cause."""
        if self.effect is None:
            return self.refused
        points = format_nps(self.effect.points)
        if not self.beyond_chance:
            return (
                f"The next NPS of those followed up differs from that of others alike by {points}: no more than"
                " chance"
            )
        than = "higher" if self.effect.points > 0 else "lower"
        return f"The next NPS of those followed up is {than} than that of others alike: by {points}, beyond chance"

    @property
    def sentences(self) -> tuple[str, ...]:
        """The interval, who is compared, the naive difference, and what cannot be ruled out."""
        own = self.effect
        if own is None:
            return ()
        left = (
            f" Left out: {plural(self.left_out, 'next answer')} after a follow-up, with nobody alike."
            if self.left_out
            else ""
        )
        between = capital(format_between(own.low, own.high))
        naive = with_interval(own.naive, own.naive_low, own.naive_high)
        found = (
            f"{between} points with 95% certainty, from {plural(own.followed, 'next answer')} after a follow-up"
            f" and {format_count(own.others)} without one, of people with the same {listed(self.alike_in)}.{left}"
        )
        flatters = (
            f"The naive difference is {naive}: the change of the NPS of those followed up, less that of all others. It"
            " compares unlike people: the unhappiest are called, and the unhappiest rise by themselves."
        )
        unseen = "Whatever else decided who was called may have moved the next score as well; that cannot be ruled out."
        return found, flatters, unseen


def find_proof(items: Items, kept: Sequence[FollowUp], *, level: float = LEVEL) -> Proof:
    """The next score of those followed up beside that of others alike.

    Each respondent who answered in two waves brings their last response in the first of them and their last in the
    next that they answered. Followed up is who was first contacted between the two. People are alike in the first
    score, in the waves between both, and in their persona where enough find somebody alike in that too.

    Parameters
    ----------
    items
        By respondent, of all waves that are open: see `find_items`.
    kept
        What was promised, as `find_items` took it.

    Returns
    -------
    Proof
        With the reason in `refused` where fewer than `FEWEST` can be compared.

    Notes
    -----
    A linear model of the next NPS with a constant for each set of people alike. Its error is that of the jackknife: how
    much the coefficient moves without each account, else each respondent, where these bring several; at least that of
    independent people (HC3), and that of either side with half a promoter and half a detractor more: a side that all
    answer alike could have answered otherwise. Degrees of freedom are Satterthwaite's, by how much each account weighs:
    few who were followed up, or few large accounts, make few. Nothing is said where the coefficient hangs on one account.
    """
    if items.refused or items.scope.picks_by_score:
        return Proof(refused=items.refused or _GROUPS_ONLY)
    pairs = _pairs(items, kept)
    if not len(pairs):
        return Proof(refused=_NO_PAIRS)
    alike = ["first", "gap"]
    with_persona = [*alike, "persona"]
    enough = _WITH_PERSONA * len(_overlap(pairs, alike).query("followed"))
    if (
        items.scope.survey.mapping.persona is not None
        and len(_overlap(pairs, with_persona).query("followed")) >= enough > 0
    ):
        alike = with_persona
    cells = pd.MultiIndex.from_frame(pairs[alike])
    effect = effect_of(
        pairs["followed"],
        pairs["next"],
        pairs["before"],
        pd.factorize(cells)[0],
        pairs["cluster"],
        level=level,
    )
    if math.isnan(effect.points):
        return Proof(refused=_too_little(int(pairs["followed"].sum()), effect))
    left_out = int(pairs["followed"].sum()) - effect.followed
    names = {"first": "first score", "gap": "waves between", "persona": "persona"}
    return Proof(effect, "", tuple(names[one] for one in alike), left_out, level)


def _too_little(total: int, effect: Effect) -> str:
    """Why an effect is none, in words."""
    if min(effect.followed, effect.others) >= FEWEST:
        return "Nothing can be said of chance: the difference hangs on one account, or no answer differs from those alike."
    return (
        f"Too few to compare: {plural(total, 'next answer')} after a follow-up, of which"
        f" {format_count(effect.followed)} can be compared with {format_count(effect.others)} others alike; it takes"
        f" {FEWEST} of each."
    )


def effect_of(
    followed: ArrayLike,
    after: ArrayLike,
    before: ArrayLike,
    alike: ArrayLike,
    clusters: ArrayLike,
    *,
    level: float = LEVEL,
) -> Effect:
    """The difference of those followed up among people alike, and the naive one.

    Parameters
    ----------
    followed
        Truth values, one a person.
    after, before
        The next and the first answer in points: -100, 0 or 100.
    alike
        A number for each set of people alike.
    clusters
        The cluster (account) of each person; -1 for one of its own.
    """
    who, y, first = (np.asarray(one, dtype=np.float64) for one in (followed, after, before))
    cells, own = np.asarray(alike, dtype=np.intp), np.asarray(clusters, dtype=np.intp)
    sizes, both = np.bincount(cells), np.bincount(cells, who)
    there = ((both > 0) & (both < sizes))[cells]
    naive = _contrast(who, y - first, np.zeros(len(who), dtype=np.intp), own, level)
    found = _contrast(who[there], y[there], cells[there], own[there], level)
    n = int(who[there].sum())
    others = int(there.sum()) - n
    if n < FEWEST or others < FEWEST:
        found = (math.nan,) * 4
    return Effect(n, others, *found, *naive[:3])


def _contrast(
    who: Floats, y: Floats, cells: NDArray[np.intp], clusters: NDArray[np.intp], level: float
) -> tuple[float, float, float, float]:
    """The coefficient of `who` beside a constant for each cell, with its interval and p-value; NaN where one cluster decides, or all are alike."""
    if not len(y):
        return (math.nan,) * 4
    codes = np.unique(cells, return_inverse=True)[1]
    # Numbered throughout: who is of no cluster is one of his own.
    own = np.unique(
        np.where(clusters >= 0, clusters, clusters.max(initial=-1) + 1 + np.arange(len(y))),
        return_inverse=True,
    )[1]
    sums = _sums(who, y, codes)
    with np.errstate(divide="ignore", invalid="ignore"):
        points, without = (float(_slope(sums)), _slopes_without(who, y, codes, own, sums))
        alone = _slopes_without(who, y, codes, np.arange(len(y)), sums)
        spread = [(len(of) - 1) / len(of) * np.square(of - points).sum() for of in (without, alone)]
        apart = who - (sums[1] / sums[0])[codes]
        error = math.sqrt(max(*spread, _least_square(who, y, codes, apart)))
        weights = np.bincount(own, np.square(apart))
        freedom = float(np.square(weights.sum()) / np.square(weights).sum())
    # Where nobody differs from those alike, so few tell nothing of how much people differ.
    if not math.isfinite(points + error) or max(spread) < _ROUNDING:
        return (math.nan,) * 4
    half = float(student(level, freedom)) * error
    return points, points - half, points + half, float(p_of(abs(points) / error, freedom))


def _least_square(who: Floats, y: Floats, codes: NDArray[np.intp], apart: Floats) -> float:
    """The least square of the error: half a promoter and half a detractor are added to either side.

    Where all of one side answer alike, the jackknife takes them for people who could not have answered otherwise.
    """
    side = who.astype(np.intp)
    at = 2 * codes + side
    within = y - (np.bincount(at, y) / np.maximum(np.bincount(at), 1))[at]
    n = np.bincount(side)
    spread = np.bincount(side, within**2) + _POINTS[-1] ** 2 + (np.bincount(side, y) / n) ** 2
    return float((spread / (n + 1) * np.bincount(side, apart**2)).sum() / np.square(apart).sum() ** 2)


def _sums(who: Floats, y: Floats, codes: NDArray[np.intp], size: int = 0) -> Floats:
    """Of each cell: people, those followed up, the sum of y, and that of those followed up; shape (4, cells)."""
    return np.stack([np.bincount(codes, of, size) for of in (np.ones(len(y)), who, y, who * y)])


def _slope(sums: Floats) -> Floats:
    """The coefficient that all cells together give."""
    return np.asarray(_parts(sums)[0].sum() / _parts(sums)[1].sum())


def _parts(sums: Floats) -> Floats:
    """What each cell adds to numerator and denominator of the coefficient; an empty one adds nothing."""
    n, who, y, both = sums
    size = np.maximum(n, 1)
    return np.stack([both - who * y / size, who - who * who / size])


def _slopes_without(
    who: Floats, y: Floats, codes: NDArray[np.intp], clusters: NDArray[np.intp], sums: Floats
) -> Floats:
    """The coefficient without each of the clusters, numbered throughout."""
    at, place = np.unique(clusters * sums.shape[1] + codes, return_inverse=True)
    cluster, cell = np.divmod(at, sums.shape[1])
    less = _parts(sums[:, cell] - _sums(who, y, place)) - _parts(sums)[:, cell]
    above, below = (
        whole.sum() + np.bincount(cluster, own) for whole, own in zip(_parts(sums), less, strict=True)
    )
    return np.asarray(np.where(below > _ROUNDING, above / below, np.nan))


def _pairs(items: Items, kept: Sequence[FollowUp]) -> pd.DataFrame:
    """A row for each two waves in a row that a respondent answered."""
    answers = items.answers()
    answers = answers.sort_values(["who", "wave", "order"], kind="stable").drop_duplicates(
        ["who", "wave"], keep="last"
    )
    later = answers.shift(-1)
    pairs = answers.assign(
        gap=later["wave"] - answers["wave"],
        next=_POINTS[later["group"].fillna(0).astype(int)],
        before=_POINTS[answers["group"].to_numpy()],
        until=later["date"],
        later=later["wave"],
    )[(later["who"] == answers["who"]).to_numpy()]
    contacts = {
        (one.who, one.wave): one.contacted for one in kept if one.kind == RESPONDENT and one.contacted
    }
    waves = items.waves
    untils = [
        waves[int(wave)].added if pd.isna(day) else day.tz_localize("UTC")
        for day, wave in zip(pairs["until"], pairs["later"], strict=True)
    ]
    reached = [
        (moment := contacts.get((key, waves[int(wave)].id))) is not None and moment < until
        for key, wave, until in zip(pairs["key"], pairs["wave"], untils, strict=True)
    ]
    clusters = pairs["account"].where(pairs["account"] >= 0, pairs["who"] + pairs["account"].max() + 1)
    several = clusters.duplicated(keep=False)
    return pairs.assign(followed=reached, cluster=pd.factorize(clusters.where(several))[0])


def _overlap(pairs: pd.DataFrame, alike: list[str]) -> pd.DataFrame:
    """The pairs of people who have somebody alike on the other side."""
    sides = pairs[[*alike, "followed"]].drop_duplicates()
    both = sides[sides.duplicated(alike, keep=False)][alike].drop_duplicates()
    return pairs.merge(both, on=alike)
