"""Segments: how the values of an attribute differ, and which of them beyond chance."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from nps_core.counts.index import counts_of
from nps_core.filters import NO_VALUE, filter_choices
from nps_core.formatting import by_words, format_count, format_nps, format_share, reads_as_name, short
from nps_core.reading.cells import is_no_answer
from nps_core.score.difference import holm
from nps_core.score.estimate import FEWEST, LEVEL, MIN_READABLE
from nps_core.score.ledger import QUESTIONS, adjust
from nps_core.score.sample import sample, samples_by
from nps_core.segments.lately import Lately, from_day, lately_of
from nps_core.segments.result import Cross, Segments, Standout
from nps_core.segments.shrinkage import Shrunk, shrink

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from nps_core.counts import Counts
    from nps_core.counts.protocol import Table
    from nps_core.scope import Scope
    from nps_core.score.contrasts import Contrasts
    from nps_core.score.design import Samples
    from nps_core.survey import Survey

_SCALE = range(11)  # answers from 0 to 10
_LEAST_STEPS = 3  # of a scale; two numbers are a code for yes and no

_RISES = 0.2
"""The correlation with promoters less detractors from which numbers are taken for answers, not for codes or counts."""


@dataclass(frozen=True, eq=False)
class _Compared:
    """The values of an attribute that have responses, and what the ledger makes of each beside the rest.

    `splits` are equal where values of one or of several attributes set the same people apart from the same
    others. `samples` are those that may differ, which are at the places `far`; the others are too near to be told
    apart. Both are parts of `whole`.
    """

    labels: NDArray[np.object_]
    counts: NDArray[np.int64]
    splits: tuple[Hashable, ...]
    far: NDArray[np.intp]
    samples: Samples
    whole: Samples
    p_values: NDArray[np.float64]
    adjusted: NDArray[np.float64]
    looks: float

    @property
    def named(self) -> NDArray[np.bool_]:
        return _named(self.labels)

    def claimed(self, level: float) -> NDArray[np.intp]:
        """The places of those that the ledger holds."""
        return np.flatnonzero(np.nan_to_num(self.adjusted, nan=1.0) < 1 - level)

    def picked(self, places: NDArray[np.intp]) -> _Compared:
        """Of those that may differ these only; without any, nothing of who answered."""
        mine = np.isin(self.far, places, assume_unique=True)
        whole = self.whole if mine.any() else self.whole.picked([False])
        return replace(self, far=self.far[mine], samples=self.samples.picked(mine), whole=whole)


def find_segments(scope: Scope, attribute: str, *, level: float = LEVEL) -> Segments:
    """The segments of an attribute: NPS, interval, and difference from the rest.

    A segment is beyond chance where the ledger holds it: the same verdict as on the overview, which looks at the
    segments of all attributes. One that passes among the segments of its own attribute only is a sign.

    Parameters
    ----------
    scope
        What is looked at.
    attribute
        One of the survey's attributes, or "account".
    level
        The level of the intervals and of the flags.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    family = _family(scope, level)
    compared = (
        family[attribute] if attribute in family else _compare(scope, [attribute], by_hand=True)[attribute]
    )
    by_itself = _once(holm, compared.p_values, compared.splits)
    sure, alone = (np.nan_to_num(p, nan=1.0) < 1 - level for p in (compared.adjusted, by_itself))
    every = samples_by(scope, attribute)[1]
    samples = every.picked(every.n > 0)
    score = samples.estimate(level=level)
    away = samples.from_rest(among=compared.named, level=level)
    order = np.lexsort((compared.labels.astype(str), -np.asarray(score.nps), ~compared.named))
    n = samples.n
    return Segments(
        attribute=attribute,
        labels=tuple(compared.labels[order]),
        estimate=score[order],
        difference=away[order],
        p_adjusted=compared.adjusted[order],
        beyond_chance=sure[order],
        n=n[order],
        share=(n / max(n.sum(), 1))[order],
        signs=(alone & ~sure)[order],
        looks=compared.looks,
        caption=replace(scope.caption, subtitle=f"NPS by {by_words(attribute)} · {scope.words}"),
    )


def segment_attributes(survey: Survey) -> list[str]:
    """The attributes that hold segments of themselves: all but ratings.

    Whoever rates something low recommends it less: a rating is another score, and its answers are no kind of customer.
    Numbers of branches or quarters, which the score does not rise with, are segments.
    """
    scales = {choice.name for choice in filter_choices(survey).attributes if is_scale(choice.values)}
    ratings = {name for name in scales if not reads_as_name(name) or _rises(counts_of(survey).by(name))}
    return [name for name in survey.attributes if name not in ratings]


