"""Why two selections differ, said in words: which segments score otherwise, and how far it is who answered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import points_axis
from nps_core.charts.spec import NO_CAPTION, Caption, Chart, Series, names_of, values_of
from nps_core.compare.decomposition import Decomposition, decompose_samples, samples_between
from nps_core.compare.errors import round_to_sum
from nps_core.filters import NO_VALUE
from nps_core.formatting import format_interval, format_nps, lowered, plural, short, size_words
from nps_core.score.difference import holm
from nps_core.score.estimate import LEVEL
from nps_core.score.ledger import adjust

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.compare.comparison import Comparison
    from nps_core.compare.decomposition import Part
    from nps_core.score.design import Samples
    from nps_core.score.difference import Difference
    from nps_core.score.estimate import Estimate


NO_THEME = "(no theme)"
"""Responses whose comment says nothing, or that have none, where a difference is taken apart by theme."""

THEME = "Theme"
"""What a difference is taken apart by, where it is not an attribute."""

UNNAMED = (NO_VALUE, NO_THEME)
"""What is a part of the sum and no segment to be named."""

_NAME_LENGTH = 24  # characters of an attribute that read well inside a sentence
_NAMED = 2  # segments that the sentence names

MOST_STEPS = 12
"""More segments than that are drawn as one step; the table keeps all."""

_LEAST_WIDTH = 20.0  # points: a step of one point does not look like a cliff


@dataclass(frozen=True, eq=False)
class SegmentContribution:
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
class Contributions:
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
    caption
        What was looked at, in words, for its chart.
    """

    attribute: str
    why: Decomposition
    segments: tuple[SegmentContribution, ...]
    mix_beyond_chance: bool
    change: Difference
    shown_mix: int
    by_theme: bool = False
    caption: Caption = NO_CAPTION

    @property
    def mix_interval(self) -> tuple[float, float]:
        """The interval of the sum of all mixes, in points."""
        return self.why.mix - self.why.mix_error, self.why.mix + self.why.mix_error

    def chart(self) -> Chart:
        """Steps of whole points from 0 to the difference; they add up to it as shown.

        Blue is a step beyond chance, grey one that chance explains; up and down are told by side and sign, since a
        rise of one segment is no better news than its number.
        """
        steps = steps_of(self)
        starts = _starts(steps)
        low, high = (
            values_of(start + getattr(step, end) for step, start in zip(steps, starts, strict=True))
            for end in ("low", "high")
        )
        words = tuple(format_nps(step.points) for step in steps)
        points = Series(
            "points",
            tuple(float(step.points) for step in steps),
            low,
            high,
            tuple("accent" if step.strong else "quiet" for step in steps),
            words,
            tuple(f"{short(step.label)}: {format_nps(step.points)} ({step.interval})" for step in steps),
        )
        title = self.title
        ends = [start + step.points for step, start in zip(steps, starts, strict=True)]
        return Chart(
            kind="steps",
            name="compare-why",
            title=title,
            subtitle=self.caption.subtitle,
            origin=(
                f"{self.caption.source}"
                f" {self._how} Blue: beyond chance, for all parts and attributes one may look at"
                " (Holm). What goes with the difference, not what made it."
            ),
            alt=f"{title}. " + "; ".join(f"{step.label} {format_nps(step.points)}" for step in steps),
            rows=partial(_table, self),
            n=float(sum(one.after.n + one.before.n for one in self.segments)),
            categories=names_of(step.label for step in steps),
            series=(points, Series("start", tuple(map(float, starts)))),
            axis=points_axis([*starts, *ends, *low, *high], least=_LEAST_WIDTH),
            columns=(("points", words), ("95% interval", tuple(step.interval for step in steps))),
            asides=tuple(step.interval for step in steps),
        )

    @property
    def _how(self) -> str:
        split = " a response about several themes counts in equal parts;" if self.by_theme else ""
        what = "theme" if self.by_theme else "segment"
        return f"Each {what}'s change times its share (Kitagawa);{split} lines: 95% intervals."

    @property
    def title(self) -> str:
        """What the parts show, in one line; no segment is named whose change may be chance."""
        what = _what(self)
        if len(self.segments) == 1:
            return f"All have the same {what}"
        if not self.change.beyond_chance:
            return f"By {what}: parts of a difference that may be chance"
        named, apart = _named(self), [one for one in self.segments if one.beyond_chance]
        if named:
            adds = " and ".join(f"“{short(one.part.label)}” {_adds(one.shown)}" for one in named)
            return (
                f"{adds};"
                f" {'the others less' if len(apart) > len(named) else f'no other {what} does, beyond chance'}"
            )
        if self.mix_beyond_chance:
            who = "What was said, by theme," if self.by_theme else f"Who answered, by {what},"
            return f"{who} {_adds(self.shown_mix)}; no {what} differs beyond chance"
        return f"No single {what} differs beyond chance"

    @property
    def sentences(self) -> tuple[str, ...]:
        """The parts in words: the segments beyond chance, then the mix. None of them is a cause."""
        what = _what(self)
        if len(self.segments) == 1:
            return (f"All of these responses have the same {what}: there is nothing to take apart.",)
        low, high = self.mix_interval
        named = tuple(_segment_sentence(one) for one in _named(self))
        if not self.shown_mix and not self.mix_beyond_chance:
            return (*named, f"{mix_name(self)} (the mix of {_mixed(self)}) makes less than a point of it.")
        beyond = "beyond chance" if self.mix_beyond_chance else "no more than chance"
        if (low > 0 or high < 0) and not self.mix_beyond_chance:
            beyond = "which may be chance among so many parts"
        mix = (
            f"{mix_name(self)} (the mix of {_mixed(self)}) {_adds(self.shown_mix)}"
            f" ({format_interval(low, high)}), {beyond}."
        )
        return (*named, mix)

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        return _table(self)


