"""Responses that do not count alike: weights, accounts with several respondents, known totals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nps_core.errors import NPSError
from nps_core.score.design import Samples
from nps_core.score.estimate import LEVEL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from nps_core.score.estimate import Estimate

    Floats = NDArray[np.float64]

ROUNDS = 1000
"""Raking converges in some ten rounds, or not at all (targets that contradict each other)."""

CLOSE = 1e-12
"""Raked shares are this near their targets."""


def design_estimate(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    clusters: ArrayLike | None = None,
    margins: Sequence[ArrayLike] = (),
    unit: str = "account",
    level: float = LEVEL,
) -> Estimate:
    """NPS of weighted or clustered responses, with an interval that knows about it.

    Parameters
    ----------
    values
        1 for a promoter, 0 for a passive, -1 for a detractor; one a response.
    weights
        One a response, 0 or more; equal when not given. A response of weight 0 counts in nothing.
    clusters
        The account of each response; each response is its own when not given.
    margins
        The attributes that the weights were raked to (`rake`), as codes: what they explain is no longer
        left to chance.
    unit
        What clusters are: "account" or "respondent".
    level
        The level of the interval.

    Returns
    -------
    Estimate
        `n` is how many responses have a weight above 0; the counts are sums of weights. The interval is that of
        `nps_core.score.design`. All of -100 to 100 when several responses are of one cluster; NaN without a response.

    Raises
    ------
    ValueError
        Values that are none of the three, negative weights, or lengths that differ.

    Notes
    -----
    What a cluster adds is u = sum of w (x - NPS) / (sum of w sqrt(1 - h)), h being its share of the weight (CR2); what
    raked attributes explain is taken off (`influence_of`). `svymean` of R's survey package has the same NPS, and with
    clusters of one share each the same standard error; where shares differ it has sqrt(G / (G - 1)) in the place of
    1 / sqrt(1 - h) (CR1), which is too small where few accounts have most of the weight.

    References
    ----------
    Lumley (2010), Complex Surveys. Korn and Graubard (1998), Survey Methodology 24, for the effective n.
    """
    x, w, group = _checked(values, weights, clusters)
    left = influence_of(x, w, margins)
    shown = w > 0
    counts = np.array([[float(w[x == value].sum()) for value in (1, 0, -1)]])
    total = counts.sum()
    place, cluster = np.unique(group[shown], return_inverse=True)
    size = np.asarray(np.bincount(cluster, w[shown]), dtype=np.float64)
    # Of a cluster only what it adds is asked for: the net that leaves this of its weight.
    theta = (counts[0, 0] - counts[0, 2]) / total if total else math.nan
    net = theta * size + total * np.bincount(cluster, left[shown])
    return Samples(
        counts=counts,
        single=np.zeros_like(counts),
        cell=np.zeros(len(place), dtype=np.intp),
        cluster=np.arange(len(place)),
        size=size,
        net=np.asarray(net),
        n=np.array([np.count_nonzero(shown)]),
        range_=len(place),
        unit=unit if clusters is not None else "response",
    ).one(level=level)


def influence_of(values: ArrayLike, weights: ArrayLike, margins: Sequence[ArrayLike] = ()) -> Floats:
    """What each response adds to the weighted NPS on -1..1: w (x - NPS) / sum of w, less what raked attributes explain.

    The root of n / (n - 1) times the sum of their squares is the standard error of `svymean` in R's survey package, for
    weights, raked weights and parts of a sample; sums by account for clusters.
    """
    x, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    total = w.sum()
    if not total:
        return np.zeros(len(x))
    return _project(w * (x - (w * x).sum() / total) / total, w, margins)


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
