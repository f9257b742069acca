"""What a column's header and cells say for and against its being the score, and on which scale it is."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nps_core.reading.cells import says
from nps_core.reading.scores import MOST, Answers, default_scale, read_score
from nps_core.reading.vocabulary import PATTERNS, WORDS, alternation
from nps_core.survey import GROUPS, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Profile


ANSWER = re.compile(rf"^(?:(?:properties )?\$?survey response(?: 0)?|{alternation('answer')}(?: value)?)$")
_SCORE_NAME = WORDS["score_name"] | WORDS["rating_question"]
_WHOLE_RATING = _SCORE_NAME | WORDS["whole_thing"] | WORDS["overall"]

_SOME = 0.5
"""... or this share, when the others are a handful of codes for "no answer"."""

_ODD = 0.2
"""... and no more than this share are words."""

_CODES = 4
"""So many distinct values outside the scale may be codes (-1, 99, 98, 97)."""

_FLAG = 5
"""From so many answers on, a column of nothing but 0 and 1 is a flag."""

_SHORT = 5
"""A header of more words is a question."""


_SURVEY_ANSWER = re.compile(r"^(properties )?\$?survey response( \d)?$")

GROUP_NUMBERS = ({-1.0: 0, 0.0: 1, 1.0: 2}, {-100.0: 0, 0.0: 1, 100.0: 2})
"""Each group as what it adds to the NPS, as some tools write it: number -> place in `survey.GROUPS`."""


def why_not(profile: Profile) -> str:  # noqa: PLR0911 - one return a reason
    """Why a column that asks for a recommendation holds no scores; "" when it may."""
    answers = profile.answers
    name = f"“{profile.name}”"
    if not answers.filled:
        return f"{name} is blank in every row"
    if answers.grouped >= _SOME * answers.filled:
        return ""
    values = set(answers.numbers)
    example = ", ".join(f"“{cell[:30]}”" for cell, _ in profile.cells.most_common(3))
    if answers.other > _SOME * answers.filled:
        return f"{name} holds words and no scores ({example})"
    if group_numbers(profile):
        return f"{name} holds the group as a number ({example}) and no 0-10 answer"
    if values <= {0.0, 1.0} and answers.filled >= _FLAG:
        return f"{name} holds only 0 and 1, which is a yes/no flag and no 0-10 answer"
    if max(values, default=0) <= 1 and answers.filled >= _FLAG:
        return f"{name} holds fractions ({example}) and no 0-10 answer: multiply them by ten in the file"
    if len(values) == 1 and answers.filled >= _FLAG and answers.filled < profile.looked / 2:
        return f"{name} holds {example} and nothing else, which is one option of a question"
    if is_percent(answers) or fits(answers, tenths=True):
        return ""
    return f"{name} holds values such as {example}, which are no 0-10 answers (ready-made figures?)"


def asks_for_words(profile: Profile) -> bool:
    """True for a column of words whose header asks for a reason or a comment."""
    asked = says(profile.header, "reason", "comment")
    return bool(asked) and profile.share("text") > _SOME


def fits(answers: Answers, *, tenths: bool = False) -> bool:
    """Whether a column's cells are scores from 0 to 10, apart from a few codes.

    With `tenths` a score may have a decimal, which only a question whose header asks for one is believed.
    """
    inside = answers.within(0, 10, tenths=tenths)
    outside = [value for value in answers.numbers if not (0 <= value <= 10 and value.is_integer())]  # noqa: PLR2004
    return (
        inside >= MOST
        or are_choice_codes(answers)
        or (inside >= _SOME and len(outside) <= _CODES and answers.other <= _ODD * answers.filled)
    )


_HIGHEST_CODE = 11
_MANY_CODES = 0.02
"""So many answers, at least, are the highest of eleven codes; fewer may be a code for no answer."""


def are_choice_codes(answers: Answers) -> bool:
    """True for 1 to 11 with many an 11 and no 0: the eleven choices of 0-10 by their number, not by their score."""
    values = answers.between(0, _HIGHEST_CODE)
    top = answers.numbers.get(_HIGHEST_CODE, 0)
    whole = answers.within(1, _HIGHEST_CODE) > MOST and max(answers.numbers, default=0) == _HIGHEST_CODE
    return whole and answers.scored >= ENOUGH and values[0] >= 1 and top > _MANY_CODES * answers.scored


def names_the_score(profile: Profile) -> bool:
    """True for a short header that says "score" and nothing of what was scored.

    As in "Overall score" or "Your rating (0-10)".
    """
    return any(
        name.count(" ") < _SHORT and says(name, "score") and _left(name) <= _SCORE_NAME
        for name in profile.names
    )


def rates_the_whole(profile: Profile, seen: Sequence[Profile]) -> bool:
    """True for a question that rates the thing itself from 0 to 10, and that another one follows which asks why.

    Every word of it has to be one of such questions: with any other it may be about one side of the thing only.
    """
    thing = _name_of_the_thing(profile, seen)
    asked = any(
        says(name, "score")
        and (said := _left(name)) <= _WHOLE_RATING | thing
        and said & (WORDS["whole_thing"] | WORDS["overall"] | thing)
        for name in profile.names
    )
    below = [one for one in seen if profile.place < one.place <= profile.place + _SOON]
    answered = len(profile.answers.between(0, 10)) > _FLAG and not any(
        says(name, "other_score") for name in profile.names
    )
    return asked and answered and any(says(one.header, "reason") and asks_for_words(one) for one in below)


_AGAIN = 2
"""Other headers in which the name of a thing stands."""

_CAPITAL = re.compile(r"(?<=\s)[A-Z]\w{2,}")


def _name_of_the_thing(profile: Profile, seen: Sequence[Profile]) -> frozenset[str]:
    """The one word of a header that is written with a capital within it and stands in others too: "Sudzilla"."""
    found = {
        word
        for word in _CAPITAL.findall(profile.column.label or profile.name)
        if sum(word in (one.column.label or one.name) for one in seen if one is not profile) >= _AGAIN
    }
    return frozenset(word.lower() for word in found) if len(found) == 1 else frozenset()


_SOON = 2
"""Columns after a score in which the question for its reason stands."""

_WORD = re.compile(r"[^\W\d_]+")


def _left(name: str) -> frozenset[str]:
    """The words of a header that are none of a score."""
    return frozenset(_WORD.findall(PATTERNS["nps"].sub(" ", PATTERNS["score"].sub(" ", name))))


def is_percent(answers: Answers) -> bool:
    """Scores as percentages in tens: 0, 10, ... 100, at least some of them 90 or 100."""
    values = set(answers.numbers)
    tens = {float(value) for value in range(0, 101, 10)}
    # A month's NPS may be a round number; of answers some are those of promoters.
    return values <= tens and len(values) > 2 and answers.scored >= ENOUGH and max(values) >= 90  # noqa: PLR2004


def group_numbers(profile: Profile) -> dict[float, int]:
    """What each number of a column says, where it holds the groups as numbers; {} for any other column."""
    numbers = set(profile.answers.numbers)
    for known in GROUP_NUMBERS:
        if min(known) in numbers and numbers <= known.keys() and not profile.answers.other:
            return known
    return {}


def looks_like_scores(answers: Answers) -> bool:
    """Whole numbers from 0 to 10 of which many are high, as only scores are."""
    values = answers.between(0, 10)
    high = sum(count for value, count in answers.numbers.items() if 7 <= value <= 10)  # noqa: PLR2004
    various = len(values) >= 3 and values[-1] >= 9  # noqa: PLR2004
    return various and answers.within(0, 10) >= MOST and high >= answers.filled / 3


def may_be_scored(profile: Profile, *, context: bool) -> bool:
    """Whether a column that asks for no recommendation reaches far enough up for the scale 0-10.

    Scores that are all low are told from another scale by a 0, which 1-5 and 1-7 do not have.
    """
    values = profile.answers.between(0, 10)
    if not values or values[-1] >= 8 or profile.answers.scored < ENOUGH:  # noqa: PLR2004
        return True
    return values[0] == 0 and len(values) > 2 and (context or values[-1] >= 6)  # noqa: PLR2004


def strength(profile: Profile, *, recommends: bool, context: bool) -> float:
    """Header evidence, in points: 120 for the recommend question, 40 for some score, less for another question."""
    header = profile.header
    is_short = any(name.count(" ") < _SHORT for name in profile.names)
    points = 0.0
    if is_short and says(header, "not_the_answer"):
        return 0.0
    if recommends:
        points = 120.0 - _against(profile)
        points -= 30.0 * bool(is_short and says(header, "earlier"))
    elif names_the_score(profile) and not says(header, "other_score"):
        points = 40.0 - 30.0 * says(header, "not_a_score")
    elif (context and any(ANSWER.match(name) for name in profile.names)) or (
        any(_SURVEY_ANSWER.match(name) for name in profile.names) and looks_like_scores(profile.answers)
    ):
        points = 30.0
    if points and not recommends:
        points += 10.0 * context
    return points and points + 5.0 * profile.filled / max(profile.looked, 1) - 0.01 * profile.place


def _against(profile: Profile) -> float:
    """Points off a header that asks for a recommendation, for what else it or its cells say."""
    header, answers = profile.header, profile.answers
    points = 30.0 * says(header, "competitor")
    points += 15.0 * says(header, "employer") + 10.0 * says(header, "other_score")
    # A column that never changes is no answer.
    constant = len(answers.numbers) == 1 and answers.scored >= ENOUGH
    return points + 60.0 * bool(is_group_code(profile) or constant)


def is_group_code(profile: Profile) -> bool:
    """True for the groups as numbers of any kind: "Q1_NPS_GROUP" with 1, 2, 3."""
    return len(profile.answers.numbers) <= len(GROUPS) and says(profile.header, "group_code")


def sentence(profile: Profile, *, recommends: bool, percent: bool, group: str | None) -> str:
    """What speaks for a column of scores, or against it."""
    answers = profile.answers
    if recommends and says(profile.header, "employer"):
        message = "Its header asks for a recommendation, but as an employer"
    elif recommends and says(profile.header, "earlier"):
        message = "Its header asks for a recommendation, but an earlier one"
    elif recommends:
        message = "Its header asks for a recommendation"
    elif says(profile.header, "other_score"):
        message = "Its header names another question than the recommendation"
    elif names_the_score(profile):
        message = "Its header speaks of a score and asks for no recommendation"
    elif says(profile.header, "score"):
        message = "Its header asks for a score, but for no recommendation"
    else:
        message = "Its header does not ask for a recommendation"
    if group is not None:
        message += f"; “{group}” holds the groups that follow from it"
    if percent:
        return f"{message}; its {answers.filled:,} answers are percentages in tens."
    if are_choice_codes(answers):
        return f"{message}; it holds the numbers of eleven choices, 1 to 11."
    return (
        f"{message}; {answers.within(0, 10):.0%} of the {answers.filled:,} answers looked at are whole"
        " numbers from 0 to 10."
    )


ENOUGH = 10
"""From so many answers on, scores that never pass 5 are taken for another scale than 0-10."""


_ZERO_EXPECTED = 100
"""From so many answers on, a column without a single 0 may be on 1-10."""


_RANGE = re.compile(rf"\b(0|1) ?(?:\([^)]{{0,60}}\))? ?{alternation('range_to')} ?(10|7|5)\b(?! ?%)")


_ENDS = re.compile(
    r"\b(10|7|5) ?[=(]? ?[^\d]{3,60}\b(0|1) ?[=(]? ?[^\d]{3,}|\b(0|1) ?[=(]? ?[^\d]{3,80}\b(10|7|5) ?[=(]?"
    r" ?[^\d]{3,}"
)


_LOW_IS_BEST = re.compile(
    rf"\b(10|[4-9]) ?(?:(?:=|is|means|being) ?{alternation('unlikely')}|\( ?{alternation('unlikely')}\w* ?\))"
)


@dataclass(frozen=True)
class Otherwise:
    """Another way to read the score: in words, and as the column and the scale that it would be read with.

    `column` is None for the same column, `scale` None where no figure can be computed. `moves` is as in `Doubt`.
    """

    text: str
    column: str | None = None
    scale: Scale | None = None
    codes: bool = False
    moves: float = 0.0


UNASKED = 0.5
"""Points that a doubt without a figure of its own counts for: more than one that leaves the NPS as it is."""

IN_QUESTION = math.inf
"""What a doubt counts for by which the file may hold no NPS at all."""


@dataclass(frozen=True)
class ScaleFound:
    """The scale of a column; `codes` is True where each answer is its choice's number, one more than the score."""

    scale: Scale
    codes: bool = False
    doubts: tuple[Otherwise, ...] = ()


