"""Like for like: each segment beside those who are alike in all other attributes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from nps_core.drivers.drivers import find_drivers
from nps_core.drivers.like_for_like_result import LikeForLike, LikeForLikeEffect
from nps_core.drivers.linear import Model
from nps_core.drivers.relative_weights import asked
from nps_core.filters import NO_VALUE
from nps_core.score.contrasts import FEWEST
from nps_core.score.difference import holm
from nps_core.score.estimate import LEVEL
from nps_core.score.sample import samples_by
from nps_core.segments.segments import find_standouts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.counts.patterns import Patterns
    from nps_core.scope import Scope
    from nps_core.score.difference import Difference

    Floats = NDArray[np.float64]

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
        return LikeForLike(level=level, caption=scope.caption)
    attributes, questions = scope.survey.attributes, asked(scope)
    fits = [_fit(scope, attributes, ())]
    fits += [_fit(scope, attributes, questions)] if questions else []
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
        level=level,
        caption=scope.caption,
    )


@dataclass(frozen=True, eq=False)
class _Term:
    """An attribute (its values as columns, less the largest one) or a question (one column) of the model.

    `values` are those of each pattern: the number of its level, from 0 for the level without a column, or its answer.
    `sizes` are the responses of each level, 0 for what has no value; `agreed` how many there are an account where all
    of a level but four at most agree, 0 elsewhere; `shown` are the levels that are reported.
    """

    name: str
    values: Floats
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
        mine = np.flatnonzero(term.values > 0) if term.labels else np.arange(size)
        rows.append(mine)
        columns.append(first + (term.values[mine].astype(np.intp) - 1 if term.labels else 0 * mine))
        data.append(np.ones(len(mine)) if term.labels else term.values)
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
