"""Whether several samples of one design differ at all: Welch's test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nps_core.score.contrasts import FEWEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.score.design import Samples


def welch(samples: Samples) -> tuple[float, float]:
    """How often samples of one NPS would scatter as much, and the second degrees of freedom of Welch's F.

    With V the variance of each NPS in the survey's design, w = 1 / V, W their sum, Q the sum of w (NPS - mean)^2 and k
    the samples, all of them `told_apart`: c = sum of (1 - w / W)^2 / df, F = Q / (k - 1) / (1 + 2 (k - 2) c /
    (k^2 - 1)) on k - 1 and (k^2 - 1) / 3c degrees of freedom. Where all responses of a sample agree but four
    at most, V is that of one response more at either end.

    References
    ----------
    Welch (1951), Biometrika 38.
    """
    from scipy.special import fdtrc  # noqa: PLC0415 - not every page needs it

    k, w = len(samples), 1 / _variances(samples)
    c = float(((1 - w / w.sum()) ** 2 / samples.df).sum())
    f = scatter(samples, w) / (k - 1) / (1 + 2 * (k - 2) * c / (k * k - 1))
    second = (k * k - 1) / (3 * c)
    return float(fdtrc(k - 1, second, f)), second


def scatter(samples: Samples, weights: NDArray[np.float64]) -> float:
    """The sum of weights (NPS - mean)^2, NPS on -1..1."""
    own = (samples.counts[:, 0] - samples.counts[:, 2]) / samples.counts.sum(axis=1)
    return float(weights @ (own - weights @ own / weights.sum()) ** 2)


def told_apart(samples: Samples) -> NDArray[np.bool_]:
    """Which samples have responses and accounts enough to be told from others."""
    return np.asarray((samples.n >= FEWEST) & (samples.clusters >= FEWEST))


def _variances(samples: Samples) -> NDArray[np.float64]:
    variance, deff = samples.variances()
    happy, neutral, unhappy = np.asarray(samples.counts, dtype=np.float64).T
    agreed = samples.n - np.maximum(np.maximum(happy, neutral), unhappy) < FEWEST
    more = samples.counts.sum(axis=1) + 2
    wider = (happy + unhappy + 2) / more - ((happy - unhappy) / more) ** 2
    return np.where(agreed, deff * wider / np.maximum(samples.n - 1, 1), variance)