def is_scale(values: Iterable[str]) -> bool:
    """Whether the values of an attribute may be answers on a scale: whole numbers from 0 to 10, three or more.

    >>> is_scale(["1", "2", "3", "4", "N/A", "(no value)"]), is_scale(["Pro", "Team"]), is_scale(["2024", "2025"])
    (True, False, False)
    """
    named = [value for value in values if value != NO_VALUE and not is_no_answer(value)]
    return len(named) >= _LEAST_STEPS and all(_is_step(value) for value in named)


def _rises(table: Table) -> bool:
    """Whether the score rises with the numbers that are an attribute's values."""
    said = [place for place, label in enumerate(table.labels) if _is_step(label)]
    steps = np.array([float(table.labels[place]) for place in said])
    counts, n = table.counts[said], table.n[said]
    happy = counts[:, 0] - counts[:, 2]
    steps = steps - steps @ n / max(n.sum(), 1)
    mean = happy.sum() / max(n.sum(), 1)
    spread = (steps**2 @ n) * (counts[:, [0, 2]].sum() - mean**2 * n.sum())
    return bool(steps @ happy >= _RISES * math.sqrt(max(spread, 0)) > 0)


def _is_step(value: str) -> bool:
    whole = value.removesuffix(".0")
    return whole.isdecimal() and int(whole) in _SCALE


