"""Dated actions (interventions): the NPS before and after one, beside those it did not touch."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nps_core.compare.detectable import few_words, how_often
from nps_core.formatting import (
    capital,
    format_change,
    format_count,
    format_day,
    format_interval,
    format_nps,
    format_p,
    format_share,
    plural,
    short,
    size_words,
)
from nps_core.score.contrasts import smallest_seen
from nps_core.score.difference import holm
from nps_core.score.estimate import LEVEL
from nps_core.score.sample import samples_across

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.scope import Scope
    from nps_core.score.design import Samples
    from nps_core.score.difference import Difference
    from nps_core.score.estimate import Estimate


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
class ShareChange:
    """The share (0..1) of comments about a theme on either side of a day; `change` is in percentage points."""

    before: float
    after: float
    n: tuple[int, int]
    change: Difference

    @property
    def points(self) -> str:
        """The change as it is written beside both shares."""
        return format_change(self.change.points, 100 * self.before, 100 * self.after)


@dataclass(frozen=True)
class Intervention:
    """What went with a dated action. One difference of it is told from chance: see `test`.

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
    share
        How often those who comment spoke of the theme that it was meant for; None for no theme.
    so_far
        How many of the days from the action on there are up to the last response.
    looks
        Actions among which the difference is beyond chance, or not; see `hold_together`.
    """

    day: dt.date
    days: int
    touched: BeforeAfter
    others: BeforeAfter | None
    beyond_others: Difference | None
    who: str = ""
    share: ShareChange | None = None
    so_far: int = 0
    looks: int = 1

    @property
    def test(self) -> Difference:
        """What is told from chance: a theme's share, a segment's change less that of the others, else the change."""
        if self.share is not None:
            return self.share.change
        return self.touched.change if self.beyond_others is None else self.beyond_others

    @property
    def sentences(self) -> tuple[str, ...]:
        """Before and after in words, then the others, then both; none says that the action made it so."""
        said = [] if self.share is None else [_share_sentence(self, self.share)]
        if self.share is None or (self.touched.before.n and self.touched.after.n):
            said.append(_own_sentence(self))
        if (
            self.others is not None
            and self.beyond_others is not None
            and not math.isnan(self.touched.change.points)
        ):
            said.append(_others_sentence(self.others.change))
            said.append(_beyond_sentence(self))
        return tuple(said)


def hold_together(found: Sequence[Intervention], *, level: float = LEVEL) -> tuple[Intervention, ...]:
    """Interventions looked at together: of one in twenty such lists in which nothing differs anything is claimed.

    Returns
    -------
    The same, in their order; `test` of each is beyond chance where it is among all of them (Holm). Intervals stay
    those of each alone.
    """
    held = holm([one.test.p_value for one in found]) < 1 - level
    return tuple(_held(one, bool(own), len(found)) for one, own in zip(found, held, strict=True))


def _held(one: Intervention, beyond: bool, looks: int) -> Intervention:  # noqa: FBT001 - one truth value
    test = replace(one.test, beyond_chance=beyond and not one.test.too_few)
    if one.share is not None:
        return replace(one, share=replace(one.share, change=test), looks=looks)
    if one.beyond_others is not None:
        return replace(one, beyond_others=test, looks=looks)
    return replace(one, touched=replace(one.touched, change=test), looks=looks)


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
        return Intervention(
            day, days, *_contrasts(scope, [scope], day, days, level), so_far=days_so_far(scope, day, days)
        )
    name, values = touched
    counts = scope.with_attribute(name, values).counts  # names what the survey does not have
    looked_at = scope.filters.values_of(name) or counts.labels(name)
    meant, rest = ([label for label in looked_at if (label in values) is inside] for inside in (True, False))
    groups = [scope.with_attribute(name, meant) if meant else None]  # no value picked would mean all of them
    groups += [scope.with_attribute(name, rest)] if rest else []
    so_far = days_so_far(scope, day, days)
    return Intervention(
        day, days, *_contrasts(scope, groups, day, days, level), who_of(touched), so_far=so_far
    )


def days_so_far(scope: Scope, day: dt.date, days: int) -> int:
    """How many of so many days from a day on the survey goes to: its last response is of one of them."""
    last = scope.so_far
    return 0 if last is None else max(0, min(days, (last - day).days + 1))


def window_of(day: dt.date, days: int) -> tuple[dict[str, dt.date], dict[str, dt.date]]:
    """The days before an action and from that day on, as filters: `since` and `until` of each."""
    before = {"since": day - dt.timedelta(days), "until": day - dt.timedelta(1)}
    return before, {"since": day, "until": day + dt.timedelta(days - 1)}


def who_of(touched: tuple[str, tuple[str, ...]] | None) -> str:
    """Those an action was meant for, in words; empty for everybody."""
    return " or ".join(short(value) for value in touched[1]) if touched else ""


def _contrasts(
    scope: Scope, groups: list[Scope | None], day: dt.date, days: int, level: float
) -> tuple[BeforeAfter, BeforeAfter | None, Difference | None]:
    """Before and after of those touched, of the others, and what is left of the first; None is nobody."""
    nobody = scope.with_filters(since=None, until=dt.date.min)
    windows = [
        nobody if group is None else group.with_filters(**window)
        for group in groups
        for window in window_of(day, days)
    ]
    return contrasts_of(samples_across(windows), level)


def contrasts_of(
    of: Samples, level: float = LEVEL
) -> tuple[BeforeAfter, BeforeAfter | None, Difference | None]:
    """What an `Intervention` holds, from the samples before and after of those touched and, if any, of the others."""
    scores = of.estimate(level=level)
    changes = of.contrast([range(1, len(of), 2), range(0, len(of), 2)], (1, -1), level=level)
    own, *others = (
        BeforeAfter(scores[2 * place], scores[2 * place + 1], changes[place]) for place in range(len(of) // 2)
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
        f"{format_nps(touched.before.nps)} in the {plural(found.days, 'day')} before {format_day(found.day)},"
        f" {format_nps(touched.after.nps)} {_from_then_on(found)} ({sizes})"
    )
    who = capital(found.who or EVERYBODY)
    if found.beyond_others is None:
        return f"{who}: {scores}. {_verdict(found)}"
    # Whether it is beyond chance is told once, of what is left when the change of the others is taken out.
    return f"{who}: {scores}, {_difference(touched)}."


def _from_then_on(found: Intervention) -> str:
    if found.so_far >= found.days:
        return "in as many from then on"
    return f"in the {plural(found.so_far, 'day')} from then to the last response"


def _difference(side: BeforeAfter) -> str:
    change = side.change
    size = f"a change of {format_change(change.points, side.before.nps, side.after.nps)}"
    known = not math.isnan(change.low) and not change.too_few
    return f"{size} ({format_interval(change.low, change.high)})" if known else size


def _verdict(found: Intervention) -> str:
    """Whether the change of everybody is more than chance."""
    side, change = found.touched, found.touched.change
    if math.isnan(change.p_value):
        return _PICKED
    if change.too_few:
        return few_words(side.before, side.after)
    interval = format_interval(change.low, change.high)
    if change.beyond_chance:
        way = "Up" if change.points > 0 else "Down"
        size = size_words(change.points, (side.after.nps, side.before.nps))
        return f"{way} {size}, more than chance explains ({interval})."
    chance = (
        f"which among {found.looks} actions may be chance"
        if found.looks > 1 and change.p_value < 1 - change.level
        else f"such as chance alone makes {format_p(change.p_value)}"
    )
    return f"{capital(_difference(side))}, {chance}.{_could(change, side)}"


_PICKED = "These were picked by their score, so nothing is said of chance."


def _could(change: Difference, *sides: BeforeAfter) -> str:
    """How large a true change would have shown; nothing where none would."""
    size = math.ceil(smallest_seen(change))
    if size >= _WHOLE:
        return ""
    often = how_often(*(one.n_eff for side in sides for one in (side.before, side.after)))
    return f" A true change of {plural(size, 'point')} would show {often}."


def _others_sentence(change: Difference) -> str:
    if math.isnan(change.points):
        return "The others did not answer on both sides of that day, so nothing can be set beside it."
    if change.too_few:
        return "The others were too few on one side of that day to be told from chance."
    interval = "" if math.isnan(change.low) else f" ({format_interval(change.low, change.high)})"
    return f"The others, over the same days: {format_nps(change.points)}{interval}."


def _beyond_sentence(found: Intervention) -> str:
    beyond = found.beyond_others
    assert beyond is not None  # noqa: S101 - it is asked for beside the others
    assert found.others is not None  # noqa: S101 - as above
    if math.isnan(beyond.points):
        return "So what happened to everybody cannot be taken out."
    if math.isnan(beyond.p_value):
        return _PICKED
    if beyond.too_few:
        return "What happened to everybody cannot be taken out: on one side too few answered."
    interval = format_interval(beyond.low, beyond.high)
    left = format_change(beyond.points, found.others.change.points, found.touched.change.points)
    start = f"With the change of the others taken out, {left} remains ({interval})"
    if found.share is not None:
        return f"{start}. Those who speak of it may not be the same people as before."
    if beyond.beyond_chance:
        return f"{start}, beyond chance. Whatever else met these alone at that time is in it too."
    return f"{start}, {_may_be(found)}.{_could(beyond, found.touched, found.others)}"


def _may_be(found: Intervention) -> str:
    alone = found.looks > 1 and found.test.p_value < 1 - found.test.level
    return f"which among {found.looks} actions may be chance" if alone else "which may be chance"


def _share_sentence(found: Intervention, share: ShareChange) -> str:
    if not all(share.n):
        side = f"before {format_day(found.day)}" if not share.n[0] else f"from {format_day(found.day)} on"
        return f"There are no comments in the {plural(found.days, 'day')} {side}: nothing to compare."
    sizes = f"n {format_count(share.n[0])} and {format_count(share.n[1])}"
    shares = (
        f"{capital(found.who)}: {format_share(share.before)} of all comments in the {plural(found.days, 'day')} before"
        f" {format_day(found.day)},"
        f" {format_share(share.after)} {_from_then_on(found)} ({sizes})"
    )
    if math.isnan(share.change.p_value):
        return f"{shares}. {_PICKED}"
    if share.change.too_few:
        return f"{shares}: too few to tell from chance."
    size = f"{share.points} percentage points ({format_interval(share.change.low, share.change.high)})"
    if share.change.beyond_chance:
        return f"{shares}: {size}, beyond chance."
    return f"{shares}: {size}, {_may_be(found)}."
