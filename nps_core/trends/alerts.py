"""Alerts and interventions in words: what the watch saw, and what went with a dated action."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.compare.visible import how_often, smallest_visible, variance_of
from nps_core.filters import NO_VALUE
from nps_core.link import from_link, read_day, to_link
from nps_core.trends.watch import FALSE_ALARM_EVERY, FEWEST
from nps_core.words import (
    MINUS,
    format_count,
    format_day,
    format_interval,
    format_nps,
    format_p,
    plural,
    short,
    size_words,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from nps_core.compare.difference import Difference
    from nps_core.survey import Survey
    from nps_core.trends.interventions import BeforeAfter, Intervention
    from nps_core.trends.watch import Alert, Watch


_WHOLE = 200  # points: the difference of the two ends of the scale
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
        return (
            " or ".join(short(value) for value in self.touched[1])
            if self.touched
            else "all of these responses"
        )

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


def watch_sentence(watch: Watch) -> str:
    """What the watch says today: an alert that stands, one that is over, none, or too little to watch."""
    unit = watch.trend.period
    if not watch.watched:
        return (
            f"No early warning yet: it learns a baseline from {FEWEST} {unit}s with responses and needs as many"
            " again to watch."
        )
    base = f"the baseline of {format_nps(watch.baseline)}"
    first = next(place for place, value in enumerate(watch.sums) if not math.isnan(value))
    learned = f", learned from the first {plural(watch.learned, unit)}" if watch.learned else ""
    if standing := watch.standing:
        return f"Early warning: {_alert_words(watch, standing)} {base}{learned}. The alert stands. {_chance_words(watch)}"
    since = watch.trend.labels[first]
    if watch.alerts:
        last = watch.alerts[-1]
        ended = watch.trend.labels[last.ended] if last.ended is not None else ""
        return f"No alert stands. The last one is over: {_alert_words(watch, last)} {base}{learned}, until {ended}."
    return f"No alert: no lasting fall below {base}{learned}, in the {plural(watch.watched, unit)} since {since}."


def intervention_sentences(action: Action, found: Intervention) -> tuple[str, ...]:
    """Before and after in words, then the others, then both; no sentence says that the action made it so."""
    said = [_own_sentence(action, found)]
    if (
        found.others is not None
        and found.beyond_others is not None
        and not math.isnan(found.touched.change.points)
    ):
        said.append(_others_sentence(found.others.change))
        said.append(_beyond_sentence(found.beyond_others))
    return tuple(said)


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


def _alert_words(watch: Watch, alert: Alert) -> str:
    labels = watch.trend.labels
    depth = format_nps(alert.depth).lstrip(f"+{MINUS}")
    since = f"since {labels[alert.since]}" if alert.since != alert.raised else f"in {labels[alert.since]}"
    raised = f" (raised in {labels[alert.raised]})" if alert.since != alert.raised else ""
    return f"{since}{raised} the NPS was {plural(int(depth), 'point')} below"


def _chance_words(watch: Watch) -> str:
    """How often an alert is a false one."""
    more = ", and somewhat more often with a baseline that was learned" if watch.learned else ""
    return f"By chance one comes about once in {FALSE_ALARM_EVERY} {watch.trend.period}s{more}."


def _own_sentence(action: Action, found: Intervention) -> str:
    touched = found.touched
    sizes = f"n {format_count(touched.before.n)} and {format_count(touched.after.n)}"
    if not touched.before.n or not touched.after.n:
        side = "before" if not touched.before.n else "from"
        when = f"{side} {format_day(found.day)}" + ("" if side == "before" else " on")
        of = f" of {action.who}" if action.touched else ""
        return f"There are no responses{of} in the {plural(found.days, 'day')} {when}: nothing to compare."
    scores = f"{format_nps(touched.before.nps)} in the {plural(found.days, 'day')} before, {format_nps(touched.after.nps)} in as many from then on"
    who = action.who[:1].upper() + action.who[1:]
    return f"{who}: {scores} ({sizes}). {_verdict(touched)}"


def _verdict(side: BeforeAfter) -> str:
    change = side.change
    interval = format_interval(change.low, change.high)
    if change.beyond_chance:
        way = "Up" if change.points > 0 else "Down"
        size = size_words(change.points, (side.after.nps, side.before.nps))
        return f"{way} {size}, more than chance explains ({interval})."
    size = math.ceil(
        smallest_visible(side.before.n, side.after.n, variance=variance_of(side.before, side.after))
    )
    could = (
        f" A true change of {plural(size, 'point')} would show {how_often(side.before.n, side.after.n)}."
        if size < _WHOLE
        else ""
    )
    return f"Chance alone makes such a difference {format_p(change.p_value)} ({interval}).{could}"


def _others_sentence(change: Difference) -> str:
    if math.isnan(change.points):
        return "The others did not answer on both sides of that day, so nothing can be set beside it."
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
    interval = format_interval(beyond.low, beyond.high)
    start = f"With the change of the others taken out, {format_nps(beyond.points)} remains ({interval})"
    if beyond.beyond_chance:
        return f"{start}, beyond chance. Whatever else met these alone at that time is in it too."
    return f"{start}, which may be chance."
