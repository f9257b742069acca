"""Who is asked, and when: invented accounts, invented respondents, and their visits to the survey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from handwriting import Voice

if TYPE_CHECKING:
    from dice import Dice

QUARTERS = tuple(date(2024 + month // 12, month % 12 + 1, 1) for month in range(9, 36, 3))
"""The first day of each quarter from Q4 2024 to Q3 2026, and the day after the last."""

RESPONSES = (308, 332, 352, 371, 384, 406, 427, 444)
"""Rows of each quarter; 3,024 in all."""

ACCOUNTS = 232
FOUNDING_ACCOUNTS = 92  # customers before the first quarter
OLDEST_ACCOUNTS = 40  # ... the largest all among them
LARGE_ACCOUNTS = 24  # the largest; none of them on Starter
ONBOARDING_QUARTERS = 2
RENEWAL_EVERY = 4  # quarters

PLANS_LARGE = {"Team": 40, "Enterprise": 60}
PLANS_OTHER = {"Starter": 50, "Team": 39, "Enterprise": 11}
REGIONS = {"NA": 38, "EMEA": 34, "APAC": 16, "LATAM": 12}
PERSONAS = {"End user": 52, "Champion": 26, "Decision maker": 22}
AGES = {"18-24": 9, "25-34": 32, "35-44": 28, "45-54": 20, "55+": 9, "": 2}
TOUCHPOINTS = {
    "Quarterly e-mail": 45,
    "In-app prompt": 28,
    "Support ticket closed": 16,
    "Training session": 11,
}

LANGUAGES = {
    "NA": {"en": 100},
    "APAC": {"en": 100},
    "EMEA": {"en": 86, "de": 8, "fr": 6},
    "LATAM": {"en": 78, "es": 22},
}
FIRST_NAMES = {
    "NA": (
        "Emily James Olivia Marcus Hannah Tyler Grace Daniel Nicole Brandon Megan Jordan Aisha "
        "Kevin Laura Derek Sofia Ryan"
    ),
    "EMEA": (
        "Anna Lukas Sophie Pierre Marta Jan Ingrid Paolo Katrin Tom Elif Oskar Niamh Hugo Lena "
        "Stefan Amara Bram Claire"
    ),
    "APAC": ("Wei Priya Kenji Mei Arjun Chloe Hana Liam Nurul Ravi Yuki Jack Anh Sana Min Ben"),
    "LATAM": (
        "Camila Diego Lucia Mateo Valentina Andres Paula Rafael Mariana Javier Beatriz Thiago Elena Carlos"
    ),
}
LAST_NAMES = {
    "NA": (
        "Carter Nguyen Brooks Patel Sullivan Reyes Foster Hayes Coleman Bennett Price Walsh Jenkins "
        "Ortiz Marsh Cole"
    ),
    "EMEA": (
        "Keller Moreau Rossi Janssen Novak Lindberg Murphy Weber Kaya Dubois Hansen Costa Braun "
        "Okafor Whitfield Vogel"
    ),
    "APAC": ("Tanaka Sharma Chen Lim Kumar Wong Sato Tran Rahman Park Singh Edwards Ito Das Lee Mitchell"),
    "LATAM": (
        "Silva Gomez Herrera Castro Souza Rojas Vargas Mendez Pereira Torres Fuentes Lima Ibarra Campos"
    ),
}
STEMS = (
    "Halbrook Nordvale Ostrellin Brackenfell Velmora Tarnwick Quillan Esterby Marlough Corvanta "
    "Pellwood Hexley Solvane Dunmarrow Lindquay Averlond Fenwold Kastrell Morvane Oakenby Rivington "
    "Sterlow Tolvern Ulverby Wexmoor Yarrowdale Zellhof Ambrick Bellmarsh Caldrey Drosten Elvandra "
    "Farrowgate Grenholt Harrowen Istrane Jorvald Kelmont Larkhaven Mistwell Neverby Orlandale "
    "Pinegate Quarrow Redmarsh Sandavor Thornlea Umbrell Vantorel Westerlow Almedra Bravello"
)
TRADES = (
    "Logistics Foods Health Energy Textiles Insurance Robotics Retail Packaging Dental Software "
    "Freight Media Travel Tools Marine"
)

WORKING_HOURS = {
    7: 3,
    8: 10,
    9: 15,
    10: 16,
    11: 13,
    12: 7,
    13: 9,
    14: 12,
    15: 11,
    16: 9,
    17: 5,
    18: 2,
    20: 2,
    21: 1,
}
WEEKEND_KEPT = 150  # permille of the answers that would fall on a weekend do
SATURDAY = 5


@dataclass(frozen=True)
class Account:
    """A company: what is true of it in every quarter."""

    name: str
    people: int
    plan: str
    region: str
    joined: int  # the quarter, counted from the first; negative for those before it
    expands: bool
    luck: int  # 0 to 999, shared by its people now and then


@dataclass(frozen=True)
class Person:
    """A respondent."""

    mail: str
    account: Account
    persona: str
    age: str
    luck: int  # 0 to 999, the same in each of their answers now and then
    voice: Voice


@dataclass(frozen=True)
class Visit:
    """One respondent, asked at one moment."""

    person: Person
    moment: datetime
    phase: str
    touchpoint: str
    again: bool


def make_visits(dice: Dice) -> list[Visit]:
    """Everyone who answers, in the order of time; nobody twice in a quarter."""
    people = _people(_accounts(dice), dice)
    visits: list[Visit] = []
    seen: set[str] = set()
    for quarter, wanted in enumerate(RESPONSES):
        asked = [person for person in people if person.account.joined <= quarter]
        visits += sorted(
            (_visit(person, quarter, person.mail in seen, dice) for person in dice.shuffled(asked)[:wanted]),
            key=lambda visit: visit.moment,
        )
        seen |= {visit.person.mail for visit in visits}
    return visits


def _accounts(dice: Dice) -> list[Account]:
    names = dice.shuffled([f"{stem} {trade}" for stem in STEMS.split() for trade in TRADES.split()])
    large = _deck(PLANS_LARGE, LARGE_ACCOUNTS, dice)
    plans = large + _deck(PLANS_OTHER, ACCOUNTS - LARGE_ACCOUNTS, dice)
    # Regions are dealt in hands, so that each gets its part of the large accounts.
    regions = [region for _ in range(0, ACCOUNTS, 50) for region in _deck(REGIONS, 50, dice)]
    founding = [-dice.below(12) for _ in range(FOUNDING_ACCOUNTS)]
    newer = _deck(dict.fromkeys(range(1, len(RESPONSES)), 1), ACCOUNTS - FOUNDING_ACCOUNTS, dice)
    joined = founding[:OLDEST_ACCOUNTS] + dice.shuffled(founding[OLDEST_ACCOUNTS:] + newer)
    return [
        Account(
            name=names[rank],
            people=1 + 430 // (rank + 6),  # a heavy tail: 72 in the largest, 2 in the smallest
            plan=plans[rank],
            region=regions[rank],
            joined=joined[rank],
            expands=dice.chance(350),
            luck=dice.below(1000),
        )
        for rank in range(ACCOUNTS)
    ]


def _people(accounts: list[Account], dice: Dice) -> list[Person]:
    total = sum(account.people for account in accounts)
    personas, ages = _deck(PERSONAS, total, dice), _deck(AGES, total, dice)
    taken: set[str] = set()
    people = []
    for account in accounts:
        for _ in range(account.people):
            first, mail = _mail(account, taken, dice)
            persona, age, luck = personas.pop(), ages.pop(), dice.below(1000)
            people.append(Person(mail, account, persona, age, luck, _voice(account.region, first, dice)))
    return people


def _mail(account: Account, taken: set[str], dice: Dice) -> tuple[str, str]:
    """A first name and an address that is nobody else's, under a domain that can never exist (RFC 2606)."""
    firm = account.name.lower().replace(" ", "-")
    while True:
        first = dice.pick(FIRST_NAMES[account.region].split())
        last = dice.pick(LAST_NAMES[account.region].split())
        mail = f"{first}.{last}@{firm}.example".lower()
        if mail not in taken:
            taken.add(mail)
            return first, mail


