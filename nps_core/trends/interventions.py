"""Dated actions (interventions): the NPS before and after one, beside those it did not touch."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.compare.detectable import few_words, how_often
from nps_core.filters import NO_VALUE
from nps_core.formatting import (
    capital,
    format_count,
    format_day,
    format_interval,
    format_nps,
    format_p,
    plural,
    short,
    size_words,
)
from nps_core.link import from_link, read_day, to_link
from nps_core.score.contrasts import smallest_seen
from nps_core.score.estimate import LEVEL, Estimate
from nps_core.score.sample import samples_across

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nps_core.scope import Scope
    from nps_core.score.difference import Difference
    from nps_core.survey import Survey


WINDOW = 90
"""Days looked at on either side."""

_WHOLE = 200  # points: the difference of the two ends of the scale

EVERYBODY = "all of these responses"
"""Whom an action was meant for, in words, when it was for nobody in particular."""


@dataclass(frozen=True)
class BeforeAfter:
    """The NPS on either side of a day: `change` is after less before."""

    before: Estimate
    after: Estimate
    change: Difference


@dataclass(frozen=True)
class Intervention:
    """What went with a dated action.

    Parameters
    ----------
    day, days
        The first day of "after", and the days looked at on either side.
    touched
        The responses it was meant for.
    others
        The others, over the same days; None when it was meant for all.
    beyond_others
        Change of the touched less change of the others (difference in differences); None without others.
        What else happened to both is taken out; what happened to the touched alone is not.
    who
        Those it was meant for, in words; empty for everybody.
    """

    day: dt.date
    days: int
    touched: BeforeAfter
    others: BeforeAfter | None
    beyond_others: Difference | None
    who: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Before and after in words, then the others, then both; none says that the action made it so."""
        said = [_own_sentence(self)]
        if (
            self.others is not None
            and self.beyond_others is not None
            and not math.isnan(self.touched.change.points)
        ):
            said.append(_others_sentence(self.others.change))
            said.append(_beyond_sentence(self.beyond_others))
        return tuple(said)


def compare_before_after(
    scope: Scope,
    day: dt.date,
    *,
    touched: tuple[str, tuple[str, ...]] | None = None,
    days: int = WINDOW,
    level: float = LEVEL,
) -> Intervention:
    """The NPS in the days before an action and from that day on.

    Parameters
    ----------
    scope
        What is looked at; its dates are replaced by those of the two windows.
    day
        The first day of "after".
    touched
        (attribute, values) of those the action was meant for, as far as the filters leave them; everybody when not
        given.
    days
        Days on either side.

    Returns
    -------
    Intervention
        NaN where a window has no responses. A change is no proof that the action made it.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    ValueError
        A window of less than a day.

    Notes
    -----
    Both changes are contrasts of one design (after less before), and so is what is left of one when the other is taken
    out (difference in differences, 1, -1, -1, 1): accounts that answered in several of the four make them narrower. It
    takes out what happened to both alike, and nothing else.
    """
    if days < 1:
        raise ValueError(f"A window has at least one day; {days} is not enough.")
    if touched is None:
        return Intervention(day, days, *_contrasts(scope, [scope], day, days, level))
    name, values = touched
    counts = scope.with_attribute(name, values).counts  # names what the survey does not have
    looked_at = scope.filters.values_of(name) or counts.labels(name)
    meant, rest = ([label for label in looked_at if (label in values) is inside] for inside in (True, False))
    groups = [scope.with_attribute(name, meant) if meant else None]  # no value picked would mean all of them
    groups += [scope.with_attribute(name, rest)] if rest else []
    return Intervention(day, days, *_contrasts(scope, groups, day, days, level), who_of(touched))


def who_of(touched: tuple[str, tuple[str, ...]] | None) -> str:
    """Those an action was meant for, in words; empty for everybody."""
    return " or ".join(short(value) for value in touched[1]) if touched else ""


def _contrasts(
    scope: Scope, groups: list[Scope | None], day: dt.date, days: int, level: float
) -> tuple[BeforeAfter, BeforeAfter | None, Difference | None]:
    """Before and after of those touched, of the others, and what is left of the first; None is nobody."""
    before = {"since": day - dt.timedelta(days), "until": day - dt.timedelta(1)}
    after = {"since": day, "until": day + dt.timedelta(days - 1)}
    nobody = scope.with_filters(since=None, until=dt.date.min)
    windows = [
        nobody if group is None else group.with_filters(**window)
        for group in groups
        for window in (before, after)
    ]
    of = samples_across(windows)
    scores = of.estimate(level=level)
    changes = of.contrast([range(1, len(windows), 2), range(0, len(windows), 2)], (1, -1), level=level)
    own, *others = (
        BeforeAfter(scores[2 * place], scores[2 * place + 1], changes[place]) for place in range(len(groups))
    )
    if not others:
        return own, None, None
    return own, others[0], of.contrast([[1], [0], [3], [2]], (1, -1, -1, 1), level=level)[0]


