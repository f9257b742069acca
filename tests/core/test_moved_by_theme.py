"""A difference taken apart by what people wrote: every response counts once, however many themes it has."""

import datetime as dt
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from surveys import survey_of

from nps_core.compare.comparison import Span
from nps_core.compare.contributions import NO_THEME, find_contributions, steps_of
from nps_core.compare.decomposition import decompose, take_apart
from nps_core.compare.errors import kinds_of
from nps_core.scope import Scope
from nps_core.themes.comparison import find_theme_contributions
from nps_core.themes.result import Themes
from nps_core.trends.stretches import compare_groups

BEFORE = Span("before", dt.date(2025, 1, 1), dt.date(2025, 12, 31))
AFTER = Span("after", dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def told(rows, names=("interface", "price")):
    """A survey of (year, score, themes) and its themes."""
    frame = pd.DataFrame(
        {
            "score": [score for _, score, _ in rows],
            "date": [f"{year}-06-01" for year, _, _ in rows],
            "comment": ["said" if about else None for _, _, about in rows],
        }
    )
    members = np.zeros((len(rows), len(names)), dtype=bool)
    for row, (_, _, about) in enumerate(rows):
        members[row, list(about)] = True
    labels = np.where(members.any(axis=1), members.argmax(axis=1), -1).astype(np.int32)
    themes = Themes(labels, csr_matrix(members), names, ((),) * len(names), ((),) * len(names), "en")
    return survey_of(frame), themes


def parts_of(rows):
    survey, themes = told(rows)
    return find_theme_contributions(compare_groups(Scope(survey), AFTER, BEFORE), themes)


def test_by_hand():
    """Before: a promoter on both themes, a detractor on the interface. After: two promoters, on either one."""
    found = parts_of([(2025, 10, (0, 1)), (2025, 2, (0,)), (2026, 9, (0,)), (2026, 10, (1,))])
    parts = {one.part.label: one.part for one in found.segments}
    # Shares 3/4 and 1/4, then 1/2 and 1/2; NPS of the interface (1/2 - 1) / (3/2) = -1/3, of price 1; overall 0, 1.
    assert parts["interface"].rate == pytest.approx(float(100 * Fraction(5, 8) * Fraction(4, 3)))
    assert parts["price"].rate == 0
    assert parts["interface"].mix == pytest.approx(
        float(100 * Fraction(-1, 4) * (Fraction(1, 3) - Fraction(1, 2)))
    )
    assert parts["price"].mix == pytest.approx(float(100 * Fraction(1, 4) * (1 - Fraction(1, 2))))
    assert sum(part.total for part in parts.values()) == found.why.total == 100


def test_who_wrote_nothing_is_in_the_sum_and_is_not_named():
    rows = [(2025, 10, ())] * 30 + [(2025, 2, ())] * 70 + [(2026, 10, ())] * 80 + [(2026, 2, ())] * 20
    rows += [(year, 8, (0,)) for year in (2025, 2026) for _ in range(40)]
    found = parts_of(rows)
    assert [one.part.label for one in found.segments] == ["interface", NO_THEME]
    assert found.segments[1].beyond_chance
    assert NO_THEME not in found.title
    assert steps_of(found)[-2].label == "What was said (mix)"
    assert "counts in equal parts" in found.chart().source


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 7), st.integers(0, 10_000))
def test_the_parts_sum_to_the_change_exactly(size, seed):
    random = np.random.default_rng(seed)
    rows = [
        (2025 + side, int(random.integers(0, 11)), np.flatnonzero(random.random(size) < 0.4).tolist())
        for side in (0, 1)
        for _ in range(int(random.integers(1, 60)))
    ]
    survey, themes = told(rows, tuple(f"t{number}" for number in range(size)))
    change = compare_groups(Scope(survey), AFTER, BEFORE)
    found = find_theme_contributions(change, themes)
    # In floats the sum of so many parts keeps the exact one to the last digits.
    assert found.why.rate + found.why.mix == pytest.approx(found.why.total, abs=1e-11)
    assert found.why.total == pytest.approx(change.change.points, abs=1e-11)
    steps = steps_of(found)
    assert sum(step.points for step in steps[:-1]) == steps[-1].points
    assert found.sentences


