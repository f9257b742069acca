"""The register of actions: what was done, when, for whom and by whom; and what went with each, looked at together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.errors import FilterError, FollowUpError
from nps_core.formatting import (
    format_change,
    format_day,
    format_interval,
    format_nps,
    format_share,
    plural,
    short,
)
from nps_core.score.estimate import LEVEL
from nps_core.score.influence import samples_of_rates, samples_of_rows
from nps_core.themes.in_survey import spoken
from nps_core.trends.actions import STATUSES, YEARS, Action
from nps_core.trends.interventions import (
    WINDOW,
    Intervention,
    ShareChange,
    compare_before_after,
    contrasts_of,
    days_so_far,
    hold_together,
    window_of,
)
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nps_core.scope import Scope
    from nps_core.themes.result import Themes

FIELDS = ("name", "day", "touched", "theme", "said", "owner", "status")
"""What people change of an action, in the order in which it is said."""

LONGEST = {"name": 120, "said": 300, "owner": 200}
"""Characters of what somebody types."""

NOT_FROM_IT = (
    "What came after an action need not have come from it: seasons, other changes and who answered count too."
)

_WORDS = {
    "name": "what was done",
    "day": "first day",
    "touched": "meant for",
    "theme": "theme",
    "said": "what was said",
}
_NOT_LOOKED = "The themes are not known yet: look into the comments first."


@dataclass(frozen=True)
class Outcome:
    """What went with one action.

    Parameters
    ----------
    found
        Before and after; None where there is nothing to compare.
    refused
        Why there is nothing to compare, as a sentence.
    """

    action: Action
    found: Intervention | None = None
    refused: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Before, after, the others, and what is left; or why there is nothing."""
        return (self.refused,) if self.found is None else self.found.sentences

    @property
    def beyond_chance(self) -> bool:
        """Whether what is looked at of it is beyond chance among all actions."""
        return self.found is not None and bool(self.found.test.beyond_chance)

    @property
    def said(self) -> str:
        """What customers had said: as it was written down, else how often they spoke of the theme; "" for neither."""
        if self.action.said or not self.action.theme:
            return self.action.said
        share = None if self.found is None else self.found.share
        often = (
            ""
            if share is None or not (share.n[0] and share.before)
            else f", in {format_share(share.before)} of comments"
        )
        return f"“{short(self.action.theme)}”{often}"

    @property
    def did(self) -> str:
        """What was done and since when; whether it is under way."""
        under_way = "" if self.action.status == "done" else f"{self.action.status} "
        return f"{self.action.name or 'Intervention'} ({under_way}since {format_day(self.action.day)})"

    @property
    def since(self) -> str:
        """What went with it, in one sentence that names no cause."""
        if self.found is None:
            return self.refused
        test = self.found.test
        if np.isnan(test.points):
            return _nothing_beside(self.found)
        if np.isnan(test.p_value):
            return "Only some of the groups are looked at, so nothing is said of chance."
        return "Too few answered to tell a change from chance." if test.too_few else _since(self.found)


def _nothing_beside(found: Intervention) -> str:
    if found.share is not None:
        return "There are no comments on one side of that day: nothing to compare."
    of = f" of {found.who}" if found.who else ""
    if np.isnan(found.touched.change.points):
        return f"There are no responses{of} on one side of that day: nothing to compare."
    return "There are no responses of the others on one side of that day: nothing to compare with."


def _since(found: Intervention) -> str:
    test, touched = found.test, found.touched
    chance = "beyond chance" if test.beyond_chance else "within chance"
    chance += "; no comparison group" if found.share is None and found.beyond_others is None else ""
    chance += f"; {found.so_far} of {found.days} days so far" if found.so_far < found.days else ""
    interval = format_interval(test.low, test.high)
    if found.share is not None:
        shares = (
            f"{format_share(found.share.before)} of comments before, {format_share(found.share.after)} since"
        )
        return f"{shares}: {found.share.points} percentage points ({interval}), {chance}."
    scores = f"NPS {format_nps(touched.before.nps)} before, {format_nps(touched.after.nps)} since"
    if found.beyond_others is None:
        change = format_change(test.points, touched.before.nps, touched.after.nps)
        return f"{scores}: {change} ({interval}), {chance}."
    return (
        f"{found.who}: {scores}; {format_nps(test.points)} compared with the others ({interval}), {chance}."
    )


