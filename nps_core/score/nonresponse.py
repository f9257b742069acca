"""Those who did not answer: what the NPS would be if they had."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.errors import NPSError
from nps_core.formatting import format_between, format_count, format_nps, format_share
from nps_core.score.estimate import LEVEL
from nps_core.score.sample import sample

if TYPE_CHECKING:
    from nps_core.scope import Scope
    from nps_core.score.estimate import Estimate


@dataclass(frozen=True)
class Nonresponse:
    """What the silent could make of an NPS.

    Parameters
    ----------
    invited, answered
        How many were asked, and how many answered.
    rate
        Response rate, 0..1.
    nps
        The NPS of those who answered, in points; NaN when nobody did.
    low, high
        The NPS of all who were invited if every silent one were a detractor, or a promoter.
    tipping_point
        The NPS of the silent at which that of all who were invited is 0; None when no answer of theirs could
        bring it there.
    """

    invited: int
    answered: int
    rate: float
    nps: float
    low: float
    high: float
    tipping_point: float | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the silent could make of the NPS, and what they would have to think for it to be 0."""
        if not self.invited:
            return ("Nobody was invited, so nobody is silent.",)
        rate = (
            f"{format_count(self.answered)} of {format_count(self.invited)} invited answered"
            f" ({format_share(self.rate)})."
        )
        if not self.answered:
            return (rate, "Nothing is known of the NPS.")
        if self.answered == self.invited:
            return (rate, "Everybody answered: there is nobody silent to change the NPS.")
        bounds = (
            f"Had everybody answered, the NPS would lie between {format_nps(self.low)} (all silent ones"
            f" detractors) and {format_nps(self.high)} (all promoters); those who answered give"
            f" {format_nps(self.nps)}."
        )
        if self.tipping_point is None:
            sign = "above" if self.nps > 0 else "below"
            return (rate, bounds, f"Whatever the silent think, the NPS of all stays {sign} 0.")
        tip = f"The NPS of all would be 0 if that of the silent were {format_nps(self.tipping_point)}."
        return (rate, bounds, tip)


def of_invited(scope: Scope, invited: int, *, level: float = LEVEL) -> Estimate | None:
    """The NPS of all who were invited, if those who did not answer are like those who did.

    Of a known number of people nothing is left to chance but what the silent would say: the interval is narrower than
    that for people (or accounts) like these, and has no width when everybody answered.

    Returns
    -------
    Estimate or None
        None where nobody answered, fewer were invited than answered, or responses are picked by score or by words,
        which nobody silent has.

    Notes
    -----
    The interval of the design for n_eff / (1 - n / invited) responses, n_eff being what they are worth.
    """
    filters = scope.filters
    if filters.text or scope.picks_by_score or not 0 < scope.n <= invited:
        return None
    return sample(scope).one(level=level, invited=invited)


def invited_sentence(score: Estimate, invited: int) -> str:
    """What `of_invited` found, and what it leans on."""
    n = format_count(invited)
    if score.n == invited:
        return f"All {n} invited answered: their NPS is {format_nps(score.nps)}, and nothing of it is chance."
    between = format_between(score.low, score.high)
    return (
        f"The NPS of all {n} invited is {between} with 95% certainty, if those who did not answer are"
        " like those who did."
    )


def nonresponse(nps: float, answered: int, invited: int) -> Nonresponse:
    """The bounds that the silent put on an NPS; they need no assumption, and are wide for that reason.

    With r the response rate: low and high are r NPS -+ 100 (1 - r), the tipping point is
    -r NPS / (1 - r).

    Raises
    ------
    NPSError
        Fewer invited than answered, or a negative number.

    References
    ----------
    Manski (2003), Partial Identification of Probability Distributions.

    Examples
    --------
    >>> silent = nonresponse(40, answered=300, invited=1000)
    >>> silent.low, silent.high, round(silent.tipping_point, 1)
    (-58.0, 82.0, -17.1)
    """
    if invited < answered or answered < 0:
        raise NPSError(
            f"{invited:,} invited and {answered:,} answered do not fit together.",
            hint="Type how many were invited in all, those who answered included.",
        )
    rate = answered / invited if invited else 0.0
    if not answered:
        unknown = -100.0 if invited else math.nan
        return Nonresponse(invited, answered, rate, math.nan, unknown, -unknown, None)
    # From the counts, so that a rate of 1 leaves nothing open.
    silent = invited - answered
    # An NPS times its responses is 100 (P - D), a whole number but for rounding, which would tell 0 from 0.
    lead, whole = answered * nps, 100.0 * round(answered * nps / 100)
    lead = whole if math.isclose(lead, whole, rel_tol=1e-12) else lead
    low, high = ((lead + side * 100 * silent) / invited for side in (-1, 1))
    tipping = -lead / silent if silent else math.inf
    return Nonresponse(
        invited,
        answered,
        rate,
        nps,
        low,
        high,
        tipping if abs(tipping) <= 100 else None,  # noqa: PLR2004
    )
