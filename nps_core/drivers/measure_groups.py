"""CSAT and CES by period and by segment: the figures of `summarize_measures` of each part, and how far parts differ."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import scale_axis
from nps_core.charts.spec import (
    NO_CAPTION,
    Caption,
    Chart,
    Mark,
    Series,
    Value,
    name_part,
    names_of,
    values_of,
)
from nps_core.counts.periods import begun
from nps_core.drivers.measures import MeasureResult, good_from, measure_words, spread_of, summarize_measure
from nps_core.errors import FilterError
from nps_core.filter_figures import FEWEST as FEWEST_TOLD
from nps_core.filters import NO_VALUE, Filters
from nps_core.formatting import (
    MINUS,
    by_words,
    capital,
    format_count,
    format_interval,
    in_title,
    range_words,
    reads_as_name,
    short,
    size_words,
)
from nps_core.score.difference import holm
from nps_core.score.estimate import FEWEST, LEVEL, MIN_READABLE
from nps_core.score.influence import influence_interval, samples_of_rates
from nps_core.score.student import p_of, student
from nps_core.trends.result import period_words
from nps_core.trends.trend import find_trend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.charts.axes import Axis
    from nps_core.counts.protocol import Answers
    from nps_core.scope import Scope
    from nps_core.survey import Measure
    from nps_core.trends.result import Trend

    Floats = NDArray[np.float64]
    Truths = NDArray[np.bool_]

METHOD = {
    "csat": "CSAT: share of the two best answers, with Wilson's 95% interval.",
    "ces": "CES: mean answer, with Student's 95% interval.",
}
"""How the figures of a kind are made."""

_TENTH = 0.05  # what is written as 0.1
_COLUMN = {"csat": "satisfied", "ces": "mean"}


@dataclass(frozen=True)
class MeasureDifference:
    """The figure of some responses less that of others; percentage points of a CSAT, of a CES those of its scale.

    NaN where either has no answer. `too_few` where either has fewer than 5 answers or accounts: nothing is said of
    chance there.
    """

    value: float
    low: float
    high: float
    p_value: float
    too_few: bool


@dataclass(frozen=True, eq=False)
class MeasureTrend:
    """A CSAT or CES question by period.

    Parameters
    ----------
    measure
        The question.
    periods
        The NPS of the same periods: their names, and whether the last is whole.
    results
        The figure of each, NaN where nobody answered.
    latest, previous
        Places of the last two periods with 5 answers or more; None where there is none.
    change
        The latest less the previous one; None without both.
    """

    measure: Measure
    periods: Trend
    results: tuple[MeasureResult, ...]
    latest: int | None
    previous: int | None
    change: MeasureDifference | None
    caption: Caption = NO_CAPTION

    @property
    def title(self) -> str:
        """The latest figure of enough answers, with its interval; nothing of a change, which is for `sentences`."""
        has_begun = begun(self.periods.starts)
        enough = [
            place for place, one in enumerate(self.results) if one.n >= FEWEST_TOLD and has_begun[place]
        ]
        if not enough:
            return f"Too few answers to follow: “{in_title(self.measure.column)}”"
        when, latest = period_words(self.periods, enough[-1]), self.results[enough[-1]]
        value, between = measure_words(latest)
        told = f"{value} are satisfied" if latest.kind == "csat" else f"The mean is {value}"
        between = between.removeprefix("satisfied, ")
        return f"{told} in {when} ({between}): “{in_title(self.measure.column)}”"

    @property
    def sentences(self) -> tuple[str, ...]:
        """The last change with its interval, and whether it is beyond chance: one comparison, that of the last two."""
        if self.change is None or self.latest is None or self.previous is None:
            return ()
        before = self.results[self.previous]
        then, (value, _) = period_words(self.periods, self.previous), measure_words(before)
        if self.change.too_few:
            return (f"In {then} it was {value}; too few answered to tell the two apart.",)
        beyond = "beyond" if self.change.p_value < 1 - LEVEL else "within"
        now = period_words(self.periods, self.latest)
        how = _difference_words(self.measure, self.change, (self.results[self.latest].value, before.value))
        return (f"{capital(now)} is {how} {then} ({value}), {beyond} chance.",)

    def chart(self) -> Chart:
        """A line of the figures with their intervals over thin bars of the answers; a period without any is a gap."""
        values, low, high = _figures(self.results)
        last = max((place for place, one in enumerate(self.results) if one.n), default=None)
        name = f"{self.measure.kind}-{self.periods.period}"
        return Chart(
            kind="line",
            name=name,
            title=self.title,
            subtitle=f"{_by(self.measure)} by {self.periods.period} · {self.caption.subtitle}",
            origin=f"{self.caption.source} {METHOD[self.measure.kind]} Bars: answers.",
            alt=f"{self.title}. {_reach(self.results, self.periods.labels)}",
            rows=partial(_table, "period", self.periods.labels, self.results),
            n=float(sum(one.n for one in self.results)),
            categories=names_of(self.periods.labels),
            series=(
                Series(
                    _COLUMN[self.measure.kind],
                    values,
                    low,
                    high,
                    labels=tuple(
                        measure_words(one)[0].split(" of ")[0] if place == last else ""
                        for place, one in enumerate(self.results)
                    ),
                    hover=tuple(map(_hover, self.periods.labels, self.results)),
                ),
                Series("answers", tuple(float(one.n) for one in self.results), colours=("quiet",)),
            ),
            axis=_axis(self.measure, [*low, *high]),
            dates=self.periods.untold_chart().dates,
            until=str(self.periods.ends[-1]) if len(self.periods) else "",
            named=self.periods.untold_chart().named,
        )


@dataclass(frozen=True, eq=False)
class MeasureSegments:
    """A CSAT or CES question by the segments of an attribute, the highest first, `NO_VALUE` last.

    Parameters
    ----------
    measure, attribute, labels
        The question, the attribute, and its segments that have answers.
    results
        The figure of each.
    whole
        That of all together.
    differences
        Each less the others with a value; NaN for `NO_VALUE`.
    p_adjusted
        Their p-values, corrected for the segments of this attribute (Holm); NaN where nothing is told apart.
    """

    measure: Measure
    attribute: str
    labels: tuple[str, ...]
    results: tuple[MeasureResult, ...]
    whole: MeasureResult
    differences: tuple[MeasureDifference, ...]
    p_adjusted: tuple[float, ...]
    caption: Caption = NO_CAPTION

    @property
    def title(self) -> str:
        """Where the figures of the segments lie; nothing of who differs, which is for `sentences`.

        A segment of fewer than `FEWEST_TOLD` answers gives no end of it.
        """
        named = [one for label, one in zip(self.labels, self.results, strict=True) if label != NO_VALUE]
        told = [one for one in named if one.n >= FEWEST_TOLD]
        across, of = _across(self.attribute), f"“{in_title(self.measure.column)}”"
        if not named:
            return f"No answers {across}: {of}"
        if len(told) < min(len(named), 2):
            return f"{_told(self.measure, [self.whole])} over all: {of} {across}"
        where = f", where {FEWEST_TOLD} or more answered" if len(told) < len(named) else ""
        return f"{_told(self.measure, told)} {across}{where}: {of}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """Which segments differ from the others by more than chance explains, farthest first."""
        looked = [place for place, p in enumerate(self.p_adjusted) if not math.isnan(p)]
        if not looked:
            return ("There are too few answers to tell a segment from the others.",)
        apart = sorted(
            (place for place in looked if self.p_adjusted[place] < 1 - LEVEL),
            key=lambda place: -abs(self.differences[place].value),
        )
        if not apart:
            return ("No segment differs from the others by more than chance explains.",)
        return tuple(
            f"“{short(self.labels[place])}” is {_difference_words(self.measure, self.differences[place])} the others,"
            f" beyond chance, corrected for {len(looked)} segments (Holm)."
            for place in apart[:3]
        )

    def chart(self) -> Chart:
        """A dot and its interval a segment, in colour where it differs beyond chance; the figure of all is a line."""
        values, low, high = _figures(self.results)
        figures, intervals = zip(*map(_short_words, self.results), strict=True) if self.results else ((), ())
        answers = tuple(format_count(one.n) for one in self.results)
        return Chart(
            kind="dots",
            name=f"{self.measure.kind}-by-{name_part(self.attribute)}",
            title=self.title,
            subtitle=f"{_by(self.measure)} by {by_words(self.attribute)} · {self.caption.subtitle}",
            origin=(
                f"{self.caption.source} {METHOD[self.measure.kind]} Blue: apart from the others beyond chance (Holm)."
            ),
            alt=f"{self.title}. {_reach(self.results, self.labels)}",
            rows=partial(_table, self.attribute, self.labels, self.results),
            n=float(self.whole.n),
            categories=names_of(self.labels),
            series=(
                Series(
                    _COLUMN[self.measure.kind],
                    values,
                    low,
                    high,
                    colours=tuple("accent" if p < 1 - LEVEL else "quiet" for p in self.p_adjusted)
                    or ("quiet",),
                    labels=figures,
                    hover=tuple(map(_hover, self.labels, self.results)),
                ),
            ),
            axis=_axis(self.measure, [*low, *high, self.whole.value]),
            marks=(Mark("level", f"all {_short_words(self.whole)[0]}", self.whole.value, self.whole.value),)
            * (self.whole.n > 0),
            columns=((_COLUMN[self.measure.kind], figures), ("95% interval", intervals), ("n", answers)),
            asides=tuple(f"n {n}" for n in answers),
            weights=tuple(float(one.n) for one in self.results),
            total=len(self.labels),
            rows_are="segments",
        )


def find_measure_trend(
    scope: Scope, column: str, period: str | None = None, *, level: float = LEVEL
) -> MeasureTrend:
    """A CSAT or CES question by period: the figures that `summarize_measures` has for the days of each.

    Parameters
    ----------
    column
        The question: the column of one of `Survey.measures`.
    period
        "week", "month" or "quarter"; the usual one of the scope when not given.

    Raises
    ------
    FilterError
        The survey has no such question.

    Notes
    -----
    The latest period that has begun, with 5 answers or more, is compared with the one before it, as
    `find_measure_segments` compares.
    """
    measure = _measure(scope, column)
    periods = find_trend(scope, period)
    scope.counts.ahead((measure.column,), period=periods.period)
    days = [part.astype("datetime64[D]").tolist() for part in (periods.starts, periods.ends)]
    parts = [scope.narrowed(Filters(since=first, until=last)) for first, last in zip(*days, strict=True)]
    results = tuple(summarize_measure(part, measure, level=level) for part in parts)
    has_begun = begun(periods.starts)
    read = [place for place, one in enumerate(results) if one.n >= MIN_READABLE and has_begun[place]]
    latest, previous = (read[-back] if len(read) >= back else None for back in (1, 2))
    change = None
    if latest is not None and previous is not None:
        answers = scope.counts.answers(measure.column, period=periods.period)
        new, old = (
            answers.cells == periods.starts[place].astype("datetime64[D]").astype(np.int64)
            for place in (latest, previous)
        )
        change = _differences(answers, measure, [(new, old)], level)[0]
    return MeasureTrend(measure, periods, results, latest, previous, change, scope.caption)


def find_measure_segments(
    scope: Scope, column: str, attribute: str, *, level: float = LEVEL
) -> MeasureSegments:
    """A CSAT or CES question by segment: the figures that `summarize_measures` has for each, and who differs.

    Parameters
    ----------
    column
        The question: the column of one of `Survey.measures`.
    attribute
        One of the survey's attributes.

    Raises
    ------
    FilterError
        The survey has no such question or attribute.

    Notes
    -----
    Each segment is compared with the others that have a value. Of a CSAT the difference is that of two samples of the
    design (`nps_core.score.design`), who is satisfied standing for a promoter and the rest for passives; of a CES that
    of two means by what each answer adds to them, at least as wide as of independent answers (Welch).
    """
    measure = _measure(scope, column)
    scope.counts.ahead((column, attribute))
    labels = [
        label
        for label, n in zip(scope.counts.labels(attribute), scope.counts.by(attribute).n, strict=False)
        if n
    ]
    found = {
        label: summarize_measure(
            scope.narrowed(Filters().with_attribute(attribute, [label])), measure, level=level
        )
        for label in labels
    }
    order = sorted(
        (label for label in labels if found[label].n),
        key=lambda label: (label == NO_VALUE, -found[label].value, label),
    )
    answers = scope.counts.answers(column, attribute)
    known = scope.counts.labels(attribute)
    mine = [answers.cells == (known.index(label) if label in known[:-1] else -1) for label in order]
    named = answers.cells < len(known) - 1
    differences = _differences(answers, measure, [(here, named & ~here) for here in mine], level)
    p_values = [
        math.nan if label == NO_VALUE or one.too_few else one.p_value
        for label, one in zip(order, differences, strict=True)
    ]
    return MeasureSegments(
        measure=measure,
        attribute=attribute,
        labels=tuple(order),
        results=tuple(found[label] for label in order),
        whole=summarize_measure(scope, measure, level=level),
        differences=differences,
        p_adjusted=tuple(holm(np.array(p_values)).tolist()),
        caption=scope.caption,
    )


def _told(measure: Measure, results: Sequence[MeasureResult]) -> str:
    """Where figures lie, the highest first: "29% to 50% are satisfied", "A mean of 4.1 to 5.2 of 7"."""
    high, low = (measure_words(results[place])[0] for place in (0, -1))
    if measure.kind == "csat":
        return f"{low} to {high} are satisfied" if low != high else f"{low} are satisfied"
    return f"A mean of {low.split(' ')[0]} to {high}" if low != high else f"A mean of {low}"


def _across(attribute: str) -> str:
    by = by_words(attribute)
    return f"by {by}" if reads_as_name(attribute) else f"across the {by}"


def _measure(scope: Scope, column: str) -> Measure:
    for one in scope.survey.measures:
        if one.column == column:
            return one
    raise FilterError(
        f"There is no CSAT or CES question “{short(column)}”.",
        hint=f"There are {', '.join(short(one.column) for one in scope.survey.measures) or 'none'}.",
    )


def _differences(
    answers: Answers, measure: Measure, sides: Sequence[tuple[Truths, Truths]], level: float
) -> tuple[MeasureDifference, ...]:
    """For each pair of sides (truth values over the answers) the first less the second."""
    given, clusters = answers.given, answers.clusters
    return tuple(
        _share_apart(given[both] >= good_from(measure), first[both], clusters[both], level)
        if measure.kind == "csat"
        else _mean_apart(given[both], first[both], clusters[both], level, measure)
        for first, second in sides
        for both in [first | second]
    )


def _share_apart(
    yes: Truths, first: Truths, clusters: NDArray[np.integer], level: float
) -> MeasureDifference:
    samples = replace(samples_of_rates(yes, np.where(first, 0, 1), clusters, 2), fewest=FEWEST)
    found = samples.contrast([[0], [1]], (1.0, -1.0), level=level)[0]
    return MeasureDifference(
        float(found.points), float(found.low), float(found.high), float(found.p_value), bool(found.too_few)
    )


def _mean_apart(
    answers: Floats, first: Truths, clusters: NDArray[np.integer], level: float, measure: Measure
) -> MeasureDifference:
    n = len(answers)
    sides = [answers[first], answers[~first]]
    if not all(map(len, sides)):
        return MeasureDifference(math.nan, math.nan, math.nan, math.nan, too_few=True)
    apart = float(sides[0].mean() - sides[1].mean())
    of = [clusters[first], clusters[~first]]
    sizes = [int(np.sum(own < 0)) + len(np.unique(own[own >= 0])) for own in of]
    if min(*map(len, sides), *sizes) < FEWEST:
        return MeasureDifference(apart, math.nan, math.nan, math.nan, too_few=True)
    squares = [
        spread_of(float(np.square(side - side.mean()).sum()), len(side), float(side.mean()), measure)
        / len(side)
        for side in sides
    ]
    welch = sum(squares) ** 2 / sum(
        one**2 / (len(side) - 1) for one, side in zip(squares, sides, strict=True)
    )
    influence = np.zeros(n)
    for here, side, sign in ((first, sides[0], 1), (~first, sides[1], -1)):
        # With n - 1 in the variance, as in that of independent answers.
        influence[here] = sign * (side - side.mean()) * n / math.sqrt(len(side) * (len(side) - 1))
    shared, nu = influence_interval(influence[:, None], clusters)
    error = max(math.sqrt(sum(squares)), float(shared[0]))
    freedom = 1 / (1 / nu + 1 / welch)
    half = float(student(level, freedom)) * error
    return MeasureDifference(
        apart, apart - half, apart + half, float(p_of(abs(apart) / error, freedom)), too_few=False
    )


def _figures(results: Sequence[MeasureResult]) -> tuple[tuple[Value, ...], ...]:
    """The figures, and both ends of their intervals."""
    return tuple(values_of(getattr(one, part) for one in results) for part in ("value", "low", "high"))


def _short_words(one: MeasureResult) -> tuple[str, str]:
    """A figure without its unit, and its interval."""
    value, between = measure_words(one)
    return value.split(" of ")[0], between.removeprefix("satisfied, ")


def _difference_words(
    measure: Measure, apart: MeasureDifference, figures: tuple[float, float] | None = None
) -> str:
    """How far and which way, with the interval: "8 points (difference −13 to −3) below"."""
    way = "above" if apart.value > 0 else "below"
    if measure.kind == "csat":
        size, between = size_words(apart.value, figures), format_interval(apart.low, apart.high)
    else:
        size = f"{abs(apart.value):.1f}" if abs(apart.value) >= _TENTH else "less than 0.1"
        between = range_words(apart.low, apart.high, "{:+.{}f}".format, 1).replace("-", MINUS)
    return f"{size} (difference {between}) {way}"


def _by(measure: Measure) -> str:
    return (
        "CSAT, percent satisfied"
        if measure.kind == "csat"
        else f"CES, mean of {measure.low} to {measure.high}"
    )


def _axis(measure: Measure, values: Sequence[Value]) -> Axis:
    if measure.kind == "csat":
        return scale_axis(values, "percent", (0.0, 100.0))
    return scale_axis(values, "mean", (float(measure.low), float(measure.high)))


def _hover(label: str, one: MeasureResult) -> str:
    figure, between = _short_words(one)
    return f"{short(label)}: {figure} ({between}), n {format_count(one.n)}"


def _reach(results: Sequence[MeasureResult], labels: Sequence[str]) -> str:
    there = [place for place, one in enumerate(results) if one.n]
    if not there:
        return ""
    lowest, highest = (pick(there, key=lambda place: results[place].value) for pick in (min, max))
    return (
        f"Lowest {_short_words(results[lowest])[0]} in {labels[lowest]}, highest {_short_words(results[highest])[0]}"
        f" in {labels[highest]}."
    )


def _table(head: str, labels: Sequence[str], results: Sequence[MeasureResult]) -> pd.DataFrame:
    kind = "percent" if results and results[0].kind == "csat" else "mean"
    return pd.DataFrame(
        {
            head: list(labels),
            "percent_satisfied" if kind == "percent" else "mean": [one.value for one in results],
            f"{kind}_low": [one.low for one in results],
            f"{kind}_high": [one.high for one in results],
            "responses": [one.n for one in results],
        }
    )
