"""Which column plays which role, by its header and by what it holds; and which tool wrote the file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.reading.cells import plain
from nps_core.reading.profile import read_amount
from nps_core.reading.vocabulary import pattern, words
from nps_core.survey import Candidate, Mapping, Measure

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    from nps_core.reading.profile import Profile


_WEIGHT = pattern("weight")
_PERSONA = pattern("persona")
_PERSONA_VALUE = pattern("persona_value")
_PHASE = pattern("phase")
_PHASE_VALUE = pattern("phase_value")
_TOUCHPOINT = pattern("touchpoint")
_REVENUE = pattern("revenue")
_CES = pattern("ces")
_CSAT = pattern("csat")
_REASON = pattern("reason")
_METADATA = pattern("metadata")
_RECOMMEND = pattern("recommend")
_GROUP_CODE = pattern("group_code")
_ANSWER_DATE = pattern("answer_date")
_DATE = pattern("date")
_OTHER_DATE = pattern("other_date")
_COMMENT = pattern("comment")
_INVITED = pattern("invited")
_STATUS = pattern("status")
_FINISHED = pattern("finished")
_CHANGED_DATE = pattern("changed_date")
_NOT_A_COMMENT = pattern("not_a_comment")
_COMMENT_ALONE = pattern("comment_alone")
_ACCOUNT = pattern("account")
_NOT_AN_ACCOUNT = pattern("not_an_account")
_EMAIL = pattern("email")
_RESPONDENT = pattern("respondent")

MOST_VALUES = 60
"""An attribute with more values than this is no segment anybody reads."""

_NUMBERS_APART = 12
"""A column of numbers with more distinct values than this is a quantity, not a segment."""

_LONG = 60
"""Letters in a cell beyond which it is free text."""

_DATES = 0.6
"""A column holds dates (or numbers, or scores) when this share of its filled cells can be read as such."""

_YES_NO = words("yes_or_no")
_FEW_WORDS = 5
"""A header of more words is a question."""

_AGE = pattern("age")
_DATE_NAME = pattern("date_name")


def find_roles(seen: Sequence[Profile], score: str | None, group: str | None) -> Mapping:
    """The roles of the columns other than the score, which is known (or missing)."""
    free = [profile for profile in seen if profile.name not in (score, group)]
    place = next((profile.place for profile in seen if profile.name == score), None)
    status = _first(free, _is_status)
    date = _best(free, _date_points)
    measures = find_measures([profile for profile in free if profile.name not in (date, status)])
    taken = {score, group, date, status, *(measure.column for measure in measures)}
    reason = _best(
        [profile for profile in free if profile.name not in taken], lambda one: _reason_points(one, place)
    )
    account = _best([profile for profile in free if profile.name not in {*taken, reason}], _account_points)
    rest = [profile for profile in free if profile.name not in {*taken, reason, account}]
    respondent = _best(rest, _respondent_points)
    weight = _amount([profile for profile in free if profile.name not in taken], _WEIGHT)
    invited = _first([profile for profile in free if profile.name not in (*taken, reason)], _is_invited)
    # How often a response counts, and whether somebody was asked, is no segment of anybody's customers.
    rest = [profile for profile in rest if profile.name not in (respondent, weight, invited)]
    attributes = [profile for profile in rest if is_attribute(profile)]
    return Mapping(
        score=score,
        reason=reason,
        date=date,
        respondent=respondent,
        account=account,
        attributes=tuple(profile.name for profile in attributes),
        persona=_special(attributes, _PERSONA, _PERSONA_VALUE),
        phase=_special(attributes, _PHASE, _PHASE_VALUE),
        touchpoint=_special(attributes, _TOUCHPOINT, None),
        csat=tuple(measure.column for measure in measures if measure.kind == "csat"),
        ces=tuple(measure.column for measure in measures if measure.kind == "ces"),
        status=status,
        weight=weight,
        revenue=_amount([profile for profile in free if profile.name not in taken], _REVENUE),
        invited=invited,
    )


def find_measures(seen: Sequence[Profile]) -> list[Measure]:
    """The CSAT and CES columns: their header says so, and they hold numbers on a short scale."""
    found = []
    for profile in seen:
        kind = "ces" if _CES.search(profile.header) else "csat" if _CSAT.search(profile.header) else ""
        answers = profile.answers
        values = answers.between(0, 10)
        if not kind or not values or answers.within(0, 10) < 0.7 or len(values) < 2:  # noqa: PLR2004
            continue
        high = next(top for top in (5, 7, 10) if values[-1] <= top)
        high = 6 if values[-1] == 6 and any(cell.startswith("6 -") for cell in profile.cells) else high  # noqa: PLR2004
        found.append(Measure(profile.name, kind, min(1, int(values[0])), high))
    return found


def is_attribute(profile: Profile) -> bool:
    """Whether people would filter or segment by a column."""
    distinct = len(profile.column.sample)  # with "NA", which may be a region
    if _is_metadata(profile) or _REASON.search(profile.header):
        return False
    if distinct < 2 or _few_repeat(profile) or _is_group_code(profile) or _is_another_score(profile):  # noqa: PLR2004
        return False
    if is_age(profile):
        return True
    if distinct > MOST_VALUES or profile.share("email") > 0.5 or profile.dates(numbers=False) >= _DATES:  # noqa: PLR2004
        return False
    if profile.share("number") >= _DATES and distinct > _NUMBERS_APART:
        return False
    letters = sum(len(value) * count for value, count in profile.cells.items()) / max(profile.filled, 1)
    return letters <= _LONG


def _is_metadata(profile: Profile) -> bool:
    """What a vendor adds; a question of many words is none, whatever words it uses."""
    return any(_METADATA.search(name) and name.count(" ") < _FEW_WORDS for name in profile.names)


def _is_group_code(profile: Profile) -> bool:
    """The group of the score once more, in words or as a code; `responses` has it anyway."""
    codes = len(profile.cells) <= 3 and profile.share("number") == 1  # noqa: PLR2004
    named = _RECOMMEND.search(profile.header) and _GROUP_CODE.search(profile.header)
    return bool(named and (codes or profile.answers.grouped == profile.filled))


def _is_another_score(profile: Profile) -> bool:
    """The answers to a second recommend question: the score can be taken from it, but its values are no segments."""
    answered = profile.answers.within(0, 10) >= _DATES and len(profile.answers.between(0, 10)) > 2  # noqa: PLR2004
    return answered and bool(_RECOMMEND.search(profile.header))


def is_age(profile: Profile) -> bool:
    """A column of ages in years, which is shown in bands."""
    if not any(_AGE.search(name) for name in profile.names) or profile.share("number") < 0.9:  # noqa: PLR2004
        return False
    ages = [value for value in profile.answers.numbers if 10 <= value <= 110]  # noqa: PLR2004
    return len(ages) > _NUMBERS_APART and len(ages) > 0.8 * len(profile.answers.numbers)


def _few_repeat(profile: Profile) -> bool:
    """True where hardly a value occurs twice, as with names and free text."""
    if profile.filled < 10:  # noqa: PLR2004 - too few to tell
        return profile.words > 4  # noqa: PLR2004
    return profile.distinct_share > 0.5  # noqa: PLR2004


def date_candidates(seen: Sequence[Profile]) -> tuple[Candidate, ...]:
    """The columns that hold dates, the likeliest date of the response first, each with its reason."""
    return tuple(Candidate(one.name, _why_date(one)) for one in _ranked(seen, _date_points))


def reason_candidates(seen: Sequence[Profile], score: str | None) -> tuple[Candidate, ...]:
    """The columns that hold comments, the likeliest reason for the score first, each with its reason."""
    place = next((profile.place for profile in seen if profile.name == score), None)
    found = _ranked(seen, lambda one: _reason_points(one, place))
    return tuple(Candidate(one.name, _why_reason(one)) for one in found)


def _why_date(profile: Profile) -> str:
    header = profile.header
    named = bool(_ANSWER_DATE.search(header)), bool(_DATE.search(header))
    if _OTHER_DATE.search(header):
        sentence = "Its header names a moment that need not be the answer’s"
    elif named[0]:
        sentence = "Its header says when the answer came in"
    elif named[1]:
        sentence = "Its header says that it is a date"
    else:
        sentence = "Its header does not say which date it is"
    return f"{sentence}; {profile.dates(numbers=any(named)):.0%} of its cells can be read as dates."


def _why_reason(profile: Profile) -> str:
    if _REASON.search(profile.header):
        sentence = "Its header asks for a reason"
    elif _COMMENT.search(profile.header):
        sentence = "Its header speaks of a comment"
    else:
        sentence = "Its header does not ask for a reason"
    if not profile.filled:
        return f"{sentence}, but every cell is blank."
    return f"{sentence}; its cells have {profile.words:.0f} words on average."


def _ranked(seen: Sequence[Profile], points: Callable[[Profile], float]) -> list[Profile]:
    """The columns with any points, best first; of equals the one further left."""
    worth = [(points(profile), profile) for profile in seen]
    ranked = sorted(worth, key=lambda pair: (-pair[0], pair[1].place))
    return [profile for value, profile in ranked if value > 0]


def _best(seen: Sequence[Profile], points: Callable[[Profile], float]) -> str | None:
    ranked = _ranked(seen, points)
    return ranked[0].name if ranked else None


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
    return any(_INVITED.match(name) for name in profile.names) and bool(profile.cells)


def _is_status(profile: Profile) -> bool:
    if not any(_STATUS.match(name) or _FINISHED.match(name) for name in profile.names):
        return False
    return bool(profile.cells) and len(profile.cells) <= 12  # noqa: PLR2004 - a status has few values


def _date_points(profile: Profile) -> float:
    header = profile.header
    named = bool(_ANSWER_DATE.search(header)), bool(_DATE.search(header))
    if not profile.filled or (profile.share("number") > 0.9 and not any(named)):  # noqa: PLR2004
        return 0.0
    share = profile.dates(numbers=any(named))
    filled = profile.filled / max(profile.looked, 1)
    points = 60.0 if named[0] else 45.0 if named[1] else 25.0
    points -= 20.0 * bool(_OTHER_DATE.search(header)) + 5.0 * bool(_CHANGED_DATE.search(header))
    if share >= _DATES:
        return points + 10.0 * share + 15.0 * filled
    # A date column that cannot be read is still the date column, with a doubt, when nothing better is there.
    is_date = any(_DATE_NAME.search(name) for name in profile.names)
    return 1.0 + share if is_date and profile.words < 5 and profile.share("number") < 0.9 else 0.0  # noqa: PLR2004


def _reason_points(profile: Profile, score: int | None) -> float:
    header = profile.header
    named = 60.0 * bool(_REASON.search(header)) or 40.0 * bool(_COMMENT.search(header))
    if _NOT_A_COMMENT.search(header):
        named -= 80.0
    if not profile.filled:
        return named - 35.0
    if profile.share("text") < 0.6 or (named <= 0 and _is_metadata(profile)):  # noqa: PLR2004
        return 0.0
    points = named + min(profile.words, 8.0) * 3
    # Sentences that hardly ever repeat are written by people, whatever the header calls them.
    points += 15.0 * bool(profile.distinct_share > 0.9 and profile.words >= 4)  # noqa: PLR2004
    if any(_COMMENT_ALONE.match(name) for name in profile.names):
        pass  # a word, or a smiley, that comes again and again is a comment all the same
    elif profile.distinct_share < 0.2 and profile.filled > 30 and profile.words < 3:  # noqa: PLR2004
        points -= 40.0
    elif profile.distinct_share < 0.3 and profile.filled > 30:  # noqa: PLR2004 - choices, however long
        points -= 30.0
    elif len(profile.cells) <= 5 and profile.filled > 30:  # noqa: PLR2004 - a handful of choices
        points -= 40.0
    if score is not None and profile.place > score:
        points += 20.0 / (profile.place - score)
    return points - 35.0


def _account_points(profile: Profile) -> float:
    if not any(_ACCOUNT.search(name) and not _NOT_AN_ACCOUNT.search(name) for name in profile.names):
        return 0.0
    if len(profile.cells) < 2 or profile.words > 6 or {value.lower() for value in profile.cells} <= _YES_NO:  # noqa: PLR2004
        return 0.0
    name_first = 10.0 * any("name" in name for name in profile.names)
    return 40.0 + name_first + 10.0 * profile.filled / max(profile.looked, 1)


def _respondent_points(profile: Profile) -> float:
    cells = [value for value in profile.cells if value.lower() != "anonymous"]
    if len(cells) < 2 or profile.words > 5:  # noqa: PLR2004
        return 0.0
    points = 0.0
    if any(_EMAIL.search(name) for name in profile.names) or profile.share("email") > 0.8:  # noqa: PLR2004
        points = 50.0 if profile.share("email") > 0.3 or profile.filled else 0.0  # noqa: PLR2004
    elif any(_RESPONDENT.search(name) for name in profile.names):
        points = 40.0
        points -= 10.0 * (any("name" in name for name in profile.names))
        points -= 5.0 * any("respondent" in name for name in profile.names)
    filled = profile.filled / max(profile.looked, 1)
    return points + 10.0 * filled if points and filled > 0.02 else 0.0  # noqa: PLR2004


def _special(seen: Sequence[Profile], header: re.Pattern[str], values: re.Pattern[str] | None) -> str | None:
    named = [
        profile
        for profile in seen
        if any(header.search(name) and name.count(" ") < _FEW_WORDS for name in profile.names)
    ]
    if named:
        short = sorted(named, key=lambda profile: (len(profile.header) > 40, profile.place))  # noqa: PLR2004
        return short[0].name
    if values is None:
        return None
    for profile in seen:
        matched = sum(count for value, count in profile.cells.items() if values.search(value.lower()))
        if matched > 0.5 * profile.filled:
            return profile.name
    return None


PLAIN = "plain table"

NPS_TOOLS = frozenset({"Delighted", "Wootric", "Retently", "AskNicely", "Planhat", "Gainsight", "HubSpot"})
"""Tools whose lists of scores are NPS unless they say otherwise."""


@dataclass(frozen=True)
class _Signature:
    """A layout is recognised when all of `needs` and at least `some_of` of the others are among the headers."""

    name: str
    needs: tuple[str, ...]
    others: tuple[str, ...] = ()
    some_of: int = 0


_SIGNATURES = (
    _Signature("Qualtrics", ("start date", "end date"), ("response id", "distribution channel", "user language",
               "recorded date", "progress", "duration (in seconds)", "finished"), 3),
    _Signature("Qualtrics (legacy)", ("v1", "v2", "v8", "v9")),
    _Signature("SurveyMonkey", ("respondent id", "collector id")),
    _Signature("Typeform", ("network id",), ("response type", "#", "start date (utc)", "submit date (utc)"), 1),
    _Signature("Typeform", ("#", "start date (utc)", "submit date (utc)")),
    _Signature("Microsoft Forms", ("id", "start time", "completion time")),
    _Signature("Formbricks", ("response id", "finished", "survey id"), ("formbricks id (internal)", "quotas", "no"), 1),
    _Signature("LimeSurvey", ("id", "submitdate"), ("lastpage", "startlanguage", "seed"), 1),
    _Signature("LimeSurvey", ("response id", "date submitted"), ("last page", "start language", "seed", "referrer url"), 1),
    _Signature("REDCap", ("record id",), ("redcap event name", "redcap survey identifier", "redcap repeat instance", "event name",
               "survey identifier", "complete?"), 1),
    _Signature("KoboToolbox", ("id", "uuid", "submission time"), ("index", "validation status", "version", "submitted by"), 1),
    _Signature("Tally", ("submission id", "respondent id", "submitted at")),
    _Signature("Delighted", ("score", "comment"), ("survey type", "permalink", "person id", "bounced", "last sent at",
               "follow up link", "response id", "updated at"), 2),
    _Signature("Wootric", ("score",), ("excluded from calculations", "end user id", "response id", "feedback",
               "survey language", "last seen at"), 2),
    _Signature("Retently", ("score",), ("feedback", "campaign", "rating category", "published", "is bogus",
               "customer status", "survey date"), 3),
    _Signature("AskNicely", ("answer",), ("comment", "workflow", "dashboard", "segment", "responded", "sent", "data"), 3),
    _Signature("HubSpot", ("survey type",), ("survey name", "response group", "survey response", "rating", "submission date",
               "source", "contact email"), 2),
    _Signature("Planhat", ("nps",), ("enduser", "end user", "company id", "campaign", "companyname", "archived", "nps unit"), 2),
    _Signature("Gainsight", ("nps score",), ("survey name", "participant", "company gsid", "account name", "responded date",
               "survey id"), 2),
    _Signature("PostHog", ("event",), ("distinct id", "properties", "$survey response", "survey response", "uuid"), 1),
    _Signature("Pendo", ("visitor id",), ("account id", "guide id", "poll id", "poll response", "response"), 1),
    _Signature("Appcues", ("user id", "score"), ("flow id", "flow name", "appcues nps score", "feedback"), 1),
    _Signature("Intercom", ("surveyed at",), ("is admin", "score"), 1),
)  # fmt: skip
_LIMESURVEY_PAGES = frozenset(
    {
        "letzte seite",
        "derniere page",
        "ultima pagina",
        "laatste pagina",
        "last page",
        "lastpage",
        "最終ページ",
    }
)
_LIMESURVEY_LANGUAGES = frozenset({"start sprache", "startsprache", "langue de depart", "langue initiale", "lenguaje inicial", "idioma inicial",
                                   "lingua iniziale", "begintaal", "starttaal", "start language", "startlanguage", "開始言語"})  # fmt: skip
"""What LimeSurvey calls the columns that only it has, in the languages that it writes headers in."""

_FORMS = ("timestamp", "zeitstempel", "horodateur", "marca temporal", "carimbo de data/hora", "tijdstempel",
          "informazioni cronologiche", "タイムスタンプ", "carimbo de data hora", "tidstampel", "tidsstempel", "tidsmerke",
          "aikaleima", "sygnatura czasowa", "casova znacka", "zaman damgası", "отметка времени", "타임스탬프", "时间戳记", "時間戳記")  # fmt: skip


def recognise(names: Sequence[str]) -> str:
    """The name of the tool whose export has these columns; "plain table" for none that is known."""
    headers = [plain(name).strip(" .:") for name in names]
    # LimeSurvey can write "submitdate. Date submitted".
    have = {
        *(header.strip("_") for header in headers),
        *headers,
        *(name.split(". ")[0].strip().lower() for name in names if ". " in name),
    }
    for sign in _SIGNATURES:
        if have.issuperset(sign.needs) and len(have.intersection(sign.others)) >= sign.some_of:
            return sign.name
    if not have.isdisjoint(_LIMESURVEY_PAGES) and not have.isdisjoint(_LIMESURVEY_LANGUAGES):
        return "LimeSurvey"
    if headers and headers[0] in _FORMS:
        return "Google Forms"
    return PLAIN