class Outcomes(tuple[Outcome, ...]):
    """What went with some actions, looked at together, in the order of their days."""

    __slots__ = ()

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions themselves."""
        return tuple(one.action for one in self)

    @property
    def found(self) -> tuple[Intervention, ...]:
        """Those that could be compared."""
        return tuple(one.found for one in self if one.found is not None)

    @property
    def drawn(self) -> tuple[Intervention, ...]:
        """Those with scores before and after on a trend: beyond chance, or the only one; none of a theme's comments."""
        told = tuple(one.found for one in self if one.found is not None and one.beyond_chance)
        return tuple(one for one in told or self.found[: len(self) == 1] if one.share is None)

    @property
    def title(self) -> str:
        """How many, and after how many something changed beyond chance; no cause."""
        if not self:
            return "No action that was taken is written down"
        beyond = [one for one in self if one.beyond_chance]
        compared = [one for one in self.found if not one.test.too_few and not np.isnan(one.test.p_value)]
        taken = plural(len(self), "action")
        if not compared:
            return f"{taken} taken: nothing to compare yet, or too few answers"
        if not beyond:
            all_of = "it" if len(self) == 1 else "them"
            which = (
                all_of
                if len(compared) == len(self)
                else f"the {'one' if len(compared) == 1 else len(compared)} that can be compared"
            )
            return f"{taken} taken: no change beyond chance went with {which}"
        of = "it" if len(self) == 1 else "one of them" if len(beyond) == 1 else f"{len(beyond)} of them"
        return f"{taken} taken: a change beyond chance went with {of}"

    def lines(self) -> tuple[str, ...]:
        """“You said, we did” as text, a line an action."""
        return tuple(
            "".join(
                (
                    f"You said: {one.said.rstrip('.')}. " if one.said else "",
                    f"We did: {one.did}. ",
                    f"Since then: {one.since}",
                )
            )
            for one in self
        )


def find_outcomes(
    scope: Scope,
    actions: Sequence[Action],
    themes: Themes | None = None,
    *,
    days: int = WINDOW,
    level: float = LEVEL,
) -> Outcomes:
    """What went with the actions that were taken, in so many days before and after the first day of each.

    Parameters
    ----------
    scope
        What is looked at; its days are replaced by those of the windows.
    actions
        Those that are planned or dropped are passed over.
    themes
        Of the same survey; without them nothing is found of an action for a theme.

    Returns
    -------
    Of each action one difference is told from chance, and it is among all of them (Holm): of an action for a segment
    the change less that of the others over the same days, of an action for a theme the share of comments about it, of
    one for everybody the change.

    Notes
    -----
    Of a theme shares and scores are contrasts of one design too, of the comments in the two windows. Who speaks of a
    theme changes with what is done about it: its NPS is given, and nothing is claimed of it.
    """
    taken = sorted(
        (action for action in actions if action.is_taken), key=lambda action: (action.day, action.id)
    )
    bare = [_outcome(scope, action, themes, days, level) for action in taken]
    held = iter(hold_together([one.found for one in bare if one.found is not None], level=level))
    return Outcomes(one if one.found is None else replace(one, found=next(held)) for one in bare)


def _outcome(scope: Scope, action: Action, themes: Themes | None, days: int, level: float) -> Outcome:
    last = scope.so_far
    if last is None:
        return Outcome(action, refused="These responses have no dates: there is no before and after.")
    if action.day > last:
        return Outcome(action, refused=_none_since(action.day, last))
    if action.theme:
        return _of_theme(scope, action, themes, days, level)
    try:
        found = compare_before_after(scope, action.day, touched=action.touched, days=days, level=level)
    except FilterError as error:
        return Outcome(action, refused=error.message)
    return Outcome(action, found)


