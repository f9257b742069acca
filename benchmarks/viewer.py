"""What it costs that somebody may not see everything: at a filter change, and once when a survey is opened.

Run: python benchmarks/viewer.py [--rows 100000] [--comments 1000000] [--write]

- A filter change on Summary, CPU of the server in one process (Streamlit's AppTest): of a viewer who is signed in and
  sees a part of a survey, with masks, beside everybody without a login whose survey has as many responses. Both take
  turns, and pick countries that were not picked before.
- Masks over comments of twelve words that are all different, of 6,000 known respondents; beside the plain way, which
  looks at each word of each text (`tests/core/plain_masks.py`) and has to come to the same.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rerun import ROOT, change_filters, survey
from streamlit.testing.v1 import AppTest
from table import load, write_table

sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "core")]
from plain_masks import plain_emails, plain_names, plain_phones  # noqa: E402 - found there

from nps_core import Filters  # noqa: E402
from nps_core.masking import mask_emails, mask_phones, name_masker  # noqa: E402
from nps_core.viewer import Viewer  # noqa: E402
from nps_core.workspace import Workspace, roles  # noqa: E402
from pages.ui import login  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

ISSUER = "https://login.example"
WORDS = [
    "the",
    "support",
    "is",
    "slow",
    "when",
    "reports",
    "load",
    "and",
    "we",
    "wait",
    "for",
    "an",
    "export",
    "of",
    "all",
    "our",
    "data",
    "every",
    "month",
    "since",
    "the",
    "update",
    "it",
    "works",
    "well",
    "but",
    "costs",
    "too",
    "much",
    "Dashboard",
    "Login",
    "page",
    "team",
    "price",
    "onboarding",
    "faster",
    "please",
    "fix",
    "this",
    "soon",
]
FIRST = [
    "anna",
    "ben",
    "carla",
    "dirk",
    "elena",
    "frank",
    "gina",
    "hugo",
    "ines",
    "jonas",
    "will",
    "mark",
    "rose",
]
LAST = [
    "meyer",
    "lopez",
    "schneider",
    "rossi",
    "young",
    "smith",
    "keller",
    "novak",
    "garcia",
    "moreau",
    "klein",
    "king",
]


class Turns(AppTest):
    """An app that is run with a login, or without one."""

    who: dict[str, object] | None = None

    def run(self, **options: float | None) -> AppTest:
        """Draw the page for whoever is at this browser."""
        login.is_on = lambda: self.who is not None
        login.claims = lambda: self.who
        return super().run(**options)


def opened(rows: int, who: dict[str, object] | None) -> AppTest:
    """Our app with a survey of so many rows open, on Summary."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    app.__class__ = Turns
    app.who = who
    app.run()
    return app.file_uploader[0].set_value(("survey.csv", survey(rows), "text/csv")).run()


def filter_change(rows: int) -> tuple[float, float, int]:
    """CPU seconds of a filter change: without a login, and of a viewer; and of how many responses."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NPS_WORKSPACE"] = str(Path(folder, "workspace.sqlite"))
        workspace = Workspace.open(os.environ["NPS_WORKSPACE"])
        plans = Filters().with_attribute("Plan", ["Plan 0", "Plan 1"])
        vic = Viewer("Vic", "viewer", plans, ("e-mails", "phones", "names"))
        roles.give_role(workspace.engine, roles.Person(ISSUER, "vic", vic))
        login._providers = lambda: {  # noqa: SLF001 - in the place of .streamlit/secrets.toml
            "": {"client_id": "nps", "server_metadata_url": ISSUER}
        }
        now = time.time()
        told = {
            "iss": ISSUER,
            "sub": "vic",
            "aud": "nps",
            "iat": now,
            "exp": now + 3600,
            "is_logged_in": True,
        }
        viewer = opened(rows * 3 // 2, told)
        n = len(viewer.session_state["opened"].survey.responses)
        everybody = opened(n, None)
        taken = change_filters({"everybody": everybody, "viewer": viewer})
        return taken["everybody"], taken["viewer"], n


def comments(n: int) -> list[str]:
    """Comments, no two alike: of a hundred five name somebody, two hold an address, two a number of a telephone."""
    draw = random.Random(3)  # noqa: S311 - no secret
    made: dict[str, None] = {}
    while len(made) < n:
        words = [draw.choice(WORDS) for _ in range(12)]
        kind, place = draw.random(), draw.randint(1, 11)
        if kind < 0.05:
            words.insert(place, f"{draw.choice(FIRST)} {draw.choice(LAST)}".title())
        elif kind < 0.07:
            words.insert(place, f"{draw.choice(FIRST)}@firm.example")
        elif kind < 0.09:
            words.insert(place, "+49 30 901820")
        elif kind < 0.15:
            words.insert(place, str(draw.randint(1, 5000)))
        made[" ".join(words)] = None
    return list(made)


def people() -> list[str]:
    """The addresses of respondents, of which some names stand in the comments."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    some = [f"{first}.{last}@x.example" for first in FIRST for last in LAST]
    return some + [f"{a}{b}name.{c}last@x.example" for a in letters for b in letters for c in "aeiouklmn"]


def seconds(work: Callable[[], list[str]]) -> tuple[float, list[str]]:
    """CPU seconds, and what came of it."""
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def masks(n: int) -> list[tuple[str, float, float]]:
    """(what is masked, CPU seconds of ours, of the plain way)."""
    texts, known = comments(n), people()
    ways = {
        "e-mails": (lambda: [*map(mask_emails, texts)], lambda: [*map(plain_emails, texts)]),
        "phones": (lambda: [*map(mask_phones, texts)], lambda: [*map(plain_phones, texts)]),
        "names": (
            lambda: [*map(name_masker(known, texts), texts)],
            lambda: [*map(plain_names(known, texts), texts)],
        ),
    }
    found = []
    for what, (quick, plain) in ways.items():
        ours, made = seconds(quick)
        theirs, expected = seconds(plain)
        assert made == expected
        assert made != texts
        found.append((what, ours, theirs))
    return found


def main() -> None:
    """Print both tables."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--rows", type=int, default=100_000)
    ask.add_argument("--comments", type=int, default=1_000_000)
    ask.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    asked = ask.parse_args()
    rounds = [filter_change(asked.rows) for _ in range(3)]
    everybody, viewer, ratio = (
        statistics.median(column) for column in zip(*((a, b, b / a) for a, b, _ in rounds), strict=True)
    )
    lines = [
        "| a filter change | without a login | a viewer | x |",
        "| --- | ---: | ---: | ---: |",
        f"| {rounds[0][2]:,} responses | {everybody * 1000:.1f} ms | {viewer * 1000:.1f} ms | {ratio:.2f}x |",
        "",
        f"| masks over {asked.comments:,} comments | ours | each word by itself | x |",
        "| --- | ---: | ---: | ---: |",
    ]
    found = masks(asked.comments)
    found.append(("together", sum(ours for _, ours, _ in found), sum(plain for _, _, plain in found)))
    lines += [
        f"| {what} | {ours:.1f} s | {plain:.1f} s | {plain / ours:.1f}x |" for what, ours, plain in found
    ]
    lines += ["", load()]
    print("\n".join(lines))
    if asked.write:
        write_table("viewer", lines)


if __name__ == "__main__":
    main()
