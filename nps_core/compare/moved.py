"""Why two selections differ, said in words: which segments score otherwise, and how far it is who answered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from nps_core.compare.decomposition import Part, Why, tables_between, why
from nps_core.compare.difference import Difference, difference, holm
from nps_core.compare.exact import round_to_sum
from nps_core.filters import NO_VALUE
from nps_core.score.estimate import LEVEL, MIN_READABLE, Estimate, critical, estimate
from nps_core.words import format_interval, format_nps, lowered, plural, short, size_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Counts: TypeAlias = NDArray[np.int64] | NDArray[np.float64]
    Scores: TypeAlias = tuple[Estimate, Estimate, Difference]

    from nps_core.compare.sides import Comparison

NO_THEME = "(no theme)"
"""Responses whose comment says nothing, or that have none, where a difference is taken apart by theme."""

THEME = "Theme"
"""What a difference is taken apart by, where it is not an attribute."""

UNNAMED = (NO_VALUE, NO_THEME)
"""What is a part of the sum and no segment to be named."""

_NAME_LENGTH = 24  # characters of an attribute that read well inside a sentence
_NAMED = 2  # segments that the sentence names


@dataclass(frozen=True, eq=False)
class MovedSegment:
    """One segment of a difference: its part, its NPS on either side, and whether its own change is beyond chance.

    `own` is the change of its NPS. `beyond_chance` holds after Holm's correction for all parts looked at, and
    only where the interval of its part leaves out 0 and both sides have 5 responses or more. `shown` is its
    part from within (rate) in whole points.
    """

    part: Part
    before: Estimate
    after: Estimate
    own: Difference
    beyond_chance: bool
    shown: int


@dataclass(frozen=True, eq=False)
class Moved:
    """A difference taken apart by one attribute.

    Parameters
    ----------
    attribute
        The attribute.
    why
        The parts, whose shown values sum to the shown total.
    segments
        One for each part, in the same order.
    mix_beyond_chance
        Whether who answered made a difference beyond chance, corrected in the same way.
    change
        The difference as a whole, with its interval.
    shown_mix
        The mix of all segments in whole points; with the `shown` of the segments it adds up to
        `why.shown_total`.
    by_theme
        Whether the parts are the themes of the comments; an attribute may be called `THEME` as well.
    """

    attribute: str
    why: Why
    segments: tuple[MovedSegment, ...]
    mix_beyond_chance: bool
    change: Difference
    shown_mix: int
    by_theme: bool = False

    @property
    def mix_interval(self) -> tuple[float, float]:
        """The interval of the sum of all mixes, in points."""
        return self.why.mix - self.why.mix_error, self.why.mix + self.why.mix_error


def moved(found: Comparison, attribute: str, *, looks: int = 1, level: float = LEVEL) -> Moved | None:
    """Take the difference of two sides apart by an attribute (Kitagawa; see `why`).

    Parameters
    ----------
    looks
        Attributes that this one was chosen among: a part must be as clear for all of them together.
    level
        The level of the intervals and of "beyond chance".

    Returns
    -------
    Moved or None
        None where there is no difference: a side is empty, or they share responses.

    Raises
    ------
    FilterError
        An attribute that is not in the survey.
    """
    return _all_moved(found, [attribute], looks, level)[0]


def _all_moved(
    found: Comparison, attributes: Sequence[str], looks: int, level: float = LEVEL
) -> list[Moved | None]:
    """`moved` by each of several attributes: the intervals of all their segments are found in one go."""
    before_scope, after_scope = found.b.scope, found.a.scope
    if not attributes or before_scope is None or after_scope is None or math.isnan(found.change.points):
        return [None] * len(attributes)
    sides = [tables_between(before_scope, after_scope, name) for name in attributes]
    before, after, own = _scores(
        (
            np.concatenate([first for _, first, _ in sides]),
            np.concatenate([second for _, _, second in sides]),
        ),
        level,
    )
    apart: list[Moved | None] = []
    start = 0
    for attribute, (named, first, second) in zip(attributes, sides, strict=True):
        mine = slice(start, start := start + len(named))
        parts = why(first, second, named, level=level)
        scores = before[mine], after[mine], own[mine]
        apart.append(
            None if parts is None else _moved(attribute, parts, (first, second), scores, found, looks)
        )
    return apart


def moved_of(
    attribute: str, parts: Why, tables: tuple[Counts, Counts], found: Comparison, *, looks: int = 1
) -> Moved:
    """The parts of a difference with the NPS of each segment on either side, and which are beyond chance.

    Parameters
    ----------
    parts
        The difference taken apart.
    tables
        Counts of the same segments before and after, shape (segments, 3). Where segments share responses they are
        sums of 1/m; judged by them a segment seems smaller than it is, so its flag errs on the side of chance.
    """
    return _moved(attribute, parts, tables, _scores(tables, parts.level), found, looks)


def _scores(tables: tuple[Counts, Counts], level: float) -> Scores:
    """The NPS of each segment before and after, and the difference."""
    before, after = (estimate(*side.T, level=level) for side in tables)
    return before, after, difference(after, before, level=level)


def _moved(
    attribute: str, parts: Why, tables: tuple[Counts, Counts], scores: Scores, found: Comparison, looks: int
) -> Moved:
    first, second = tables
    before, after, own = scores
    flags = _flags(parts, np.minimum(first.sum(axis=1), second.sum(axis=1)), own, looks, parts.level)
    # The mix is shown as one step, so it is rounded as one: many small parts would round to nothing.
    shown = round_to_sum(
        [Fraction(value) for value in (*(part.rate for part in parts.parts), parts.mix)], parts.shown_total
    )
    segments = tuple(
        MovedSegment(part, before[place], after[place], own[place], bool(flags[place]), shown[place])
        for place, part in enumerate(parts.parts)
    )
    return Moved(attribute, parts, segments, bool(flags[-1]), found.change, shown[-1])


def where_to_look(found: Comparison, attributes: Sequence[str]) -> str:
    """The attribute to start with: one of whose segments moved far more than its share of the responses.

    Of an attribute that nearly all have the same value of, that value would carry any difference. The first
    attribute where no segment is beyond chance.
    """

    def surprise(apart: Moved | None) -> float:
        # Of an attribute that the filters leave one value of, there is nothing to see.
        several = apart is not None and len(apart.segments) > 1
        parts = [one for one in apart.segments if one.beyond_chance] if apart and several else []
        sizes = found.a.estimate.n + found.b.estimate.n
        shares = [(one.before.n + one.after.n) / sizes for one in parts]
        return max(
            (
                abs(one.part.rate - share * found.change.points)
                for one, share in zip(parts, shares, strict=True)
            ),
            default=0.0 if several else -1.0,
        )

    surprises = [surprise(apart) for apart in _all_moved(found, attributes, len(attributes))]
    return attributes[surprises.index(max(surprises))]


def moved_title(found: Moved) -> str:
    """What the parts show, in one line; no segment is named whose change may be chance."""
    what = _what(found)
    if len(found.segments) == 1:
        return f"All have the same {what}"
    if not found.change.beyond_chance:
        return f"By {what}: parts of a difference that may be chance"
    named, apart = _named(found), [one for one in found.segments if one.beyond_chance]
    if named:
        adds = " and ".join(f"“{short(one.part.label)}” {_adds(one.shown)}" for one in named)
        return f"{adds}; {'the others less' if len(apart) > len(named) else f'no other {what} differs beyond chance'}"
    if found.mix_beyond_chance:
        who = "What was said, by theme," if found.by_theme else f"Who answered, by {what},"
        return f"{who} {_adds(found.shown_mix)}; no {what} differs beyond chance"
    return f"No single {what} differs beyond chance"


def moved_sentences(found: Moved) -> tuple[str, ...]:
    """The parts in words: the segments beyond chance, then the mix. None of them is a cause."""
    what = _what(found)
    if len(found.segments) == 1:
        return (f"All of these responses have the same {what}: there is nothing to take apart.",)
    low, high = found.mix_interval
    named = tuple(_segment_sentence(one) for one in _named(found))
    if not found.shown_mix and not found.mix_beyond_chance:
        return (*named, f"{mix_name(found)} (the mix of {_mixed(found)}) makes less than a point of it.")
    beyond = "beyond chance" if found.mix_beyond_chance else "no more than chance"
    if (low > 0 or high < 0) and not found.mix_beyond_chance:
        beyond = "which may be chance among so many parts"
    mix = f"{mix_name(found)} (the mix of {_mixed(found)}) {_adds(found.shown_mix)} ({format_interval(low, high)}), {beyond}."
    return (*named, mix)


def mix_name(found: Moved) -> str:
    """What the mix is: who answered, or, by theme, what was said."""
    return "What was said" if found.by_theme else "Who answered"


def _segment_sentence(one: MovedSegment) -> str:
    part = one.part
    return (
        f"“{short(part.label)}” scores {size_words(one.own.points, (one.after.nps, one.before.nps))} {'higher' if one.own.points > 0 else 'lower'}"
        f" ({format_nps(one.after.nps)} against {format_nps(one.before.nps)}); with its share of the responses that"
        f" {_adds(one.shown)} ({format_interval(part.rate_low, part.rate_high)})."
    )


def _what(found: Moved) -> str:
    """What a segment is called: "age group"; "segment" where the attribute is a whole question."""
    name = lowered(found.attribute)
    return name if len(name) <= _NAME_LENGTH and "?" not in name else "segment"


def _mixed(found: Moved) -> str:
    return "themes" if found.by_theme else _what(found)


def _adds(points: int) -> str:
    """What a part adds, in the whole points that are shown: "adds 11 points", "takes 1 point", "adds nothing"."""
    if not points:
        return "adds less than a point"
    return f"{'adds' if points > 0 else 'takes'} {plural(abs(points), 'point')}"


def _named(found: Moved) -> list[MovedSegment]:
    """The segments beyond chance that add most; what has no value is no segment to be named."""
    apart = [one for one in found.segments if one.beyond_chance and one.part.label not in UNNAMED]
    return sorted(apart, key=lambda one: -abs(one.part.rate))[:_NAMED]


def _flags(parts: Why, least: NDArray[Any], own: Difference, looks: int, level: float) -> NDArray[np.bool_]:
    """Which segments changed beyond chance, and, last, whether the mix did; one family for Holm.

    A segment is judged by the test of its own NPS: the linearised interval of its part has no width where a
    few responses agree.
    """
    p_values = np.where(least >= MIN_READABLE, own.p_value, np.nan)
    error = parts.mix_error / float(critical(level))
    mix = math.erfc(abs(parts.mix) / error / math.sqrt(2)) if error > 0 else math.nan
    clear = [part.rate_low > 0 or part.rate_high < 0 for part in parts.parts]
    flags = np.nan_to_num(holm([*p_values, mix]), nan=1.0) * looks < 1 - level
    return np.asarray(flags & np.array([*clear, True]))