def cross_segments(scope: Scope, a: str, b: str, *, level: float = LEVEL) -> Cross:
    """NPS of every pair of values of two attributes, in the order of the attributes' values.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    labels_a, labels_b, counts = scope.counts.by2(a, b)
    rows, columns = counts.any(axis=(1, 2)), counts.any(axis=(0, 2))
    shown_a, shown_b = np.array(labels_a, dtype=object)[rows], np.array(labels_b, dtype=object)[columns]
    there = counts[rows][:, columns].any(axis=2)
    _, samples = samples_by(scope, (a, b))  # the pairs that occur, in this order
    named = np.outer(shown_a != NO_VALUE, shown_b != NO_VALUE)[there]
    away = samples.from_rest(among=named, level=level)
    found = holm(np.where(named & ~away.too_few, away.p_value, np.nan))
    place = np.full(there.shape, len(samples))
    place[there] = np.arange(len(samples))
    adjusted = np.append(found, np.nan)[place]
    n = np.append(samples.n, 0)[place]
    return Cross(
        a=a,
        b=b,
        labels_a=tuple(shown_a),
        labels_b=tuple(shown_b),
        estimate=samples.with_empty().estimate(level=level)[place],
        n=n,
        too_few=n < MIN_READABLE,
        p_adjusted=adjusted,
        beyond_chance=np.nan_to_num(adjusted, nan=1.0) < 1 - level,
        caption=scope.caption,
    )


def find_standouts(
    scope: Scope,
    *,
    attributes: Sequence[str] | None = None,
    level: float = LEVEL,
) -> tuple[Standout, ...]:
    """The segments of all attributes that differ from the rest beyond chance, farthest from it first.

    One family, the ledger: p-values are adjusted for every segment of every attribute that is looked at, and for what
    else a report claims by itself. What sets the same people apart twice (the two values of an attribute, an attribute
    under two names) is one look. Not looked at are `NO_VALUE`, segments with fewer than 5 responses or accounts, or
    with such a rest, attributes with a single value, and an attribute that the filters narrow to a single value.

    Parameters
    ----------
    scope
        What is looked at.
    attributes
        Which attributes; all that hold segments (`segment_attributes`) when not given.
    level
        The level of the intervals and of "beyond chance".

    Returns
    -------
    tuple of Standout
        By the size of the difference, greatest first; of the weakest and the strongest segment whichever is
        farther from the rest comes first. Take those with `difference.points` < 0 for the weakest.
    """
    claimed = {
        name: compared.picked(places)
        for name, compared in _family(scope, level, attributes).items()
        if len(places := compared.claimed(level))
    }
    if not claimed:
        return ()
    samples, apart = _beside(list(claimed.values()))
    score, away = samples.estimate(level=level), apart.difference(level=level)
    claims = [(name, compared, place) for name, compared in claimed.items() for place in compared.far]
    found = []
    for number, (name, compared, place) in enumerate(claims):
        counts = compared.counts[compared.named].sum(axis=0)
        without = _nps(counts - compared.counts[place])
        found.append(
            Standout(
                attribute=name,
                label=str(compared.labels[place]),
                estimate=score[number],
                difference=away[number],
                p_adjusted=float(compared.adjusted[place]),
                pull=_nps(counts) - without,
                without=without,
                partly=not compared.named.all(),
                split=compared.splits[place],
            )
        )
    return tuple(sorted(found, key=lambda one: -abs(one.difference.points)))


def with_lately(found: Sequence[Standout], scope: Scope, since: dt.date, called: str) -> tuple[Standout, ...]:
    """The same; those that no longer differ since a day, the first of a period that is called so, say what they are.

    Which no longer differ, `lately_of` tells.
    """
    late = from_day(scope, since)
    late.counts.ahead(*dict.fromkeys((one.attribute,) for one in found))
    return tuple(replace(one, lately=_lately(one, late, called)) for one in found)


def _lately(one: Standout, scope: Scope, called: str) -> Lately | None:
    values, every = samples_by(scope, one.attribute)
    labels = np.array(values, dtype=object)
    sides = np.where(labels == one.label, 0, np.where(_named(labels), 1, -1))
    return lately_of(float(one.difference.points), every.combined(sides, 2), called)


def _family(scope: Scope, level: float, attributes: Sequence[str] | None = None) -> dict[str, _Compared]:
    """Each attribute compared, with its p-values as the ledger adjusts them; kept as long as its counts are.

    Of who answered no more is kept than the segments that are claimed need: of 100,000 accounts it is 25 MB a filter.
    """
    usual = attributes is None and level == LEVEL
    counts = scope.counts
    with _LOCK:
        if usual and (made := _MADE.get(counts)) is not None:
            return made
    names = segment_attributes(scope.survey) if attributes is None else attributes
    found = _compare(scope, names) if names else {}
    if usual:
        found = {name: one.picked(one.claimed(level)) for name, one in found.items()}
        with _LOCK:
            _MADE[counts] = found
    return found


def _compare(scope: Scope, names: Sequence[str], *, by_hand: bool = False) -> dict[str, _Compared]:
    """The values of some attributes, all of them at once, each beside the rest of its attribute.

    What somebody picks by hand is corrected for by itself (Holm); all else has the segments' share of the risk.
    """
    whole = sample(scope)
    looked = {name: _looked(scope, name, whole) for name in names}
    scope.counts.ahead(*((name,) for name, some in looked.items() if some.places.any()))
    made = [_values(scope, name, whole, some) for name, some in looked.items()]
    away = _beside(made)[1].difference(limits=False)
    p_values = np.concatenate([one.p_values for one in made])
    starts = np.cumsum([0, *(len(one.labels) for one in made)])
    far = np.concatenate([one.far + start for one, start in zip(made, starts, strict=False)])
    p_values[far] = np.where(away.too_few, np.nan, away.p_value)
    splits = [split for one in made for split in one.splits]
    adjusted = _once(holm if by_hand else partial(adjust, question="segments"), p_values, splits)
    looks = len({split for split, p in zip(splits, p_values, strict=True) if np.isfinite(p)}) / (
        1 if by_hand else QUESTIONS["segments"]
    )
    parts = [slice(*ends) for ends in pairwise(starts)]
    return {
        name: replace(one, p_values=p_values[part], adjusted=adjusted[part], looks=looks)
        for name, one, part in zip(names, made, parts, strict=True)
    }


def _once(
    adjusted: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    p_values: NDArray[np.float64],
    splits: Sequence[Hashable],
) -> NDArray[np.float64]:
    """Adjusted p-values of which the same split of the same people counts once: its p-value is one and the same."""
    first = {split: place for place, split in reversed([*enumerate(splits)])}
    places = np.array([first[split] for split in splits], dtype=np.intp)
    found, back = np.unique(places, return_inverse=True)
    return adjusted(p_values[found])[back]


class _Looked(NamedTuple):
    """The values of an attribute as counted: which there are, which may differ, and at which of them to look closer."""

    table: Table
    some: NDArray[np.bool_]
    named: NDArray[np.bool_]
    far: NDArray[np.bool_]
    places: NDArray[np.bool_]


def _looked(scope: Scope, name: str, whole: Samples) -> _Looked:
    """Only of those that may differ is it looked at who answered, and of the few that may be of too few accounts."""
    table = scope.counts.by(name)
    some = table.n > 0
    counts, n = table.counts[some], table.n[some]
    named = _named(np.array(table.labels, dtype=object)[some])
    far = named & _may_differ(counts * named[:, None])
    few = named & (n >= FEWEST) & (n <= (FEWEST - 1) * whole.size.max(initial=1)) & whole.certain
    return _Looked(table, some, named, far, far | few | (~named & far.any()))


def _values(scope: Scope, name: str, whole: Samples, at: _Looked) -> _Compared:
    """The values of an attribute; 1 for the p-value, which is yet to come, of each that can have one."""
    some, named, far, looked = at.some, at.named, at.far, at.places
    labels, counts, n = np.array(at.table.labels, dtype=object)[some], at.table.counts[some], at.table.n[some]
    enough = named & (n >= FEWEST) & whole.certain
    there = np.zeros(len(some), dtype=np.bool_)
    there[some] = looked
    samples = samples_by(scope, name, among=there)[1] if looked.any() else whole.picked([False])
    enough[looked] &= samples.clusters >= FEWEST
    if (looked & ~named).any():
        whole = whole.without(samples.picked(~named[looked]))
    splits = tuple(split for split, there in zip(scope.counts.splits(name), some, strict=False) if there)
    p_values = np.where(enough, 1.0, np.nan)
    return _Compared(
        labels,
        counts,
        splits,
        np.flatnonzero(far),
        samples.picked(far[looked]),
        whole,
        p_values,
        p_values,
        1.0,
    )


def _beside(compared: Sequence[_Compared]) -> tuple[Samples, Contrasts]:
    """Those of all the attributes that may differ, and each beside the rest of its attribute."""
    first, *others = (one.samples for one in compared)
    samples = first.joined(*others)
    wholes = list({id(one.whole): one.whole for one in compared}.values())
    of = [wholes.index(one.whole) for one in compared for _ in one.far]
    return samples, samples.beside(wholes[0].joined(*wholes[1:]), np.array(of, dtype=np.intp))


def _may_differ(counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each is so far from the rest that it may be beyond chance: the others need no look at their accounts.

    Within a standard error of independent responses nothing is, unless four fifths of what people answer is their
    account's.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        sides = [(own, own.sum(axis=1)) for own in (counts, counts.sum(axis=0) - counts)]
        nps = [(own[:, 0] - own[:, 2]) / n for own, n in sides]
        spread = [((own[:, 0] + own[:, 2]) / n - of**2) / n for (own, n), of in zip(sides, nps, strict=True)]
        return np.asarray(~(np.abs(nps[0] - nps[1]) < np.sqrt(spread[0] + spread[1])))


def _named(labels: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.asarray(labels != NO_VALUE, dtype=np.bool_)


def _nps(counts: NDArray[np.int64]) -> float:
    return float(100 * (counts[0] - counts[2]) / counts.sum())


_MADE: WeakKeyDictionary[Counts, dict[str, _Compared]] = WeakKeyDictionary()
_LOCK = Lock()


def shrink_segments(found: Segments) -> Shrunk:
    """Each segment drawn towards the mean of all, by how little it has to say; `NO_VALUE` is no part of it (NaN)."""
    named = np.array([label != NO_VALUE for label in found.labels], dtype=np.bool_)
    groups = [np.where(named, group, 0) for group in found.estimate.groups]
    return shrink(*groups)


def shrinkage_sentence(found: Segments, calmed: Shrunk) -> str:
    """What the diamonds are, in one plain sentence."""
    if math.isnan(calmed.mean):
        return "There is nothing to draw a mean from."
    mean = format_nps(calmed.mean)
    if calmed.spread == 0:
        return (
            "Diamonds: chance explains all that these segments differ by, so each is drawn to their mean of"
            f" {mean}."
        )
    known = np.flatnonzero(~np.isnan(calmed.weight))
    few = int(known[np.argmin(calmed.weight[known])])
    return (
        f"Diamonds: each segment drawn towards the mean of {mean}, the further the fewer its responses, since"
        f" the best and worst of small segments are partly luck; “{short(found.labels[few])}” (n"
        f" {format_count(found.n[few])}) keeps {format_share(float(calmed.weight[few]))} of its distance."
    )