def test_with_one_segment_each_it_is_the_decomposition_by_attribute():
    before, after = [[50, 30, 20], [10, 10, 30]], [[60, 30, 10], [40, 40, 20]]
    plain = decompose(before, after, ["a", "b"])
    shared = take_apart(*(side_of([(0,), (1,)], side, 2) for side in (before, after)), ["a", "b"])
    assert shared == plain


def side_of(kinds, counts, size):
    """A side by the segments of each kind of response, and their promoters, passives, detractors."""
    share = np.zeros((len(kinds), size))
    for row, places in enumerate(kinds):
        share[row, list(places)] = 1 / len(places)
    kind, value = (np.repeat(own.ravel(), np.ravel(counts)) for own in np.indices((len(kinds), 3)))
    return kinds_of(share, kind, value, np.full(len(kind), -1), 0)


def test_accounts_that_are_alike_make_the_parts_less_certain():
    """Themes in halves, every account of one mind: the same points, and wider intervals."""
    random = np.random.default_rng(5)
    kind, value = random.integers(0, 3, 600), np.repeat(random.integers(0, 3, 30), 20)
    cluster = np.repeat(np.arange(30), 20)
    share = np.array([[1, 0], [0, 1], [0.5, 0.5]])
    early = np.arange(600) % 40 < 20
    alone, alike = (
        take_apart(
            *(kinds_of(share, kind[side], value[side], own[side], 30) for side in (early, ~early)), ["a", "b"]
        )
        for own in (np.full(600, -1), cluster)
    )
    for one, other in zip(alone.parts, alike.parts, strict=True):
        assert (one.rate, one.mix) == (other.rate, other.mix)
        assert other.rate_high - other.rate_low > 2 * (one.rate_high - one.rate_low)


def test_intervals_know_that_a_response_is_about_several_themes():
    """By simulation: the spread of each part over many samples is what its interval promises."""
    random = np.random.default_rng(11)
    kinds = [(0,), (1,), (0, 1), (2,), (0, 1, 2)]
    chances = [random.dirichlet(np.ones(15)) for _ in range(2)]
    draws = []
    for _ in range(400):
        sides = [random.multinomial(500, side).reshape(5, 3).tolist() for side in chances]
        draws.append(take_apart(*(side_of(kinds, side, 3) for side in sides), ["a", "b", "none"]))
    for place in range(3):
        for kind in ("rate", "mix"):
            values = [getattr(one.parts[place], kind) for one in draws]
            halves = [
                (getattr(one.parts[place], f"{kind}_high") - getattr(one.parts[place], f"{kind}_low")) / 2
                for one in draws
            ]
            assert np.mean(halves) / 1.959964 == pytest.approx(np.std(values), rel=0.12)


def test_what_cannot_be_taken_apart():
    survey, themes = told([(2025, 10, (0,)), (2025, 3, (1,))])
    assert find_theme_contributions(compare_groups(Scope(survey), AFTER, BEFORE), themes) is None
    other, _ = told([(2025, 10, (0,))])
    with pytest.raises(ValueError, match="Themes of 2 comments"):
        find_theme_contributions(compare_groups(Scope(other), AFTER, BEFORE), themes)


def test_an_attribute_called_theme_is_no_theme_of_the_comments():
    """Exports of text analytics have a column of this name: each response is of one value, and it is who answered."""
    rng = np.random.default_rng(4)
    year = np.repeat([2025, 2026], 400)
    theme = np.where(rng.random(800) < np.where(year == 2025, 0.2, 0.8), "price", "support")
    frame = pd.DataFrame(
        {"score": np.where(theme == "price", 3, 10), "date": [f"{one}-06-01" for one in year], "Theme": theme}
    )
    survey = survey_of(frame)
    apart = find_contributions(compare_groups(Scope(survey), AFTER, BEFORE), "Theme")
    chart = apart.chart()
    said = " ".join([apart.title, *apart.sentences, chart.source, chart.alt])
    assert "Who answered" in apart.title
    assert "What was said" not in said
    assert "several themes" not in said
