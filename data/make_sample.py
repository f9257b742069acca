"""Write sample_survey.csv: eight quarters of answers to an invented firm's survey, always the same.

Run `python data/make_sample.py`; a path behind it writes there instead. The README beside this script
tells the story that the file holds. Needs nothing but the standard library.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path

from dice import Dice
from people import Visit, make_visits
from wording import Situation, Writer, read_fragments

TARGET = Path(__file__).with_name("sample_survey.csv")
PRODUCT = "Kestwick"
HEADER = (
    "Response ID",
    "Submitted at",
    "Status",
    "Respondent",
    "Account",
    "Persona",
    "Plan",
    "Region",
    "Phase",
    "Touchpoint",
    "Age group",
    f"How likely are you to recommend {PRODUCT} to a friend or colleague?",
    "What is the main reason for your score?",
    f"Overall, how satisfied are you with {PRODUCT}? (1-5)",
    "How satisfied are you with our support? (1-5)",
    f"{PRODUCT} makes it easy for me to get my work done (1 = strongly disagree, 7 = strongly agree)",
)
SCORE, COMMENT, STATUS = HEADER.index(HEADER[11]), HEADER.index(HEADER[12]), HEADER.index("Status")

NO_SCORE, PARTIAL = 10, 14  # rows that do not count; 3,000 are left that do

REDESIGN = date(2026, 4, 1)
YOUNG = "25-34"
OUTAGE_REGION, OUTAGE_FROM, OUTAGE_TO = "APAC", date(2025, 7, 3), date(2025, 9, 30)

# What goes with the score, in points of NPS. All else is chance.
BASE = 60
PASSIVES = 22  # percent
OLD_INTERFACE = -28  # the 25-34-year-olds before the redesign
STARTER = -13  # the plan whose support answers slowly
ONBOARDING = -13  # the phase of the long setup
OUTAGE = -40  # one region in one quarter

# Chosen among a few hundred so that the figures of the story lie close to their round numbers, and that
# nothing stands beyond chance that has no cause.
GROUPS_SEED = "groups 3980"

SCORES = {
    "promoter": {10: 54, 9: 46},
    "passive": {8: 61, 7: 39},
    "detractor": {6: 31, 5: 26, 4: 13, 3: 12, 2: 8, 1: 3, 0: 7},
}
CSAT = {
    "promoter": {5: 68, 4: 28, 3: 4},
    "passive": {5: 16, 4: 58, 3: 23, 2: 3},
    "detractor": {5: 2, 4: 17, 3: 37, 2: 28, 1: 16},
}
CSAT_SUPPORT = {5: 42, 4: 36, 3: 14, 2: 5, 1: 3}
CES = {
    "promoter": {7: 44, 6: 35, 5: 16, 4: 5},
    "passive": {7: 12, 6: 32, 5: 34, 4: 16, 3: 6},
    "detractor": {7: 2, 6: 10, 5: 21, 4: 24, 3: 22, 2: 13, 1: 8},
}
COMMENTED = {"promoter": 715, "passive": 690, "detractor": 830}  # permille
CONTACTS = 8  # comments with an e-mail address or a phone number, for masking to find
ID_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def main(target: Path) -> None:
    """Write the survey to a path."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(make_rows())


def make_rows() -> list[list[str]]:
    """The rows of the file, in the order of time."""
    visits = make_visits(Dice("visits"))
    groups = make_groups(visits, Dice(GROUPS_SEED))
    comments = make_comments(visits, groups, Dice("comments"))
    asked, items = Dice("described"), Dice("items")
    rows = [
        [
            *described(visit, asked),
            str(items.weighted(SCORES[group])),
            comment,
            *measured(visit, group, items),
        ]
        for visit, group, comment in zip(visits, groups, comments, strict=True)
    ]
    return blemished(rows, Dice("blemishes"))


