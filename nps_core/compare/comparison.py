"""Two sides of a comparison: what was found, what it says, and its charts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import Axis, counts_axis
from nps_core.charts.spec import GROUP_ORDER, NO_CAPTION, Caption, Chart, Series, names_of
from nps_core.compare.detectable import few_words, responses_for, responses_to_see, seen_words, variance_of
from nps_core.formatting import (
    MINUS,
    capital,
    format_between,
    format_count,
    format_interval,
    format_nps,
    format_p,
    format_share,
    plural,
    short,
    size_words,
    the,
)
from nps_core.score.chart import group_series, percents_of, score_columns
from nps_core.score.sample import samples_across
from nps_core.user_text import plain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from nps_core.scope import Scope
    from nps_core.score.design import Samples
    from nps_core.score.difference import Difference
    from nps_core.score.estimate import Estimate
    from nps_core.survey import Scale


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


ALL_DATES = "all dates"
_OVER_BARS = 1.12  # of the highest bar, is free over it


@dataclass(frozen=True)
class Span:
    """A stretch of days with its name; None on either end leaves it open."""

    label: str
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a comparison.

    Parameters
    ----------
    label
        Its name: "Q3 2026", "Pro", "Pro, Q3 2026".
    scope
        Its responses; None when there can be none (the filters of the page leave none of its values).
    estimate
        Its NPS; NaN without responses.
    histogram
        Responses per score, lowest first; empty for a file of group words.
    """

    label: str
    scope: Scope | None
    estimate: Estimate
    histogram: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Side `a` less side `b`.

    Parameters
    ----------
    change
        NPS of a less NPS of b; NaN where a side is empty or they share responses.
    shared
        Responses that are on both sides: the interval holds for separate sides only.
    over_time
        True when the sides differ in time alone, b first: then the score rises and falls.
    both
        How many accounts (or respondents) answered on both sides.
    told
        Whether the sides are those of the trend's story, whose interval the difference has then.
    shape
        What is told of the shares where the NPS is alike and they are not.
    when
        The days that both sides have in common; empty where these are all, or the sides differ in them.
    caption
        What was looked at, in words, for its chart.
    """

    a: Side
    b: Side
    change: Difference
    shared: int
    over_time: bool
    both: int = 0
    told: bool = False
    shape: Shape | None = None
    when: str = ""
    caption: Caption = NO_CAPTION

    def chart(self) -> Chart:
        """The groups of either side as bars of whole percents, the NPS and its interval beside each."""
        sides = [side for side in (self.a, self.b) if side.estimate.n]
        percents = [percents_of([float(count) for count in side.estimate.groups]) for side in sides]
        counts = [
            dict(zip(reversed(GROUP_ORDER), map(float, side.estimate.groups), strict=True)) for side in sides
        ]
        title = self.title
        said = [
            f"{side.label}: {format_nps(side.estimate.nps)} {_figures(side)}, {_groups(own)}"
            for side, own in zip(sides, percents, strict=True)
        ]
        return Chart(
            kind="groups",
            name="compare-groups",
            title=title,
            subtitle=self.caption.subtitle,
            origin=(
                f"{self.caption.source}"
                " Bars: detractors, passives, promoters. Intervals: 95% (SCAS); of the difference:"
                f" {'that of the story' if self.told else 'MOVER'}."
            ),
            alt=f"{title}. " + "; ".join(said),
            rows=partial(_table, *self._without_scopes),
            n=float(sum(side.estimate.n for side in sides)),
            categories=names_of(side.label for side in sides),
            series=group_series(percents, counts),
            axis=Axis(0.0, 100.0, "percent"),
            columns=score_columns([side.estimate for side in sides]),
            asides=tuple(map(_figures, sides)),
        )

    def answers_chart(self, scale: Scale) -> Chart:
        """The share of each answer on either side; shares, since the sides differ in size."""
        scores = list(range(scale.low, scale.high + 1))
        sides = [(side, colour) for side, colour in ((self.a, "accent"), (self.b, "quiet")) if side.histogram]
        shown = [tuple(count / max(1, side.estimate.n) for count in side.histogram) for side, _ in sides]
        title = f"The answers, {the(self.a.label)} beside {the(self.b.label)}"
        said = [
            f"{side.label}: " + ", ".join(f"{s}: {format_share(v)}" for s, v in zip(scores, own, strict=True))
            for (side, _), own in zip(sides, shown, strict=True)
        ]
        return Chart(
            kind="columns",
            name="compare-answers",
            title=title,
            subtitle=self.caption.subtitle,
            origin=f"{self.caption.source} Height: share of the side's responses.",
            alt=f"{title}. " + "; ".join(said),
            rows=partial(_answers_table, *self._without_scopes[:2], scores),
            n=float(sum(side.estimate.n for side, _ in sides)),
            categories=tuple(map(str, scores)),
            series=tuple(
                Series(
                    plain(side.label),
                    own,
                    colours=(colour,),
                    hover=tuple(
                        f"{short(side.label)}, score {score}: {format_share(share)}"
                        for score, share in zip(scores, own, strict=True)
                    ),
                )
                for (side, colour), own in zip(sides, shown, strict=True)
                if any(own)
            ),
            axis=counts_axis((value for own in shown for value in own), "share", headroom=_OVER_BARS),
        )

    @property
    def title(self) -> str:
        """The finding in one line, true of the interval; with the days that both sides have in common."""
        return self._finding if self.shared else f"{self._finding}{self._when}"

    @property
    def _when(self) -> str:
        if not self.when:
            return ""
        return f", {self.when}" if " to " in self.when.partition(" (")[0] else f" in {self.when}"

    @property
    def _finding(self) -> str:
        a, b = self.a, self.b
        if undecided := self._undecided:
            return undecided
        size, up = size_words(self.change.points), self.change.points > 0
        if self.over_time:
            # Days that were typed in have long names, which their figures carry below.
            is_short = not any(" to " in side.label.partition(" (")[0] for side in (a, b))
            when = (
                f"from {the(b.label)} to {the(a.label)}"
                if is_short
                else "from the earlier dates to the later"
            )
            return f"NPS {'rose' if up else 'fell'} by {size} {when}"
        return f"{_first(a)} scores {size} {'above' if up else 'below'} {the(b.label)}"

    @property
    def _undecided(self) -> str:
        """The title where no difference of the NPS is found, and why; empty where one is."""
        first, second = _first(self.a), the(self.b.label)
        if self.shared:
            same = self.a.label == self.b.label
            return (
                "Both sides are the same responses"
                if same
                else f"{first} and {second} are not two separate sides"
            )
        if math.isnan(self.change.points):
            empty = [the(side.label) for side in (self.a, self.b) if not side.estimate.n]
            return f"There are no responses in {' or '.join(empty)}"
        if math.isnan(self.change.p_value):
            return f"{first} and {second}, picked by their score: neither NPS is that of all"
        if self.shape is not None:
            shares = f"{format_share(self.shape.a)} against {format_share(self.shape.b)}"
            return f"{first} and {second} differ in passives, {shares}, and not in NPS beyond chance"
        if self.change.beyond_chance:
            return ""
        few = bool(self.change.too_few)
        return f"{first} and {second}{': too few to tell them apart' if few else ' do not differ by more than chance'}"

    @property
    def verdict(self) -> str:
        """What the interval says about the difference, in one plain sentence."""
        if self.shared:
            return (
                f"{plural(self.shared, 'response')} would stand on both sides, and the interval of a"
                " difference needs separate ones. Pick other dates or other values on one side."
            )
        change = self.change
        if math.isnan(change.points):
            return "Pick other dates or values, or take a filter off."
        ours, theirs, size = _scores_and_size(self)
        start = f"{ours} against {theirs}: a difference of {size}"
        if math.isnan(change.p_value):
            return f"{start}. Whoever picks by the score picks the NPS: nothing is said of chance here."
        if change.too_few:
            return f"{start}. {few_words(self.a.estimate, self.b.estimate)}"
        between = format_between(change.low, change.high)
        if change.beyond_chance:
            return f"{start}, {between} with 95% certainty: more than chance explains."
        return (
            f"{start}. Two samples of one and the same NPS differ this much {format_p(change.p_value)};"
            f" the true difference lies {between} with 95% certainty, and may be none."
        )

    @property
    def detectable(self) -> str:
        """What could have been seen at all: the smallest difference with these numbers of responses."""
        what = "change" if self.over_time else "difference"
        return seen_words(self.a.estimate, self.b.estimate, self.change, what=what)

    def plan(self, points: float) -> str:
        """How many responses it takes to know an NPS, or a change of it, to so many points."""
        variance = variance_of(self.a.estimate, self.b.estimate)
        of_one, of_change = self._alike
        alone = responses_for(points, variance=variance * of_one)
        each = responses_to_see(points, variance=variance * of_change)
        who = f", as many from each {self.a.estimate.unit} as here" if (of_one, of_change) != (1, 1) else ""
        size = format_nps(points, digits=0 if float(points).is_integer() else 1).lstrip("+")
        return (
            f"To know an NPS to ±{size} points takes {format_count(alone)} responses. To see a change of"
            f" {size} points four times in five takes {format_count(each)} on each side{who}."
        )

    @property
    def _alike(self) -> tuple[float, float]:
        """How many times as many responses it takes since accounts are alike: for an NPS, and for a difference."""
        sides, error = (self.a.estimate, self.b.estimate), float(self.change.se)
        if sides[0].unit == "response" or math.isnan(error) or not all(side.n for side in sides):
            return 1.0, 1.0
        independent = 100 * math.sqrt(variance_of(*sides) * sum(1 / side.n for side in sides))
        return sum(side.n for side in sides) / sum(side.n_eff for side in sides), (error / independent) ** 2

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        return _table(self.a, self.b, self.change)

    @property
    def _without_scopes(self) -> tuple[Side, Side, Difference]:
        """What a chart may keep: it outlives the survey that is open."""
        return replace(self.a, scope=None), replace(self.b, scope=None), self.change

    @property
    def sizes(self) -> str:
        """Both sides with their responses: "Q3 2026, n 437 · Q2 2026, n 425"."""
        return " · ".join(f"{side.label}, n {side.estimate.size}" for side in (self.a, self.b))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the interval says of the NPS, what is told of its shape, and what could have been seen at all."""
        return tuple(filter(None, (self.verdict, *self.asides, self.overlap, self.detectable)))

    @property
    def asides(self) -> tuple[str, ...]:
        """What stands beside the verdict and is none: a difference of shape, and where the sides come from."""
        said = [] if self.shape is None else [self.shape.sentence]
        if self.told:
            said.append(
                "The story of the trend found these two stretches among all there could be, and the interval is as"
                " wide as that asks for."
            )
        return tuple(said)

    @property
    def overlap(self) -> str:
        """Who answered on both sides; empty where nobody did."""
        if not self.both:
            return ""
        who = plural(self.both, self.a.estimate.unit)
        return f"{who} answered on both sides, which the interval of the difference takes into account."


