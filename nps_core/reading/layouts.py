"""Which tool wrote a file, told by its column names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.reading.cells import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

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