def scale_of(profile: Profile, *, percent: bool = False) -> ScaleFound:
    """The scale of a score column, by what its header says and else by its values, with doubts."""
    answers = profile.answers
    if percent:
        text = f"“{profile.name}” holds percentages in tens; each was divided by ten."
        return ScaleFound(Scale(), doubts=(Otherwise(text),))
    named = _RANGE.search(profile.header)
    ends = _ENDS.search(profile.header)
    low, high = _named_ends(named, ends)
    if are_choice_codes(answers) and (low, high) != (1, 10):
        text = (
            f"“{profile.name}” holds 1 to 11 and no 0, as the numbers of the eleven choices from 0 to 10 do; "
            "one was taken off each."
        )
        return ScaleFound(Scale(), codes=True, doubts=(Otherwise(text, scale=Scale(), moves=UNASKED),))
    found = _named_scale(low, high, answers) if high else _from_values(profile)
    worst = _LOW_IS_BEST.search(profile.header)
    if not worst:
        return found
    text = (
        f"“{profile.name}” calls {worst[1]} the worst answer, and high answers were read as the best. If people "
        "answered on that scale, turn the scores round in the file."
    )
    return replace(found, doubts=(Otherwise(text, moves=IN_QUESTION), *found.doubts))


def _named_ends(named: re.Match[str] | None, ends: re.Match[str] | None) -> tuple[int, int]:
    """The ends of the scale that a header names; (0, 0) for none."""
    if named:
        return int(named[1]), int(named[2])
    if ends:
        low, high = sorted(int(end) for end in ends.groups() if end)
        return low, high
    return 0, 0


