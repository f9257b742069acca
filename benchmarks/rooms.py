"""CPU of a customer room, and of the list of whom to call, at a million responses.

Run: python benchmarks/rooms.py [--rows 1000000]

500,000 people of 50,000 accounts, and one account with a tenth of all responses. What is looked for once a survey (who
gave which response) and once a selection of filters (the order of the list) stands apart from what each room and each
run takes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import random
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd
from table import load

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from nps_core import Filters, Scope, read_survey  # noqa: E402 - found there
from nps_core.follow_ups.follow_up import FollowUp  # noqa: E402
from nps_core.follow_ups.health import HealthRules, find_health  # noqa: E402
from nps_core.follow_ups.items import items_of  # noqa: E402
from nps_core.follow_ups.ranking import OpenWave, rank  # noqa: E402
from nps_core.follow_ups.references import find_references  # noqa: E402
from nps_core.follow_ups.room import find_room, promised_to, room_of, room_ref  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.survey import Survey

NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
WAVES = (OpenWave(1, "2025", NOW),)
T = TypeVar("T")
TURNS = 30
PROMISED = 500


def main() -> None:
    """Print a line for each."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--rows", type=int, default=1_000_000)
    rows = ask.parse_args().rows
    survey = made(rows)
    scope = Scope(survey, Filters(since=dt.date(2023, 2, 1)))
    assert scope.n
    kept = [FollowUp("respondent", f"u{number}", 1, "open", due=NOW, version=1) for number in range(PROMISED)]
    draw = random.Random(1)  # noqa: S311 - the same each time
    once("who gave which response, once a survey", lambda: find_room(scope, "respondent", "u1"))
    once("of which account, once a survey", lambda: find_room(scope, "account", "account 1"))

    def room(kind: str, key: str) -> None:
        """From the address to the colour."""
        found = room_of(survey, "link", room_ref(survey, "link", kind, key))
        assert found is not None
        shown = find_room(scope, *found, WAVES)
        find_health(shown, promised_to(shown, kept), None, HealthRules(), NOW)

    def drawn(kind: str) -> str:
        return str(survey.responses[kind].iloc[draw.randrange(rows)]).lower()

    each("the room of a person", lambda: room("respondent", drawn("respondent")))
    each("the room of an account", lambda: room("account", drawn("account")))
    each("the room of an account with a tenth of all responses", lambda: room("account", "giant"))
    ranking = once(
        "the order of the list, once a selection of filters", lambda: rank(scope, WAVES, today=NOW.date())
    )

    def page() -> None:
        """What a run of the page takes of the list."""
        items = items_of(scope, ranking, kept)
        items.read(items.of("detractor")[:50])
        items.held()

    each("the list, each run", page)
    each("references", lambda: find_references(items_of(scope, ranking, kept), kept).table(200))
    print(load())


def made(rows: int) -> Survey:
    """A survey of so many rows."""
    rng = np.random.default_rng(1)
    people = rng.integers(0, rows // 2, rows)
    accounts = np.char.add("Account ", (people // 10).astype(str)).astype(object)
    accounts[rng.random(rows) < 0.1] = "Giant"
    frame = pd.DataFrame(
        {
            "Date": np.datetime64("2023-01-01") + rng.integers(0, 1095, rows),
            "Respondent ID": np.char.add("u", people.astype(str)),
            "Account": accounts,
            "Score": rng.choice(11, rows, p=[0.02] * 7 + [0.13, 0.18, 0.25, 0.30]),
            "Persona": np.array(["Decision maker", "Champion", "End user"])[people % 3],
            "Revenue": (people // 10) % 1000 * 100,
            "Comment": np.where(rng.random(rows) < 0.3, "support is slow", ""),
        }
    )
    out = io.StringIO()
    frame.to_csv(out, index=False)
    return read_survey(out.getvalue().encode(), name="big.csv")


def once(name: str, what: Callable[[], T]) -> T:
    """Do something and print what it took."""
    start = time.process_time()
    found = what()
    print(f"{name}: {1000 * (time.process_time() - start):.0f} ms")
    return found


def each(name: str, what: Callable[[], object]) -> None:
    """Do something many times and print the median, and the most."""
    taken = []
    for _ in range(TURNS):
        start = time.process_time()
        what()
        taken.append(1000 * (time.process_time() - start))
    print(f"{name}: {statistics.median(taken):.0f} ms, at most {max(taken):.0f} ms")


if __name__ == "__main__":
    main()