@dataclass(frozen=True)
class Step:
    """One bar: the whole points it shows, its interval (NaN for none), and whether it is beyond chance."""

    label: str
    points: int
    low: float
    high: float
    strong: bool

    @property
    def interval(self) -> str:
        """The interval in words; nothing for a step that has none."""
        return "" if math.isnan(self.low) else format_interval(self.low, self.high)


def mix_name(found: Contributions) -> str:
    """What the mix is: who answered, or, by theme, what was said."""
    return "What was said" if found.by_theme else "Who answered"


def _segment_sentence(one: SegmentContribution) -> str:
    part = one.part
    return (
        f"“{short(part.label)}” scores {size_words(one.own.points, (one.after.nps, one.before.nps))}"
        f" {'higher' if one.own.points > 0 else 'lower'} ({format_nps(one.after.nps)} against"
        f" {format_nps(one.before.nps)}); with its share of the responses that {_adds(one.shown)}"
        f" ({format_interval(part.rate_low, part.rate_high)})."
    )


def _what(found: Contributions) -> str:
    """What a segment is called: "age group"; "segment" where the attribute is a whole question."""
    name = lowered(found.attribute)
    return name if len(name) <= _NAME_LENGTH and "?" not in name else "segment"


def _mixed(found: Contributions) -> str:
    return "themes" if found.by_theme else _what(found)


def _adds(points: int) -> str:
    """What a part adds, in the whole points that are shown: "adds 11 points", "takes 1 point", "adds nothing"."""
    if not points:
        return "adds less than a point"
    return f"{'adds' if points > 0 else 'takes'} {plural(abs(points), 'point')}"


def _named(found: Contributions) -> list[SegmentContribution]:
    """The segments beyond chance that add most; what has no value is no segment to be named."""
    apart = [one for one in found.segments if one.beyond_chance and one.part.label not in UNNAMED]
    return sorted(apart, key=lambda one: -abs(one.part.rate))[:_NAMED]


def steps_of(found: Contributions) -> list[Step]:
    """The steps in the order drawn, the difference last; the shown points of all others add up to it."""
    order = sorted(found.segments, key=lambda one: (one.part.label in UNNAMED, -abs(one.part.rate)))
    alone = order if len(order) <= MOST_STEPS else order[: MOST_STEPS - 1]
    steps = [
        Step(one.part.label, one.shown, one.part.rate_low, one.part.rate_high, strong=one.beyond_chance)
        for one in alone
    ]
    if rest := order[len(alone) :]:
        points = sum(one.shown for one in rest)
        steps.append(Step(f"{len(rest)} others", points, math.nan, math.nan, strong=False))
    mix = Step(
        f"{mix_name(found)} (mix)", found.shown_mix, *found.mix_interval, strong=found.mix_beyond_chance
    )
    change, total = found.change, found.why.shown_total
    whole = Step("Difference", total, change.low, change.high, strong=bool(change.beyond_chance))
    return [*steps, mix, whole]


def _starts(steps: Sequence[Step]) -> list[int]:
    """Where each bar starts: one after another, and the difference at 0."""
    starts = [0]
    for step in steps[:-2]:
        starts.append(starts[-1] + step.points)
    return [*starts, 0]


def _table(found: Contributions) -> pd.DataFrame:
    rows = [
        {
            found.attribute: one.part.label,
            "nps_a": one.after.nps,
            "nps_b": one.before.nps,
            "n_a": one.after.n,
            "n_b": one.before.n,
            "within": one.part.rate,
            "within_low": one.part.rate_low,
            "within_high": one.part.rate_high,
            "mix": one.part.mix,
            "mix_low": one.part.mix_low,
            "mix_high": one.part.mix_high,
            "within_shown": one.shown,
            "beyond_chance": one.beyond_chance,
        }
        for one in found.segments
    ]
    total = {
        found.attribute: "all",
        "nps_a": found.why.after,
        "nps_b": found.why.before,
        "n_a": sum(one.after.n for one in found.segments),
        "n_b": sum(one.before.n for one in found.segments),
        "within": found.why.rate,
        "within_low": found.why.rate - found.why.rate_error,
        "within_high": found.why.rate + found.why.rate_error,
        "mix": found.why.mix,
        "mix_low": found.mix_interval[0],
        "mix_high": found.mix_interval[1],
        "within_shown": found.why.shown_total - found.shown_mix,
        "beyond_chance": bool(found.change.beyond_chance),
    }
    return pd.DataFrame([*rows, total])


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
    for side in (found.b.scope, found.a.scope):
        side.counts.ahead(*((name,) for name in attributes))
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