def _named_scale(low: int, high: int, answers: Answers) -> ScaleFound:
    """The scale that the header names, unless the values go beyond it."""
    values = answers.between(0, 10)
    if values and values[-1] > high:
        return ScaleFound(Scale())
    scale = default_scale(low if not values or values[0] >= low else 0, high)
    if (low, high) == (0, 10):
        return ScaleFound(scale)
    text = (
        f"Read on the scale {scale.name}, as the question says: detractors to {scale.detractor_to}, "
        f"promoters from {scale.promoter_from}."
    )
    return ScaleFound(scale, doubts=(Otherwise(text),))


def _from_values(profile: Profile) -> ScaleFound:
    answers = profile.answers
    values = answers.between(0, 10)
    labelled = _labelled_top(profile)
    top = labelled or (values[-1] if values else 10)
    # 1-5 and 1-7 have no 0: of a few low answers with a 0 the likelier reading is 0-10.
    needed = _ZERO_EXPECTED if values[:1] == [0] and not labelled else ENOUGH
    many = answers.scored >= needed
    highest = max((value for value in answers.numbers if 0 <= value <= 10), default=0)  # noqa: PLR2004 - 5.5 is above 5
    if many and values and top in (5, 7) and highest <= top:
        scale = default_scale(int(min(1, values[0])), int(top))
        text = (
            f"No answer of “{profile.name}” is above {top:.0f}: read on the scale {scale.name}, detractors to"
            f" {scale.detractor_to}, promoters from {scale.promoter_from}."
        )
        return ScaleFound(scale, doubts=(Otherwise(text, scale=Scale()),))
    if answers.scored >= _ZERO_EXPECTED and values and values[0] >= 1:
        text = "No answer is 0: the scale may be 1-10; the cut-offs, and so the NPS, are the same."
        return ScaleFound(Scale(), doubts=(Otherwise(text),))
    if answers.scored >= ENOUGH and values and highest <= 6:  # noqa: PLR2004 - nothing above a detractor
        text = f"No answer of “{profile.name}” is above {values[-1]:.0f}: is the scale really 0-10?"
        other = default_scale(min(1, int(values[0])), 7)
        return ScaleFound(Scale(), doubts=(Otherwise(text, scale=other),))
    return ScaleFound(Scale())


def _labelled_top(profile: Profile) -> float:
    """The highest score that carries a label ("7 - Extremely likely"), which is the top of its scale."""
    labelled = [
        value
        for cell in profile.cells
        if not cell.strip()[-1:].isdigit() and (value := read_score(cell).value)
    ]
    return max(labelled, default=0.0)
