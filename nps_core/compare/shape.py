"""The shape of the answers: where two NPS are alike and the shares behind them are not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.formatting import format_interval, format_share
from nps_core.score.sample import samples_across

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.scope import Scope
    from nps_core.score.design import Samples
    from nps_core.score.difference import Difference

CHANCE = 0.01
"""A shape is told of from here: it is asked beside the NPS, and two questions at .05 would mislead twice as often."""


@dataclass(frozen=True)
class Shape:
    """Passives on either side, where they differ beyond chance and the NPS does not.

    Parameters
    ----------
    a, b
        Their shares, 0..1.
    low, high
        The interval of a less b, in percentage points.
    p_value
        How often chance makes such a difference of shares.
    """

    a: float
    b: float
    low: float
    high: float
    p_value: float

    @property
    def sentence(self) -> str:
        """The finding, with its interval."""
        return (
            f"What differs is the shape: {format_share(self.a)} against {format_share(self.b)} are passives, beyond"
            f" chance ({format_interval(self.low, self.high)} percentage points)."
        )


def shape_of(scopes: Sequence[Scope], change: Difference) -> Shape | None:
    """How the passives of two sides differ; None where the NPS differs, where shares may be chance, or too few answer.

    The share of passives is tested as an NPS of its own, a passive counting +1 and anybody else -1: the same interval
    (a score interval of a share then), the same accounts.
    """
    if change.beyond_chance or change.too_few or not np.isfinite(change.p_value):
        return None
    found = shares_across(scopes, "passive").contrast([[0], [1]], (1, -1), level=change.level)[0]
    if not found.p_value < CHANCE:
        return None
    sides = [scope.counts.groups() for scope in scopes]
    a, b = (neutral / (happy + neutral + unhappy) for happy, neutral, unhappy in sides)
    return Shape(a, b, found.low / 2, found.high / 2, found.p_value)


def shares_across(scopes: Sequence[Scope], group: str) -> Samples:
    """The share of a group in several scopes, as samples whose NPS on -1..1 is twice the share less 1."""
    of = samples_across(scopes)
    own = samples_across([scope.with_filters(groups=(group,)) for scope in scopes])
    held = np.zeros(len(of.size))
    keys, mine = (one.cell * max(of.range_, 1) + one.cluster for one in (of, own))
    held[np.searchsorted(keys, mine)] = own.size

    def against_others(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
        some = part.sum(axis=1)
        return np.stack([some, np.zeros_like(some), whole.sum(axis=1) - some], axis=1)

    return replace(
        of,
        counts=against_others(own.counts, of.counts),
        single=against_others(own.single, of.single),
        net=2 * held - of.size,
    )
