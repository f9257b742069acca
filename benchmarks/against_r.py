"""Our figures beside those of R, with the largest difference of each quantity.

    python benchmarks/against_r.py [PATH/reference.json] [--write]

The reference values were computed with R 4.2 and its packages NPS, ratesci and survey; they lie beside the
checkout. Differences are on R's scale, -1 to 1. The script ends with 1 where one is larger than its goal; `--write`
puts the table into docs/statistics.md.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from table import write_table

from nps_core.score.difference import difference
from nps_core.score.estimate import estimate
from nps_core.score.student import student
from nps_core.score.weighting import design_estimate, influence_of, rake

ROOT = Path(__file__).resolve().parents[1]
FOUND: dict[str, list[float]] = {}


def note(quantity: str, ours: Any, theirs: Any) -> None:
    """Remember how far a figure is from R's."""
    FOUND.setdefault(quantity, []).append(float(np.max(np.abs(np.asarray(ours) - np.asarray(theirs)))))


def one_sample(cases: list[dict[str, Any]]) -> None:
    """NPS and interval of one sample."""
    for case in cases:
        counts = case["promoters"], case["passives"], case["detractors"]
        note("NPS (R NPS 1.1)", estimate(*counts).nps / 100, case["cran_nps"])
        for percent in (90, 95, 99):
            if expected := case.get(f"ratesci_scas_nobcf_{percent}"):
                ours = estimate(*counts, level=percent / 100)
                size = "n < 100,000" if case["n"] < 100_000 else "n >= 100,000 (R stops early)"
                note(f"interval (ratesci 1.0.0, SCAS), {size}", [ours.low / 100, ours.high / 100], expected)


def two_samples(cases: list[dict[str, Any]]) -> None:
    """Difference of two samples."""
    for case in cases:
        sides = [(case[name]["p"], case[name]["pas"], case[name]["d"]) for name in ("x", "y")]
        for percent in (90, 95, 99):
            ours = difference(*sides, level=percent / 100)
            note(
                "difference, MOVER (independent code)",
                [ours.low / 100, ours.high / 100],
                case[f"py_mover_scas_{percent}"],
            )


def weighted(block: dict[str, Any]) -> None:
    """Weights, accounts and raking."""
    column = {name: np.array([row[name] for row in block["rows"]]) for name in block["rows"][0]}
    x, w, accounts = column["s"], column["w"], column["acct"]
    both = {"region": column["region"], "role": column["role"]}
    raked = rake(both, {"region": {"EU": 50, "US": 50}, "role": {"buyer": 20, "user": 80}})
    theirs = np.array(block["raked_weights"])
    note("raked weights (survey 4.1.1), shares", raked / raked.sum(), theirs / theirs.sum())
    ones, alone = np.ones(len(x)), np.arange(len(x))
    for name, weights, clusters, margins in (
        ("srs_unweighted", ones, alone, []),
        ("weighted", w, alone, []),
        ("unweighted_cluster_acct", ones, accounts, []),
        ("weighted_cluster_acct", w, accounts, []),
        ("raked_region5050_role2080", raked, alone, list(both.values())),
    ):
        nps = design_estimate(x, weights, clusters=clusters, margins=margins).nps / 100
        note("weighted and clustered NPS (survey 4.1.1)", nps, block[name]["nps"])
        # What each response adds; summed as `svymean` does (CR1), where ours divides by 1 - h (CR2).
        group = np.unique(clusters, return_inverse=True)[1]
        sums = np.bincount(group, influence_of(x, weights, margins))
        error = np.sqrt(len(sums) / (len(sums) - 1) * ((sums - sums.mean()) ** 2).sum())
        note("... standard error of svymean, from what each response adds", error, block[name]["se"])
        half = float(student(0.95, block[name]["degf"])) * error
        note("... Student's interval", nps + np.array([-half, half]), block[name]["ci95_t"])


def goal_of(quantity: str) -> float:
    """How near each quantity has to be: closed forms 1e-12, searched intervals 1e-8, R's own searches 1e-5."""
    if "SCAS), n >=" in quantity:
        return 1e-5
    if "SCAS" in quantity or "MOVER" in quantity:
        return 1e-8
    return 1e-12 if quantity.startswith("NPS") else 1e-9


def main() -> int:
    """Compare, and print the table."""
    paths = [argument for argument in sys.argv[1:] if argument != "--write"]
    path = Path(paths[0]) if paths else ROOT.parent / "shared" / "statistics" / "reference.json"
    reference = json.loads(path.read_text(encoding="utf-8"))
    one_sample(reference["one_sample"])
    two_samples(reference["two_sample"])
    weighted(reference["survey_weights_clusters_raking"])
    lines = ["| quantity | cases | largest difference | goal |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {quantity} | {len(gaps)} | {max(gaps):.1e} | {goal_of(quantity):.0e} |"
        for quantity, gaps in FOUND.items()
    ]
    print("\n".join(lines))
    if "--write" in sys.argv:
        write_table("against-r", lines, ROOT / "docs" / "statistics.md")
    return int(any(max(gaps) > goal_of(quantity) for quantity, gaps in FOUND.items()))


if __name__ == "__main__":
    sys.exit(main())
