"""How often something is claimed of surveys in which nothing differs, and how often what differs is found.

    python benchmarks/claims.py [--surveys 200] [--seed 1] [--write]

Surveys of single responses, of 200 accounts and of 100 accounts with a few giants, over a year, with six attributes,
three of accounts and three of people, and two questions. They have no comments: the themes' share of the risk is not
used. Counted are surveys in which the overview or a report claims something by itself (a story of the trend, a segment
that stands out, a part of a change, a question that goes with the score), and those in which a walk through the pages
meets more that is beyond chance: signs of segments and questions, two attributes against each other, how far attributes
spread. Beside it the power: one industry or one persona
that scores lower.

Then five times as many unlike surveys in which nothing differs: 20 to 3,000 responses over 40 days to three years, as
many each day, ever more, in bursts or by chance, at an NPS of -60 to +85, without accounts, with accounts alike in size
and with a few giants; what their first page claims. And eight themes drawn at random, at NPS from -75 to +91.
`--write` puts the tables into docs/statistics.md.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "core"))

from typing import TYPE_CHECKING

from surveys import survey_of
from table import write_table

from nps_core import Scope, cross_segments, find_segments, overview
from nps_core.compare.contributions import find_contributions, most_telling_attribute
from nps_core.drivers.drivers import find_attribute_effects, find_drivers
from nps_core.report.context import ReportContext
from nps_core.survey import Measure
from nps_core.themes import Themes, theme_effects

if TYPE_CHECKING:
    from nps_core.compare.comparison import Comparison

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = {"single responses": (0, 0.0), "200 accounts": (200, 0.0), "100 accounts, giants": (100, 1.4)}
ALIKE = 0.2  # of the variance of what people would answer, between accounts
OF_ACCOUNTS = {"Industry": 6, "Plan": 3, "Region": 4}
OF_PEOPLE = {"Persona": 3, "Phase": 4, "Touchpoint": 3}
RESPONSES = 1000


def survey(seed: int, accounts: int, giants: float, *, low: tuple[str, float] | None = None):  # noqa: ANN201 - a survey
    """A survey of some thousand responses; `low` is an attribute whose first value scores lower, and by how much."""
    draw = np.random.default_rng(seed)
    if accounts:
        sizes = draw.lognormal(0, giants, accounts) if giants else np.ones(accounts)
        sizes = np.maximum(1, np.round(sizes / sizes.sum() * RESPONSES)).astype(int)
        who = np.repeat(np.arange(accounts), sizes)
    else:
        who = np.arange(RESPONSES)
    n, firms = len(who), int(who.max()) + 1
    shared = ALIKE if accounts else 0.0
    latent = np.sqrt(shared) * draw.normal(size=firms)[who] + np.sqrt(1 - shared) * draw.normal(size=n)
    values = {name: draw.integers(0, many, firms)[who] for name, many in OF_ACCOUNTS.items()}
    values |= {name: draw.integers(0, many, n) for name, many in OF_PEOPLE.items()}
    if low is not None:
        latent = latent - low[1] * (values[low[0]] == 0)
    rows = pd.DataFrame({name: [f"{name} {code}" for code in codes] for name, codes in values.items()})
    rows["score"] = np.select([latent < -0.7, latent < 0.1], [3, 8], 10)
    rows["date"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(draw.integers(0, 365, n), unit="D")
    if accounts:
        rows["account"] = [f"Firm {number}" for number in who]
    for name in ("Support", "Price"):
        shared_answer = np.sqrt(shared) * draw.normal(size=firms)[who]
        own = shared_answer + np.sqrt(1 - shared) * draw.normal(size=n)
        rows[name] = np.digitize(own, [-1.5, -0.8, 0.0, 0.9]) + 1
    return survey_of(rows, measures=tuple(Measure(name, "csat", 1, 5) for name in ("Support", "Price")))


def claims(scope: Scope) -> dict[str, bool]:
    """What is claimed of a survey, by question; and whether a walk through the pages meets anything more."""
    found = overview(scope)
    context = ReportContext(scope)
    names, questions = scope.survey.attributes, find_drivers(scope)
    told = {
        "story": found.story.kind in ("changes", "slide"),
        "segments": bool(found.standouts),
        "parts": _parts(context.comparison, names),
        "drivers": any(one.beyond_chance for one in questions),
    }
    told["report"] = any(told.values())
    on_pages = any(find_segments(scope, name).signs.any() for name in names)
    on_pages |= bool(cross_segments(scope, names[0], names[3]).beyond_chance.any())
    on_pages |= any(one.beyond_chance for one in find_attribute_effects(scope))
    on_pages |= any(one.sign for one in questions)
    told["walk through all pages"] = told["report"] or on_pages
    return told


def _parts(change: Comparison | None, names: tuple[str, ...]) -> bool:
    """Whether a part of what the report takes apart is said to be beyond chance."""
    if change is None:
        return False
    telling = most_telling_attribute(change, names, by_hand=False)
    found = find_contributions(change, telling, looks=len(names), by_hand=False)
    return found is not None and (
        found.mix_beyond_chance or any(part.beyond_chance for part in found.segments)
    )


def table(surveys: int, seed: int) -> list[list[str]]:
    """Rows of the table: the rate of each question in each setting."""
    rows = []
    for name, (accounts, giants) in SETTINGS.items():
        told = [claims(Scope(survey(seed + place, accounts, giants))) for place in range(surveys)]
        rows.append(
            [f"nothing differs, {name}", *(f"{np.mean([one[key] for one in told]):.3f}" for key in told[0])]
        )
        print(*rows[-1], sep=" | ", flush=True)
    for low in (("Industry", 0.6), ("Persona", 0.4)):
        told = [
            claims(Scope(survey(seed + place, 200, 0.0, low=low))) for place in range(max(surveys // 4, 1))
        ]
        rate = np.mean([one["segments"] for one in told])
        rows.append([f"one {low[0].lower()} lower, 200 accounts", "", f"{rate:.2f}", "", "", "", ""])
        print(*rows[-1], sep=" | ", flush=True)
    return rows


SIZES, SPANS = (20, 50, 100, 300, 1000, 3000), (40, 100, 330, 1000)
CUTS = ((0.65, 1.45), (-0.35, 0.45), (-0.95, -0.15), (-1.75, -0.95))  # below are detractors, then passives
VOLUMES = {
    "even": lambda draw, n: draw.random(n),
    "growing": lambda draw, n: draw.beta(3, 1, n),
    "bursts": lambda draw, n: (draw.random(4)[draw.integers(0, 4, n)] + draw.random(n) / 50) % 1,
    "by chance": lambda draw, n: (
        (draw.choice(20, n, p=draw.dirichlet(np.full(20, 0.7))) + draw.random(n)) / 20
    ),
}
ACCOUNTS = {"single responses": None, "accounts": 0.0, "accounts, giants": 1.4}


def unlike(seed: int, giants: float | None):  # noqa: ANN201 - a survey
    """A survey of any size, span and volume in which nothing differs."""
    draw = np.random.default_rng(seed)
    n, days = int(draw.choice(SIZES)), int(draw.choice(SPANS))
    when = VOLUMES[str(draw.choice(list(VOLUMES)))](draw, n)
    firms = n if giants is None else max(3, n // 6)
    sizes = draw.lognormal(0, giants or 0.0, firms)
    who = np.arange(n) if giants is None else draw.choice(firms, n, p=sizes / sizes.sum())
    shared = 0.0 if giants is None else ALIKE
    latent = np.sqrt(shared) * draw.normal(size=firms)[who] + np.sqrt(1 - shared) * draw.normal(size=n)
    rows = pd.DataFrame({name: draw.integers(0, many, n).astype(str) for name, many in OF_PEOPLE.items()})
    for name, many in OF_ACCOUNTS.items():
        rows[name] = draw.integers(0, many, firms).astype(str)[who]
    low, high = CUTS[draw.integers(len(CUTS))]
    rows["score"] = np.select([latent < low, latent < high], [3, 8], 10)
    rows["date"] = pd.Timestamp("2023-01-09") + pd.to_timedelta((when * days).astype(int), unit="D")
    if giants is not None:
        rows["account"] = [f"Firm {number}" for number in who]
    return survey_of(rows)


def first_page(surveys: int, seed: int) -> list[list[str]]:
    """Rows of the second table: what the first page claims of unlike surveys, and of themes."""
    rows = []
    for name, giants in ACCOUNTS.items():
        found = [overview(Scope(unlike(seed + place, giants))) for place in range(surveys)]
        told = [one.story for one in found if one.story is not None]
        rates = (
            np.mean([story.change is not None for story in told]),
            np.mean([story.warned for story in told]),
            np.mean([story.too_alike for story in told]),
            np.mean([bool(one.standouts) for one in found]),
        )
        rows.append([f"unlike surveys, {name}", *(f"{rate:.3f}" for rate in rates), ""])
        print(*rows[-1], sep=" | ", flush=True)
    for shares in (
        (0.34, 0.33, 0.33),
        (0.15, 0.25, 0.6),
        (0.04, 0.16, 0.8),
        (0.02, 0.05, 0.93),
        (0.8, 0.15, 0.05),
    ):
        draw = np.random.default_rng(seed)
        rate = np.mean([_theme_claimed(draw, shares) for _ in range(surveys)])
        nps = round(100 * (shares[2] - shares[0]))
        rows.append([f"eight themes, NPS {nps:+d}".replace("-", "−"), "", "", "", "", f"{rate:.3f}"])
        print(*rows[-1], sep=" | ", flush=True)
    return rows


def _theme_claimed(draw: np.random.Generator, shares: tuple[float, ...]) -> bool:
    """Whether one of eight themes, of 30 to 2 percent of some comments, is said to go with the score."""
    n = int(draw.choice((100, 300, 1000)))
    members = draw.random((n, 8)) < np.geomspace(0.3, 0.02, 8)
    some = members.any(axis=1)
    labels = np.where(some, members.argmax(axis=1), -1).astype(np.int32)
    names = tuple(f"Theme {number}" for number in range(8))
    themes = Themes(
        labels, csr_matrix(members), names, ((),) * 8, ((),) * 8, "en", said=np.ones(n, dtype=bool)
    )
    return bool(theme_effects(themes, draw.choice(3, n, p=shares)).beyond_chance.any())


def main() -> int:
    """Print the tables; with --write put them into the page of statistics."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--surveys", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    rows, more = table(asked.surveys, asked.seed), first_page(5 * asked.surveys, asked.seed)
    if asked.write:
        heads = [
            "something is claimed",
            "story",
            "segments",
            "parts",
            "drivers",
            "report",
            "walk through all pages",
        ]
        lines = ["", *(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)), ""]
        lines.append(
            f"Of {asked.surveys} surveys each, seed {asked.seed}; where something differs a quarter as many."
        )
        write_table("claims", [*lines, ""], ROOT / "docs" / "statistics.md")
        heads = ["nothing differs", "story", "warning of a fall", "agree too closely", "segments", "themes"]
        stated = ["stated, at most", "0.050", "", "0.001", "0.025", "0.010"]
        lines = ["", *(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), stated, *more)), ""]
        lines.append(f"Of {5 * asked.surveys:,} surveys each, seed {asked.seed}.")
        write_table("first page", [*lines, ""], ROOT / "docs" / "statistics.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
