"""How themes go with the NPS: association in points, never a cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.errors import kinds_of
from nps_core.score.difference import Difference, difference, holm
from nps_core.score.estimate import LEVEL, Estimate, critical, estimate
from nps_core.score.influence import influence_interval
from nps_core.score.ledger import adjust
from nps_core.score.student import p_of, student
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nps_core.score.design import Samples
    from nps_core.themes.result import Themes

POINTS = np.array([-100.0, 0.0, 100.0])
"""What a detractor, a passive and a promoter bring to the mean that is the NPS."""

_MOST_CELLS = 1_000_000
"""Up to so many pairs of a kind of comment and a value are counted at once; more would fill memory."""

FEWEST_RESPONSES = 10
"""Responses a theme needs, with it and without it, before an interval is given."""

_NOISE = 1e-9
"""Points: what arithmetic leaves of an effect that is 0 is smaller, and what a response makes of one is larger."""


@dataclass(frozen=True, eq=False)
class ThemeEffects:
    """How each theme goes with the NPS of the commented responses. Arrays hold one value a theme.

    Parameters
    ----------
    names
        The themes.
    n
        Commented responses that are about the theme; one response can be about several.
    share
        The same as a share (0..1) of all commented responses.
    nps
        NPS of those responses, with its interval.
    contribution, low, high
        Points by which the theme goes with the NPS of all commented responses, beyond what their other
        themes go with; with its interval. NaN where there are too few responses for an interval, or all score alike.
    p_value
        Of the contribution against 0, adjusted for all that an overview and a report look at (the ledger).
    beyond_chance
        Whether `p_value` is below 1 - level.
    signs
        Which others would be, were themes alone looked at (Holm 1979).
    without
        NPS of the commented responses that are not about the theme ("NPS without these comments"), with its
        interval.
    without_change, without_low, without_high
        `without` less the NPS of all commented responses, in points, with its interval.
    base
        The part of the NPS that belongs to no theme, uncoded comments among it: `overall.nps == base +
        contribution.sum()`.
    overall
        NPS of all commented responses.
    parts
        Whether each theme is a part of another one, which speaks for it: its own contribution is 0, without
        an interval.
    """

    names: tuple[str, ...]
    n: NDArray[np.int64]
    share: NDArray[np.float64]
    nps: Estimate
    contribution: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p_value: NDArray[np.float64]
    beyond_chance: NDArray[np.bool_]
    signs: NDArray[np.bool_]
    without: Estimate
    without_change: NDArray[np.float64]
    without_low: NDArray[np.float64]
    without_high: NDArray[np.float64]
    base: float
    overall: Estimate
    parts: NDArray[np.bool_]
    level: float = LEVEL


@dataclass(frozen=True, eq=False)
class Spoken:
    """The responses that are counted, of those whose comment says something.

    Parameters
    ----------
    rows
        Their positions, ascending.
    groups
        Their groups: 0 (detractor), 1 (passive), 2 (promoter).
    kinds
        Their places in `members`.
    clusters
        The account (or respondent) of each; -1 for one of its own.
    members
        Kinds x themes: what each kind of comment is about.
    """

    rows: NDArray[np.intp]
    groups: NDArray[np.integer]
    kinds: NDArray[np.int32]
    clusters: NDArray[np.int32]
    members: NDArray[np.bool_]


def spoken_of(
    themes: Themes,
    rows: NDArray[np.intp],
    groups: NDArray[np.integer],
    clusters: NDArray[np.int32] | None = None,
) -> Spoken:
    """Those of some responses whose comment says something; `clusters` are those of all comments."""
    members, of_each = themes.kinds
    kinds = of_each[rows]
    some = np.flatnonzero(kinds >= 0)
    own = np.full(len(some), -1, dtype=np.int32) if clusters is None else clusters[rows[some]]
    return Spoken(rows[some], groups[some], kinds[some], own, members)


def sides_of(spoken: Spoken, number: int) -> Samples:
    """The responses whose comment is about a theme, and those whose comment is not, as two samples of one design."""
    others = ~spoken.members[spoken.kinds, number]
    range_ = int(spoken.clusters.max(initial=-1)) + 1
    value = len(GROUPS) - 1 - spoken.groups  # promoters first
    return kinds_of(np.eye(2), others.astype(np.int8), value, spoken.clusters, range_).samples


def theme_effects(themes: Themes, groups: ArrayLike, *, level: float = LEVEL) -> ThemeEffects:
    """How each theme goes with the NPS.

    Contribution: with m_it = 1 where response i is about theme t, least squares gives
    y_i = b0 + sum_t b_t m_it + e_i, and as the e_i sum to 0, NPS = b0 + sum_t b_t share_t exactly, also when
    responses are about several themes. Intervals come from the influence function of b_t share_t, with residuals
    divided by 1 - leverage (HC3; MacKinnon and White 1985); they are at least as wide as that of the NPS of those about
    the theme less that of all others (MOVER, times the share), whose p-value holds as well: where nearly all are
    promoters, least squares takes a theme of promoters alone for certain. All of it describes; none of it says what
    would happen if a theme went away.

    Parameters
    ----------
    themes
        What `find_themes` gave.
    groups
        For each comment 0 (detractor), 1 (passive), 2 (promoter), or -1 (unknown: left out).
    level
        Of the intervals, 0..1.

    Raises
    ------
    ValueError
        When there are not as many groups as comments.
    """
    return effects_of(themes, _spoken(themes, groups), level)


def effects_of(themes: Themes, spoken: Spoken, level: float = LEVEL, *, certain: bool = True) -> ThemeEffects:
    """`theme_effects` of some responses; without intervals where they were picked by their scores (not `certain`)."""
    members, cells, of = _kinds(spoken)
    counts, total = members.T @ cells, cells.sum(axis=0)
    n, size = counts.sum(axis=1), int(total.sum())
    share = n / max(size, 1)
    parts = np.array(themes.parents, dtype=np.intp) >= 0
    contribution, influence = _contributions(members, cells, parts)
    change, change_influence = _leave_out(members, cells)
    both = np.concatenate([influence, change_influence], axis=2).reshape(cells.size, 2 * themes.k)
    error, nu = influence_interval(both, spoken.clusters, of=of * 3 + spoken.groups)
    spread, change_spread = error[: themes.k], error[themes.k :]
    z = student(level, nu)
    unclear = (n < FEWEST_RESPONSES) | (size - n < FEWEST_RESPONSES) | (not certain)
    # Where all score alike, no theme can go with anything, and there is nothing to learn an interval from.
    contribution = np.where(np.abs(contribution) < _NOISE, 0.0, contribution)
    apart = _beside_others(counts, total, spread / _independent(influence, cells), level)
    least = np.fmax(spread, share * _least_error(apart))
    spread = np.where(unclear | (spread < _NOISE), np.nan, least)
    change_spread = np.where(unclear | (change_spread < _NOISE), np.nan, change_spread)
    # What is said of a theme can be counted: its responses beside all others.
    plain = np.fmax(_two_sided(contribution, spread, nu), apart.p_value)
    plain[np.isnan(spread)] = np.nan
    p_value = adjust(plain, "themes")
    sure, alone = (np.nan_to_num(p, nan=1.0) < 1 - level for p in (p_value, holm(plain)))
    overall = _estimate(total, level)
    return ThemeEffects(
        names=themes.names,
        n=n,
        share=share,
        nps=_estimate(counts.T, level),
        contribution=contribution,
        low=contribution - z * spread,
        high=contribution + z * spread,
        p_value=p_value,
        beyond_chance=sure,
        signs=alone & ~sure,
        without=_estimate((total - counts).T, level),
        without_change=change,
        without_low=change - z * change_spread,
        without_high=change + z * change_spread,
        base=float(total @ POINTS / size - contribution.sum()) if size else float("nan"),
        overall=overall,
        parts=parts,
        level=level,
    )


def _independent(influence: NDArray[np.float64], cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """Standard errors of contributions if each response were its own."""
    error = np.sqrt(np.einsum("kg,kgt->t", cells, influence**2)) / max(int(cells.sum()), 1)
    return np.where(error > 0, error, np.nan)


def _beside_others(
    counts: NDArray[np.int64], total: NDArray[np.int64], alike: NDArray[np.float64], level: float
) -> Difference:
    """The NPS of those about a theme less that of all others, each response worth less by what accounts share.

    Least squares takes a theme whose responses all score alike for one that could not score otherwise.

    Parameters
    ----------
    alike
        By how many times an error is that of independent responses; NaN for as many.
    """
    worth = np.fmax(alike, 1.0)[:, None] ** 2
    own, others = ((side / worth).T[::-1] for side in (counts, total - counts))
    return difference(tuple(own), tuple(others), level=level)


def _least_error(apart: Difference) -> NDArray[np.float64]:
    """The error of a difference as its interval has it towards 0."""
    towards = np.where(np.asarray(apart.points) > 0, apart.low, apart.high)
    return np.asarray(np.abs(apart.points - towards) / critical(apart.level))


def _kinds(spoken: Spoken) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """The kinds of comments that there are, kinds x themes; their responses, kinds x groups; and each one's kind."""
    kinds = spoken.members
    cells = _cells(spoken.kinds, spoken.groups, len(kinds), 3)
    there = cells.any(axis=1)
    return kinds[there], cells[there], (np.cumsum(there) - 1)[spoken.kinds]


