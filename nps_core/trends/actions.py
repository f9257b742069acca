"""Interventions that somebody typed in: dated actions, and their way to and from a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.filters import NO_VALUE
from nps_core.link import from_link, read_day, to_link
from nps_core.trends.interventions import EVERYBODY, who_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from nps_core.survey import Survey


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
