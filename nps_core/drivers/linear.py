"""One linear model of the score, and contrasts of it that know who answered for whom.

Each response brings -100, 0 or 100 points; attributes are columns of 0 and 1 (less one of each attribute), questions
are answers by step. Where responses of an account are alike, what each account adds to a contrast is

    u = w' (I - H)^(-1/2) e,    w = X (X'X)^- l

with e its residuals and H its block of the hat matrix (CR2: Bell and McCaffrey 2002, Pustejovsky and Tipton 2018). The
variance is the sum of u^2, at least that of independent responses (HC2: MacKinnon and White 1985); the degrees of
freedom are 1 / sum q^2 - 1, q the account's share of the contrast's variance if responses were independent, at most
n - p. All of it is computed from patterns: responses that are alike in every column.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nps_core.score.estimate import LEVEL
from nps_core.score.student import p_of, student

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_array, csr_array

    from nps_core.counts.patterns import Patterns

    Floats = NDArray[np.float64]

POINTS = np.array([100.0, 0.0, -100.0])
"""What a promoter, a passive and a detractor bring to the mean that is the NPS."""

_SMALL_LEVERAGE = 0.02
"""Of an account: up to it (I - H)^(-1/2) moves what it adds by 1 % at most, and is taken for 1."""

_NO_RANK = 1e-9
"""Eigenvalues of the scaled X'X below this part of the largest are 0: columns that follow from others."""

