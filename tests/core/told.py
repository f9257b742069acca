"""Counts by period with a known story, and the words that tell them: for the tests of stories."""

import numpy as np

from nps_core.trends.story import tell_story

FIRST = np.datetime64("2023-01-01")


def starts_of(periods, period="month"):
    if period == "week":
        return np.datetime64("2023-01-02") + 7 * np.arange(periods)
    months = FIRST.astype("datetime64[M]") + (3 if period == "quarter" else 1) * np.arange(periods)
    return months.astype("datetime64[D]")


def story_of(counts, period="month", **more):
    counts = np.asarray(counts).reshape(-1, 3)
    return tell_story(*counts.T, period=period, starts=starts_of(len(counts), period), **more)


def exactly(levels, n=100, passives=0.3):
    """Counts of periods whose NPS is as close to these as whole responses come."""
    rows = []
    for level in levels:
        neutral = round(n * passives)
        happy = round((n - neutral + level * n / 100) / 2)
        rows.append((happy, neutral, n - neutral - happy))
    return np.array(rows)


def drawn(levels, n=100, passives=0.3, seed=0):
    """Counts of periods drawn at these levels."""
    levels = np.clip(np.asarray(levels, dtype=float), -95, 95)
    passive = np.minimum(passives, 1 - np.abs(levels) / 100)
    shares = np.column_stack([(1 - passive + levels / 100) / 2, passive, (1 - passive - levels / 100) / 2])
    return np.random.default_rng(seed).multinomial(n, shares)
