"""What goes with the score: a question with its effect, an attribute with its spread; in words, and as charts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.charts.axes import Axis, counts_axis, points_axis
from nps_core.charts.spec import MOST_ROWS, Captioned, Chart, Series, names_of, values_of
from nps_core.formatting import (
    as_read,
    format_interval,
    format_nps,
    format_share,
    in_title,
    short,
    size_words,
    with_interval,
)
from nps_core.score.ledger import sign_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.score.difference import Difference
    from nps_core.score.estimate import Estimate


@dataclass(frozen=True)
class Driver:
    """A CSAT or CES question, and how the NPS goes with it.

    Parameters
    ----------
    column, kind
        The question, "csat" or "ces".
    n
        Responses that answered it.
    performance
        Percent of the answers at the good end of its scale (`measures.good_from`); NaN without an answer.
    satisfied, others
        NPS of those who answered at the good end, and of those who did not.
    effect
        The first less the second, in points: how far apart they are, not what would come of a better answer.
    p_adjusted
        P-value of the effect, adjusted for all that an overview and a report look at (the ledger).
    beyond_chance
        True where `p_adjusted` is below 1 - level.
    sign
        True where it is beyond chance among the questions only (Holm).
    """

    column: str
    kind: str
    n: int
    performance: float
    satisfied: Estimate
    others: Estimate
    effect: Difference
    p_adjusted: float
    beyond_chance: bool
    sign: bool = False


@dataclass(frozen=True)
class AttributeEffect:
    """An attribute, and how far its segments are apart.

    Parameters
    ----------
    attribute
        The attribute.
    segments
        How many of its segments answered.
    spread, low, high
        Standard deviation of their true NPS as far as chance does not explain it, each weighing as its effective n,
        with its interval, in points.
    weakest, strongest
        The segments at either end, after drawing small ones towards the mean (`shrink`).
    p_adjusted
        How often equal segments would scatter as much, adjusted (Holm) for the number of attributes.
    beyond_chance
        True where `p_adjusted` is below 1 - level.
    """

    attribute: str
    segments: int
    spread: float
    low: float
    high: float
    weakest: str
    strongest: str
    p_adjusted: float
    beyond_chance: bool


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


_AXES = "Up: points of NPS between those at the good end of a question and the rest · right: their share"
_MARGIN, _LEAST_SHARE = (
    0.08,
    0.4,
)  # left free around the shares, for the labels; how wide their axis is at least
_CORNERS = (
    "goes with the score more, answered less well",
    "more, and better",
    "less, and less well",
    "less, and better",
)
_HOVER_LENGTH, _END = 34, 13  # characters: of a name, and of a segment at either end
_OVER_BARS = 1.02


class Drivers(Captioned[Driver]):
    """Questions, the largest effect first."""

    def chart(self) -> Chart:
        """Importance (upwards, with its interval) against performance (to the right), a dot a question.

        Whether a question is strong or weak is said beside the others, by thin lines at the means of those shown.
        """
        shown = sorted(
            (one for one in self if not math.isnan(one.effect.points)), key=lambda one: -one.effect.points
        )
        effects = [one.effect for one in shown]
        points, low, high = (
            values_of(getattr(one, part) for one in effects) for part in ("points", "low", "high")
        )
        colours = tuple("accent" if one.beyond_chance else "quiet" for one in shown) or ("quiet",)
        shares = tuple(one.performance / 100 for one in shown)
        title = drivers_title(self, ())
        return Chart(
            kind="plane",
            name="drivers",
            title=title,
            subtitle=f"{_AXES} · {self.caption.subtitle}",
            origin=(
                f"{self.caption.source}"
                " Upright lines: 95% intervals (MOVER). Blue: beyond chance. Thin lines:"
                " means of the questions. What goes together, not what follows."
            ),
            alt=f"{title}. " + " ".join(self.sentences),
            rows=self.table,
            n=float(max((one.n for one in shown), default=0)),
            categories=names_of(one.column for one in shown),
            series=(
                Series("difference", points, low, high, colours, hover=tuple(map(_hover, shown))),
                Series("at the good end", shares),
            ),
            axis=points_axis([0.0, *low, *high]),
            across=_share_axis(shares),
            columns=(
                ("effect", tuple(format_nps(one.points) for one in effects)),
                ("95% interval", tuple(format_interval(one.low, one.high) for one in effects)),
                ("at the good end", tuple(map(format_share, shares))),
            ),
            corners=_CORNERS if len(shown) > 1 else None,
        )

    @property
    def weakest(self) -> str:
        """Of the questions that go with the score, the one answered least well; empty where there are not two."""
        along = [one for one in self if one.beyond_chance and one.effect.points > 0]
        if len(along) < 2:  # noqa: PLR2004 - nothing to be the least of
            return ""
        least = min(along, key=lambda one: one.performance)
        return (
            f"Of those that go with the score, “{short(as_read(least.column), NAME_LENGTH)}” is answered least"
            f" well: {format_share(least.performance / 100)} at the good end of its scale."
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """The strongest question with its figures, and of those beyond chance the one answered least well."""
        apart = [one for one in self if one.beyond_chance]
        if not self:
            return ()
        if not told(self):
            few = "No question has responses and accounts enough at its good end and beside it to be told from chance."
            return (few,)
        signs = sign_sentence(
            [f"“{short(as_read(one.column), NAME_LENGTH)}”" for one in self if one.sign], "these questions"
        )
        if not apart:
            return (signs or "None of the questions goes with the score by more than chance explains.",)
        said = [_effect_sentence(apart[0]), *([signs] if signs else [])]
        along = [one for one in apart if one.effect.points > 0]
        if len(along) < len(apart):
            said.append(
                "A question that goes against the score is unusual: see which end of its scale is the good"
                " one."
            )
        said += [self.weakest] if self.weakest else []
        said.append(
            "People who like a product tend to like all of it: this shows what goes together, not what"
            " would follow."
        )
        return tuple(said)

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        return pd.DataFrame(
            {
                "question": [one.column for one in self],
                "kind": [one.kind for one in self],
                "responses": [one.n for one in self],
                "percent_at_good_end": [one.performance for one in self],
                "nps_good_end": [one.satisfied.nps for one in self],
                "nps_rest": [one.others.nps for one in self],
                "difference": [one.effect.points for one in self],
                "low": [one.effect.low for one in self],
                "high": [one.effect.high for one in self],
                "p_adjusted": [one.p_adjusted for one in self],
                "beyond_chance": [one.beyond_chance for one in self],
            }
        )


class AttributeEffects(Captioned[AttributeEffect]):
    """Attributes, those whose segments are furthest apart first."""

    def chart(self) -> Chart:
        """How far the segments of each attribute are apart beyond chance; grey where chance explains it."""
        title = drivers_title((), self)
        values, low, high = (
            values_of(getattr(one, part) for one in self) for part in ("spread", "low", "high")
        )
        colours = tuple("accent" if one.beyond_chance else "quiet" for one in self) or ("quiet",)
        labels = tuple(size_words(one.spread) if one.beyond_chance else "" for one in self)
        intervals = tuple(
            f"{one.low:.0f} to {one.high:.0f}" if one.beyond_chance else "within chance" for one in self
        )
        return Chart(
            kind="lengths",
            name="drivers-attributes",
            title=title,
            subtitle=self.caption.subtitle,
            origin=(
                f"{self.caption.source}"
                " Standard deviation of the segments' NPS, weighted by effective n, less what chance"
                " makes of it; lines: 95% intervals. Blue: beyond chance (Holm)."
            ),
            alt=f"{title}. {' '.join(self.sentences)}",
            rows=self.table,
            n=math.nan,
            categories=names_of(one.attribute for one in self),
            series=(Series("spread", values, low, high, colours, labels, tuple(map(_spread_hover, self))),),
            axis=counts_axis(high, "size", headroom=_OVER_BARS),
            columns=(
                ("points", tuple(label.partition(" point")[0] for label in labels)),
                ("95% interval", intervals),
                ("lowest to highest", tuple(_ends(one) if one.beyond_chance else "" for one in self)),
            ),
            asides=tuple(
                f"{interval}\n{_ends(one)}" if one.beyond_chance else interval
                for one, interval in zip(self, intervals, strict=True)
            ),
            total=len(self),
            rows_are="attributes",
        ).at_most(MOST_ROWS)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Along which attribute the segments are apart, beyond what chance does."""
        apart = [one for one in self if one.beyond_chance]
        if not self:
            return ()
        if not apart:
            return ("The segments of no attribute differ by more than chance explains.",)
        first = apart[0]
        said = (
            f"The segments of {quoted(first)} stand some {size_words(first.spread)} ({_between(first)}) from"
            f" their mean, beyond what chance does: “{short(first.weakest)}” lowest,"
            f" “{short(first.strongest)}” highest."
        )
        return (said,)

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        names = (
            "attribute",
            "segments",
            "spread",
            "low",
            "high",
            "p_adjusted",
            "beyond_chance",
            "weakest",
            "strongest",
        )
        return pd.DataFrame({name: [getattr(one, name) for one in self] for name in names})


