"""Weights of a survey: a column of the file, or totals that somebody knows and types in."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from nps_core.errors import EngineError, NPSError
from nps_core.filters import NO_VALUE
from nps_core.formatting import as_read, format_count, format_nps, plural, short, size_words, with_interval
from nps_core.link import from_link, is_number, to_link
from nps_core.reading.cells import read_amount
from nps_core.score.design import Samples
from nps_core.score.estimate import LEVEL
from nps_core.survey import RESERVED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.scope import Scope
    from nps_core.score.estimate import Estimate
    from nps_core.survey import Survey

    Floats = NDArray[np.float64]
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray


KEPT = 4
"""Weightings kept per survey: raking a million responses takes a second, and each filter asks for the same."""


@dataclass(frozen=True)
class Weighting:
    """How responses are weighted: by a column, or so that attributes have known totals; one of the two.

    Parameters
    ----------
    column
        A column of weights of the file.
    totals
        (attribute, ((value, how many there are in truth), ...)) for each attribute that is raked to.
    """

    column: str | None = None
    totals: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()

    @property
    def words(self) -> str:
        """What it is weighted by: "by “wt”", "to the known totals of Region and Plan"."""
        if self.column is not None:
            return f"by “{short(as_read(self.column))}”"
        names = [short(as_read(name)) for name, _ in self.totals]
        return f"to the known totals of {' and '.join(names)}"

    def to_text(self) -> str:
        """The weighting as one line, for a link; `weighting_of` reads it back."""
        return to_link([self.column, self.totals])


def weighting_of(text: str, survey: Survey) -> Weighting | None:
    """Read a weighting back from its text; None for what is none, or names what the survey does not have."""
    try:
        column, totals = from_link(text)
        made = Weighting(column, tuple((name, tuple(map(_total, own))) for name, own in totals))
    except (ValueError, TypeError):
        return None
    columns = [name for name in survey.responses if name not in RESERVED]
    known = all(name in survey.attributes for name, _ in made.totals)
    held = made.column is None or made.column in columns
    return made if known and held and (made.column is not None) != bool(made.totals) else None


def _total(pair: Any) -> tuple[str, float]:  # noqa: ANN401 - whatever a link holds
    value, count = pair
    if not isinstance(value, str) or not is_number(count):
        raise TypeError
    return value, float(count)


def amounts(survey: Survey, column: str) -> Floats:
    """The numbers of a column, one a response; NaN for what is none.

    Raises
    ------
    NPSError
        The survey has no such column.
    """
    if column not in survey.responses:
        raise NPSError(f"There is no column “{column}”.", hint="Name it as the weight under “Data”.")
    held = survey.responses[column]
    if not isinstance(held.dtype, pd.CategoricalDtype):
        return np.asarray(held.to_numpy(dtype=np.float64, na_value=np.nan))
    numbers = np.array([*(read_amount(str(value)) for value in held.cat.categories), np.nan])
    return np.asarray(numbers[held.cat.codes.to_numpy()])


def weights_of(survey: Survey, weighting: Weighting) -> Floats:
    """The weight of each response, with mean 1; 0 where the column says nothing.

    Raising to totals holds for all responses of the survey, whatever the filters. Responses without a value of an
    attribute keep their share of it.

    Raises
    ------
    NPSError
        Weights that are negative or all 0; totals that do not fit the responses (`rake`); or responses of a table that
        is only counted (an `EngineError`).
    """
    if survey.elsewhere is not None:
        raise EngineError(
            "Responses of a table cannot be weighted one by one.", hint="Open an export of them."
        )
    with _LOCK:
        made = _MADE.setdefault(survey, {})
        if weighting not in made:
            if len(made) >= KEPT:
                made.clear()
            made[weighting] = (
                _raked(survey, weighting)
                if weighting.column is None
                else _from_column(amounts(survey, weighting.column), weighting.column)
            )
        return made[weighting]


def weighted_nps(scope: Scope, weighting: Weighting, *, level: float = LEVEL) -> Estimate:
    """The weighted NPS of what is looked at, with the interval that weights and accounts (or respondents) leave it.

    Returns
    -------
    Estimate
        `n` is the number of responses shown that have a weight above 0, `n_eff` how many equal and independent ones
        say as much about the NPS.

    Raises
    ------
    NPSError
        As `weights_of`; and where none of the responses shown has a weight above 0.
    """
    survey, counts = scope.survey, scope.counts
    shown, weights = counts.mask, weights_of(survey, weighting)
    if shown.any() and not weights[shown].any():
        raise NPSError("None of these responses has a weight above 0.", hint="Take a filter off.")
    group = survey.responses["group"].cat.codes.to_numpy().astype(np.float64) - 1
    margins = [survey.responses[name].cat.codes.to_numpy() for name, _ in weighting.totals]
    unit = counts.unit_here
    codes = counts.cluster_codes(unit).astype(np.int64)
    alone = codes < 0
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(np.count_nonzero(alone))
    found = design_estimate(
        group,
        np.where(shown, weights, 0.0),
        clusters=codes,
        margins=margins,
        unit=unit or "response",
        level=level,
    )
    return replace(found, low=math.nan, high=math.nan) if scope.picks_by_score else found


def weighted_sentences(
    found: Estimate, plain_nps: float, weighting: Weighting, *, kept: float
) -> tuple[str, ...]:
    """The weighted NPS beside the unweighted one, and what weighting costs in precision.

    Parameters
    ----------
    plain_nps
        The NPS of the same responses, each counted once.
    kept
        Kish's effective number of responses under the weights.
    """
    gap = found.nps - plain_nps
    if np.isnan(found.nps):
        return ("There are no responses to weigh.",)
    size = size_words(gap, (found.nps, plain_nps))
    away = f"{size} {'above' if gap > 0 else 'below'} the unweighted one"
    moved = "as without weights" if size == size_words(0) else away
    first = (
        f"Weighted {weighting.words}, the NPS is"
        f" {with_interval(found.nps, found.low, found.high)}, {moved} ({format_nps(plain_nps)})."
    )
    second = (
        f"Unequal weights cost precision: {plural(found.n, 'weighted response')} count as much as"
        f" {format_count(round(kept))} equal ones."
    )
    return (first, second) if round(kept) < found.n else (first,)


def kish(scope: Scope, weighting: Weighting) -> float:
    """Kish's effective number of the responses shown, under these weights."""
    return effective_n(weights_of(scope.survey, weighting)[scope.counts.mask])


