"""How long the files of a report take, beyond what counting and themes take: python benchmarks/report.py

Each format is made of the story of the sample; the limit is 2 s each.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from nps_core import Scope, build_report, find_survey_themes, read_survey  # noqa: E402
from nps_core.report.formats import FORMATS, write_report  # noqa: E402

LIMIT = 2.0


def main() -> int:
    """Print seconds of CPU and bytes of each format; 1 when one is beyond the limit."""
    survey = read_survey(ROOT / "data" / "sample_survey.csv")
    themes, found = timed(lambda: find_survey_themes(survey))
    counting, told = timed(lambda: build_report(Scope(survey), themes=found))
    print(f"themes {themes:.2f} s, story {counting:.2f} s")
    slow = []
    for ending, one in FORMATS.items():
        first, _ = timed(lambda ending=ending: write_report(told, ending))
        again, made = timed(lambda ending=ending: write_report(told, ending))
        print(f"{one.name:<10} first {first:.2f} s, again {again:.2f} s, {len(made.data) / 1000:,.0f} kB")
        slow += [ending] if first > LIMIT else []
    return 1 if slow else 0


def timed(make):  # noqa: ANN001, ANN201 - whatever is made
    """Seconds of CPU, and what was made."""
    start = time.process_time()
    made = make()
    return time.process_time() - start, made


if __name__ == "__main__":
    sys.exit(main())
