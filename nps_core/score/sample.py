"""What is looked at, as samples of the survey's design: the whole, by attribute, by period, or several scopes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.score.design import Samples, samples_of
from nps_core.score.estimate import LEVEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.counts.clusters import ClusterSums
    from nps_core.scope import Scope
    from nps_core.score.estimate import Estimate


def nps_of(scope: Scope, *, level: float = LEVEL) -> Estimate:
    """The NPS of what is looked at, with the interval that accounts (or respondents) leave it.

    Raises
    ------
    FilterError
        The filters name an attribute that the survey does not have.
    """
    return sample(scope).one(level=level)


def sample(scope: Scope) -> Samples:
    """All that is looked at, as one sample."""
    return _samples(scope, scope.counts.clustered(scope.counts.unit_here))


def samples_by(
    scope: Scope, attribute: str | tuple[str, str], *, among: NDArray[np.bool_] | None = None
) -> tuple[tuple[str, ...], Samples]:
    """The labels of an attribute (or pairs of two) and a sample for each, in the order that counting gives.

    Parameters
    ----------
    among
        Of one attribute, the values that are asked for: only those of them that occur have a sample then.

    Raises
    ------
    FilterError
        An attribute that the survey does not have.
    """
    sums = scope.counts.clustered(scope.counts.unit_here, attribute, among=among)
    return sums.labels, _samples(scope, sums)


def samples_by_period(scope: Scope, period: str) -> tuple[NDArray[np.datetime64], Samples]:
    """First days of the periods, without gaps, and a sample for each; undated responses are in none."""
    scope.counts.ahead((), period=period)
    sums = scope.counts.clustered(scope.counts.unit_here, period=period)
    return scope.counts.by_period(period)[0], _samples(scope, sums)


def samples_across(scopes: Sequence[Scope]) -> Samples:
    """Several scopes of one survey, a sample for each: what is on either side of a comparison.

    A response may be in one of them only.
    """
    unit = scopes[0].counts.unit
    return together([_of(scope, scope.counts.clustered(unit), unit) for scope in scopes], 1)


def samples_across_by(
    scopes: Sequence[Scope], attribute: str, *, unit: str | None = None
) -> tuple[tuple[str, ...], Samples]:
    """The labels of an attribute, and a sample for each of them in the first scope, then in the second, and so on.

    Parameters
    ----------
    unit
        "account" or "respondent"; that of the survey when not given.

    Raises
    ------
    FilterError
        An attribute that the survey does not have.
    """
    unit = unit or scopes[0].counts.unit
    sums = [scope.counts.clustered(unit, attribute) for scope in scopes]
    labels = max((own.labels for own in sums), key=len)  # one may lack the missing, which come last
    found = [_of(scope, own, unit) for scope, own in zip(scopes, sums, strict=True)]
    return labels, together(found, len(labels))


def together(found: Sequence[Samples], size: int = 1) -> Samples:
    """Samples of several scopes as one, `size` rows for each; those that one lacks are empty."""

    def rows(name: str) -> NDArray[np.int64]:
        given = [np.asarray(getattr(own, name)) for own in found]
        return np.concatenate(
            [np.pad(own, [(0, size - len(own)), *[(0, 0)] * (own.ndim - 1)]) for own in given]
        )

    return replace(
        found[0],
        counts=rows("counts"),
        single=rows("single"),
        n=rows("n"),
        cell=np.concatenate([own.cell + place * size for place, own in enumerate(found)]),
        cluster=np.concatenate([own.cluster for own in found]),
        size=np.concatenate([own.size for own in found]),
        net=np.concatenate([own.net for own in found]),
        certain=all(own.certain for own in found),
    )


def _of(scope: Scope, sums: ClusterSums, unit: str | None) -> Samples:
    return samples_of(sums, unit=unit, certain=not scope.picks_by_score)


def _samples(scope: Scope, sums: ClusterSums) -> Samples:
    counts = scope.counts
    found = _of(scope, sums, counts.unit_here)
    if counts.unit == counts.unit_here:
        return found
    return replace(found, few=int(counts.clustered(counts.unit).clusters[0]))
