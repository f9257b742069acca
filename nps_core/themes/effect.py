"""How themes go with the NPS: association in points, never a cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.compare.difference import holm
from nps_core.score.estimate import LEVEL, Estimate, estimate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nps_core.themes.result import Themes

POINTS = np.array([-100.0, 0.0, 100.0])
"""What a detractor, a passive and a promoter bring to the mean that is the NPS."""

FEWEST_RESPONSES = 10
"""Responses a theme needs, with it and without it, before an interval is given."""


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
        themes go with; with its interval. NaN where there are too few responses for an interval.
    p_value
        Of the contribution against 0, adjusted for the number of themes (Holm 1979).
    beyond_chance
        Whether `p_value` is below 1 - level.
    without
        NPS of the commented responses that are not about the theme ("NPS without these comments"), with its
        interval.
    without_change, without_low, without_high
        `without` less the NPS of all commented responses, in points, with its interval.
    base
        The part of the NPS that belongs to no theme: `overall.nps == base + contribution.sum()`.
    overall
        NPS of all commented responses.
    baseline
        The theme that is part of `base` (the mixed remainder), whose contribution is 0; None if there is none.
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
    without: Estimate
    without_change: NDArray[np.float64]
    without_low: NDArray[np.float64]
    without_high: NDArray[np.float64]
    base: float
    overall: Estimate
    baseline: int | None
    level: float = LEVEL


def theme_effects(themes: Themes, groups: ArrayLike, *, level: float = LEVEL) -> ThemeEffects:
    """How each theme goes with the NPS.

    Contribution: with m_it = 1 where response i is about theme t, least squares gives
    y_i = b0 + sum_t b_t m_it + e_i, and as the e_i sum to 0, NPS = b0 + sum_t b_t share_t exactly, also when
    responses are about several themes. Intervals come from the influence function of b_t share_t, with residuals
    divided by 1 - leverage (HC3; MacKinnon and White 1985). All of it describes; none of it says what
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
    codes = np.asarray(groups, dtype=np.int64)
    if codes.shape != themes.labels.shape:
        raise ValueError(f"{len(codes)} groups for {len(themes.labels)} comments")
    used = (codes >= 0) & (themes.labels >= 0)
    members = themes.memberships[used]
    kinds = _kinds(members, codes[used])
    counts = _counts(members, codes[used])
    total = np.bincount(codes[used], minlength=3)
    n, size = counts.sum(axis=1), int(used.sum())
    share = n / max(size, 1)
    baseline = themes.remainder
    contribution, spread = _contributions(kinds, baseline)
    z = _critical(level)
    change, change_spread = _leave_out(kinds)
    unclear = (n < FEWEST_RESPONSES) | (size - n < FEWEST_RESPONSES)
    spread = np.where(unclear, np.nan, spread)
    change_spread = np.where(unclear, np.nan, change_spread)
    p_value = holm(_two_sided(contribution, spread))
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
        beyond_chance=np.nan_to_num(p_value, nan=1.0) < 1 - level,
        without=_estimate((total - counts).T, level),
        without_change=change,
        without_low=change - z * change_spread,
        without_high=change + z * change_spread,
        base=float(POINTS @ total / size - contribution.sum()) if size else float("nan"),
        overall=overall,
        baseline=baseline,
        level=level,
    )


def theme_counts(
    themes: Themes, groups: ArrayLike, values: ArrayLike | None = None, size: int | None = None
) -> NDArray[np.int64]:
    """Responses by theme, value of an attribute, and group.

    Parameters
    ----------
    themes
        What `find_themes` gave.
    groups
        For each comment 0 (detractor), 1 (passive), 2 (promoter), or -1 (unknown: left out).
    values
        For each comment the code of an attribute's value from 0, or -1 (missing: left out). None puts all
        comments under one value.
    size
        How many values the attribute has; the largest code + 1 when None.

    Returns
    -------
    themes x values x 3 counts. A response about two themes counts in both.
    """
    codes = np.asarray(groups, dtype=np.int64)
    places = np.zeros(len(codes), dtype=np.int64) if values is None else np.asarray(values, dtype=np.int64)
    if not codes.shape == places.shape == themes.labels.shape:
        raise ValueError(f"{len(codes)} groups and {len(places)} values for {len(themes.labels)} comments")
    width = (int(places.max(initial=-1)) + 1 or 1) if size is None else size
    used = (codes >= 0) & (places >= 0) & (themes.labels >= 0)
    counts = _counts(themes.memberships[used], places[used] * 3 + codes[used], width * 3)
    return counts.reshape(themes.k, width, 3)


