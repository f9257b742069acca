"""Which column plays which role, by its header and by what it holds; and why another one plays none."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from nps_core.reading.cells import read_amount, says
from nps_core.reading.tables import Profile, opinion_scale
from nps_core.reading.vocabulary import PATTERNS, WORDS
from nps_core.survey import Mapping, Measure

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence


MOST_VALUES = 1_000
"""An attribute with more values than this is no segment anybody reads, nor looks for."""

_FEW_VALUES = 12
"""So many values over many rows are an attribute or a persona, and nobody's name."""

_NEARLY_UNIQUE = 0.2
"""Distinct values per filled cell of a respondent, at least: on average one person answers at most five times."""

_ADDRESSES = 0.05
"""The same of e-mail addresses, which are persons however often each answers; those of a few agents are not."""

_MANY = 30
"""From so many filled cells on, what repeats is a choice and what does not is not."""

_NUMBERS_APART = 12
"""A column of numbers with more distinct values than this is a quantity, not a segment."""

_LONG = 60
"""Letters in a cell beyond which it is free text."""

DATES = 0.6
"""A column holds dates (or numbers, or scores) when this share of its filled cells can be read as such."""

_SCORES = 0.7
"""A column holds opinions when this share of its filled cells are whole numbers from 0 to 10."""

_BATTERY = 3
"""So many columns of numbers on one and the same scale are the items of a survey."""

_MOSTLY = 0.6
"""The share of answers above the middle from which on they lean; of five equally frequent codes it is 0.4."""

_MOST_OF_A_SCALE = 4
"""So many different answers of a scale, at least; three numbers may be codes."""

_ENOUGH = 10
"""From so many filled cells on, one value in all of them is no chance."""

MOST_SHOWN = 60
"""Values of an attribute that can be named one by one; of more, charts draw the largest."""


_SHOWN = 40
"""Letters shown of a cell."""

_LONG_HEADER = 40
"""Letters of a header beyond which it asks something, and names less surely what stands below it."""

_FEW_WORDS = 5
"""A header of more words is a question."""


def find_roles(seen: Sequence[Profile], score: str | None, group: str | None) -> Mapping:
    """The roles of the columns other than the score, which is known (or missing)."""

    def without(*taken: str | None) -> list[Profile]:
        return [profile for profile in free if profile.name not in taken]

    free = [profile for profile in seen if profile.name not in (score, group)]
    scored = next((profile for profile in seen if profile.name == score), None)
    status = _first(free, _is_status)
    date = _best(free, lambda one: date_points(one, scored))
    measures = find_measures(without(date, status))
    taken = {score, group, date, status, *(measure.column for measure in measures)}
    reason = _best(without(*taken), lambda one: reason_points(one, scored))
    account = _best(without(*taken, reason), _account_points)
    respondent = _best(without(*taken, reason, account), respondent_points)
    weight = _amount(without(*taken), PATTERNS["weight"])
    invited = _first(without(*taken, reason), _is_invited)
    # How often a response counts, and whether somebody was asked, is no segment of anybody's customers.
    rest = without(*taken, reason, account, respondent, weight, invited)
    attributes = [profile for profile in rest if not why_no_attribute(profile)]
    return Mapping(
        score=score,
        reason=reason,
        date=date,
        respondent=respondent,
        account=account,
        attributes=tuple(profile.name for profile in attributes),
        persona=_special(attributes, PATTERNS["persona"], PATTERNS["persona_value"]),
        phase=_special(attributes, PATTERNS["phase"], PATTERNS["phase_value"]),
        touchpoint=_special(attributes, PATTERNS["touchpoint"], None),
        csat=tuple(measure.column for measure in measures if measure.kind == "csat"),
        ces=tuple(measure.column for measure in measures if measure.kind == "ces"),
        status=status,
        weight=weight,
        revenue=_amount(without(*taken), PATTERNS["revenue"]),
        invited=invited,
    )


def find_measures(seen: Sequence[Profile]) -> list[Measure]:
    """The columns of opinions: numbers on a short scale under a header that asks for one, or its answers in words.

    Whatever is asked for by how easy it was is of the kind "ces", everything else of the kind "csat".
    """
    items = [profile for profile in seen if _is_item(profile)]
    tops = Counter(profile.answers.between(0, 10)[-1] for profile in items)
    found = []
    for profile in seen:
        named = says(profile.header, "ces", "csat")
        # A battery of questions is on one scale; what stands alone must say what it asks, or lean as opinions do.
        asked = profile in items and (
            tops[profile.answers.between(0, 10)[-1]] >= _BATTERY
            or _asks_for_opinion(profile)
            or _leans(profile)
        )
        scale = opinion_scale(profile) or (
            _scale_of_numbers(profile, named=named) if named or asked else None
        )
        if scale is not None:
            found.append(Measure(profile.name, "ces" if says(profile.header, "ces") else "csat", *scale))
    return found


