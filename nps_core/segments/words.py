"""Segments in words: what they could have shown at all, and what drawing small ones to the mean does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.visible import how_often
from nps_core.filters import NO_VALUE
from nps_core.segments.result import visible_differences
from nps_core.segments.shrinkage import Shrunk, shrink
from nps_core.words import format_count, format_nps, format_share, plural, short

if TYPE_CHECKING:
    from nps_core.segments.result import Segments

_WHOLE = 200.0  # points: the difference of the two ends of the scale


def segments_visible_sentence(found: Segments) -> str:
    """How small a difference could show? What the smallest and the largest segment would."""
    smallest = visible_differences(found)
    known = np.flatnonzero(np.isfinite(smallest))
    if not len(known):
        return "With one segment alone there is nothing that could differ."
    few, many = (int(known[pick(found.n[known])]) for pick in (np.argmin, np.argmax))
    often = how_often(found.n[few])
    unseen = f"smaller ones would mostly go unseen among {plural(len(known), 'segment')}"
    if smallest[many] >= _WHOLE:
        return "None of these segments could show any difference from the rest: each has too few responses."
    if smallest[few] >= _WHOLE:
        return (
            f"{_own(found, few)} could show no difference at all: there are too few. {_own(found, many)} would show"
            f" one of {_size(smallest[many])} from the rest {how_often(found.n[many])}; {unseen}."
        )
    if _size(smallest[few]) == _size(smallest[many]):
        return f"Each would show a difference of {_size(smallest[few])} from the rest {often}; {unseen}."
    return (
        f"{_own(found, few)} would show a difference of {_size(smallest[few])} from the rest {often},"
        f" {_own(found, many)} one of {_size(smallest[many])}; {unseen}."
    )


def calm(found: Segments) -> Shrunk:
    """Each segment drawn towards the mean of all, by how little it has to say; `NO_VALUE` is no part of it (NaN)."""
    named = np.array([label != NO_VALUE for label in found.labels], dtype=np.bool_)
    groups = [np.where(named, group, 0) for group in found.estimate.groups]
    return shrink(*groups)


def calm_sentence(found: Segments, calmed: Shrunk) -> str:
    """What the diamonds are, in one plain sentence."""
    if math.isnan(calmed.mean):
        return "There is nothing to draw a mean from."
    mean = format_nps(calmed.mean)
    if calmed.spread == 0:
        return f"Diamonds: chance explains all that these segments differ by, so each is drawn to their mean of {mean}."
    known = np.flatnonzero(~np.isnan(calmed.weight))
    few = int(known[np.argmin(calmed.weight[known])])
    return (
        f"Diamonds: each segment drawn towards the mean of {mean}, the further the fewer its responses, since the best and"
        f" worst of small segments are partly luck; “{short(found.labels[few])}” (n {format_count(found.n[few])}) keeps"
        f" {format_share(float(calmed.weight[few]))} of its distance."
    )


def _own(found: Segments, place: int) -> str:
    return f"“{short(found.labels[place])}” (n {format_count(found.n[place])})"


def _size(points: float) -> str:
    return plural(math.ceil(points), "point")
