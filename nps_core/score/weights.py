"""Responses that do not count alike: weights, accounts with several respondents, known totals."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.errors import NPSError
from nps_core.filters import NO_VALUE
from nps_core.score.estimate import LEVEL, Estimate, critical, estimate, student

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from nps_core.scope import Scope

    Floats = NDArray[np.float64]

ROUNDS = 1000
"""Raking converges in some ten rounds, or not at all (targets that contradict each other)."""

CLOSE = 1e-12
"""Raked shares are this near their targets, and a variance below it is none."""


@dataclass(frozen=True)
class DesignEstimate:
    """An NPS whose responses are weighted, or come several from one account.

    Parameters
    ----------
    estimate
        NPS with its interval, in points; `n` and the counts are weighted when the responses are.
    se
        Linearised standard error of the NPS, in points.
    n
        Responses.
    n_eff
        How many independent and equal responses would say as much.
    deff
        The design effect: variance of the NPS as it is, over that of so many independent responses.
    clusters
        Accounts that answered (a response without an account is one of its own); `n` without clusters.
    """

    estimate: Estimate
    se: float
    n: int
    n_eff: float
    deff: float
    clusters: int


def design_estimate(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    clusters: ArrayLike | None = None,
    margins: Sequence[ArrayLike] = (),
    level: float = LEVEL,
) -> DesignEstimate:
    """NPS of weighted or clustered responses, with an interval that knows about it.

    Parameters
    ----------
    values
        1 for a promoter, 0 for a passive, -1 for a detractor; one a response.
    weights
        One a response, 0 or more; equal when not given. A response of weight 0 counts in nothing, but still
        belongs to the sample (this is how the NPS of a part of a weighted sample is had).
    clusters
        The account of each response; each response is its own when not given.
    margins
        The attributes that the weights were raked to (`rake`), as codes: what they explain is no longer
        left to chance.
    level
        The level of the interval.

    Returns
    -------
    DesignEstimate
        The interval is that of `nps_core.estimate` for n / deff (z / t)^2 responses, t being Student's quantile
        for the clusters less one. All of -100 to 100 when there is one cluster only; NaN without a response.

    Raises
    ------
    ValueError
        Values that are none of the three, negative weights, or lengths that differ.

    Notes
    -----
    se^2 = G / (G - 1) sum over clusters of (sum of w (x - NPS) / sum of w)^2, as `svymean` of R's survey
    package has it; deff compares it with v / (n - 1). Where all responses agree, nothing can be learnt about
    how alike the respondents of an account are, and each account counts as one response.

    References
    ----------
    Lumley (2010), Complex Surveys. Korn and Graubard (1998), Survey Methodology 24, for the effective n.
    """
    x, w, group = _checked(values, weights, clusters)
    total = w.sum()
    if not total:
        return DesignEstimate(estimate(0, 0, 0, level=level), math.nan, len(x), 0.0, math.nan, 0)
    counts = [float(w[x == value].sum()) for value in (1, 0, -1)]
    influence = _project(w * (x - (counts[0] - counts[2]) / total) / total, w, margins)
    sums = np.asarray(np.bincount(group, influence), dtype=np.float64)
    return with_interval(counts, spread_of(sums), len(x), len(sums), level)


def cluster_estimate(scope: Scope, *, by: str = "account", level: float = LEVEL) -> DesignEstimate:
    """NPS of all responses, with an interval that knows that people of one account are alike.

    Where accounts have several respondents, the usual interval holds the truth in some 78 % of surveys instead
    of 95. A response without an account counts as an account of its own.

    Parameters
    ----------
    by
        "account", or an attribute that tells which responses belong together.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    table = scope.counts.by(by)
    named = np.array([label != NO_VALUE for label in table.labels], dtype=np.bool_)
    alone = table.counts[~named].sum(axis=0)
    accounts = table.counts[named]
    accounts = accounts[accounts.any(axis=1)]
    counts = accounts.sum(axis=0) + alone
    n = int(counts.sum())
    if not n:
        return DesignEstimate(estimate(0, 0, 0, level=level), math.nan, 0, 0.0, math.nan, 0)
    mean = (counts[0] - counts[2]) / n
    own = (accounts[:, 0] - accounts[:, 2] - mean * accounts.sum(axis=1)) / n
    single = np.repeat((np.array([1.0, 0.0, -1.0]) - mean) / n, alone)
    sums = np.concatenate([own, single])
    return with_interval(counts.tolist(), spread_of(sums), n, len(sums), level)


