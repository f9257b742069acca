"""Segments in words: what they could have shown at all, and what drawing small ones to the mean does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nps_core.filters import NO_VALUE
from nps_core.formatting import format_count, format_nps, format_share, short
from nps_core.segments.shrinkage import Shrunk, shrink

if TYPE_CHECKING:
    from nps_core.segments.result import Segments


def shrink_segments(found: Segments) -> Shrunk:
    """Each segment drawn towards the mean of all, by how little it has to say; `NO_VALUE` is no part of it (NaN)."""
    named = np.array([label != NO_VALUE for label in found.labels], dtype=np.bool_)
    groups = [np.where(named, group, 0) for group in found.estimate.groups]
    return shrink(*groups)


def shrinkage_sentence(found: Segments, calmed: Shrunk) -> str:
    """What the diamonds are, in one plain sentence."""
    if math.isnan(calmed.mean):
        return "There is nothing to draw a mean from."
    mean = format_nps(calmed.mean)
    if calmed.spread == 0:
        return (
            "Diamonds: chance explains all that these segments differ by, so each is drawn to their mean of"
            f" {mean}."
        )
    known = np.flatnonzero(~np.isnan(calmed.weight))
    few = int(known[np.argmin(calmed.weight[known])])
    return (
        f"Diamonds: each segment drawn towards the mean of {mean}, the further the fewer its responses, since"
        f" the best and worst of small segments are partly luck; “{short(found.labels[few])}” (n"
        f" {format_count(found.n[few])}) keeps {format_share(float(calmed.weight[few]))} of its distance."
    )