def make_groups(visits: list[Visit], dice: Dice) -> list[str]:
    """Promoter, passive or detractor for each visit.

    A number from 0 to 999 decides: now and then the account's or the respondent's own, so that people of
    one account, and one person over time, resemble each other without moving any total.
    """
    groups = []
    for visit in visits:
        nps = expected_nps(visit)
        detractors = (100 - PASSIVES - nps) * 5
        whose = dice.weighted({"own": 30, "account": 5, "chance": 65})
        luck = {"own": visit.person.luck, "account": visit.person.account.luck, "chance": dice.below(1000)}[
            whose
        ]
        passives_to = detractors + PASSIVES * 10
        groups.append("detractor" if luck < detractors else "passive" if luck < passives_to else "promoter")
    return groups


def expected_nps(visit: Visit) -> int:
    """The NPS that many such visits would give."""
    return (
        BASE
        + OLD_INTERFACE * (visit.person.age == YOUNG and visit.moment.date() < REDESIGN)
        + STARTER * (visit.person.account.plan == "Starter")
        + ONBOARDING * (visit.phase == "Onboarding")
        + OUTAGE * in_outage(visit)
    )


def in_outage(visit: Visit) -> bool:
    """Whether the outage has just hit the respondent."""
    return visit.person.account.region == OUTAGE_REGION and OUTAGE_FROM <= visit.moment.date() <= OUTAGE_TO


def make_comments(visits: list[Visit], groups: list[str], dice: Dice) -> list[str]:
    """A comment for each visit, or none."""
    writer = Writer(dice, read_fragments())
    situations = [situation(visit, group) for visit, group in zip(visits, groups, strict=True)]
    comments = [writer.comment(at) if dice.chance(COMMENTED[at.group]) else "" for at in situations]
    sentences = [
        i for i, text in enumerate(comments) if text.endswith(".") and situations[i].voice.language == "en"
    ]
    for i in dice.shuffled(sentences)[:CONTACTS]:
        comments[i] = writer.with_contact(comments[i], situations[i])
    return comments


def situation(visit: Visit, group: str) -> Situation:
    """What the comment of a visit must fit."""
    return Situation(
        group=group,
        persona=visit.person.persona,
        plan=visit.person.account.plan,
        phase=visit.phase,
        touchpoint=visit.touchpoint,
        young=visit.person.age == YOUNG,
        redesigned=visit.moment.date() >= REDESIGN,
        outage=in_outage(visit),
        again=visit.again,
        mail=visit.person.mail,
        voice=visit.person.voice,
    )


def described(visit: Visit, dice: Dice) -> list[str]:
    """The columns before the score."""
    person, account = visit.person, visit.person.account
    name = "".join(dice.pick(list(ID_ALPHABET)) for _ in range(8))
    moment = visit.moment.isoformat(sep="T")
    who = [person.mail, account.name, person.persona, account.plan, account.region]
    return [f"KW-{name}", moment, "completed", *who, visit.phase, visit.touchpoint, person.age]


def measured(visit: Visit, group: str, dice: Dice) -> list[str]:
    """Satisfaction, satisfaction with support, and ease; each left blank by some."""
    overall = dice.weighted(CSAT[group])
    support = dice.weighted(CSAT[group] if dice.chance(450) else CSAT_SUPPORT)
    if visit.person.account.plan == "Starter" and dice.chance(450):
        support = max(1, support - 1)
    ease = dice.weighted(CES[group])
    if visit.person.age == YOUNG and visit.moment.date() < REDESIGN and dice.chance(450):
        ease = max(1, ease - 1)
    blank = 80, 240, 130  # permille; not everyone has met support
    answers = zip((overall, support, ease), blank, strict=True)
    return ["" if dice.chance(skipped) else str(answer) for answer, skipped in answers]


def blemished(rows: list[list[str]], dice: Dice) -> list[list[str]]:
    """The rows with what every real export has: no score in some, some broken off after the score."""
    order = dice.shuffled(range(len(rows)))
    for i in order[:NO_SCORE]:
        rows[i][SCORE] = ""
    for i in order[NO_SCORE : NO_SCORE + PARTIAL]:
        rows[i][STATUS] = "partial"
        rows[i][COMMENT:] = [""] * (len(HEADER) - COMMENT)
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