_NOTHING = 1e-7
_AT_ONCE = 4_000_000  # numbers of a table of patterns by contrasts: more are worked through in pieces


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Contrasts of a model, in points; NaN where the data cannot tell the columns of one apart.

    `p_value` is that of the contrast against 0.
    """

    points: Floats
    low: Floats
    high: Floats
    p_value: Floats
    error: Floats
    df: Floats


@dataclass(frozen=True, eq=False)
class Model:
    """The score of responses by their patterns.

    Parameters
    ----------
    columns
        One row a pattern; sparse, shape (patterns, columns). The first is the constant.
    counts
        Promoters, passives, detractors of each pattern.
    patterns
        The cells of each pattern by cluster.
    """

    columns: csr_array
    patterns: Patterns

    @cached_property
    def counts(self) -> Floats:
        """Promoters, passives, detractors of each pattern."""
        number = self.columns.shape[0]
        parts = [np.bincount(self.patterns.pattern, group, number) for group in self.patterns.counts.T]
        return np.stack(parts, axis=1)

    @property
    def n(self) -> int:
        """Responses."""
        return int(self.patterns.counts.sum())

    @cached_property
    def _solved(self) -> tuple[Floats, Floats, int]:
        """A generalised inverse of X'X, what is left of the identity in its null space, and its rank."""
        x = self.columns
        square = (x.T @ x.multiply(self.counts.sum(axis=1)[:, None]).tocsr()).toarray()
        scale = 1 / np.sqrt(np.where(np.diag(square) > 0, np.diag(square), 1.0))
        values, vectors = np.linalg.eigh(square * scale * scale[:, None])
        kept = values > _NO_RANK * max(values[-1], 1.0)
        own = vectors[:, kept] * scale[:, None]
        none = vectors[:, ~kept]
        return (own / values[kept]) @ own.T, none @ none.T, int(kept.sum())

    @property
    def rank(self) -> int:
        """How many columns do not follow from others."""
        return self._solved[2]

    @property
    def tied(self) -> NDArray[np.bool_]:
        """Pairs of columns that the data cannot tell apart, shape (columns, columns)."""
        return np.abs(self._solved[1]) > _NOTHING

    @cached_property
    def coefficients(self) -> Floats:
        """Points of each column."""
        return np.asarray(self._solved[0] @ (self.columns.T @ (self.counts @ POINTS)))

    @cached_property
    def _fitted(self) -> Floats:
        return np.asarray(self.columns @ self.coefficients)

    @cached_property
    def _leverage(self) -> Floats:
        """Of one response of each pattern."""
        x, inverse = self.columns, self._solved[0]
        step = max(1, _AT_ONCE // max(x.shape[1], 1))
        parts = [x[start : start + step] for start in range(0, x.shape[0], step)]
        return np.concatenate(
            [np.asarray(part.multiply(part @ inverse).sum(axis=1)).ravel() for part in parts]
        )

    @cached_property
    def _by_cluster(self) -> tuple[csc_array, csc_array, Floats]:
        """Responses, and residuals as CR2 has them, by cluster and pattern; and single responses by pattern."""
        from scipy.sparse import csc_array  # noqa: PLC0415 - only models need it

        of, number = self.patterns, self.columns.shape[0]
        shared = of.cluster >= 0
        pattern, cluster = of.pattern[shared], of.cluster[shared]
        size = of.counts[shared].sum(axis=1).astype(np.float64)
        left = of.counts[shared] @ POINTS - size * self._fitted[pattern]
        starts = np.searchsorted(pattern, np.arange(number + 1))  # cells come by pattern, then by cluster
        sizes, residuals = (
            csc_array((data, cluster, starts), shape=(of.n_clusters, number))
            for data in (size, self._adjusted(pattern, cluster, size, left))
        )
        alone = [np.bincount(of.pattern[~shared], group, number) for group in of.counts[~shared].T]
        return sizes, residuals, np.stack(alone, axis=1)

    def _adjusted(
        self, pattern: NDArray[np.int64], cluster: NDArray[np.int64], size: Floats, left: Floats
    ) -> Floats:
        """(I - H)^(-1/2) e of clusters of some leverage, as sums by pattern.

        With Z = N^(1/2) X (X'X)^(-1/2) of the cluster's patterns and their numbers N, H = Z Z' in their space.
        """
        leverage = np.bincount(cluster, size * self._leverage[pattern])
        cells = np.flatnonzero((leverage > _SMALL_LEVERAGE)[cluster])
        cells = cells[np.argsort(cluster[cells], kind="stable")]
        values, vectors = np.linalg.eigh(self._solved[0])
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        found = left.copy()
        for own in np.split(cells, np.flatnonzero(np.diff(cluster[cells])) + 1) if len(cells) else ():
            times = np.sqrt(size[own])
            u, s, _ = np.linalg.svd(times[:, None] * (self.columns[pattern[own]] @ root), full_matrices=False)
            rest = 1 - s * s
            # A response that has a column for itself leaves nothing, and adds nothing.
            more = np.where(rest > _NOTHING, 1 / np.sqrt(np.maximum(rest, _NOTHING)), 0.0) - 1
            scaled = left[own] / times
            found[own] = times * (scaled + u @ (more * (u.T @ scaled)))
        return found

    def contrasts(self, weights: Floats, *, agreed: Floats | None = None, level: float = LEVEL) -> Contrasts:
        """Sums of coefficients times weights.

        Parameters
        ----------
        weights
            Shape (contrasts, columns).
        agreed
            Where (nearly) all responses of a segment agree, and little can be learnt of how they differ: responses an
            account. The variance is then at least that of so many as one, varying as those of all do; 0 elsewhere.
        """
        step = max(1, _AT_ONCE // max(self.columns.shape[0], self.patterns.n_clusters, 1))
        parts = [self._some(weights[start : start + step]) for start in range(0, len(weights), step)]
        variance, df = (
            (np.concatenate(part) for part in zip(*parts, strict=True)) if parts else np.zeros((2, 0))
        )
        if agreed is not None:
            variance = np.maximum(variance, agreed * self._pooled(weights))
        known = self._estimable(weights)
        points = np.where(known, weights @ self.coefficients, np.nan)
        points = np.where(np.abs(points) < _NOTHING, 0.0, points)
        error = np.where(known, np.sqrt(variance), np.nan)
        reach = student(level, df) * error
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.where(points == 0, 0.0, np.abs(points) / error)
        p_value = np.where(known, p_of(far, np.where(known, df, np.inf)), np.nan)
        return Contrasts(points, points - reach, points + reach, p_value, error, df)

    def _some(self, weights: Floats) -> tuple[Floats, Floats]:
        """Variance and degrees of freedom of some contrasts."""
        sizes, residuals, alone = self._by_cluster
        w = np.asarray(self.columns @ (self._solved[0] @ weights.T))
        squares = w * w
        spread = (POINTS - self._fitted[:, None]) ** 2
        # One response that has a column for itself has no residual.
        free = np.where(self._leverage < 1 - _NOTHING, 1 / np.maximum(1 - self._leverage, _NOTHING), 0.0)
        independent = ((self.counts * spread).sum(axis=1) * free) @ squares
        clustered = ((alone * spread).sum(axis=1) * free) @ squares + ((residuals @ w) ** 2).sum(axis=0)
        total = self.counts.sum(axis=1) @ squares
        shares = alone.sum(axis=1) @ squares**2 + ((sizes @ squares) ** 2).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            df = np.clip(total**2 / shares - 1, 1e-3, max(self.n - self.rank, 1e-3))
        return np.maximum(clustered, independent), df

    def _pooled(self, weights: Floats) -> Floats:
        """The variance of contrasts if all responses varied alike."""
        squares = float((self.counts * (POINTS - self._fitted[:, None]) ** 2).sum()) / max(
            self.n - self.rank, 1
        )
        return np.asarray(squares * np.einsum("ij,jk,ik->i", weights, self._solved[0], weights))

    def _estimable(self, weights: Floats) -> NDArray[np.bool_]:
        """Whether the data know a contrast: it has nothing in the null space of X'X."""
        square = np.asarray(self.counts.sum(axis=1) @ self.columns.multiply(self.columns)).ravel()
        scale = 1 / np.sqrt(np.where(square > 0, square, 1.0))
        own = weights * scale
        left = np.linalg.norm(own @ self._solved[1], axis=1)
        return np.asarray(left <= _NOTHING * np.linalg.norm(own, axis=1))