def _scale_of_numbers(profile: Profile, *, named: bool) -> tuple[int, int] | None:
    """The ends of the scale of a column of numbers; None where they are on none."""
    answers = profile.answers
    values = answers.between(0, 10)
    if len(values) < 2 or answers.within(0, 10) < _SCORES:  # noqa: PLR2004
        return None
    high = next(top for top in (5, 7, 10) if values[-1] <= top)
    top_is_named = any(cell.startswith("6 -") for cell in profile.cells)
    high = 6 if values[-1] == 6 and (top_is_named or not named) else high  # noqa: PLR2004
    return min(1, int(values[0])), high


def _is_item(profile: Profile) -> bool:
    """Whether numbers from 1 to 5, 6 or 7 may be answers: most of the scale is used, and no word says otherwise."""
    values = profile.answers.between(0, 10)
    used = len(values) >= _MOST_OF_A_SCALE and values[0] >= 1 and 5 <= values[-1] <= 7  # noqa: PLR2004 - 1-5 to 1-7
    few = len(profile.cells) <= _FEW_VALUES and profile.filled >= _ENOUGH
    if not (used and few) or profile.answers.within(1, 7) < _SCORES or says(profile.header, "recommend"):
        return False
    return not says(profile.header, "not_a_score", "attribute")


def _asks_for_opinion(profile: Profile) -> bool:
    asked = any(name.count(" ") >= _FEW_WORDS or name.endswith(("?", "？", "؟")) for name in profile.names)
    return asked or says(profile.header, "other_score", "score")


def _leans(profile: Profile) -> bool:
    """Whether most answers lie above the middle of their scale, as opinions do, and numbers of teams do not."""
    numbers = profile.answers.numbers
    middle = (1 + profile.answers.between(0, 10)[-1]) / 2
    above = sum(count for value, count in numbers.items() if value > middle)
    return above > _MOSTLY * sum(numbers.values())


def why_no_attribute(profile: Profile) -> str:  # noqa: C901, PLR0911 - one return a reason
    """Why people would neither filter nor segment by a column; "" where they would."""
    distinct = len(profile.column.sample)  # with "NA", which may be a region
    if not profile.column.sample:
        return "it is blank in every row"
    if _is_metadata(profile):
        return "its header names what survey tools add, or what identifies a person"
    if distinct == 1:
        return f"it holds the same value in every row, “{shortened(next(iter(profile.column.sample)))}”"
    if _is_group_code(profile):
        return "it holds the group of the score once more"
    if _is_another_score(profile):
        return "it answers another recommend question"
    if is_age(profile):
        return ""
    if profile.dates(numbers=False) >= DATES:
        return "it holds dates"
    if profile.share("email") > 0.5:  # noqa: PLR2004
        return "it holds e-mail addresses"
    if says(profile.header, "reason") and not _are_choices(profile):
        return "it holds text that people wrote"
    if _few_repeat(profile):
        return "hardly a value comes twice, as in ids and free text"
    if profile.share("number") >= DATES and distinct > _NUMBERS_APART:
        return f"it holds {distinct:,} different numbers, which is a quantity"
    if distinct > MOST_VALUES:
        return f"it holds more than {MOST_VALUES:,} values"
    letters = sum(len(value) * count for value, count in profile.cells.items()) / max(profile.filled, 1)
    return "it holds text that people wrote" if letters > _LONG else ""


