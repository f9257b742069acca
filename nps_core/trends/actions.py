"""Interventions that somebody typed in: dated actions, and their way to and from a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.filters import NO_VALUE
from nps_core.formatting import short
from nps_core.link import from_link, read_day, to_link
from nps_core.trends.interventions import EVERYBODY, who_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from nps_core.survey import Survey


YEARS = range(1700, 2250)  # of a day that half a year can be counted from, back and forth
"""The years that the day of an action may have."""


PLANNED, UNDER_WAY, DONE, DROPPED = STATUSES = ("planned", "under way", "done", "dropped")


@dataclass(frozen=True)
class Action:
    """A dated action that somebody typed in: an intervention before its figures, and an entry of the register.

    Parameters
    ----------
    day
        The first day it could show.
    name
        What was done.
    touched
        (attribute, values) of those it was meant for; None for everybody.
    theme
        The name of the theme it was meant for; "" for none.
    said
        What customers had said, in the words of who wrote it down; "" for nothing.
    owner, status
        Who does it, and one of `STATUSES`; what stands in a link is done.
    id, version
        In the register of a kept survey: its number, and how often it was changed; 0 elsewhere.
    """

    day: dt.date
    name: str
    touched: tuple[str, tuple[str, ...]] | None = None
    theme: str = ""
    said: str = ""
    owner: str = ""
    status: str = DONE
    id: int = 0
    version: int = 0

    @property
    def who(self) -> str:
        """Those it was meant for, in words."""
        return f"comments on “{short(self.theme)}”" if self.theme else who_of(self.touched) or EVERYBODY

    @property
    def is_taken(self) -> bool:
        """Whether anything was done so far: nothing can be seen of what is planned or was dropped."""
        return self.status in (UNDER_WAY, DONE)

    def to_text(self) -> str:
        """When, what and for whom as one line, for a link; `actions_of` reads it back."""
        # A single text is a theme: an attribute is followed by its values.
        target = [self.theme] if self.theme else [self.touched[0], *self.touched[1]] if self.touched else []
        return to_link([self.day.isoformat(), self.name, *target])


def actions_of(texts: Iterable[str], survey: Survey) -> tuple[Action, ...]:
    """Read actions back from their texts, in the order of their days.

    What cannot be read, or names an attribute or a value that the survey does not have, is passed over: a link
    may have been cut, or made for another survey.
    """
    found = [action for text in texts if (action := _read(text)) and is_of(action, survey)]
    return tuple(sorted(found, key=lambda action: action.day))


def is_of(action: Action, survey: Survey) -> bool:
    """Whether a survey has the attribute and the values that an action was meant for; of themes nothing is known here."""
    if action.touched is None:
        return True
    name, values = action.touched
    has = {*map(str, survey.responses[name].cat.categories), NO_VALUE} if name in survey.attributes else set()
    return set(values) <= has


def _read(text: str) -> Action | None:
    try:
        day, name, *target = from_link(text)
        if not all(isinstance(one, str) for one in (name, *target)):
            return None
        touched = (target[0], tuple(target[1:])) if len(target) > 1 else None
        action = Action(read_day(day), name, touched, target[0] if len(target) == 1 else "")
    except ValueError:
        return None
    return action if action.day.year in YEARS else None
