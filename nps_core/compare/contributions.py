"""Why two selections differ, said in words: which segments score otherwise, and how far it is who answered."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.contribution import Contributions, SegmentContribution
from nps_core.compare.decomposition import Decomposition, decompose_samples, samples_between
from nps_core.compare.exact import round_to_sum
from nps_core.score.difference import holm
from nps_core.score.estimate import LEVEL
from nps_core.score.ledger import adjust

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.compare.comparison import Comparison
    from nps_core.score.design import Samples
    from nps_core.score.difference import Difference

_ROUNDING = 1e-9


def find_contributions(
    found: Comparison, attribute: str, *, looks: int = 1, by_hand: bool = True, level: float = LEVEL
) -> Contributions | None:
    """Take the difference of two sides apart by an attribute (Kitagawa; see `decompose`).

    Parameters
    ----------
    looks
        Attributes that this one was chosen among: a part must be as clear for all of them together.
    by_hand
        Whether somebody asked for it; what a report looks into by itself has the parts' share of its risk only.
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
    if found.a.scope is None or found.b.scope is None or math.isnan(found.change.points):
        return None
    named, of = samples_between(found.b.scope, found.a.scope, attribute)
    parts = decompose_samples(of, named, level=level)
    if parts is None:
        return None
    return contributions_of(attribute, parts, of, found, looks=looks, by_hand=by_hand)


def contributions_of(
    attribute: str,
    parts: Decomposition,
    of: Samples,
    found: Comparison,
    *,
    looks: int = 1,
    by_hand: bool = True,
) -> Contributions:
    """The parts of a difference with the NPS of each segment on either side, and which are beyond chance.

    Parameters
    ----------
    parts
        The difference taken apart.
    of
        A sample for each segment before, then for each of them after. Where segments share responses they are sums of
        1/m; judged by them a segment seems smaller than it is, so its flag errs on the side of chance.
    """
    earlier, later = np.arange(len(of)).reshape(2, -1)
    scores = of.estimate(level=parts.level)
    before, after = scores[earlier], scores[later]
    own = of.contrast([later, earlier], (1, -1), level=parts.level)
    flags = _flags(parts, own, found.change, looks, by_hand=by_hand)
    # The mix is shown as one step, so it is rounded as one: many small parts would round to nothing.
    shown = round_to_sum(
        [Fraction(value) for value in (*(part.rate for part in parts.parts), parts.mix)], parts.shown_total
    )
    segments = tuple(
        SegmentContribution(part, before[place], after[place], own[place], bool(flags[place]), shown[place])
        for place, part in enumerate(parts.parts)
    )
    return Contributions(
        attribute, parts, segments, bool(flags[-1]), found.change, shown[-1], caption=found.caption
    )


def most_telling_attribute(found: Comparison, attributes: Sequence[str], *, by_hand: bool = True) -> str:
    """The attribute to start with: one of whose segments moved far more than its share of the responses.

    Of an attribute that nearly all have the same value of, that value would carry any difference. The first
    attribute where no segment is beyond chance.
    """
    looks = len(attributes)
    surprises = _most_possible(found, attributes)
    sure = 0.0
    # Few need to be taken apart: those that could still be farther off than what is known.
    for place in sorted(range(looks), key=lambda place: -surprises[place]):
        if surprises[place] > 0 and surprises[place] >= sure:
            apart = find_contributions(found, attributes[place], looks=looks, by_hand=by_hand)
            parts = () if apart is None else apart.segments
            surprises[place] = max(
                (_surprise(found, part) for part in parts if part.beyond_chance), default=0.0
            )
            sure = max(sure, surprises[place])
        elif surprises[place] > 0:
            surprises[place] = 0.0
    return attributes[surprises.index(max(surprises))]


def _surprise(found: Comparison, one: SegmentContribution) -> float:
    """How much farther a segment moved the NPS than its share of the responses would have, in points."""
    share = (one.before.n + one.after.n) / (found.a.estimate.n + found.b.estimate.n)
    return float(abs(one.part.rate - share * found.change.points))


def _most_possible(found: Comparison, attributes: Sequence[str]) -> list[float]:
    """For each attribute how far off a segment may be that is beyond chance by itself; 0 if none is.

    -1 of an attribute that there is nothing to see of: the filters leave one value, or there is no difference.
    """
    if found.a.scope is None or found.b.scope is None or math.isnan(found.change.points):
        return [-1.0] * len(attributes)
    between = [samples_between(found.b.scope, found.a.scope, name)[1] for name in attributes]
    sizes = [len(of) // 2 for of in between]
    starts = np.cumsum([0, *sizes])
    # Of each attribute all that was before, and after it all that is now.
    before = np.concatenate([2 * start + np.arange(size) for start, size in zip(starts, sizes, strict=False)])
    every = between[0].joined(*between[1:])
    own = every.contrasts([before + np.repeat(sizes, sizes), before], (1, -1)).difference(limits=False)
    counts = np.concatenate([of.counts.reshape(2, -1, 3) for of in between], axis=1)
    n = counts.sum(axis=2)
    with np.errstate(invalid="ignore"):
        old, new = (counts[..., 0] - counts[..., 2]) / n
    whole = np.array([[found.b.estimate.n], [found.a.estimate.n]])
    rate = 100 * (n / whole).mean(axis=0) * (new - old)
    off = np.abs(rate - n.sum(axis=0) / whole.sum() * found.change.points)
    # A little more, for what rounding takes; and whatever is claimed is so by itself before it is corrected.
    possible = np.where(~own.too_few & (own.p_value < 1 - own.level), off * (1 + _ROUNDING), 0.0)
    return [
        float(np.nan_to_num(possible[first:last]).max()) if last - first > 1 else -1.0
        for first, last in pairwise(starts.tolist())
    ]


def _flags(
    parts: Decomposition, own: Difference, change: Difference, looks: int, *, by_hand: bool
) -> NDArray[np.bool_]:
    """Which segments changed beyond chance, and, last, whether the mix did; one family for Holm.

    A segment is judged by the test of its own NPS: the linearised interval of its part has no width where a
    few responses agree. Nothing is judged of responses picked by their score, or by too few on a side.
    """
    p_values = np.where(own.too_few, np.nan, own.p_value)
    mix = math.nan if change.too_few or math.isnan(change.p_value) else parts.mix_p
    clear = [part.rate_low > 0 or part.rate_high < 0 for part in parts.parts]
    clear.append(abs(parts.mix) > parts.mix_error)
    family = [*p_values, mix]
    adjusted = holm(family) * looks if by_hand else adjust(family, "parts", looks=looks)
    flags = np.nan_to_num(adjusted, nan=1.0) < 1 - parts.level
    return np.asarray(flags & np.array(clear))