def theme_table(
    themes: Themes, spoken: Spoken, values: NDArray[np.integer] | None = None, size: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Responses by theme, value and group, where one about two themes counts in both; and by value and group alone."""
    of = np.zeros(1, dtype=np.int8) if values is None else values[spoken.rows]
    used = slice(None) if values is None else np.flatnonzero(of >= 0)
    cells = of[used].astype(np.int64) * 3 + spoken.groups[used]
    kinds = spoken.members
    if len(kinds) * size <= _MOST_CELLS:
        table = _cells(spoken.kinds[used], cells, len(kinds), size * 3)
        counts, commented = kinds.T @ table, table.sum(axis=0)
    else:
        pairs = themes.memberships[spoken.rows[used]].tocoo()
        counts = _cells(pairs.col, cells[pairs.row], themes.k, size * 3)
        commented = np.bincount(cells, minlength=size * 3)
    return counts.reshape(themes.k, size, 3), commented.reshape(size, 3)


def _spoken(themes: Themes, groups: ArrayLike) -> Spoken:
    """The responses of known groups, of one a comment."""
    codes = np.asarray(groups)
    if codes.shape != themes.labels.shape:
        raise ValueError(f"{len(codes)} groups for {len(themes.labels)} comments")
    rows = np.flatnonzero(codes >= 0)
    return spoken_of(themes, rows, codes[rows])


def _cells(
    rows: NDArray[np.integer], columns: NDArray[np.integer], height: int, width: int
) -> NDArray[np.int64]:
    """How often each pair of a row and a column occurs; shape (height, width)."""
    keys = rows.astype(np.int64) * width + columns.astype(np.int64)
    return np.bincount(keys, minlength=height * width).reshape(height, width)


def _contributions(
    kinds: NDArray[np.bool_], counts: NDArray[np.int64], parts: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """b_t share_t of each theme, and what a response adds to it (kinds x groups x themes).

    0 and NaN for parts and for absent themes.

    `counts` are responses of each kind (rows) and group: all that least squares needs to know of them.
    """
    k, n = kinds.shape[1], int(counts.sum())
    contribution, added = np.zeros(k), np.full((*counts.shape, k), np.nan)
    sizes = counts.sum(axis=1)
    share = sizes @ kinds / max(n, 1)
    columns = np.array([t for t in range(k) if not parts[t] and 0 < share[t] < 1], dtype=np.intp)
    if n == 0 or not len(columns):
        return contribution, added
    x = np.hstack([np.ones((len(kinds), 1)), kinds[:, columns]])
    inverse = np.linalg.pinv(x.T @ (x * sizes[:, None]), hermitian=True)
    b = inverse @ (x.T @ (counts @ POINTS))
    residual = POINTS - (x @ b)[:, None]
    leverage = np.einsum("ij,ij->i", x @ inverse, x)
    steady = (
        residual / np.maximum(1 - leverage, 0.1)[:, None]
    )  # one response alone in its cell would divide by 0
    of_b = n * steady[:, :, None] * (x @ inverse)[:, None, 1:]
    of_share = (x[:, 1:] - share[columns])[:, None, :]
    added[:, :, columns] = share[columns] * of_b + b[1:] * of_share
    contribution[columns] = b[1:] * share[columns]
    return contribution, added


def _leave_out(
    kinds: NDArray[np.bool_], counts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """NPS without each theme less the NPS, and what a response adds to it (kinds x groups x themes)."""
    n, k = int(counts.sum()), kinds.shape[1]
    change, added = np.full(k, np.nan), np.full((*counts.shape, k), np.nan)
    for theme in range(k):
        outside = ~kinds[:, theme]
        left = counts[outside].sum(axis=0)
        if not left.any():
            continue
        mean, rest = counts.sum(axis=0) @ POINTS / n, left @ POINTS / left.sum()
        change[theme] = rest - mean
        added[:, :, theme] = outside[:, None] * (POINTS - rest) * n / left.sum() - (POINTS - mean)
    return change, added


def _estimate(counts: NDArray[np.int64], level: float) -> Estimate:
    """An estimate from counts in the order of the groups: detractors, passives, promoters."""
    return estimate(counts[2], counts[1], counts[0], level=level)


def _two_sided(value: NDArray[np.float64], spread: NDArray[np.float64], nu: float) -> NDArray[np.float64]:
    certain = np.where(value == 0, 1.0, 0.0)  # no spread at all: only 0 itself is compatible with 0
    ratio = np.divide(np.abs(value), spread, out=np.full_like(value, np.nan), where=spread > 0)
    p = p_of(ratio, nu)
    return np.where(np.isnan(spread), np.nan, np.where(spread > 0, p, certain))