def _own_sentence(found: Intervention) -> str:
    touched = found.touched
    sizes = f"n {format_count(touched.before.n)} and {format_count(touched.after.n)}"
    if not touched.before.n or not touched.after.n:
        side = "before" if not touched.before.n else "from"
        when = f"{side} {format_day(found.day)}" + ("" if side == "before" else " on")
        of = f" of {found.who}" if found.who else ""
        return f"There are no responses{of} in the {plural(found.days, 'day')} {when}: nothing to compare."
    scores = (
        f"{format_nps(touched.before.nps)} in the {plural(found.days, 'day')} before,"
        f" {format_nps(touched.after.nps)} in as many from then on"
    )
    who = capital(found.who or EVERYBODY)
    return f"{who}: {scores} ({sizes}). {_verdict(touched)}"


def _verdict(side: BeforeAfter) -> str:
    change = side.change
    if math.isnan(change.p_value):
        return "These were picked by their score, so nothing is said of chance."
    if change.too_few:
        return few_words(side.before, side.after)
    interval = format_interval(change.low, change.high)
    if change.beyond_chance:
        way = "Up" if change.points > 0 else "Down"
        size = size_words(change.points, (side.after.nps, side.before.nps))
        return f"{way} {size}, more than chance explains ({interval})."
    size = math.ceil(smallest_seen(change))
    could = (
        f" A true change of {plural(size, 'point')} would show"
        f" {how_often(side.before.n_eff, side.after.n_eff)}."
        if size < _WHOLE
        else ""
    )
    return f"Chance alone makes such a difference {format_p(change.p_value)} ({interval}).{could}"


def _others_sentence(change: Difference) -> str:
    if math.isnan(change.points):
        return "The others did not answer on both sides of that day, so nothing can be set beside it."
    if change.too_few:
        return "The others were too few on one side of that day to be told from chance."
    interval = format_interval(change.low, change.high)
    if change.beyond_chance:
        way = "up" if change.points > 0 else "down"
        return f"The others, over the same days: {way} {size_words(change.points)} ({interval})."
    return (
        f"The others, over the same days: no change beyond chance ({format_nps(change.points)}, {interval})."
    )


def _beyond_sentence(beyond: Difference) -> str:
    if math.isnan(beyond.points):
        return "So what happened to everybody cannot be taken out."
    if beyond.too_few:
        return "What happened to everybody cannot be taken out: on one side too few answered."
    interval = format_interval(beyond.low, beyond.high)
    start = f"With the change of the others taken out, {format_nps(beyond.points)} remains ({interval})"
    if beyond.beyond_chance:
        return f"{start}, beyond chance. Whatever else met these alone at that time is in it too."
    return f"{start}, which may be chance."


_YEARS = range(1700, 2250)  # of a day that half a year can be counted from, back and forth


@dataclass(frozen=True)
class Action:
    """A dated action that somebody typed in: an intervention before its figures.

    Parameters
    ----------
    day
        The first day it could show.
    name
        What was done.
    touched
        (attribute, values) of those it was meant for; None for everybody.
    """

    day: dt.date
    name: str
    touched: tuple[str, tuple[str, ...]] | None = None

    @property
    def who(self) -> str:
        """Those it was meant for, in words."""
        return who_of(self.touched) or EVERYBODY

    def to_text(self) -> str:
        """The action as one line, for a link; `actions_of` reads it back."""
        touched = [self.touched[0], *self.touched[1]] if self.touched else []
        return to_link([self.day.isoformat(), self.name, *touched])


def actions_of(texts: Iterable[str], survey: Survey) -> tuple[Action, ...]:
    """Read actions back from their texts, in the order of their days.

    What cannot be read, or names an attribute or a value that the survey does not have, is passed over: a link
    may have been cut, or made for another survey.
    """
    found = [action for text in texts if (action := _read(text)) and _known(action, survey)]
    return tuple(sorted(found, key=lambda action: action.day))


def _read(text: str) -> Action | None:
    try:
        day, name, *touched = from_link(text)
        if not all(isinstance(one, str) for one in (name, *touched)) or len(touched) == 1:
            return None
        action = Action(read_day(day), name, (touched[0], tuple(touched[1:])) if touched else None)
    except ValueError:
        return None
    return action if action.day.year in _YEARS else None


def _known(action: Action, survey: Survey) -> bool:
    if action.touched is None:
        return True
    name, values = action.touched
    has = {*map(str, survey.responses[name].cat.categories), NO_VALUE} if name in survey.attributes else set()
    return set(values) <= has