def _counts(members: Any, cells: NDArray[np.int64], width: int = 3) -> NDArray[np.int64]:  # noqa: ANN401
    """Themes x cells: how many responses of each cell are about each theme."""
    pairs = members.tocoo()
    k = members.shape[1]
    return np.bincount(pairs.col * width + cells[pairs.row], minlength=k * width).reshape(k, width)


@dataclass(frozen=True, eq=False)
class _Kinds:
    """Responses that are about the same themes and in the same group, taken together: there are few such kinds.

    Parameters
    ----------
    about
        Kinds x themes: 1 where the kind is about the theme.
    y
        What one of its responses brings to the NPS, in points.
    weight
        How many responses are of the kind.
    """

    about: NDArray[np.float64]
    y: NDArray[np.float64]
    weight: NDArray[np.float64]


def _kinds(members: Any, codes: NDArray[np.int64]) -> _Kinds:  # noqa: ANN401
    k = members.shape[1]
    if k > _MOST_BITS:
        return _Kinds(members.toarray().astype(np.float64), POINTS[codes], np.ones(len(codes)))
    key = (members.astype(np.int64) @ (1 << np.arange(k, dtype=np.int64))) * 3 + codes
    found, weight = np.unique(key, return_counts=True)
    about = (found[:, None] // 3 >> np.arange(k)) & 1
    return _Kinds(about.astype(np.float64), POINTS[found % 3], weight.astype(np.float64))


_MOST_BITS = 60
"""Themes that fit the bits of one number; with more of them each response is a kind of its own."""


def _contributions(kinds: _Kinds, baseline: int | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """b_t share_t of each theme and its standard error; 0 and NaN for the baseline and for absent themes."""
    weight, n = kinds.weight, kinds.weight.sum()
    k = kinds.about.shape[1]
    contribution, spread = np.zeros(k), np.full(k, np.nan)
    share = weight @ kinds.about / n if n else np.zeros(k)
    columns = np.array([t for t in range(k) if t != baseline and 0 < share[t] < 1], dtype=np.intp)
    if n == 0 or not len(columns):
        return contribution, spread
    x = np.hstack([np.ones((len(weight), 1)), kinds.about[:, columns]])
    inverse = np.linalg.pinv(x.T @ (x * weight[:, None]), hermitian=True)
    b = inverse @ (x.T @ (weight * kinds.y))
    residual = kinds.y - x @ b
    leverage = np.einsum("ij,ij->i", x @ inverse, x)
    steady = residual / np.maximum(1 - leverage, 0.1)  # one response alone in its cell would divide by 0
    of_b = (x @ inverse) * steady[:, None] * n
    of_share = x[:, 1:] - share[columns]
    influence = share[columns] * of_b[:, 1:] + b[1:] * of_share
    contribution[columns] = b[1:] * share[columns]
    spread[columns] = np.sqrt(weight @ influence**2) / n
    return contribution, spread


def _leave_out(kinds: _Kinds) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """NPS without each theme less the NPS, and its standard error."""
    weight, y, n = kinds.weight, kinds.y, kinds.weight.sum()
    k = kinds.about.shape[1]
    change, spread = np.full(k, np.nan), np.full(k, np.nan)
    for theme in range(k):
        outside = 1 - kinds.about[:, theme]
        kept = weight @ outside
        if not kept:
            continue
        mean, rest = weight @ y / n, weight @ (y * outside) / kept
        influence = outside * (y - rest) * n / kept - (y - mean)
        change[theme] = rest - mean
        spread[theme] = np.sqrt(weight @ influence**2) / n
    return change, spread


def _estimate(counts: NDArray[np.int64], level: float) -> Estimate:
    """An estimate from counts in the order of the groups: detractors, passives, promoters."""
    return estimate(counts[2], counts[1], counts[0], level=level)


def _critical(level: float) -> float:
    from scipy.special import ndtri  # noqa: PLC0415

    return float(ndtri((1 + level) / 2))


def _two_sided(value: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import ndtr  # noqa: PLC0415

    certain = np.where(value == 0, 1.0, 0.0)  # no spread at all: only 0 itself is compatible with 0
    ratio = np.divide(np.abs(value), spread, out=np.full_like(value, np.nan), where=spread > 0)
    p = 2 * ndtr(-ratio)
    return np.where(np.isnan(spread), np.nan, np.where(spread > 0, p, certain))
