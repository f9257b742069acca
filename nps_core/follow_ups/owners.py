"""Who has promised what: per owner what is open and overdue, how quickly they reached people, what they closed."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from nps_core.follow_ups.clock import local

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from nps_core.follow_ups.clock import Clock
    from nps_core.follow_ups.follow_up import FollowUp

NOBODY = "nobody"
"""How follow-ups without an owner are called."""


@dataclass(frozen=True)
class OwnerRow:
    """What one owner has promised.

    Parameters
    ----------
    n, open, overdue, closed
        Follow-ups in all, those not closed, those of them that are past due, and those closed.
    hours
        The median of working hours from the arrival of the wave to the first contact; None before any.
    """

    owner: str
    n: int
    open: int
    overdue: int
    closed: int
    hours: float | None

    @property
    def share_closed(self) -> float:
        """Closed ones among all, 0 to 1."""
        return self.closed / self.n


def count_owners(
    follow_ups: Sequence[FollowUp], added: Mapping[int, dt.datetime], clock: Clock, now: dt.datetime
) -> tuple[OwnerRow, ...]:
    """Each owner, those with the most overdue and then the most open first.

    Parameters
    ----------
    added
        When each wave came in (UTC), by its id; a follow-up of another one counts, without its hours.
    """
    names = dict.fromkeys(one.owner or NOBODY for one in follow_ups)
    rows = [
        _row(name, [one for one in follow_ups if (one.owner or NOBODY) == name], added, clock, now)
        for name in names
    ]
    return tuple(sorted(rows, key=lambda row: (-row.overdue, -row.open, row.owner.casefold())))


def _row(
    owner: str, own: Sequence[FollowUp], added: Mapping[int, dt.datetime], clock: Clock, now: dt.datetime
) -> OwnerRow:
    hours = [
        clock.between(local(added[one.wave]), local(one.contacted))
        for one in own
        if one.contacted is not None and one.wave in added
    ]
    closed = sum(one.is_closed for one in own)
    overdue = sum(one.is_overdue(now) for one in own)
    return OwnerRow(owner, len(own), len(own) - closed, overdue, closed, median(hours) if hours else None)
