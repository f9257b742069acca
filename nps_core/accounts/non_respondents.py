"""Response rates by segment and period, and what the silent could make of each NPS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.counts.clusters import find_units
from nps_core.counts.periods import PERIODS, label_of, starts_of
from nps_core.errors import NPSError
from nps_core.filters import ACCOUNT, NO_VALUE
from nps_core.formatting import format_count, format_share, plural, short
from nps_core.score.design import told_apart, welch
from nps_core.score.estimate import Estimate, estimate
from nps_core.score.influence import samples_of_rates
from nps_core.score.nonresponse import Nonresponse, nonresponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Self

    from nps_core.filters import Filters
    from nps_core.scope import Scope

CHANCE = 0.05
"""Rates are told apart where equal ones would scatter as much less often than this."""


TOGETHER = ""
"""Not by an attribute or a period, but all together."""

_NAMED = 3  # segments that a sentence names


@dataclass(frozen=True)
class Answered:
    """A segment or a period: its name, and the NPS of those who answered."""

    label: str
    estimate: Estimate


@dataclass(frozen=True)
class ResponseRate:
    """A segment or a period of which it is known how many were invited."""

    label: str
    estimate: Estimate
    silence: Nonresponse


class ResponseRates(tuple[ResponseRate, ...]):  # noqa: SLOT001 - a tuple with a figure of all of it
    """The response rates of several segments or periods.

    `p_value` tells how often equal rates would scatter as much; NaN where nothing says so.
    """

    p_value: float

    def __new__(cls, rates: Iterable[ResponseRate], p_value: float = math.nan) -> Self:
        """Rates and the p-value of all of them."""
        made = super().__new__(cls, rates)
        made.p_value = p_value
        return made

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rate of all, and what the segments' rates say.

        That is, whether they differ by more than chance, and whose sign no silent one could turn.
        """
        asked = [one for one in self if one.silence.invited]
        if not asked:
            return ()
        invited, spoken = (
            sum(getattr(one.silence, name) for one in asked) for name in ("invited", "answered")
        )
        said = [
            (
                f"{format_count(spoken)} of {format_count(invited)} invited answered"
                f" ({format_share(spoken / invited)})."
            )
        ]
        if len(asked) > 1:
            said.append(_spread_sentence(asked, self.p_value))
            said.append(_sign_sentence(asked))
        return tuple(said)

    def table(self) -> pd.DataFrame:
        """The rates as a table, in percent and points.

        `lowest` and `highest` are what all silent ones as detractors, or as promoters, would make of the NPS.
        """
        return pd.DataFrame(
            {
                "segment": [one.label for one in self],
                "invited": [one.silence.invited for one in self],
                "answered": [one.silence.answered for one in self],
                "rate": [100 * one.silence.rate for one in self],
                "nps": [one.estimate.nps if one.estimate.n else None for one in self],
                "lowest": [one.silence.low if one.silence.invited else None for one in self],
                "highest": [one.silence.high if one.silence.invited else None for one in self],
                "tipping_point": [one.silence.tipping_point for one in self],
            }
        )


