"""Like for like: each segment beside those who are alike in all other attributes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import points_axis
from nps_core.charts.spec import MOST_ROWS, NO_CAPTION, Caption, Chart, Series, names_of, values_of
from nps_core.drivers.drivers import find_drivers
from nps_core.drivers.linear import Model
from nps_core.drivers.measures import asked
from nps_core.drivers.result import NAME_LENGTH
from nps_core.filters import NO_VALUE
from nps_core.formatting import (
    apart,
    as_read,
    format_count,
    format_interval,
    format_nps,
    listed,
    plural,
    short,
    size_words,
)
from nps_core.score.difference import holm
from nps_core.score.estimate import FEWEST, LEVEL
from nps_core.score.ledger import sign_sentence
from nps_core.score.sample import samples_by
from nps_core.segments.segments import find_standouts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.counts.patterns import Patterns
    from nps_core.scope import Scope
    from nps_core.score.difference import Difference

    Floats = NDArray[np.float64]


_HOVER_LENGTH, _NAME = 34, 32  # characters of a name where one points at it, and before a segment
_NAMED = 4  # attributes that a sentence names
_MOVED = 10.0  # points between raw and like for like that are worth a sentence


@dataclass(frozen=True)
class LikeForLikeEffect:
    """A segment beside the others of its attribute, or a step of a question's answers.

    Parameters
    ----------
    name, label
        The attribute and the segment; of a question its name, and "".
    n
        Responses of the segment; of a question, of those who answered all of them.
    raw
        Its difference from the rest as counted, of all responses; None for a question.
    points, low, high
        Like for like, in points: of a segment less the others, or of one step more of an answer. NaN where it cannot be
        told apart from another attribute.
    p_adjusted
        Adjusted (Holm) for all segments and questions; NaN where nothing was tested.
    beyond_chance
        True where `p_adjusted` is below 1 - level and the ledger holds the segment (or question) as counted too.
    sign
        True where it is below 1 - level only: said here, in no title.
    """

    name: str
    label: str
    n: int
    raw: Difference | None
    points: float
    low: float
    high: float
    p_adjusted: float
    beyond_chance: bool
    sign: bool = False

    @property
    def is_question(self) -> bool:
        """Whether it is a step of a question, and no segment."""
        return self.raw is None


@dataclass(frozen=True, eq=False)
class LikeForLike:
    """What the model of all attributes and questions tells, segments first, the largest first.

    Parameters
    ----------
    effects
        Segments and questions; none where there are too few responses for a model.
    n
        Responses in the model of the attributes.
    attributes
        What it holds.
    tied
        Attributes and questions that cannot be told apart, together: each follows from others.
    left_out
        Attributes and questions of too many values for so many responses.
    """

    effects: tuple[LikeForLikeEffect, ...] = ()
    n: int = 0
    attributes: tuple[str, ...] = ()
    tied: tuple[tuple[str, ...], ...] = ()
    left_out: tuple[str, ...] = ()
    caption: Caption = NO_CAPTION

    @property
    def segments(self) -> tuple[LikeForLikeEffect, ...]:
        """Segments whose like-for-like figure is known, the farthest from the others first."""
        return tuple(one for one in self.effects if not one.is_question and not math.isnan(one.points))

    @property
    def steps(self) -> dict[str, LikeForLikeEffect]:
        """Points for one step more of each question."""
        return {one.name: one for one in self.effects if one.is_question}

    @property
    def title(self) -> str:
        """The segment that stands apart most like for like, or that none does."""
        apart = [one for one in self.segments if one.beyond_chance]
        if apart:
            first = apart[0]
            way = "above" if first.points > 0 else "below"
            return f"Like for like, {_own(first)} scores {size_words(first.points)} {way} the others"
        if self.segments:
            return "Like for like, no segment differs from the others beyond chance"
        return "There is nothing to compare like for like"

    @property
    def sentences(self) -> tuple[str, ...]:
        """What like for like means here, what it moves most, and what it cannot tell."""
        said = []
        apart = [one for one in self.segments if one.beyond_chance]
        if apart:
            said.append(_effect_sentence(apart[0], len(self.attributes)))
        signs = [_own(one) for one in self.segments if one.sign]
        said += filter(None, (sign_sentence(signs, "what is like for like"),))
        moved = [one for one in self.segments if _moved(one) >= _MOVED and one not in apart[:1]]
        if moved:
            most = max(moved, key=_moved)
            said.append(
                f"{_own(most)} moves most: {format_nps(_points(most))} as counted, {format_nps(most.points)} like for"
                " like."
            )
        said += [
            f"{_listed(names)} cannot be told apart in these responses, so they have no like-for-like figures."
            for names in self.tied
        ]
        if self.left_out:
            many = "has too many values" if len(self.left_out) == 1 else "have too many values each"
            said.append(f"{_listed(self.left_out)} {many} for so many responses to hold alike.")
        return tuple(said)

    def chart(self) -> Chart:
        """Each segment's difference from the others: a dot with its interval like for like, a diamond as counted."""
        rows = self.segments[:MOST_ROWS]
        names = apart((one.name for one in self.segments), _NAME)
        values, low, high = (
            values_of(getattr(one, part) for one in rows) for part in ("points", "low", "high")
        )
        raw = values_of(_points(one) for one in rows)
        title = self.title
        held = plural(len(self.attributes), "attribute")
        return Chart(
            kind="dots",
            name="drivers-like-for-like",
            title=title,
            subtitle=f"Points from the others of the same attribute · {self.caption.subtitle}",
            origin=(
                f"{self.caption.source}"
                f" Dots: like for like, from one linear model of {held}, with 95% intervals (CR2)."
                " Diamonds: raw, as counted. Blue: beyond chance, as counted too. As far as these attributes tell."
            ),
            alt=f"{title}. {' '.join(self.sentences)}",
            rows=self.table,
            n=float(self.n),
            categories=names_of(f"{names[one.name]}: {one.label}" for one in rows),
            series=(
                Series(
                    "like for like",
                    values,
                    low,
                    high,
                    tuple("accent" if one.beyond_chance else "quiet" for one in rows) or ("quiet",),
                    labels=tuple(format_nps(one.points) for one in rows),
                    hover=tuple(map(_hover, rows)),
                ),
                Series("as counted", raw, colours=("quiet",), hover=tuple(map(_raw_hover, rows))),
            ),
            columns=(
                ("like for like", tuple(format_nps(one.points) for one in rows)),
                ("95% interval", tuple(format_interval(one.low, one.high) for one in rows)),
                ("as counted", tuple(format_nps(_points(one)) for one in rows)),
            ),
            asides=tuple(f"raw {format_nps(_points(one))}" for one in rows),
            axis=points_axis([0.0, *low, *high, *raw]),
            total=len(self.segments),
            rows_are="segments",
        )

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded; of questions too, in points for one step."""
        effects = self.effects
        return pd.DataFrame(
            {
                "attribute": [one.name for one in effects],
                "segment": [one.label or "one step more" for one in effects],
                "responses": [one.n for one in effects],
                "like_for_like": [one.points for one in effects],
                "low": [one.low for one in effects],
                "high": [one.high for one in effects],
                "as_counted": [_points(one) for one in effects],
                "p_adjusted": [one.p_adjusted for one in effects],
                "beyond_chance": [one.beyond_chance for one in effects],
            }
        )


def _own(one: LikeForLikeEffect) -> str:
    return f"{short(as_read(one.name), NAME_LENGTH)} “{short(one.label, NAME_LENGTH)}”"


def _points(one: LikeForLikeEffect) -> float:
    return float(one.raw.points) if one.raw is not None else math.nan


def _moved(one: LikeForLikeEffect) -> float:
    return abs(one.points - _points(one))


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{short(as_read(name))}”" for name in names[:_NAMED]]
    if len(names) > _NAMED:
        quoted = [*quoted[:-1], f"{len(names) - _NAMED + 1} more attributes"]
    return listed(quoted)


def _effect_sentence(one: LikeForLikeEffect, held: int) -> str:
    way = "above" if one.points > 0 else "below"
    alike = f" among people alike in the other {plural(held - 1, 'attribute')}" if held > 1 else ""
    return (
        f"{_own(one)} stands {size_words(one.points)} {way} the others{alike} ({format_interval(one.low, one.high)};"
        f" as counted {format_nps(_points(one))}), as far as these attributes tell."
    )


def _hover(one: LikeForLikeEffect) -> str:
    verdict = "beyond chance" if one.beyond_chance else "within chance"
    return (
        f"{short(one.label, _HOVER_LENGTH)}: {format_nps(one.points)} like for like"
        f"\n{format_interval(one.low, one.high)}, {verdict}; n {format_count(one.n)}"
    )


def _raw_hover(one: LikeForLikeEffect) -> str:
    return f"{short(one.label, _HOVER_LENGTH)}: {format_nps(_points(one))} as counted"


LEAST = 10
"""Responses that a segment needs for a column of its own, and responses a column that the model needs."""

MOST_COLUMNS = 120
"""More columns than that are a list of names and no attribute that people are alike in."""


def find_like_for_like(scope: Scope, *, level: float = LEVEL) -> LikeForLike:
    """What is left of each segment's difference among people who are alike in the other attributes.

    One linear model of all attributes (missing values are a level of their own; levels of fewer than ten responses or
    five accounts are one level together): a segment is compared with the other values of its attribute, weighted by
    their responses. To it come, of those who answered all of them, the CSAT and CES questions that half of the
    responses answered, by step. Segments are not compared among people of the same answers: who is less satisfied for
    being a segment would be held alike in what makes it differ. Attributes of most values are left out until the model
    has ten responses a column. Intervals and p-values: `linear`; these are adjusted (Holm) for all segments and
    questions. What is beyond chance so is a finding where the ledger holds the segment (or the question) as
    counted too, and a sign elsewhere: no title says here what the overview does not.

    Nothing is told where only some of the groups are looked at. This is association as far as these
    attributes tell: what is not in the file may be behind it.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    """
    if scope.picks_by_score:
        return LikeForLike(caption=scope.caption)
    attributes, questions = scope.survey.attributes, asked(scope)
    # That of all first: of a table it tells what that of the attributes asks.
    fits = [_fit(scope, attributes, asked) for asked in ([questions] if questions else []) + [()]][::-1]
    # With one attribute there is nothing to be alike in.
    found = fits[0].told(level, of_attributes=True) if len(fits[0].terms) > 1 else []
    found += fits[-1].told(level, of_attributes=False) if questions else []
    raw = {term.name: _raw(scope, term, level) for term in fits[0].terms}
    sides = [raw[term.name][term.labels[place]] if term.labels else None for term, place, *_ in found]
    few = [side is not None and bool(side.too_few) for side in sides]
    adjusted = holm([math.nan if less else one[-1] for less, one in zip(few, found, strict=True)])
    ledger = {(one.attribute, one.label) for one in find_standouts(scope, level=level)}
    ledger |= {(one.column, "") for one in find_drivers(scope, level=level) if one.beyond_chance}
    effects = [
        LikeForLikeEffect(
            name=term.name,
            label=_label(term, place),
            n=int(term.sizes[place]) if term.sizes is not None else fits[-1].n,
            raw=side,
            points=points,
            low=low,
            high=high,
            p_adjusted=float(p),
            beyond_chance=bool(p < 1 - level) and (term.name, _label(term, place)) in ledger,
            sign=bool(p < 1 - level) and (term.name, _label(term, place)) not in ledger,
        )
        for (term, place, points, low, high, _), side, p in zip(found, sides, adjusted, strict=True)
    ]
    return LikeForLike(
        effects=tuple(
            sorted(effects, key=lambda one: (one.is_question, not one.beyond_chance, -abs(one.points)))
        ),
        n=fits[0].n,
        attributes=tuple(term.name for term in fits[0].terms),
        tied=tuple(dict.fromkeys(group for fit in fits for group in fit.tied)),
        left_out=tuple(dict.fromkeys(name for fit in fits for name in fit.left_out)),
        caption=scope.caption,
    )


@dataclass(frozen=True, eq=False)
class _Term:
    """An attribute (its values as columns, less the largest one) or a question (one column) of the model.

    `of_pattern` has the value of each pattern: the number of its level, 0 for that without a column, or its answer.
    `sizes` are the responses of each level, 0 for what has no value; `agreed` how many there are an account where all
    of a level but four at most agree, 0 elsewhere; `shown` are the levels that are reported.
    """

    name: str
    of_pattern: Floats
    labels: tuple[str, ...] = ()
    sizes: Floats | None = None
    agreed: Floats | None = None
    shown: tuple[int, ...] = ()
    width: int = 0


def _label(term: _Term, place: int) -> str:
    return term.labels[place] if term.labels else ""


def _term(patterns: Patterns, place: int, name: str) -> _Term:
    labels, codes = patterns.labels[place], patterns.codes[:, place]
    of_cell = codes[patterns.pattern]
    groups = np.stack([np.bincount(of_cell, group, len(labels)) for group in patterns.counts.T])
    n, clusters = groups.sum(axis=0), _clusters(patterns, of_cell, len(labels))
    named = np.arange(len(labels)) < len(labels) - 1  # what has no value comes last
    large = (n >= LEAST) & (clusters >= FEWEST)
    order = np.argsort(-n[large], kind="stable")
    own = np.flatnonzero(large)[order]
    level = np.full(len(labels), len(own))
    level[own] = np.arange(len(own))
    pooled = bool(n[~large].any())
    # The named among the small ones are compared with; what has no value is neither shown nor compared with.
    sizes = np.append(np.where(named[own], n[own], 0), n[~large & named].sum())[: len(own) + pooled]
    shown = tuple(np.flatnonzero(named[own]).tolist()) if np.count_nonzero(sizes) > 1 else ()
    return _Term(
        name,
        level[codes].astype(np.float64),
        (*(labels[code] for code in own), "")[: len(sizes)],
        sizes,
        np.where(n - groups.max(axis=0) < FEWEST, n / np.maximum(clusters, 1), 0.0)[own],
        tuple(place for place in shown if sizes.sum() - sizes[place] >= LEAST),
        len(sizes) - 1,
    )


def _clusters(patterns: Patterns, codes: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """How many clusters each level has responses of."""
    shared = patterns.cluster >= 0
    pairs = np.unique(codes[shared] * patterns.n_clusters + patterns.cluster[shared])
    own = np.bincount(codes[~shared], patterns.counts[~shared].sum(axis=1), size).astype(np.int64)
    return own + np.bincount(pairs // max(patterns.n_clusters, 1), minlength=size)


def _step(patterns: Patterns, place: int, name: str) -> _Term:
    answers = np.array([math.nan if label == NO_VALUE else float(label) for label in patterns.labels[place]])
    values = answers[patterns.codes[:, place]]
    n = np.bincount(patterns.pattern, patterns.counts.sum(axis=1), len(values))
    if not len(values) or values.min() == values.max():
        return _Term(name, values)
    return _Term(name, values - n @ values / n.sum(), shown=(0,), width=1)


def _fitting(terms: Sequence[_Term], n: int) -> tuple[list[_Term], tuple[str, ...]]:
    """Those that the responses are enough for: terms of most columns go first; and the names of those left out."""
    most = min(n / LEAST, MOST_COLUMNS)
    order = sorted(terms, key=lambda term: term.width)
    columns = list(accumulate((term.width for term in order), initial=1))[1:]
    fits = {term.name for term, needed in zip(order, columns, strict=True) if needed <= most}
    kept = [term for term in terms if term.name in fits]
    return kept, tuple(term.name for term in terms if term.name not in fits)


@dataclass(frozen=True, eq=False)
class _Fit:
    """A model, its terms and their first columns; and what it has no room for."""

    model: Model
    terms: tuple[_Term, ...]
    starts: tuple[int, ...]
    left_out: tuple[str, ...]

    @property
    def n(self) -> int:
        return self.model.n

    def told(
        self, level: float, *, of_attributes: bool
    ) -> list[tuple[_Term, int, float, float, float, float]]:
        """Of each segment, or of each question: the term, its place in it, points, interval and p-value."""
        shown = [
            (term, place, self._weights(term, place, first))
            for term, first in zip(self.terms, self.starts, strict=True)
            for place in term.shown
            if bool(term.labels) == of_attributes
        ]
        if not shown:
            return []
        agreed = np.array([0.0 if term.agreed is None else term.agreed[place] for term, place, _ in shown])
        found = self.model.contrasts(np.array([row for *_, row in shown]), agreed=agreed, level=level)
        figures = np.stack([found.points, found.low, found.high, found.p_value], axis=1).tolist()
        return [(term, place, *own) for (term, place, _), own in zip(shown, figures, strict=True)]

    def _weights(self, term: _Term, place: int, first: int) -> Floats:
        """The contrast of a segment: its column less those of the others, by their responses; a step is its column."""
        made = np.zeros(self.model.columns.shape[1])
        if term.sizes is None:
            made[first] = 1.0
            return made
        own = -np.where(np.arange(len(term.sizes)) == place, 0.0, term.sizes)
        own /= -own.sum()
        own[place] = 1.0
        made[first : first + term.width] = own[1:]
        return made

    @property
    def tied(self) -> tuple[tuple[str, ...], ...]:
        """Terms that cannot be told apart, together."""
        of_columns = self.model.tied
        blocks = [
            slice(first, first + term.width) for term, first in zip(self.terms, self.starts, strict=True)
        ]
        linked = [[bool(of_columns[one, other].any()) for other in blocks] for one in blocks]
        groups: list[tuple[str, ...]] = []
        left = [place for place in range(len(blocks)) if linked[place][place]]
        while left:
            group, size = {left[0]}, 0
            while len(group) > size:
                size = len(group)
                group |= {other for other in left for one in group if linked[one][other]}
            groups.append(tuple(self.terms[place].name for place in sorted(group)))
            left = [place for place in left if place not in group]
        return tuple(groups)


def _fit(scope: Scope, attributes: Sequence[str], questions: Sequence[str]) -> _Fit:
    """The model of attributes and questions of those who answered all of these."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - only models need it

    counts = scope.counts
    patterns = counts.patterns(counts.unit_here, [*attributes, *questions])
    if questions:
        unanswered = [len(labels) - 1 for labels in patterns.labels[len(attributes) :]]
        answered = np.asarray((patterns.codes[:, len(attributes) :] < unanswered).all(axis=1))
        patterns = patterns.among(answered)
    terms = [_term(patterns, place, name) for place, name in enumerate(attributes)]
    terms += [_step(patterns, len(attributes) + place, name) for place, name in enumerate(questions)]
    kept, left_out = _fitting([term for term in terms if term.width > 0], int(patterns.counts.sum()))
    size = len(patterns.codes)
    rows, columns, data = [np.arange(size)], [np.zeros(size, dtype=np.intp)], [np.ones(size)]
    starts = list(accumulate((term.width for term in kept), initial=1))
    for term, first in zip(kept, starts, strict=False):
        mine = np.flatnonzero(term.of_pattern > 0) if term.labels else np.arange(size)
        rows.append(mine)
        columns.append(first + (term.of_pattern[mine].astype(np.intp) - 1 if term.labels else 0 * mine))
        data.append(np.ones(len(mine)) if term.labels else term.of_pattern)
    at = np.concatenate(rows), np.concatenate(columns)
    x = coo_array((np.concatenate(data), at), shape=(size, starts[-1])).tocsr()
    return _Fit(Model(x, patterns), tuple(kept), tuple(starts[:-1]), left_out)


def _raw(scope: Scope, term: _Term, level: float) -> dict[str, Difference]:
    """Each segment less the rest, as counted, of all responses."""
    labels, segments = samples_by(scope, term.name)
    there = segments.n > 0
    named = there & np.array([label != NO_VALUE for label in labels])
    away = segments.from_rest(among=named, level=level)
    return {label: away[place] for place, label in enumerate(labels) if there[place]}
