"""What goes with the score, in words that name no cause."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nps_core.formatting import in_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.drivers.result import AttributeEffect, Driver

NAME_LENGTH = 60
"""Characters of a question or an attribute in a sentence: survey tools use whole questions."""


def drivers_title(found: Sequence[Driver], spreads: Sequence[AttributeEffect]) -> str:
    """The first line: what goes with the score most, by more than chance, or that nothing does."""
    apart = [one for one in found if one.beyond_chance]
    if apart:
        way = "with" if apart[0].effect.points > 0 else "against"
        most = " most" if len(found) > 1 else ""
        return f"“{in_title(apart[0].column)}” goes {way} the score{most}"
    wide = [one for one in spreads if one.beyond_chance]
    if wide:
        return f"The score differs most by {quoted(wide[0])}"
    if (found or spreads) and not told(found) and not spreads:
        return "Of these responses nothing can be told of what goes with the score"
    if found or spreads:
        return "Nothing that was asked goes with the score beyond chance"
    return "This file has nothing to set beside the score"


def told(found: Sequence[Driver]) -> bool:
    """Whether there is a question with responses and accounts enough on both sides to be told from chance."""
    return any(not math.isnan(one.p_adjusted) for one in found)


def quoted(one: AttributeEffect) -> str:
    """An attribute as a sentence names it."""
    return f"“{in_title(one.attribute)}”"