def count_answers(scope: Scope, by: str) -> tuple[Answered, ...]:
    """Who answered, by an attribute, by "month" or "quarter", or all together, in the order of the segments or of time.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    if by == TOGETHER:
        labels, counts = [TOGETHER], np.array([scope.counts.groups()])
    elif by in PERIODS:
        starts, counts = scope.counts.by_period(by)
        labels = [label_of(start, by) for start in starts]
    else:
        table = scope.counts.by(by)
        labels, counts = list(table.labels), table.counts
    return tuple(
        Answered(label, estimate(*row.tolist()))
        for label, row in zip(labels, counts, strict=True)
        if row.any()
    )


def count_invited(scope: Scope, by: str) -> dict[str, int]:
    """How many were invited to the survey by segment or period, where the file lists those without a score.

    Everybody who answered, and every row of `Survey.silent`. Filters on groups and on comments cannot hold for people
    who gave neither.

    Raises
    ------
    NPSError
        Filters on groups, comments or accounts; periods, or filters on dates, where some rows without a score
        have no date.
    """
    filters = scope.filters
    if filters.groups or filters.text:
        raise NPSError(
            "Who did not answer is in no group and wrote no comment.",
            hint="Take the filter on groups or comments off.",
        )
    if filters.values_of(ACCOUNT):
        raise NPSError(
            "Of those without a score nobody knows the account.", hint="Take the filter on accounts off."
        )
    silent = _shown(scope)
    _check_dates(silent, by, filters)
    quiet = {str(label): int(count) for label, count in _labels(silent, by).value_counts().items()}
    spoken = {one.label: int(one.estimate.n) for one in count_answers(scope, by)}
    everybody = dict.fromkeys([*spoken, *quiet])
    return {label: spoken.get(label, 0) + quiet.get(label, 0) for label in everybody}


def chance_of_rates(scope: Scope, by: str, *, listed: bool) -> float | None:
    """How often equal rates would scatter as much, where people of an account (or respondents) are alike.

    Welch's test (`welch`) of the shares of those who answered, by the accounts of all who were invited, of the segments
    or periods with five people and five accounts or more.

    Parameters
    ----------
    listed
        Whether the file lists those who did not answer. Of typed numbers nobody knows the accounts.

    Returns
    -------
    float or None
        NaN where nothing can be said; None where each stands for himself, and the numbers say all.
    """
    if not listed:
        return None if scope.counts.unit is None else math.nan
    quiet = _shown(scope)
    spoken = scope.survey.responses.iloc[scope.counts.rows][list(quiet)]
    asked = pd.concat([spoken.assign(answered=True), quiet.assign(answered=False)], ignore_index=True)
    if by in PERIODS:
        asked = asked[asked["date"].notna()]
    units = find_units(asked)
    if units.unit is None:
        return None
    labels, cells = np.unique(_labels(asked, by).to_numpy(dtype=str), return_inverse=True)
    rates = samples_of_rates(asked["answered"].to_numpy(dtype=np.bool_), cells, units.codes, len(labels))
    rates = rates.picked(told_apart(rates))
    return welch(rates)[0] if len(rates) > 1 else math.nan


def response_rates(
    heard: Sequence[Answered], invited: Mapping[str, int], *, chance: float | None = None
) -> ResponseRates:
    """The response rate of each segment or period, and what the silent could make of its NPS.

    Segments of which nobody answered are told of too; those of which it is not known how many were invited are
    left out.

    Parameters
    ----------
    chance
        How often equal rates would scatter as much (`chance_of_rates`); from the numbers (Pearson's chi-squared) when
        not given.

    Raises
    ------
    NPSError
        Fewer invited than answered.
    """
    scores = {one.label: one.estimate for one in heard}
    order = [*scores, *(label for label in invited if label not in scores)]
    found = []
    for label in order:
        if label not in invited:
            continue
        score = scores.get(label, estimate(0, 0, 0))
        try:
            found.append(ResponseRate(label, score, nonresponse(score.nps, int(score.n), invited[label])))
        except NPSError as error:
            raise NPSError(f"{label}: {error}" if label else str(error), hint=error.hint) from error
    return ResponseRates(found, _chance(found) if chance is None else chance)


def _shown(scope: Scope) -> pd.DataFrame:
    """The silent rows that the filters leave."""
    survey, filters = scope.survey, scope.filters
    silent = survey.silent if survey.silent is not None else survey.responses[:0]
    keep = np.ones(len(silent), dtype=np.bool_)
    if filters.since is not None:  # what has no date stays, to be told of
        keep &= ~(silent["date"] < pd.Timestamp(filters.since)).to_numpy()
    if filters.until is not None:
        keep &= ~(silent["date"] >= pd.Timestamp(filters.until) + pd.Timedelta(days=1)).to_numpy()
    for name, values in filters.attributes:
        if values:
            labels = silent[name].astype("object").where(silent[name].notna(), NO_VALUE)
            keep &= labels.isin(values).to_numpy()
    return silent[keep]


def _labels(rows: pd.DataFrame, by: str) -> pd.Series[str]:
    """The segment or period of each row; those without a date are in no period."""
    if by == TOGETHER:
        return pd.Series([TOGETHER] * len(rows), dtype="str")
    if by in PERIODS:
        days = rows["date"].dropna().to_numpy().astype("datetime64[D]")
        return pd.Series([label_of(start, by) for start in starts_of(days, by)], dtype="str")
    return rows[by].astype("str").where(rows[by].notna(), NO_VALUE)


def _check_dates(silent: pd.DataFrame, by: str, filters: Filters) -> None:
    undated = int(silent["date"].isna().sum())
    if undated and (by in PERIODS or filters.since or filters.until):
        raise NPSError(
            f"{plural(undated, 'row')} without a score {'has' if undated == 1 else 'have'} no date, so nobody"
            " knows when these people were invited.",
            hint="Look at all dates together, or type the numbers in.",
        )


def _sign_sentence(asked: Sequence[ResponseRate]) -> str:
    firm = [one for one in asked if one.silence.low > 0 or one.silence.high < 0]
    if not firm:
        return (
            "In none of them is the sign of the NPS safe from the silent: if enough of them thought"
            " otherwise, it would turn."
        )
    names = ", ".join(f"“{short(one.label)}”" for one in firm[:_NAMED])
    more = f" and {format_count(len(firm) - _NAMED)} more" if len(firm) > _NAMED else ""
    return f"Whatever the silent think, the NPS keeps its sign in {names}{more}."


def _spread_sentence(asked: Sequence[ResponseRate], p_value: float) -> str:
    least, most = (pick(asked, key=lambda one: one.silence.rate) for pick in (min, max))
    rates = [format_share(one.silence.rate) for one in (least, most)]
    if rates[0] == rates[1]:
        return f"All answered alike: {rates[0]}."
    named = f"“{short(least.label)}” answered least ({rates[0]}) and “{short(most.label)}” most ({rates[1]})"
    if math.isnan(p_value):
        return (
            f"{named}; whether chance explains that is not known: people of one account are alike, and nothing says of"
            " which accounts those are who did not answer."
        )
    if p_value < CHANCE:
        return f"{named}, further apart than chance explains: the NPS of all speaks more for those who answer more."
    return f"Rates from {rates[0]} to {rates[1]} differ by no more than chance explains."


def _chance(asked: Sequence[ResponseRate]) -> float:
    """How often equal rates of people who stand for themselves would scatter as much (Pearson's chi-squared)."""
    from scipy.special import chdtrc  # noqa: PLC0415 - only this page needs it

    some = [one.silence for one in asked if one.silence.invited]
    spoken = np.array([one.answered for one in some], dtype=np.float64)
    invited = np.array([one.invited for one in some], dtype=np.float64)
    rate = spoken.sum() / max(invited.sum(), 1)
    if not 0 < rate < 1:
        return 1.0
    scatter = ((spoken - rate * invited) ** 2 / (invited * rate * (1 - rate))).sum()
    return float(chdtrc(len(spoken) - 1, scatter))
