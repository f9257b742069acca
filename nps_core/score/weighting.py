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
from nps_core.formatting import format_count, format_interval, format_nps, plural, short, size_words
from nps_core.link import from_link, is_number, to_link
from nps_core.reading.cells import read_amount
from nps_core.score.estimate import LEVEL
from nps_core.score.weights import design_estimate, effective_n, rake
from nps_core.survey import RESERVED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.scope import Scope
    from nps_core.score.estimate import Estimate
    from nps_core.survey import Survey

    Floats = NDArray[np.float64]


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
            return f"by “{short(self.column)}”"
        names = [short(name) for name, _ in self.totals]
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
        f"Weighted {weighting.words}, the NPS is {format_nps(found.nps)}"
        f" ({format_interval(found.low, found.high)}), {moved} ({format_nps(plain_nps)})."
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