def _first(side: Side) -> str:
    """A side at the start of a sentence; a value of the file keeps its letters."""
    words = the(side.label)
    return capital(words) if words != side.label or words == ALL_DATES else words


def _figures(side: Side) -> str:
    score = side.estimate
    return f"({format_interval(score.low, score.high)}), n {score.size}"


def _groups(percents: dict[str, int]) -> str:
    return ", ".join(f"{percents[group]}% {group}s" for group in reversed(GROUP_ORDER))


def _answers_table(a: Side, b: Side, scores: Sequence[int]) -> pd.DataFrame:
    counts = {
        f"{name}: {side.label}": list(side.histogram) or [0] * len(scores)
        for name, side in (("A", a), ("B", b))
    }
    return pd.DataFrame({"score": scores, **counts})


def _table(a: Side, b: Side, change: Difference) -> pd.DataFrame:
    rows = [
        {
            "side": name,
            "selection": side.label,
            "nps": side.estimate.nps,
            "low": side.estimate.low,
            "high": side.estimate.high,
            "responses": side.estimate.n,
            "promoters": side.estimate.promoters,
            "passives": side.estimate.passives,
            "detractors": side.estimate.detractors,
        }
        for name, side in (("A", a), ("B", b))
    ]
    rows.append(
        {
            "side": "A less B",
            "selection": "difference",
            "nps": change.points,
            "low": change.low,
            "high": change.high,
        }
    )
    return pd.DataFrame(rows)


def _scores_and_size(found: Comparison) -> tuple[str, str, str]:
    """Both scores and the difference; with a decimal where whole points would not subtract to it."""
    points = found.a.estimate.nps, found.b.estimate.nps, found.change.points
    whole = [int(format_nps(value).replace(MINUS, "-")) for value in points]
    digits = 0 if whole[0] - whole[1] == whole[2] else 1
    ours, theirs, size = (format_nps(value, digits=digits) for value in points)
    return ours, theirs, size
