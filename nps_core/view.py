"""What is looked at, in words: how many responses, under which filters, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.counts.index import index_of
from nps_core.words import format_count, format_day

if TYPE_CHECKING:
    import datetime as dt

    from nps_core.filters import Filters
    from nps_core.survey import Survey


@dataclass(frozen=True)
class View:
    """A survey under filters, said in words.

    Parameters
    ----------
    n, total
        Responses shown, and responses in the survey.
    first, last
        First and last day among those shown; None without dates.
    filters
        The filters in words; "all responses" for none.
    source
        The sentence that names the survey, for under a chart.
    """

    n: int
    total: int
    first: dt.date | None
    last: dt.date | None
    filters: str
    source: str

    @property
    def words(self) -> str:
        """Such as: 1,204 of 3,012 responses · persona: End user · 3 Mar 2025 to 30 Sep 2026."""
        count = (
            format_count(self.n)
            if self.n == self.total
            else f"{format_count(self.n)} of {format_count(self.total)}"
        )
        parts = [f"{count} {'response' if self.total == 1 else 'responses'}"]
        if self.filters != "all responses":
            parts.append(self.filters)
        if self.first and self.last:
            first, last = format_day(self.first), format_day(self.last)
            parts.append(first if first == last else f"{first} to {last}")
        return " · ".join(parts)


def view(survey: Survey, filters: Filters) -> View:
    """Say what of a survey the filters leave.

    Raises
    ------
    FilterError
        The filters name an attribute that the survey does not have.
    """
    selection = index_of(survey).select(filters)
    first, last = selection.span or (None, None)
    return View(
        n=int(selection.n),
        total=len(survey.responses),
        first=first,
        last=last,
        filters=filters.words(),
        source=f"Source: {survey.name}.",
    )
