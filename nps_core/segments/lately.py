"""What differs over the whole span, and no longer since the NPS of all changed: one rule for segments and themes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.formatting import format_nps
from nps_core.score.estimate import FEWEST

if TYPE_CHECKING:
    import datetime as dt

    from nps_core.scope import Scope
    from nps_core.score.design import Samples


@dataclass(frozen=True)
class Lately:
    """What a segment or a theme is since the NPS of all last changed, where it no longer differs from the rest.

    Parameters
    ----------
    since
        The period since when, as it is called: "Q2 2026".
    nps, others
        Of its responses and of the others since then, in points.
    of
        Who the others are, where they must be named: "of the other comments".
    """

    since: str
    nps: float
    others: float
    of: str = ""

    @property
    def words(self) -> str:
        """As the end of a sentence: "but not since Q2 2026 (+57 against +54)"."""
        against = " ".join(filter(None, (format_nps(self.others), self.of)))
        return f"but not since {self.since} ({format_nps(self.nps)} against {against})"


def from_day(scope: Scope, since: dt.date) -> Scope:
    """What is looked at, from a day on; days before those of the filters do not come back."""
    first = scope.filters.since
    return scope.with_filters(since=since if first is None else max(first, since))


def lately_of(points: float, since: Samples, called: str, *, of: str = "") -> Lately | None:
    """What differed by so many points over the whole span, where that has ended since some day; None where it has not.

    It has ended where the 95% interval since then leaves the side of 0 on which the difference lay, and does not hold
    the difference itself: of few responses or accounts (below `FEWEST` on either side) nothing is known to have ended.

    Parameters
    ----------
    since
        Its responses since then, and the others.
    called
        The period that the day begins.
    of
        As in `Lately`.
    """
    if since.n.min() < FEWEST:
        return None
    away = since.from_rest()[0]
    left = away.low <= 0 if points > 0 else away.high >= 0
    if away.too_few or not left or away.low <= points <= away.high:
        return None
    own, others = (100 * (row[0] - row[2]) / row.sum() for row in since.counts)
    return Lately(called, float(own), float(others), of)
