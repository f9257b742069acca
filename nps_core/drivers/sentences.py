"""What goes with the score, in words that name no cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.words import format_interval, format_nps, format_share, short, size_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.drivers.result import AttributeSpread, Driver

_NAME_LENGTH = 60


def drivers_title(found: Sequence[Driver], spreads: Sequence[AttributeSpread]) -> str:
    """The first line: what goes with the score most, by more than chance, or that nothing does."""
    apart = [one for one in found if one.beyond_chance]
    if apart:
        way = "with" if apart[0].effect.points > 0 else "against"
        return f"“{short(apart[0].column, _NAME_LENGTH)}” goes {way} the score most"
    wide = [one for one in spreads if one.beyond_chance]
    if wide:
        return f"The score differs most by {_name(wide[0])}"
    if found or spreads:
        return "Nothing that was asked goes with the score beyond chance"
    return "This file has nothing to set beside the score"


def driver_sentences(found: Sequence[Driver]) -> tuple[str, ...]:
    """The strongest question with its figures, and of those beyond chance the one answered least well."""
    apart = [one for one in found if one.beyond_chance]
    if not found:
        return ()
    if not apart:
        return ("None of the questions goes with the score by more than chance explains.",)
    said = [_effect_sentence(apart[0])]
    along = [one for one in apart if one.effect.points > 0]
    if len(along) < len(apart):
        said.append(
            "A question that goes against the score is unusual: see which end of its scale is the good one."
        )
    if len(along) > 1:
        weakest = min(along, key=lambda one: one.performance)
        said.append(
            f"Of those that go with the score, “{short(weakest.column, _NAME_LENGTH)}” is answered least well:"
            f" {format_share(weakest.performance / 100)} at the good end of its scale."
        )
    said.append(
        "People who like a product tend to like all of it: this shows what goes together, and not what would follow."
    )
    return tuple(said)


def spread_sentence(spreads: Sequence[AttributeSpread]) -> str:
    """Along which attribute the segments are apart, beyond what chance does."""
    apart = [one for one in spreads if one.beyond_chance]
    if not spreads:
        return ""
    if not apart:
        return "The segments of no attribute differ by more than chance explains."
    first = apart[0]
    return (
        f"The segments of {_name(first)} stand some {size_words(first.spread)} ({_between(first)}) from their mean, beyond"
        f" what chance does: “{short(first.weakest)}” lowest, “{short(first.strongest)}” highest."
    )


def _between(one: AttributeSpread) -> str:
    low, high = (format_nps(end).lstrip("+") for end in (one.low, one.high))
    return f"{low} to {high}"


def _effect_sentence(one: Driver) -> str:
    change = one.effect
    way = "above" if change.points > 0 else "below"
    return (
        f"“{short(one.column, _NAME_LENGTH)}”: those at its good end score {size_words(change.points, (one.satisfied.nps, one.others.nps))} {way} the rest"
        f" ({format_nps(one.satisfied.nps)} against {format_nps(one.others.nps)};"
        f" difference {format_interval(change.low, change.high)})."
    )


def _name(one: AttributeSpread) -> str:
    return f"“{short(one.attribute, _NAME_LENGTH)}”"
