"""The health of a customer: green, amber or red, with each reason in words, by rules that one can change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.follow_ups.clock import local
from nps_core.follow_ups.follow_up import ACCOUNT, moment_words
from nps_core.formatting import format_day, plural, with_article
from nps_core.link import from_link, to_link

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from nps_core.follow_ups.follow_up import FollowUp
    from nps_core.follow_ups.relationship import Relationship
    from nps_core.follow_ups.room import Person, Room

OFF, AMBER, RED = LEVELS = ("off", "amber", "red")
GREEN = "green"


@dataclass(frozen=True)
class Rule:
    """What speaks against a customer.

    Parameters
    ----------
    name, words
        Its name in settings, and what it looks for; with "{}" where its number stands.
    level, number
        What it makes of a customer unless somebody changes that: "off", "amber" or "red"; and its number, 0 for none.
    low, high
        What the number can be.
    """

    name: str
    words: str
    level: str
    number: int = 0
    low: int = 0
    high: int = 0


_YEAR = 365

RULES = (
    Rule("detractors", "The last answers, one a person, are of more detractors than promoters", RED),
    Rule("decider", "The last answer of a decision maker is a detractor's", RED),
    Rule("mixed", "The last answers have a detractor among them, or no promoter", AMBER),
    Rule("fall", "Somebody's score fell from one answer to the next by at least {} points", AMBER, 3, 1, 10),
    Rule("overdue", "A follow-up is overdue", AMBER),
    Rule("silent", "No decision maker answered in the last {} days", AMBER, _YEAR, 30, 10 * _YEAR),
    Rule("quiet", "Nobody answered in the last {} days", AMBER, _YEAR, 30, 10 * _YEAR),
    Rule("poor", "The relationship score is {} or less", RED, 2, 1, 5),
    Rule("middling", "The relationship score is {} or less", AMBER, 3, 1, 5),
)
"""All that is looked at, in the order in which it is said."""


@dataclass(frozen=True)
class HealthRules:
    """What each of `RULES` makes of a customer: a level of `LEVELS`, and its number; in their order."""

    levels: tuple[str, ...] = tuple(rule.level for rule in RULES)
    numbers: tuple[int, ...] = tuple(rule.number for rule in RULES)

    def __post_init__(self) -> None:
        """See that these are levels and numbers that there are.

        Raises
        ------
        ValueError
            They are not.
        """
        if not (
            len(self.levels) == len(self.numbers) == len(RULES)
            and {*self.levels} <= {*LEVELS}
            and all(
                type(own) is int and rule.low <= own <= rule.high
                for rule, own in zip(RULES, self.numbers, strict=True)
            )
        ):
            raise ValueError("no rules of health")

    def to_text(self) -> str:
        """The rules as one line; `health_rules_of` reads it back."""
        return to_link(
            [[rule.name, *own] for rule, *own in zip(RULES, self.levels, self.numbers, strict=True)]
        )


def health_rules_of(text: str) -> HealthRules:
    """Read rules back from their line; the usual ones where it is none, and where it says nothing of one.

    >>> health_rules_of("?") == HealthRules()
    True
    """
    try:
        told = {name: (level, number) for name, level, number in from_link(text)}
        own = [told.get(rule.name, (rule.level, rule.number)) for rule in RULES]
        return HealthRules(tuple(level for level, _ in own), tuple(number for _, number in own))
    except (TypeError, ValueError):
        return HealthRules()


@dataclass(frozen=True)
class Health:
    """How a customer is: the worst of what speaks against it.

    Parameters
    ----------
    colour
        "green", "amber" or "red"; "" where nothing can be said.
    reasons
        (colour, why as a sentence), the worst first; of green, what speaks for it; of "", why nothing can be said.
    """

    colour: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Facts:
    room: Room
    promised: Sequence[FollowUp]
    relationship: Relationship | None
    now: dt.datetime

    def days_since(self, day: dt.date) -> int:
        return (local(self.now).date() - day).days


def find_health(
    room: Room,
    promised: Sequence[FollowUp],
    relationship: Relationship | None,
    rules: HealthRules,
    now: dt.datetime,
) -> Health:
    """How a customer is, as far as the responses that are looked at tell.

    Parameters
    ----------
    promised
        The follow-ups of the customer, and of its people where it is an account.
    relationship
        As somebody judges it; None where the survey is not kept.
    now
        The moment (UTC).

    Notes
    -----
    Each rule says of its own what it makes of the customer; the worst of them is the health. Scores are looked at of
    the last answer of each person, so that who answers often does not count for more.
    """
    if room.scope.picks_by_score:
        return Health("", (("", "Nothing is said while only some of the groups are looked at."),))
    facts = _Facts(room, promised, relationship, now)
    found: dict[str, str] = {}  # by why: what two rules say is said once, as the worse of them has it
    for rule, level, number in zip(RULES, rules.levels, rules.numbers, strict=True):
        if level != OFF and (why := _AGAINST[rule.name](facts, number)):
            found[why] = max(level, found.get(why, OFF), key=LEVELS.index)
    if found:
        reasons = sorted(
            ((level, why) for why, level in found.items()), key=lambda one: -LEVELS.index(one[0])
        )
        return Health(reasons[0][0], tuple(reasons))
    detractors, passives, promoters = room.last_groups
    n = detractors + passives + promoters
    answered = f" on {format_day(room.last_day)}" if room.last_day else ""
    good = _last_answers(room)
    only = (
        f"The last answer{answered} is a {('detractor', 'passive', 'promoter')[room.last_groups.index(1)]}'s"
        if n == 1
        else ""
    )
    return Health(GREEN, ((GREEN, f"{only or good}, and no rule speaks against it."),))


def _detractors(facts: _Facts, _: int) -> str:
    detractors, passives, promoters = facts.room.last_groups
    n = detractors + passives + promoters
    if detractors <= promoters:
        return ""
    if n == 1:
        return f"The last answer is a detractor's: {_answer(facts.room, facts.room.people[0])}."
    return f"{_last_answers(facts.room)}."


def _decider(facts: _Facts, _: int) -> str:
    who = facts.room.unhappy
    return (
        f"A decision maker is a detractor: {_answer(facts.room, who)}."
        if who and facts.room.kind == ACCOUNT
        else ""
    )


def _mixed(facts: _Facts, _: int) -> str:
    detractors, passives, promoters = facts.room.last_groups
    if detractors > promoters or (
        promoters and not detractors
    ):  # the first rule says it; or there is nothing to say
        return ""
    if detractors + passives + promoters == 1:
        return f"The last answer is a passive's: {_answer(facts.room, facts.room.people[0])}."
    return f"{_last_answers(facts.room)}."


def _fall(facts: _Facts, points: int) -> str:
    who = facts.room.fallen
    if who is None or who.before is None or who.fall < points:
        return ""
    whose = f" of {who.name}" if facts.room.kind == ACCOUNT else ""
    return f"The score{whose} fell from {who.before.score} to {who.last.score}{_on(who)}."


def _overdue(facts: _Facts, _: int) -> str:
    late = [one for one in facts.promised if one.is_overdue(facts.now)]
    if not late:
        return ""
    first = min(one.due for one in late if one.due)
    more = "" if len(late) == 1 else f", the first of {len(late)}"
    return f"A follow-up has been overdue since {moment_words(first)}{more}."


def _silent(facts: _Facts, days: int) -> str:
    room = facts.room
    if room.kind != ACCOUNT or not room.deciding:
        return ""
    if not {*room.heard} & {*room.deciding}:
        return "No decision maker has answered."
    if room.last_decider is None or facts.days_since(room.last_decider) <= days:
        return ""
    return f"No decision maker has answered since {format_day(room.last_decider)}."


def _quiet(facts: _Facts, days: int) -> str:
    last = facts.room.last_day
    return f"Nobody has answered since {format_day(last)}." if last and facts.days_since(last) > days else ""


def _low(facts: _Facts, most: int) -> str:
    score = facts.relationship.score if facts.relationship else None
    if facts.relationship is None or score is None or score > most:
        return ""
    return f"The relationship score is {facts.relationship.words}."


_AGAINST: dict[str, Callable[[_Facts, int], str]] = {
    "detractors": _detractors,
    "decider": _decider,
    "mixed": _mixed,
    "fall": _fall,
    "overdue": _overdue,
    "silent": _silent,
    "quiet": _quiet,
    "poor": _low,
    "middling": _low,
}


def _last_answers(room: Room) -> str:
    """Of which groups the last answers are, one a person; who has no id is not told from the others, so each answer counts."""
    counted = zip(reversed(room.last_groups), ("promoter", "passive", "detractor"), strict=True)
    what = "Answers, of people without an id" if room.n_nameless == len(room.places) else "Last answers"
    return f"{what}: {', '.join(plural(count, group) for count, group in counted if count)}"


def _answer(room: Room, who: Person) -> str:
    """Who answered what, and when; in the room of a respondent without who."""
    whose = f"{who.name} with " if who.name and room.kind == ACCOUNT else ""
    return f"{whose}{with_article(who.last.score)}{_on(who)}"


def _on(who: Person) -> str:
    return f" on {format_day(who.last.day)}" if who.last.day else ""