def _share_axis(shares: Sequence[float]) -> Axis:
    """Around the shares, at least 40 percent wide, on tens of percent inside the scale."""
    low, high = (min(shares), max(shares)) if shares else (0.0, 1.0)
    spare = max(_MARGIN, (_LEAST_SHARE - (high - low)) / 2)
    low, high = max(0.0, low - spare), min(1.0, high + spare)
    return Axis(math.floor(low * 10) / 10, math.ceil(high * 10) / 10, "share")


def _hover(one: Driver) -> str:
    verdict = "beyond chance" if one.beyond_chance else "within chance"
    return (
        f"{short(as_read(one.column), _HOVER_LENGTH)}: {format_share(one.performance / 100)} at its good end"
        f"\n{with_interval(one.effect.points, one.effect.low, one.effect.high)}, {verdict};"
        f" n {one.n:,}"
    )


def _spread_hover(one: AttributeEffect) -> str:
    return f"{short(as_read(one.attribute), _HOVER_LENGTH)}: {short(one.weakest)} to {short(one.strongest)}"


def _ends(one: AttributeEffect) -> str:
    return f"{short(one.weakest, _END)} to {short(one.strongest, _END)}"


def _effect_sentence(one: Driver) -> str:
    change = one.effect
    way = "above" if change.points > 0 else "below"
    return (
        f"“{short(as_read(one.column), NAME_LENGTH)}”: those at its good end score"
        f" {size_words(change.points, (one.satisfied.nps, one.others.nps))} {way} the rest"
        f" ({format_nps(one.satisfied.nps)} against {format_nps(one.others.nps)}; difference"
        f" {format_interval(change.low, change.high)})."
    )


def _between(one: AttributeEffect) -> str:
    low, high = (format_nps(end).lstrip("+") for end in (one.low, one.high))
    return f"{low} to {high}"
