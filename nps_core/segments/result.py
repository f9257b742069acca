"""Segments of an attribute, one attribute against another, and what stands out: what they say, and their charts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import largest, points_axis
from nps_core.charts.spec import (
    MOST_COLUMNS,
    MOST_ROWS,
    NO_CAPTION,
    Caption,
    Cell,
    Chart,
    Mark,
    Series,
    name_part,
    names_of,
    values_of,
)
from nps_core.compare.detectable import how_often
from nps_core.filters import NO_VALUE
from nps_core.formatting import (
    by_words,
    capital,
    format_count,
    format_interval,
    format_nps,
    in_title,
    lowered,
    plural,
    reads_as_name,
    segment_name,
    short,
    size_words,
    with_interval,
)
from nps_core.score.chart import score_columns, score_series
from nps_core.score.contrasts import smallest_seen
from nps_core.score.estimate import FEWEST, estimate
from nps_core.score.ledger import sign_sentence

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

    from nps_core.score.difference import Difference
    from nps_core.score.estimate import Estimate
    from nps_core.segments.lately import Lately
    from nps_core.segments.shrinkage import Shrunk

_HOVER_LENGTH = 34
_WHOLE = 200.0  # points: the difference of the two ends of the scale
_IN_ALT = 12  # segments that the alternative text names
_FEW_NAMED = 3
_DIAMONDS = " Diamonds: drawn towards the mean (empirical Bayes)."
_WITHIN_AND_BEYOND = (("quiet", 0.12), ("accent", 0.5))  # chance


@dataclass(frozen=True)
class Segment:
    """One segment: a row of `Segments`.

    `share` is its share of the responses, 0..1. `difference` is from the rest. `p_adjusted` is NaN where
    nothing was tested (`NO_VALUE`, or no rest to differ from).
    """

    label: str
    estimate: Estimate
    difference: Difference
    p_adjusted: float
    beyond_chance: bool
    share: float

    @property
    def n(self) -> int:
        """Responses of the segment."""
        return int(self.estimate.n)


@dataclass(frozen=True, eq=False)
class Segments:
    """The segments of an attribute, strongest NPS first, `NO_VALUE` last.

    Parameters
    ----------
    attribute
        The attribute.
    labels
        The segments that have responses under the filters.
    estimate
        NPS and interval of each, in points (arrays).
    difference
        NPS of each less the NPS of the rest of the attribute's responses (arrays); NaN where there is no
        rest.
    p_adjusted
        P-value of the difference, adjusted for all that an overview and a report look at (the ledger); NaN for
        `NO_VALUE`, which is shown but is no segment to be tested, and where there are too few.
    beyond_chance
        True where `p_adjusted` is below 1 - level.
    signs
        True where a segment is beyond chance among those of this attribute only (Holm): said here, in no title.
    n
        Responses of each (whole numbers).
    share
        Their share of all responses under the filters, 0..1.
    looks
        How many comparisons the first to be claimed must pass for, the share of the risk counted in.
    caption
        What was looked at, in words, for its chart.
    """

    attribute: str
    labels: tuple[str, ...]
    estimate: Estimate
    difference: Difference
    p_adjusted: NDArray[np.float64]
    beyond_chance: NDArray[np.bool_]
    n: NDArray[np.int64]
    share: NDArray[np.float64]
    signs: NDArray[np.bool_]
    looks: float
    caption: Caption = NO_CAPTION

    def __len__(self) -> int:
        """How many segments."""
        return len(self.labels)

    @property
    def certain(self) -> bool:
        """Whether intervals mean anything: not where responses were picked by their own scores."""
        return bool(np.isfinite(self.estimate.low[self.n > 0]).all())

    def rows(self) -> list[Segment]:
        """One value for each segment, in the same order."""
        return [
            Segment(
                label,
                self.estimate[place],
                self.difference[place],
                float(self.p_adjusted[place]),
                bool(self.beyond_chance[place]),
                float(self.share[place]),
            )
            for place, label in enumerate(self.labels)
        ]

    def chart(self, *, calmed: Shrunk | None = None) -> Chart:
        """A dot and an interval a segment, sorted by score, beside the NPS of all, a line.

        Segments that differ from the rest beyond chance (after Holm) are drawn in the accent colour, the
        others in grey: what is not beyond chance is neither good nor bad news.

        Parameters
        ----------
        calmed
            `shrink_segments` of the same segments: drawn as diamonds, by which the rows are then sorted.
        """
        rows = self.rows()
        towards = dict(zip(self.labels, calmed.nps.tolist(), strict=True)) if calmed else {}
        if calmed:
            rows.sort(key=lambda row: (math.isnan(towards[row.label]), -np.nan_to_num(towards[row.label])))
        title = self.title
        scores = score_series(
            [row.estimate for row in rows],
            colours=["accent" if row.beyond_chance else "quiet" for row in rows],
            hover=[_hover(row, self.rest) for row in rows],
        )
        happy, neutral, unhappy = (float(np.sum(group)) for group in self.estimate.groups)
        overall = float(estimate(happy, neutral, unhappy).nps)  # each response is in one of them
        return Chart(
            kind="dots",
            name=f"segments-{name_part(self.attribute)}",
            title=title,
            subtitle=self.caption.subtitle,
            origin=(
                f"{self.caption.source}"
                f" Lines: 95% score interval (SCAS). Blue: differs from {self.rest} beyond chance"
                f" (corrected for all that is looked at).{_DIAMONDS if calmed else ''}"
            ),
            alt=f"{title}. "
            + "; ".join(
                f"{row.label} {format_nps(row.estimate.nps)} (n {format_count(row.n)})"
                for row in rows[:_IN_ALT]
            ),
            rows=partial(_table, self, rows, towards),
            n=float(self.n.sum()),
            categories=names_of(row.label for row in rows),
            series=(scores, *_diamonds(rows, towards)),
            columns=score_columns([row.estimate for row in rows]),
            asides=tuple(f"n {format_count(row.n)}" for row in rows),
            weights=tuple(float(row.n) for row in rows),
            rows_are="segments",
            marks=(Mark("level", f"all {format_nps(overall)}", overall, overall),),
            axis=points_axis([*scores.low, *scores.high, overall]),
        ).at_most(MOST_ROWS)

    @property
    def title(self) -> str:
        """The finding of a segment comparison: who stands apart, or that nobody does."""
        apart = [row for row in self.rows() if row.beyond_chance]
        below = sorted(
            (row for row in apart if row.difference.points < 0), key=lambda row: row.difference.points
        )
        above = sorted(
            (row for row in apart if row.difference.points > 0), key=lambda row: -row.difference.points
        )
        if len(self.labels) == 1:
            return (
                f"All of these responses are of one segment: {segment_name(self.attribute, self.labels[0])}"
            )
        if not self.certain:
            return f"{capital(in_title(self.attribute))} by segment, of responses picked by their score: no verdict"
        if not apart:
            name = self.attribute
            one = lowered(name) if reads_as_name(name) else f"segment of “{in_title(name)}”"
            return f"No {one} differs from {self.rest} beyond chance"
        if below:
            first = below[0]
            more = f", {plural(len(below) - 1, 'other')} less far" if len(below) > 1 else ""
            size = size_words(first.difference.points)
            return capital(f"{_own(self, first)} scores {size} below {self.rest}{more}")
        first = above[0]
        return capital(f"{_own(self, first)} scores {size_words(first.difference.points)} above {self.rest}")

    @property
    def detectable(self) -> str:
        """How small a difference could show? What the smallest and the largest segment would."""
        smallest = visible_differences(self)
        known = np.flatnonzero(np.isfinite(smallest))
        if not len(known):
            return "With one segment alone there is nothing that could differ."
        few, many = (int(known[pick(smallest[known])]) for pick in (np.argmax, np.argmin))
        missed = "A difference of less than seven tenths of that would more often be missed."
        if smallest[many] >= _WHOLE:
            return "None of these segments could show any difference: each has too few responses or accounts."
        if smallest[few] >= _WHOLE:
            return (
                f"{_with_n(self, few)} could show no difference at all: there are too few."
                f" {_with_n(self, many)} would show one of {_size(smallest[many])} from {self.rest}"
                f" {how_often(self.n[many])}. {missed}"
            )
        often = how_often(self.n[few])
        if _size(smallest[few]) == _size(smallest[many]):
            return (
                f"Each would show a difference of {_size(smallest[few])} from {self.rest} {often}. {missed}"
            )
        return (
            f"{_with_n(self, few)} would show a difference of {_size(smallest[few])} from {self.rest} {often},"
            f" {_with_n(self, many)} one of {_size(smallest[many])}. {missed}"
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """What stands beside the title: signs, and segments of too few accounts to be told from others."""
        rows = self.rows()
        said = [f"{_of_few(self)}."] if any(_few(row) for row in rows) else []
        signs = [f"“{short(row.label)}”" for row, sign in zip(rows, self.signs, strict=True) if sign]
        return tuple(filter(None, (sign_sentence(signs, "this attribute"), *said)))

    @property
    def rest(self) -> str:
        """What segments are compared with, in words: those without a value are no part of it."""
        return rest_words(partly=NO_VALUE in self.labels)

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        return _table(self, self.rows(), {})


@dataclass(frozen=True, eq=False)
class Cross:
    """One attribute against another; every array has shape (labels_a, labels_b).

    `estimate` holds the NPS with its interval (also as `nps`, `low`, `high`), `n` the responses, and
    `too_few` is True where `n` is below `MIN_READABLE`. `p_adjusted` is that of the difference from all other
    responses with a value of both, adjusted (Holm) for the cells; NaN for cells of `NO_VALUE`, and where either
    side has too few. `beyond_chance` is True where it is below 1 - level.
    caption
        What was looked at, in words, for its chart.
    """

    a: str
    b: str
    labels_a: tuple[str, ...]
    labels_b: tuple[str, ...]
    estimate: Estimate
    n: NDArray[np.int64]
    too_few: NDArray[np.bool_]
    p_adjusted: NDArray[np.float64]
    beyond_chance: NDArray[np.bool_]
    caption: Caption = NO_CAPTION

    @property
    def nps(self) -> NDArray[np.float64]:
        """NPS in points; NaN where a pair has no responses."""
        return np.asarray(self.estimate.nps)

    @property
    def low(self) -> NDArray[np.float64]:
        """The lower ends of the intervals, in points."""
        return np.asarray(self.estimate.low)

    @property
    def high(self) -> NDArray[np.float64]:
        """The upper ends of the intervals, in points."""
        return np.asarray(self.estimate.high)

    def chart(self) -> Chart:
        """One attribute against another: the NPS in each cell with its interval and n; cells under n = 5 have none.

        Cells that differ from all others beyond chance (after Holm) are blue, as segments are: a colour for each score
        would call what chance makes of a small cell good or bad news.
        """
        rows = largest(self.n.sum(axis=1).tolist(), MOST_ROWS)
        columns = largest(self.n.sum(axis=0).tolist(), MOST_COLUMNS)
        title = f"NPS by {by_words(self.a)} and {by_words(self.b)}"
        return Chart(
            kind="cells",
            name=f"cross-{name_part(self.a)}-{name_part(self.b)}",
            title=title,
            subtitle=self.caption.subtitle,
            origin=(
                f"{self.caption.source}"
                " Cells: NPS, 95% interval (SCAS), n. Blue: differs from the others beyond chance"
                " (Holm). Cells with fewer than 5 responses are too few to read and left without a"
                f" score.{columns_left_out(columns, self.labels_b)}"
            ),
            alt=f"{title}: a table of {len(self.labels_a)} by {len(self.labels_b)} cells.",
            rows=self.table,
            n=float(self.n.sum()),
            categories=names_of(self.labels_a[i] for i in rows),
            heads=names_of(self.labels_b[j] for j in columns),
            cells=tuple(tuple(self._cell(i, j) for j in columns) for i in rows),
            shades=_WITHIN_AND_BEYOND,
            weights=tuple(float(self.n[i].sum()) for i in rows),
            total=len(self.labels_a),
            rows_are="rows",
        )

    def _cell(self, i: int, j: int) -> Cell:
        score, few = self.estimate[i, j], bool(self.too_few[i, j])
        n = f"n {format_count(score.n)}"
        if few:
            return Cell(small=(n,) if score.n else ())
        small = (format_interval(score.low, score.high), n)
        return Cell(format_nps(score.nps), small, float(self.beyond_chance[i, j]))

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        places = [(i, j) for i in range(len(self.labels_a)) for j in range(len(self.labels_b))]
        return pd.DataFrame(
            {
                self.a: [self.labels_a[i] for i, _ in places],
                self.b: [self.labels_b[j] for _, j in places],
                "nps": [self.nps[i, j] for i, j in places],
                "low": [self.low[i, j] for i, j in places],
                "high": [self.high[i, j] for i, j in places],
                "responses": [self.n[i, j] for i, j in places],
                "too_few_to_read": [bool(self.too_few[i, j]) for i, j in places],
                "p_adjusted": [self.p_adjusted[i, j] for i, j in places],
                "beyond_chance": [bool(self.beyond_chance[i, j]) for i, j in places],
            }
        )


@dataclass(frozen=True)
class Standout:
    """A segment of any attribute that differs from the rest beyond chance.

    Parameters
    ----------
    attribute, label
        Which segment.
    estimate
        Its NPS.
    difference
        Its NPS less that of the rest.
    p_adjusted
        Adjusted for every segment of every attribute that was looked at, and for what else a report claims by itself.
    pull
        The overall NPS less the NPS without this segment, in points. It says what the segment weighs in
        the score, not what would happen if it changed.
    without
        The NPS without this segment, in points.
    partly
        Whether some have no value of the attribute: they are no part of the rest.
    lately
        What it is since the NPS of all last changed; None while it still differs, and where that is not known.
    split
        Equal where two set the same responses apart from the same others; None where that is not known.
    """

    attribute: str
    label: str
    estimate: Estimate
    difference: Difference
    p_adjusted: float
    pull: float
    without: float
    partly: bool = False
    lately: Lately | None = None
    split: Hashable = None


def rest_words(*, partly: bool) -> str:
    """What a segment is compared with; `partly` where some have no value of the attribute, who are no part of it."""
    return "the others with a value" if partly else "the rest"


def standout_sentence(standout: Standout) -> str:
    """A segment beyond chance: "Age group “25-34” scores 12 points below the rest (+28 against +40)."."""
    points = float(standout.difference.points)
    size = size_words(points)
    return capital(
        f"{segment_name(standout.attribute, standout.label)} "
        f"scores {size} {'above' if points > 0 else 'below'} {rest_words(partly=standout.partly)}"
        f" ({format_interval(float(standout.difference.low), float(standout.difference.high))})"
        f"{f', {standout.lately.words}' if standout.lately else ''}."
    )


def visible_differences(found: Segments) -> NDArray[np.float64]:
    """The smallest difference from the rest, in points, that each segment would show four times in five.

    At the level that the correction asks of the first of so many segments, so that it errs on the side of caution; NaN
    for `NO_VALUE` and where there is no rest.
    """
    named = np.array([label != NO_VALUE for label in found.labels], dtype=np.bool_)
    compared = named & np.isfinite(found.difference.points)
    smallest = smallest_seen(found.difference, looks=found.looks)
    return np.where(compared, smallest, np.nan)


def _few(row: Segment) -> bool:
    return row.estimate.unit != "response" and row.estimate.clusters < FEWEST and row.label != NO_VALUE


def _of_few(found: Segments) -> str:
    """Segments of 1 to 4 accounts, whose intervals are about these alone."""
    few = [row for row in found.rows() if _few(row)]
    named = ", ".join(
        f"“{short(row.label)}” ({plural(float(row.estimate.clusters), row.estimate.unit)})"
        for row in few[:_FEW_NAMED]
    )
    more = f" and {plural(len(few) - _FEW_NAMED, 'other')}" if len(few) > _FEW_NAMED else ""
    return f"Too few {few[0].estimate.unit}s to tell from others: {named}{more}"


def columns_left_out(drawn: Sequence[int], labels: Sequence[str]) -> str:
    """What a source says when not all columns are drawn."""
    return (
        f" The {len(drawn)} largest of {len(labels)} columns are drawn." if len(drawn) < len(labels) else ""
    )


def _own(segments: Segments, row: Segment) -> str:
    return segment_name(segments.attribute, row.label)


def _hover(row: Segment, rest: str) -> str:
    verdict = "beyond chance" if row.beyond_chance else "within chance"
    return (
        f"{short(row.label, _HOVER_LENGTH)}: {with_interval(row.estimate.nps, row.estimate.low, row.estimate.high)}"
        f"\n{format_nps(row.difference.points)} against {rest}, {verdict}; n {format_count(row.n)}"
    )


def _diamonds(rows: Sequence[Segment], towards: dict[str, float]) -> tuple[Series, ...]:
    """Where each segment stands once it is drawn towards the mean; nothing where that was not asked for."""
    if not towards:
        return ()
    drawn = [towards[row.label] for row in rows]
    hover = tuple(
        f"{short(row.label, _HOVER_LENGTH)}: {format_nps(nps)} drawn towards the mean"
        for row, nps in zip(rows, drawn, strict=True)
    )
    return (Series("drawn towards the mean", values_of(drawn), colours=("quiet",), hover=hover),)


def _table(segments: Segments, rows: Sequence[Segment], towards: dict[str, float]) -> pd.DataFrame:
    visible = dict(zip(segments.labels, visible_differences(segments).tolist(), strict=True))
    calmed = {"towards_mean": [towards[row.label] for row in rows]} if towards else {}
    return pd.DataFrame(
        {
            segments.attribute: [row.label for row in rows],
            "nps": [row.estimate.nps for row in rows],
            "low": [row.estimate.low for row in rows],
            "high": [row.estimate.high for row in rows],
            "responses": [row.n for row in rows],
            "share": [row.share for row in rows],
            "difference_from_rest": [row.difference.points for row in rows],
            "p_adjusted": [row.p_adjusted for row in rows],
            "beyond_chance": [row.beyond_chance for row in rows],
            "could_show": [visible[row.label] for row in rows],
            **calmed,
        }
    )


def _with_n(found: Segments, place: int) -> str:
    return f"“{short(found.labels[place])}” (n {format_count(found.n[place])})"


def _size(points: float) -> str:
    return plural(math.ceil(points), "point")
