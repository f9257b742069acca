"""How often a register of actions claims something where the actions did nothing.

    python benchmarks/register.py [--runs 400] [--seed 2026]

Half a year of 400 responses, alone or of 60 accounts alike (ICC .26); the scores stay as they are, or all rise alike
on the day of the actions. Two actions are for segments; where nothing rises a third is for a theme and a fourth for
everybody. A register counts where anything of it is called beyond chance: at most .05 is the goal.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "core"))

from surveys import survey_of

from nps_core import Action, Scope
from nps_core.follow_ups.register import find_outcomes

if TYPE_CHECKING:
    from nps_core import Survey

N, DAYS, FIRST = 400, 180, np.datetime64("2025-12-01")
DAY = dt.date(2026, 3, 1)
THEME = "Support"


def survey(rng: np.random.Generator, accounts: int, rise: float) -> Survey:
    """Responses of half a year, all of whom rise alike on the day."""
    plan = rng.choice(["Pro", "Free", "Team"], N, p=[0.3, 0.5, 0.2])
    account = rng.integers(0, accounts, N) if accounts else np.arange(N)
    day = rng.integers(0, DAYS, N)
    alike = 0.6 * rng.normal(size=accounts)[account] if accounts else 0.0
    latent = rng.normal(size=N) + alike + 0.3 * (plan == "Pro") + rise * (day >= DAYS // 2)
    frame = pd.DataFrame({"Plan": plan, "score": np.select([latent < -0.6, latent < 0.2], [3, 8], 10)})
    frame["date"], frame["comment"] = FIRST + day, "words"
    if accounts:
        frame["account"] = [f"Firm {number}" for number in account]
    found = survey_of(frame)
    return replace(found, mapping=replace(found.mapping, reason="comment", attributes=("Plan",)))


def claims(accounts: int, rise: float, runs: int, seed: int = 2026) -> float:
    """The share of registers that call anything beyond chance."""
    rng, claimed = np.random.default_rng(seed), 0
    for _ in range(runs):
        made, spoken = survey(rng, accounts, rise), rng.random(N) < 0.25
        did = [Action(DAY, "one", ("Plan", ("Pro",))), Action(DAY, "two", ("Plan", ("Team",)))]
        if not rise:
            did += [Action(DAY, "three", theme=THEME), Action(DAY, "four")]
        themes = SimpleNamespace(
            titles=(THEME, "other"), kinds=(np.eye(2, dtype=bool), np.where(spoken, 0, 1).astype(np.int32))
        )
        claimed += any(one.beyond_chance for one in find_outcomes(Scope(made), did, themes))  # type: ignore[arg-type]
    return claimed / runs


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    print("| accounts | all rise by | registers that claim something |\n| ---: | ---: | ---: |")
    for accounts in (0, 60):
        for rise in (0.0, 0.3):
            share = claims(accounts, rise, asked.runs, asked.seed)
            print(f"| {accounts or 'none'} | {rise} | {share:.3f} |", flush=True)


if __name__ == "__main__":
    main()