def shortened(text: str) -> str:
    """A cell as it is shown in a sentence."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _is_metadata(profile: Profile) -> bool:
    """What a vendor adds; a question of many words is none, whatever words it uses."""
    return any(says(name, "metadata") and name.count(" ") < _FEW_WORDS for name in profile.names)


def _is_group_code(profile: Profile) -> bool:
    """The group of the score once more, in words or as a code; `responses` has it anyway."""
    codes = len(profile.cells) <= 3 and profile.share("number") == 1  # noqa: PLR2004
    named = says(profile.header, "recommend") and says(profile.header, "group_code")
    return bool(named and (codes or profile.answers.grouped == profile.filled))


def _is_another_score(profile: Profile) -> bool:
    """The answers to a second recommend question: the score can be taken from it, but its values are no segments."""
    answered = profile.answers.within(0, 10) >= DATES and len(profile.answers.between(0, 10)) > 2  # noqa: PLR2004
    return answered and says(profile.header, "recommend")


def is_age(profile: Profile) -> bool:
    """A column of ages in years, which is shown in bands."""
    if not any(says(name, "age") for name in profile.names) or profile.share("number") < 0.9:  # noqa: PLR2004
        return False
    ages = [value for value in profile.answers.numbers if 10 <= value <= 110]  # noqa: PLR2004
    return len(ages) > _NUMBERS_APART and len(ages) > 0.8 * len(profile.answers.numbers)


def _few_repeat(profile: Profile) -> bool:
    """True where hardly a value occurs twice, as with names and free text."""
    if profile.filled < 10:  # noqa: PLR2004 - too few to tell
        return profile.words > 4  # noqa: PLR2004
    return profile.distinct_share > 0.5  # noqa: PLR2004


def ranked(seen: Sequence[Profile], points: Callable[[Profile], float]) -> list[Profile]:
    """The columns with any points, best first; of equals the one further left."""
    worth = [(points(profile), profile) for profile in seen]
    ranked = sorted(worth, key=lambda pair: (-pair[0], pair[1].place))
    return [profile for value, profile in ranked if value > 0]


def _best(seen: Sequence[Profile], points: Callable[[Profile], float]) -> str | None:
    return next((profile.name for profile in ranked(seen, points)), None)


def _first(seen: Sequence[Profile], fits: Callable[[Profile], bool]) -> str | None:
    return next((profile.name for profile in seen if fits(profile)), None)


def _amount(seen: Sequence[Profile], header: re.Pattern[str]) -> str | None:
    """The first column of numbers that is called a weight, or what an account is worth."""
    for profile in seen:
        named = any(header.search(name) and name.count(" ") < _FEW_WORDS for name in profile.names)
        if not named:
            continue
        read = sum(count for cell, count in profile.cells.items() if not math.isnan(read_amount(cell)))
        if read > 0.8 * profile.filled:
            return profile.name
    return None


def _is_invited(profile: Profile) -> bool:
    return any(says(name, "invited") for name in profile.names) and bool(profile.cells)


def _is_status(profile: Profile) -> bool:
    if not any(says(name, "status", "finished") for name in profile.names):
        return False
    return bool(profile.cells) and len(profile.cells) <= 12  # noqa: PLR2004 - a status has few values


def says_date(profile: Profile) -> bool:
    """Whether a header names a date."""
    return says(profile.header, "answer_date", "date")


def is_machine_date(profile: Profile) -> bool:
    """Whether a header names a moment of a machine's ("synced at"), and none of an answer's."""
    return says(profile.header, "machine_date") and not says(profile.header, "answer_date")


def is_customer_date(profile: Profile) -> bool:
    """Whether a header names a date of a customer's life or contract ("renewal date"), and none of an answer's."""
    return says(profile.header, "customer_date") and not says(profile.header, "answer_date")


def never_varies(profile: Profile) -> bool:
    """Whether all rows hold one moment. One day (without a clock) under the name of a date is a survey of one day."""
    if len(profile.cells) != 1 or profile.filled < _ENOUGH:
        return False
    return not says_date(profile) or any(":" in cell for cell in profile.cells)


def date_points(profile: Profile, scored: Profile | None) -> float:
    """What speaks for a column as the date of the responses; 0 for none."""
    header = profile.header
    named = says(header, "answer_date"), says(header, "date")
    if not profile.filled or (profile.share("number") > 0.9 and not any(named)):  # noqa: PLR2004
        return 0.0
    if is_machine_date(profile) or is_customer_date(profile) or never_varies(profile):
        return 0.0
    share = profile.dates(numbers=any(named))
    points = 60.0 if named[0] else 45.0 if named[1] else 25.0
    points -= 20.0 * says(header, "other_date")
    if share >= DATES:
        # Of two dates the fuller one, among those who answered: who was asked has a date of the invitation, too.
        # Who answered has a date of the answer, too, which nobody else has: it tells more than a name.
        only = 40.0 * bool(scored is not None and profile.filled_only_beside(scored))
        return points + 10.0 * share + 30.0 * profile.filled_beside(scored) + only
    # A date column that cannot be read is still the date column, with a doubt, when nothing better is there.
    is_date = any(says(name, "date_name") for name in profile.names)
    return 1.0 + share if is_date and profile.words < 5 and profile.share("number") < 0.9 else 0.0  # noqa: PLR2004


def reason_points(profile: Profile, scored: Profile | None) -> float:
    """What speaks for a column as the reason for the score; 0 for none."""
    header = profile.header
    named = 60.0 * says(header, "reason") or 40.0 * says(header, "comment")
    if says(header, "not_a_comment"):
        named -= 80.0
    if not profile.filled:
        return _LAST_RESORT if named > 0 else 0.0
    if profile.share("text") < 0.6 or (named <= 0 and _is_metadata(profile)):  # noqa: PLR2004
        return 0.0
    if _are_choices(profile):
        return 0.0
    # Of several open texts the fullest one.
    points = named + min(profile.words, 8.0) * 3 + 25.0 * profile.filled_beside(scored)
    # Sentences that hardly ever repeat are written by people, whatever the header calls them.
    points += 15.0 * bool(profile.distinct_share > 0.9 and profile.words >= 4)  # noqa: PLR2004
    if any(says(name, "comment_alone") for name in profile.names):
        pass  # a word, or a smiley, that comes again and again is a comment all the same
    elif profile.distinct_share < 0.3 and profile.filled > _MANY:  # noqa: PLR2004 - choices, however long
        points -= 30.0
    elif len(profile.cells) <= 5 and profile.filled > _MANY:  # noqa: PLR2004 - a handful of choices
        points -= 40.0
    if scored is not None and profile.place > scored.place:
        points += 20.0 / (profile.place - scored.place)
    return points - 50.0


_LAST_RESORT = 0.1
"""Points of a column that is called a comment and blank throughout: it is one, but never beside another."""


def _are_choices(profile: Profile) -> bool:
    """Whether texts are a few short values again and again, which people choose and do not write."""
    if any(says(name, "comment_alone") for name in profile.names):
        return False
    return profile.distinct_share < 0.2 and profile.filled > _MANY and profile.words < 3  # noqa: PLR2004


def _account_points(profile: Profile) -> float:
    if not any(says(name, "account") and not says(name, "not_an_account") for name in profile.names):
        return 0.0
    if (
        len(profile.cells) < 2  # noqa: PLR2004
        or profile.words > 6  # noqa: PLR2004
        or {value.lower() for value in profile.cells} <= WORDS["yes_or_no"]
    ):
        return 0.0
    name_first = 10.0 * any("name" in name for name in profile.names)
    return 40.0 + name_first + 10.0 * profile.filled / max(profile.looked, 1)


def respondent_points(profile: Profile) -> float:
    """What speaks for a column as the one that tells who answered; 0 for none."""
    if len(profile.cells) < 2 or profile.words > 5 or not _nearly_unique(profile):  # noqa: PLR2004
        return 0.0
    points = 0.0
    if any(says(name, "email") for name in profile.names) or profile.share("email") > 0.8:  # noqa: PLR2004
        points = 50.0
    elif any(says(name, "respondent") for name in profile.names):
        points = 40.0
        points -= 10.0 * (any("name" in name for name in profile.names))
        points -= 5.0 * any("respondent" in name for name in profile.names)
    filled = profile.filled / max(profile.looked, 1)
    return points + 10.0 * filled if points and filled > 0.02 else 0.0  # noqa: PLR2004


def _nearly_unique(profile: Profile) -> bool:
    """Whether the values can be persons: few repeat often, unless there are too few cells to tell."""
    named = {
        value: count for value, count in profile.cells.items() if value.lower() not in WORDS["anonymous"]
    }
    filled = sum(named.values())
    if filled <= _FEW_VALUES:
        return True
    if profile.share("email") > 0.8:  # noqa: PLR2004
        return len(named) >= _ADDRESSES * filled
    return len(named) > _FEW_VALUES and len(named) >= _NEARLY_UNIQUE * filled


def _special(seen: Sequence[Profile], header: re.Pattern[str], values: re.Pattern[str] | None) -> str | None:
    """The attribute that its values, or its header, call a persona, a phase or a touchpoint; both weigh most."""

    def told(profile: Profile) -> tuple[bool, bool]:
        named = any(header.search(name) and name.count(" ") < _FEW_WORDS for name in profile.names)
        matched = sum(
            count for value, count in profile.cells.items() if values and values.search(value.lower())
        )
        return named, matched > 0.5 * profile.filled

    def rank(profile: Profile) -> tuple[int, bool, bool, int]:
        named, matched = told(profile)
        return named + matched, named, len(profile.header) <= _LONG_HEADER, -profile.place

    best = max((profile for profile in seen if any(told(profile))), key=rank, default=None)
    return best.name if best is not None else None