def _none_since(day: dt.date, last: dt.date) -> str:
    # Whether the day is still to come is not known: the file may be older than it.
    return f"There are no responses from {format_day(day)} on: the last one is of {format_day(last)}."


def _of_theme(scope: Scope, action: Action, themes: Themes | None, days: int, level: float) -> Outcome:
    if themes is None:
        return Outcome(action, refused=_NOT_LOOKED)
    if action.theme not in themes.titles:
        return Outcome(action, refused=f"There is no theme “{short(action.theme)}” now.")
    number = themes.titles.index(action.theme)
    before, after = window_of(action.day, days)
    said = spoken(scope.with_filters(since=before["since"], until=after["until"]), themes)
    dates = scope.survey.responses["date"].to_numpy(dtype="datetime64[D]")[said.rows]
    is_after = (dates >= np.datetime64(action.day, "D")).astype(np.intp)
    about = np.asarray(themes.kinds[0][said.kinds, number], dtype=np.bool_)
    certain = not scope.picks_by_score
    shares = replace(samples_of_rates(about, is_after, said.clusters, 2), certain=certain)
    # Before and after of those who speak of it, then of the others.
    cells = is_after + 2 * ~about
    scores = replace(
        samples_of_rows(said.groups.astype(np.int64) - 1, cells, said.clusters, 4), certain=certain
    )
    n = tuple(shares.n.tolist())
    spoke = shares.estimate(level=level).nps / 100
    change = shares.contrast([[1], [0]], (1, -1), level=level)[0]
    return Outcome(
        action,
        Intervention(
            action.day,
            days,
            *contrasts_of(scores, level),
            action.who,
            ShareChange(float(spoke[0]), float(spoke[1]), (n[0], n[1]), change),
            days_so_far(scope, action.day, days),
        ),
    )


def changed(was: Action, changes: Mapping[str, object]) -> Action:
    """An action with some of `FIELDS` changed, on one line each and not too long.

    Raises
    ------
    FollowUpError
        It has no name, a status that does not exist, a day that is none, or is for a segment and a theme at once.
    """
    told = {name: _read(name, value) for name, value in changes.items()}
    new = replace(was, **told)  # type: ignore[arg-type]  # each is what `_read` makes of it
    if not new.name:
        raise FollowUpError("An action needs a name.", hint="Write what was done, in a few words.")
    if new.status not in STATUSES:
        raise FollowUpError(f"There is no status “{new.status}”.", hint=f"Take one of {', '.join(STATUSES)}.")
    if new.theme and new.touched:
        raise FollowUpError(
            "An action is for a segment or for a theme.", hint="Write down two, one for each."
        )
    return new


def _read(name: str, value: object) -> object:
    match name:
        case "name" | "said" | "owner":
            return plain(value)[: LONGEST[name]].strip()
        case "theme" | "status":
            return str(value)
        case "touched":
            return value or None
        case "day" if isinstance(value, dt.date) and value.year in YEARS:
            return value
        case "day":
            raise FollowUpError("An action needs its first day.", hint="Pick the first day it could show.")
    raise FollowUpError(f"“{name}” of an action cannot be changed.", hint=f"Change {', '.join(FIELDS)}.")


def change_words(was: Action, now: Action) -> str:
    """What is something else, in words: status planned → done; owner Ann; first day 5 Mar 2026."""
    return "; ".join(_said(was, now))


def _said(was: Action, now: Action) -> Iterator[str]:
    for name in FIELDS:
        value, words = getattr(now, name), _WORDS.get(name, name)
        if value == getattr(was, name):
            continue
        if name == "status":
            yield f"status {was.status} → {value}"
        elif not value:
            yield f"{words} taken away"
        elif isinstance(value, dt.date):
            yield f"{words} {format_day(value)}"
        else:
            yield f"{words}: {now.who if name == 'touched' else value}"
