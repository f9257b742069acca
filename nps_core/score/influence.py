"""Intervals of what is no NPS: a share of responses, and what is known by what each response adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nps_core.score.design import Samples
from nps_core.score.estimate import LEVEL
from nps_core.score.student import student

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def share_interval(
    yes: ArrayLike, clusters: ArrayLike, *, level: float = LEVEL
) -> tuple[Floats, Floats, Floats]:
    """Shares (0..1) of responses with their intervals.

    Parameters
    ----------
    yes
        Truth values, one a response; shape (responses,) or (responses, shares).
    clusters
        The cluster (account) of each response; -1 for one of its own.

    Returns
    -------
    share, low, high
        One a share. NaN without a response.

    Notes
    -----
    Wilson's interval (1927, Journal of the American Statistical Association 22) for n_eff responses at Student's
    quantile, both those of `Samples`: with one response a cluster it is Wilson's of n.
    """
    of = samples_of_shares(yes, clusters)
    return wilson(of.counts[:, 0] / np.maximum(of.n, 1), of.n / of.variances()[1], student(level, of.nu))


def wilson(share: Floats, n: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
    """Shares and the ends of their intervals for so many independent responses."""
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(np.isfinite(n) & (n > 0), n, np.nan)
        square = z * z
        centre = (share + square / (2 * worth)) / (1 + square / worth)
        half = z * np.sqrt(share * (1 - share) / worth + square / (4 * worth**2)) / (1 + square / worth)
    known = np.where(np.isnan(worth), np.nan, share)
    return known, np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def samples_of_shares(yes: ArrayLike, clusters: ArrayLike) -> Samples:
    """Each share as a sample: who is counted in it stands for a promoter, the rest for passives."""
    said = np.asarray(yes, dtype=np.float64)
    said = said[:, None] if said.ndim == 1 else said
    codes = np.asarray(clusters)
    number, range_ = said.shape[1], int(codes.max(initial=-1)) + 1
    shared = codes >= 0
    sizes = np.bincount(codes[shared], minlength=range_)
    there = np.flatnonzero(sizes)
    nets = np.stack([np.bincount(codes[shared], column, range_) for column in said[shared].T])[:, there]
    alone = said[~shared]

    def counted(part: Floats) -> NDArray[np.int64]:
        happy = part.sum(axis=0)
        return np.stack([happy, len(part) - happy, np.zeros(number)], axis=1).astype(np.int64)

    return Samples(
        counts=counted(said),
        single=counted(alone),
        cell=np.repeat(np.arange(number), len(there)),
        cluster=np.tile(there, number),
        size=np.tile(sizes[there].astype(np.float64), number),
        net=nets.ravel().astype(np.float64),
        n=np.full(number, len(said)),
        range_=range_,
    )


def samples_of_rates(
    yes: NDArray[np.bool_], cells: NDArray[np.integer], clusters: NDArray[np.integer], number: int
) -> Samples:
    """The share of yes in each of so many cells: what is yes stands for a promoter, the rest for passives.

    `cells` and `clusters` as in `samples_of_rows`.
    """
    return samples_of_rows(yes.astype(np.int64), cells, clusters, number)


def samples_of_rows(
    nets: NDArray[np.integer], cells: NDArray[np.integer], clusters: NDArray[np.integer], number: int
) -> Samples:
    """Responses one by one as samples, where no attribute and no day tells them apart.

    Parameters
    ----------
    nets
        1 for a promoter, 0 for a passive, -1 for a detractor; one a response.
    cells
        The sample of each response, below `number`.
    clusters
        Its cluster (account); -1 for one of its own.
    """
    codes, range_ = np.asarray(clusters, dtype=np.int64), int(clusters.max(initial=-1)) + 1

    def counted(of: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.stack(
            [np.bincount(cells[of & (nets == net)], minlength=number) for net in (1, 0, -1)], axis=1
        )

    shared = codes >= 0
    at, place = np.unique(cells[shared] * range_ + codes[shared], return_inverse=True)
    counts = counted(np.ones(len(codes), dtype=np.bool_))
    return Samples(
        counts=counts,
        single=counted(~shared),
        cell=at // max(range_, 1),
        cluster=at % max(range_, 1),
        size=np.bincount(place, minlength=len(at)).astype(np.float64),
        net=np.bincount(place, nets[shared], len(at)).astype(np.float64),
        n=counts.sum(axis=1),
        range_=range_,
    )


def influence_interval(
    influence: ArrayLike, clusters: ArrayLike, *, of: ArrayLike | None = None
) -> tuple[Floats, float]:
    """Standard errors of figures from what each response adds, and how many of them an interval reaches.

    Parameters
    ----------
    influence
        What a response adds to each figure, n times (its influence function; 0 on average); shape (responses, figures).
    clusters
        The cluster (account) of each response; -1 for one of its own.
    of
        Where many responses add the same: the row of `influence` of each response.

    Returns
    -------
    error, nu
        Per figure the standard error, in its unit; and the degrees of freedom of Student's quantile and of the p-value
        (`student`, `p_of`), infinite where responses are independent.

    Notes
    -----
    What a cluster adds is summed and divided by sqrt(1 - h), h its share of the responses, as CR2 does for a mean; a
    single response is left as it is, since its influence has been corrected already (HC3). The error is at least that
    of independent responses, and the degrees of freedom are those of the mean of all responses.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - only themes need it

    table, codes = np.asarray(influence, dtype=np.float64), np.asarray(clusters)
    n = len(codes)
    row = np.arange(n) if of is None else np.asarray(of, dtype=np.intp)
    shared = codes >= 0
    sizes = np.bincount(codes[shared]).astype(np.float64)
    at = csr_array((np.ones(int(shared.sum())), (codes[shared], row[shared])), shape=(len(sizes), len(table)))
    with np.errstate(divide="ignore", invalid="ignore"):
        more = (1 - 1 / max(n, 1)) / np.where(sizes < n, 1 - sizes / max(n, 1), np.nan)
    squares = table**2
    independent = np.bincount(row, minlength=len(table)) @ squares
    alone = np.bincount(row[~shared], minlength=len(table)) @ squares
    error = np.sqrt(np.fmax(independent, alone + more @ (at @ table) ** 2)) / max(n, 1)
    return error, float(samples_of_shares(np.zeros(n), codes).nu[0])
