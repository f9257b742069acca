"""How many files of the kinds that readers get wrong are read right, doubted, refused, or wrong in silence.

Run: python benchmarks/kinds.py [--each 60] [--show KIND]

The files are those of tests/core/variants.py, made by a seed, in twelve languages.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "core"))

from variants import KINDS, Variant, variant

from nps_core.errors import NPSError
from nps_core.reading import read_surveys

CLOSE = 0.01
"""Points by which an NPS may differ from the true one."""


def outcome(made: Variant) -> tuple[str, str]:
    """What came of a survey's files, "right", "doubt", "refused" or "wrong"; and what was said."""
    try:
        survey = read_surveys(made.files, mapping=made.mapping or None)
    except NPSError as error:
        return ("right" if made.nps is None else "refused"), str(error)
    groups = survey.responses["group"].value_counts()
    n = len(survey.responses)
    found = 100 * (groups["promoter"] - groups["detractor"]) / n if n else 0.0
    doubts = " ".join(getattr(doubt, "text", doubt) for doubt in survey.doubts)
    told = f"{found:.2f}, n {n} for {made.nps}, n {made.n}: {survey.mapping.score}. {doubts}"
    if made.nps is not None and abs(found - made.nps) < CLOSE and n == made.n:
        return "right", told
    return ("doubt" if re.search(made.says, doubts) else "wrong"), told


def main() -> None:
    """Print a line a kind."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--each", type=int, default=60)
    ask.add_argument("--show", default="")
    asked = ask.parse_args()
    print("| kind | right | doubt | refused | wrong |\n| --- | ---: | ---: | ---: | ---: |")
    for kind in KINDS if not asked.show else [asked.show]:
        found = [(seed, *outcome(variant(kind, seed))) for seed in range(asked.each)]
        counts = Counter(what for _, what, _ in found)
        print(
            f"| {kind} | "
            + " | ".join(str(counts[what]) for what in ("right", "doubt", "refused", "wrong"))
            + " |"
        )
        for seed, what, told in found if asked.show else ():
            if what in ("refused", "wrong"):
                print(f"  {seed}: {what}: {told}")


if __name__ == "__main__":
    main()
