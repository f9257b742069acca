"""A difference of two scores taken apart: what each segment adds, what it says, and its chart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.charts.axes import points_axis
from nps_core.charts.caption import NO_CAPTION, Caption
from nps_core.charts.spec import Chart, Series, names_of, values_of
from nps_core.filters import NO_VALUE
from nps_core.formatting import format_interval, format_nps, lowered, plural, short, size_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.compare.decomposition import Decomposition, Part
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

    def chart(self, *, subtitle: str | None = None, source: str | None = None) -> Chart:
        """Steps of whole points from 0 to the difference; they add up to it as shown.

        Blue is a step beyond chance, grey one that chance explains; up and down are told by side and sign, since a
        rise of one segment is no better news than its number.
        """
        subtitle, source = self.caption.unless(subtitle, source)
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
            subtitle=subtitle,
            origin=(
                f"{source} {self._how} Blue: beyond chance, for all parts and attributes one may look at"
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