def _from_column(given: Floats, column: str) -> Floats:
    below = np.flatnonzero(given < 0)
    if len(below):
        raise NPSError(
            f"“{column}” holds {plural(len(below), 'negative weight')}, such as {given[below[0]]:g}.",
            hint="A weight says how many people a response stands for: 0 or more.",
        )
    weights = np.nan_to_num(given, nan=0.0)
    if not weights.any():
        raise NPSError(
            f"All weights in “{column}” are 0 or blank, so nothing would count.", hint="Pick another column."
        )
    return np.asarray(weights * len(weights) / weights.sum())


def _raked(survey: Survey, weighting: Weighting) -> Floats:
    frame = survey.responses
    columns: dict[str, Any] = {}
    targets: dict[str, dict[str, float]] = {}
    for name, totals in weighting.totals:
        codes = frame[name].cat.codes.to_numpy()
        labels = [str(value) for value in frame[name].cat.categories]
        columns[name] = np.array([*labels, NO_VALUE], dtype=object)[codes]
        known = {value: count for value, count in totals if value != NO_VALUE and (count or value in labels)}
        missing = int((codes < 0).sum())
        if missing:  # nobody knows how many there are: their share stays
            known[NO_VALUE] = sum(known.values()) * missing / max(len(codes) - missing, 1)
        targets[name] = known
    return rake(columns, targets)


_MADE: WeakKeyDictionary[Survey, dict[Weighting, Floats]] = WeakKeyDictionary()
_LOCK = Lock()


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