def rake(
    columns: Mapping[str, ArrayLike],
    targets: Mapping[str, Mapping[str, float]],
    weights: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Weights under which each attribute has the shares that are known to be true.

    Parameters
    ----------
    columns
        The value of each response, by attribute.
    targets
        By attribute: value -> how many there are in truth (numbers or shares; they are scaled).
    weights
        Weights to begin with; equal when not given.

    Returns
    -------
    array
        One weight a response, with mean 1. Pass the attributes as `margins` to `design_estimate`.

    Raises
    ------
    NPSError
        A value that has responses and no target, or a target and no responses; or targets that no weights can
        meet together.

    References
    ----------
    Deming and Stephan (1940), Annals of Mathematical Statistics 11.
    """
    masks = [mask for name in targets for mask in _masks(name, np.asarray(columns[name]), targets[name])]
    size = len(masks[0][0]) if masks else 0
    made = np.ones(size) if weights is None else np.array(weights, dtype=np.float64)
    made /= made.sum()
    for _ in range(ROUNDS):
        for mask, share in masks:
            made[mask] *= share / made[mask].sum()
        if all(abs(made[mask].sum() - share) < CLOSE for mask, share in masks):
            return made * size
    raise NPSError(
        "No weights meet all of these totals together.", hint="Check the totals, or leave one attribute out."
    )


def effective_n(weights: ArrayLike) -> float:
    """How many equal weights would say as much (Kish): (sum of w)^2 / sum of w^2; 0 when all are 0.

    Examples
    --------
    >>> effective_n([1, 1, 1, 1]), effective_n([3, 1, 0, 0])
    (4.0, 1.6)
    """
    given = np.asarray(weights, dtype=np.float64)
    squares = float((given**2).sum())
    return float(given.sum()) ** 2 / squares if squares else 0.0


def _checked(
    values: ArrayLike, weights: ArrayLike | None, clusters: ArrayLike | None
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    x = np.asarray(values, dtype=np.float64)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=np.float64)
    given = np.arange(len(x)) if clusters is None else np.asarray(clusters)
    if not len(x) == len(w) == len(given):
        raise ValueError("Values, weights and clusters need the same length.")
    if not np.isin(x, (-1, 0, 1)).all():
        raise ValueError("Values are 1 for a promoter, 0 for a passive and -1 for a detractor.")
    if np.any(~np.isfinite(w) | (w < 0)):
        raise ValueError("Weights are numbers of 0 or more.")
    return x, w, np.unique(given, return_inverse=True)[1].astype(np.int64)


def _project(influence: Floats, weights: Floats, margins: Sequence[ArrayLike]) -> Floats:
    """What is left of each response's influence once the raked attributes are known."""
    codes = [np.unique(np.asarray(margin), return_inverse=True)[1] for margin in margins]
    left = influence.copy()
    safe = np.where(weights > 0, weights, 1.0)
    for _ in range(10 if len(codes) > 1 else len(codes)):  # alternating projections, as R's survey has them
        for code in codes:
            mean = np.bincount(code, left / safe) / np.bincount(code)
            left -= weights * mean[code]
    return left


def spread_of(sums: Floats) -> float:
    """The linearised variance of an NPS on -1..1 from what each cluster adds to it."""
    if len(sums) < 2:  # noqa: PLR2004 - one cluster tells nothing about another
        return math.nan
    return len(sums) / (len(sums) - 1) * float(((sums - sums.mean()) ** 2).sum())


def with_interval(
    counts: Sequence[float], variance: float, n: int, clusters: int, level: float
) -> DesignEstimate:
    """The estimate from (weighted) counts, the variance of the NPS on -1..1, responses and clusters."""
    score = estimate(*counts, level=level)
    if clusters < 2:  # noqa: PLR2004
        score = replace(score, low=-100.0, high=100.0)
        return DesignEstimate(score, math.nan, n, min(n, 1), math.nan, clusters)
    total = sum(counts)
    own = (counts[0] + counts[2]) / total - ((counts[0] - counts[2]) / total) ** 2
    deff = variance * (n - 1) / own if own > CLOSE else n / clusters
    n_eff = n / deff if deff > 0 else float(n)
    scale = n_eff * (critical(level) / student(level, clusters - 1)) ** 2 / total
    narrowed = estimate(*(count * scale for count in counts), level=level)
    score = replace(score, low=narrowed.low, high=narrowed.high)
    return DesignEstimate(score, 100 * math.sqrt(variance), n, n_eff, deff, clusters)


def _masks(
    name: str, column: NDArray[np.generic], targets: Mapping[str, float]
) -> list[tuple[NDArray[np.bool_], float]]:
    values = column.astype(str)
    total = sum(targets.values())
    if total <= 0 or min(targets.values()) < 0:
        raise NPSError(
            f"The totals of “{name}” are not numbers above 0.", hint="Type how many there are of each."
        )
    if unknown := sorted(set(values) - {str(value) for value in targets}):
        raise NPSError(f"“{unknown[0]}” of “{name}” has responses and no total.", hint="Type its total too.")
    masks = [(values == str(value), count / total) for value, count in targets.items()]
    for value, (mask, share) in zip(targets, masks, strict=True):
        if share > 0 and not mask.any():
            raise NPSError(f"“{value}” of “{name}” has a total and no responses.", hint="Leave it out.")
    return [(mask, share) for mask, share in masks if mask.any()]
