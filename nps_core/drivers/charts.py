"""Charts of what goes with the score: questions by importance and performance, attributes by how far they spread."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.charts.axes import Axis, counts_axis, points_axis
from nps_core.charts.spec import MOST_ROWS, Chart, Series, names_of, values_of
from nps_core.drivers.result import AttributeSpread, Driver
from nps_core.drivers.sentences import driver_sentences, drivers_title, spread_sentence
from nps_core.words import format_interval, format_nps, format_share, short, size_words

if TYPE_CHECKING:
    from collections.abc import Sequence

_AXES = "Up: points of NPS between those at the good end of a question and the rest · right: their share"
_MARGIN, _LEAST_SHARE = (
    0.08,
    0.4,
)  # left free around the shares, for the labels; how wide their axis is at least
_CORNERS = (
    "goes with the score more, answered less well",
    "goes with the score more, answered better",
    "less, and less well",
    "less, and better",
)
_HOVER_LENGTH, _END = 34, 13  # characters: of a name, and of a segment at either end
_OVER_BARS = 1.02


class Drivers(tuple[Driver, ...]):
    """Questions, the largest effect first."""

    __slots__ = ()

    def chart(self, *, subtitle: str, source: str) -> Chart:
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
            subtitle=f"{_AXES} · {subtitle}",
            origin=f"{source} Upright lines: 95% intervals (MOVER). Blue: beyond chance (Holm). Thin lines: means of the"
            " questions. What goes together, not what follows.",
            alt=f"{title}. " + " ".join(driver_sentences(self)),
            rows=partial(_drivers_table, self),
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


class Spreads(tuple[AttributeSpread, ...]):
    """Attributes, those whose segments are furthest apart first."""

    __slots__ = ()

    def chart(self, *, subtitle: str, source: str) -> Chart:
        """How far the segments of each attribute are apart beyond chance; grey where chance explains it."""
        title = drivers_title((), self)
        values, low, high = (
            values_of(getattr(one, part) for one in self) for part in ("spread", "low", "high")
        )
        colours = tuple("accent" if one.beyond_chance else "quiet" for one in self) or ("quiet",)
        labels = tuple(size_words(one.spread) if one.beyond_chance else "" for one in self)
        intervals = tuple(_interval(one) if one.beyond_chance else "within chance" for one in self)
        return Chart(
            kind="lengths",
            name="drivers-attributes",
            title=title,
            subtitle=subtitle,
            origin=f"{source} Standard deviation of the segments' NPS, weighted by responses, less what chance makes of"
            " it; lines: 95% intervals. Blue: beyond chance (Holm).",
            alt=f"{title}. {spread_sentence(self)}",
            rows=partial(_spreads_table, self),
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


def _share_axis(shares: Sequence[float]) -> Axis:
    """Around the shares, at least 40 percent wide, on tens of percent inside the scale."""
    low, high = (min(shares), max(shares)) if shares else (0.0, 1.0)
    spare = max(_MARGIN, (_LEAST_SHARE - (high - low)) / 2)
    low, high = max(0.0, low - spare), min(1.0, high + spare)
    return Axis(math.floor(low * 10) / 10, math.ceil(high * 10) / 10, "share")


def _hover(one: Driver) -> str:
    verdict = "beyond chance" if one.beyond_chance else "within chance"
    return (
        f"{short(one.column, _HOVER_LENGTH)}: {format_share(one.performance / 100)} at its good end"
        f"\n{format_nps(one.effect.points)} ({format_interval(one.effect.low, one.effect.high)}), {verdict};"
        f" n {one.n:,}"
    )


def _spread_hover(one: AttributeSpread) -> str:
    return f"{short(one.attribute, _HOVER_LENGTH)}: {short(one.weakest)} to {short(one.strongest)}"


def _interval(one: AttributeSpread) -> str:
    return f"{one.low:.0f} to {one.high:.0f}"


def _ends(one: AttributeSpread) -> str:
    return f"{short(one.weakest, _END)} to {short(one.strongest, _END)}"


def _spreads_table(spreads: Spreads) -> pd.DataFrame:
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
    return pd.DataFrame({name: [getattr(one, name) for one in spreads] for name in names})


def _drivers_table(found: Sequence[Driver]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "question": [one.column for one in found],
            "kind": [one.kind for one in found],
            "responses": [one.n for one in found],
            "percent_at_good_end": [one.performance for one in found],
            "nps_good_end": [one.satisfied.nps for one in found],
            "nps_rest": [one.others.nps for one in found],
            "difference": [one.effect.points for one in found],
            "low": [one.effect.low for one in found],
            "high": [one.effect.high for one in found],
            "p_adjusted": [one.p_adjusted for one in found],
            "beyond_chance": [one.beyond_chance for one in found],
        }
    )
