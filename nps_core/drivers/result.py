"""What goes with the score, as data: a question with its effect, an attribute with its spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nps_core.score.difference import Difference
    from nps_core.score.estimate import Estimate


@dataclass(frozen=True)
class Driver:
    """A CSAT or CES question, and how the NPS goes with it.

    Parameters
    ----------
    column, kind
        The question, "csat" or "ces".
    n
        Responses that answered it.
    performance
        Percent of the answers at the good end of its scale (`measures.good_from`); NaN without an answer.
    satisfied, others
        NPS of those who answered at the good end, and of those who did not.
    effect
        The first less the second, in points: how far apart they are, not what would come of a better answer.
    p_adjusted
        P-value of the effect, adjusted for all that an overview and a report look at (the ledger).
    beyond_chance
        True where `p_adjusted` is below 1 - level.
    sign
        True where it is beyond chance among the questions only (Holm).
    """

    column: str
    kind: str
    n: int
    performance: float
    satisfied: Estimate
    others: Estimate
    effect: Difference
    p_adjusted: float
    beyond_chance: bool
    sign: bool = False


@dataclass(frozen=True)
class AttributeEffect:
    """An attribute, and how far its segments are apart.

    Parameters
    ----------
    attribute
        The attribute.
    segments
        How many of its segments answered.
    spread, low, high
        Standard deviation of their true NPS as far as chance does not explain it, each weighing as its effective n,
        with its interval, in points.
    weakest, strongest
        The segments at either end, after drawing small ones towards the mean (`shrink`).
    p_adjusted
        How often equal segments would scatter as much, adjusted (Holm) for the number of attributes.
    beyond_chance
        True where `p_adjusted` is below 1 - level.
    """

    attribute: str
    segments: int
    spread: float
    low: float
    high: float
    weakest: str
    strongest: str
    p_adjusted: float
    beyond_chance: bool