def _voice(region: str, first_name: str, dice: Dice) -> Voice:
    return Voice(
        language=dice.weighted(LANGUAGES[region]),
        lower_case=dice.chance(230),
        final_stop=dice.chance(520),
        sloppy=dice.chance(300),
        first_name=first_name,
    )


def _visit(person: Person, quarter: int, again: bool, dice: Dice) -> Visit:  # noqa: FBT001 - private
    tenure = quarter - person.account.joined
    if tenure < ONBOARDING_QUARTERS:
        phase = "Onboarding"
    elif tenure % RENEWAL_EVERY == RENEWAL_EVERY - 1:
        phase = "Renewal"
    else:
        phase = "Expansion" if person.account.expands else "Adoption"
    return Visit(person, _moment(quarter, dice), phase, dice.weighted(TOUCHPOINTS), again)


def _moment(quarter: int, dice: Dice) -> datetime:
    """A moment of the quarter, mostly in working hours."""
    first, after = QUARTERS[quarter], QUARTERS[quarter + 1]
    day = first + timedelta(days=dice.below((after - first).days))
    while day.weekday() >= SATURDAY and not dice.chance(WEEKEND_KEPT):
        day = first + timedelta(days=dice.below((after - first).days))
    return datetime.combine(day, time(dice.weighted(WORKING_HOURS), dice.below(60), dice.below(60)))


def _deck(shares: dict[str, int] | dict[int, int], size: int, dice: Dice) -> list:
    """A shuffled list of this size that holds each value in exactly its share, but for rounding."""
    whole = sum(shares.values())
    dealt = [value for value, share in shares.items() for _ in range(share * size // whole)]
    while len(dealt) < size:
        dealt.append(dice.weighted(shares))
    return dice.shuffled(dealt)
