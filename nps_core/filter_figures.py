"""What a filter would leave and what it does: responses and NPS of each value, of all and of what is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nps_core.filters import ACCOUNT, NO_VALUE
from nps_core.formatting import format_count, format_nps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nps_core.scope import Scope

FEWEST = 30
"""The NPS of fewer responses than this is not written beside a value: its margin is some 25 points and more."""


class Option(NamedTuple):
    """A value that one can filter by: the responses with it under the other filters, and their NPS (points).

    The NPS is None where it would say nothing: of fewer than `FEWEST` responses, and of some of the groups alone.
    """

    value: str
    n: int
    nps: float | None

    @property
    def figures(self) -> str:
        """Such as "412 · +32", or "12" of few."""
        count = format_count(self.n)
        return count if self.nps is None else f"{count} · {format_nps(self.nps)}"


def find_options(scope: Scope, attribute: str) -> tuple[Option, ...]:
    """The values of an attribute, or of `ACCOUNT`, under all other filters; none of a value that the survey lacks.

    In the order of the attribute, also those that the other filters leave nothing of; accounts by their responses.
    """
    table = scope.with_attribute(attribute, ()).counts.by(attribute)
    told = not scope.picks_by_score
    found = [
        Option(label, n, _points(*counts) if told and n >= FEWEST else None)
        for label, n, counts in zip(table.labels, table.n.tolist(), table.counts.tolist(), strict=True)
    ]
    if attribute == ACCOUNT:
        found.sort(key=lambda one: (one.value == NO_VALUE, -one.n, one.value))
    return tuple(found)


def find_groups(scope: Scope) -> tuple[Option, ...]:
    """Promoters, passives and detractors under all other filters; an NPS of one group says nothing."""
    counts = scope.with_filters(groups=()).counts.groups()
    return tuple(
        Option(group, n, None) for group, n in zip(("promoter", "passive", "detractor"), counts, strict=True)
    )


def containing(
    options: Iterable[Option], text: str, most: int, *, kept: Iterable[str] = ()
) -> tuple[Option, ...]:
    """At most so many of some options whose value contains a text, upper and lower case alike; those kept first."""
    wanted, always = text.strip().casefold(), set(kept)
    found = [one for one in options if one.value in always or wanted in one.value.casefold()]
    found.sort(key=lambda one: one.value not in always)
    return tuple(found[: max(most, len(always))])


def beside_all(scope: Scope) -> str:
    """The NPS of all beside that of what is looked at: "All +48 → here +32".

    "" where nothing is filtered, where nothing is left, and where some of the groups are picked.
    """
    if not scope.filters or not scope.n or scope.picks_by_score:
        return ""
    whole, here = (format_nps(_points(*one.counts.groups())) for one in (scope.whole, scope))
    return f"All {whole} → here {here}"


def _points(promoters: int, passives: int, detractors: int) -> float:
    return 100 * (promoters - detractors) / (promoters + passives + detractors)
