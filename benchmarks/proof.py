"""How often the proof of following up claims a difference at true effect 0, in designs that are hard for it.

    python benchmarks/proof.py [--runs 8000] [--seed 11]

People answer twice; who is called depends on the first score and on something that does not move the next one: of
their own, or of their whole account. Accounts are alike and of very unequal size (Pareto). At most .05 is the goal.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nps_core.follow_ups.proof import effect_of


class Design(NamedTuple):
    """People, how rarely they are called (log odds), personas held alike, accounts, whether whole ones are called."""

    n: int
    rare: float = 0.0
    personas: int = 1
    accounts: int = 0
    by_account: bool = False


DESIGNS = (
    Design(400),
    Design(400, rare=-2.5),
    Design(400, rare=-3.5),
    Design(2000, accounts=15, by_account=True),
    Design(1000, rare=-2, accounts=40, by_account=True),
    Design(2000, accounts=40, by_account=True),
    Design(2000, accounts=100, by_account=True),
    Design(300, rare=-3, accounts=200, by_account=True),
    Design(600, personas=3, accounts=60),
)


def draw(rng: np.random.Generator, of: Design) -> tuple[Any, ...]:
    """Who was called, the next and the first answer in points, who is alike, and the account of each."""
    lasting = rng.normal(7.5, 1.6, of.n)
    account = np.arange(of.n)
    if of.accounts:
        account = (rng.pareto(1.5, of.n) * of.accounts / 6).astype(int) % of.accounts
        lasting += rng.normal(0, 0.9, of.accounts)[account]
    first = np.clip(np.rint(lasting + rng.normal(0, 1.6, of.n)), 0, 10)
    beside = rng.normal(0, 1, of.n)
    if of.by_account:
        beside = 3 * rng.normal(0, 1, of.accounts)[account]
    called = rng.random(of.n) < 1 / (1 + np.exp(-(0.7 * (6.5 - first) + beside + of.rare)))
    after = _points(np.clip(np.rint(lasting + rng.normal(0, 1.6, of.n)), 0, 10))
    alike = first.astype(int) * of.personas + rng.integers(of.personas, size=of.n)
    return called, after, _points(first), alike, account if of.accounts else np.full(of.n, -1)


def _points(scores: Any) -> Any:  # noqa: ANN401 - an array
    return np.where(scores >= 9, 100.0, np.where(scores >= 7, 0.0, -100.0))


def claims(of: Design, runs: int, seed: int) -> float:
    """The share of runs that claim a difference, of those that are not refused."""
    rng = np.random.default_rng(seed)
    found = [effect_of(*draw(rng, of)).p_value for _ in range(runs)]
    told = [p_value for p_value in found if p_value == p_value]  # noqa: PLR0124 - NaN was refused
    return sum(p_value < 0.05 for p_value in told) / max(len(told), 1)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=8_000)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    print(
        "| people | called rarely | personas | accounts | whole accounts | claimed |\n" + "| ---: " * 6 + "|"
    )
    for of in DESIGNS:
        share = claims(of, asked.runs, asked.seed)
        cells = (of.n, of.rare, of.personas, of.accounts or "none", "yes" if of.by_account else "no")
        print("|", " | ".join(map(str, cells)), f"| {share:.4f} |", flush=True)


if __name__ == "__main__":
    main()
