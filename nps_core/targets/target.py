"""Targets and benchmarks that somebody typed in, in words: how far the score is from them, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.formatting import format_count, format_interval, format_nps, size_words
from nps_core.link import from_link, is_number, to_link
from nps_core.targets.targets import ENDS, against

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nps_core.score.estimate import Estimate

_MOST = 10**9  # responses behind a benchmark; nobody has asked more


@dataclass(frozen=True)
class Target:
    """A target, or a benchmark with the responses behind it.

    Parameters
    ----------
    name
        Whose it is: "Board target", "Industry 2025".
    nps
        In points.
    n
        Responses that a benchmark was measured with; None when they are not known, or for a target.
    """

    name: str
    nps: float
    n: int | None = None

    def to_text(self) -> str:
        """The aim as one line, for a link; `targets_of` reads it back."""
        return to_link([self.name, self.nps, self.n])


def targets_of(texts: Iterable[str]) -> tuple[Target, ...]:
    """Read aims back from their texts; what is none is passed over, since a link may have been cut."""
    return tuple(aim for text in texts if (aim := _read(text)))


def target_sentence(score: Estimate, aim: Target) -> str:
    """How far the score is from an aim, true of the interval of the difference.

    Raises
    ------
    NPSError
        A target that is no NPS, or a benchmark of no responses.
    """
    gap = against(score, aim.nps, n=aim.n)
    behind = f", n {format_count(aim.n)}" if aim.n else ""
    name = f"“{aim.name or 'Target'}” ({format_nps(aim.nps)}{behind})"
    if not score.n:
        return f"There are no responses to set against {name}."
    interval = format_interval(gap.low, gap.high)
    way = "above" if gap.points > 0 else "below"
    if gap.beyond_chance:
        return f"{size_words(gap.points).capitalize()} {way} {name}, more than chance explains ({interval})."
    if not round(gap.points):
        return f"Level with {name}; the difference lies between {interval.replace(' to ', ' and ')}."
    return f"Reads {size_words(gap.points)} {way} {name}, but chance may explain that ({interval})."


def _read(text: str) -> Target | None:
    try:
        name, nps, n = from_link(text)
    except ValueError:
        return None
    counted = n is None or (type(n) is int and 0 < n <= _MOST)
    known = isinstance(name, str) and is_number(nps) and ENDS[0] <= nps <= ENDS[1] and counted
    return Target(name, float(nps), n) if known else None
