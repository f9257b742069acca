"""What honest verdicts cost after a filter change: counts, the NPS with its interval, and who stands out.

    python benchmarks/verdicts.py [--rows 1000000] [--accounts 20000]

A made survey in which nothing differs, with three attributes that are the same throughout an account and three that are
not. Figures are CPU milliseconds, the least of fifteen runs, each with everything that depends on the filter
counted anew.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "core"))

from surveys import survey_of

from nps_core import Filters, Scope
from nps_core.counts.index import index_of
from nps_core.score.sample import nps_of
from nps_core.segments.segments import find_standouts

if TYPE_CHECKING:
    from nps_core import Survey

OF_ACCOUNTS = {"Industry": 6, "Plan": 3, "Region": 4}
OF_PEOPLE = {"Persona": 4, "Phase": 5, "Touchpoint": 6}
FILTERS = (
    Filters(),
    Filters(since=dt.date(2024, 7, 1)),
    Filters(attributes=(("Plan", ("Plan 0", "Plan 1")),)),
)


def survey(rows: int, accounts: int) -> Survey:
    """Responses over three years; without accounts each stands for itself."""
    draw = np.random.default_rng(7)
    account = draw.integers(0, accounts, rows) if accounts else np.arange(rows)
    firms = int(account.max()) + 1
    latent = 0.45 * draw.normal(size=firms)[account] + 0.9 * draw.normal(size=rows)
    codes = {name: draw.integers(0, size, firms)[account] for name, size in OF_ACCOUNTS.items()}
    codes |= {name: draw.integers(0, size, rows) for name, size in OF_PEOPLE.items()}
    sizes = OF_ACCOUNTS | OF_PEOPLE
    frame = pd.DataFrame(
        {
            name: pd.Categorical.from_codes(own, [f"{name} {number}" for number in range(sizes[name])])
            for name, own in codes.items()
        }
    )
    frame["score"] = np.select([latent < -0.7, latent < 0.1], [3, 8], 10)
    days = draw.integers(0, 1096, rows).astype("timedelta64[D]")
    frame["date"] = (np.datetime64("2023-01-01") + days).astype("datetime64[s]")
    if accounts:
        frame["account"] = pd.Series([f"Firm {number}" for number in account.tolist()], dtype="str")
    return survey_of(frame)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=20_000)
    asked = parser.parse_args()
    print("| accounts | filter | CPU |\n| ---: | --- | ---: |")
    for accounts in (0, asked.accounts):
        made = survey(asked.rows, accounts)
        for filters in FILTERS:
            spent = []
            for _ in range(15):
                index_of(made).select.cache_clear()
                began = time.process_time_ns()
                scope = Scope(made, filters)
                scope.counts.groups()
                nps_of(scope)
                find_standouts(scope)
                spent.append((time.process_time_ns() - began) / 1e6)
            print(f"| {accounts:,} | {filters.words() or 'all'} | {min(spent):.1f} ms |", flush=True)


if __name__ == "__main__":
    main()
