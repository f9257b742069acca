"""What the pages show, counted again row by row with plain pandas, under filters of every kind."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from samples import clustered
from scipy.sparse import csr_matrix
from surveys import survey_of

import nps_core as core
from nps_core.compare.groups import span_of
from nps_core.score.ledger import weighted_holm
from nps_core.survey import GROUPS
from nps_core.themes import Themes
from nps_core.themes.in_survey import theme_responses

SEEDS = range(24)
POINTS = {"promoter": 1, "passive": 0, "detractor": -1}


def made(seed: int) -> tuple[core.Survey, Themes]:
    """A survey with gaps, blanks and a value called NA, and themes that share comments."""
    draw = np.random.default_rng(seed)
    n = int(draw.choice([20, 60, 250]))
    days = pd.Timestamp("2025-01-01 23:30") + pd.to_timedelta(draw.integers(0, 500, n), unit="D")

    def some(values, blank):
        return [None if draw.random() < blank else str(value) for value in draw.choice(values, n)]

    survey = survey_of(
        pd.DataFrame(
            {
                "score": draw.choice([0, 6, 7, 8, 9, 10], n),
                "date": [day.isoformat() if draw.random() > 0.1 else None for day in days],
                "comment": some(["Too slow", "slow (but 100% fine)", "GREAT", "great support"], 0.3),
                "account": some(list("abcde"), 0.3),
                "Plan": some(["Pro", "NA", "None", "Free"], 0.2),
                "Role": some(["user", "buyer"], 0.4),
            }
        )
    )
    members = draw.random((n, 3)) < [0.5, 0.3, 0.2]
    members[survey.responses["comment"].isna()] = False
    labels = np.where(members.any(axis=1), members.argmax(axis=1), -1).astype(np.int32)
    return survey, Themes(labels, csr_matrix(members), ("A", "B", "C"), ((),) * 3, ((),) * 3, "en")


def picked(seed: int) -> core.Filters:
    """Some filters: days, groups, several attributes, a missing value, part of a comment."""
    draw = random.Random(seed)  # noqa: S311 - test data
    filters = core.Filters(
        since=draw.choice([None, None, dt.date(2025, 4, 10)]),
        until=draw.choice([None, None, dt.date(2026, 2, 20)]),
        groups=draw.choice([(), (), (), ("promoter", "detractor")]),
        text=draw.choice(["", "", "", "SLOW", "(but 100%"]),
    )
    filters = filters.with_attribute("Plan", draw.choice([(), (), ("Pro", "NA"), ("None", core.NO_VALUE)]))
    return filters.with_attribute("Role", draw.choice([(), (), (), ("user",), (core.NO_VALUE,)]))


def left(survey: core.Survey, filters: core.Filters) -> pd.DataFrame:
    """The rows that filters leave, one after the other."""
    rows = survey.responses
    labels = {name: named(rows, name) for name, _ in filters.attributes}

    def stays(place: int) -> bool:
        row = rows.iloc[place]
        dated = not pd.isna(row["date"])
        return (
            (filters.since is None or (dated and row["date"].date() >= filters.since))
            and (filters.until is None or (dated and row["date"].date() <= filters.until))
            and (not filters.groups or row["group"] in filters.groups)
            and all(labels[name].iloc[place] in values for name, values in filters.attributes)
            and (
                not filters.text
                or filters.text.lower()
                in str(row["comment"] if isinstance(row["comment"], str) else "").lower()
            )
        )

    return rows.iloc[[place for place in range(len(rows)) if stays(place)]]


def named(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].astype(object).where(rows[name].notna(), core.NO_VALUE).astype(str)


def counts(rows: pd.DataFrame) -> tuple[int, int, int]:
    found = rows["group"].astype(str).value_counts()
    return tuple(int(found.get(group, 0)) for group in reversed(GROUPS))


def by(rows: pd.DataFrame, labels: pd.Series) -> dict[str, tuple[int, int, int]]:
    return {label: counts(rows[labels == label]) for label in labels.unique()}


def apart(ours: pd.DataFrame, theirs: pd.DataFrame, *, whole: pd.DataFrame) -> core.Difference:
    """The difference of two sides of which the responses of an account are alike; of fewer than five, of these only."""

    def who(rows: pd.DataFrame) -> pd.Series:
        return rows["account"].astype(object).where(rows["account"].notna(), rows["row"].astype(str))

    accounts = sorted(who(whole).unique())
    tables = [[counts(side[who(side) == name]) for name in accounts] for side in (ours, theirs)]
    found = replace(clustered(tables), fewest=5).contrast([[0], [1]], (1, -1))[0]
    return replace(found, too_few=True) if len(accounts) < 5 else found


def view_of(seed: int) -> tuple[core.Survey, Themes, core.Filters, pd.DataFrame]:
    survey, themes = made(seed)
    filters = picked(seed).known_to(survey)
    return survey, themes, filters, left(survey, filters)


@pytest.mark.parametrize("seed", SEEDS)
def test_segments_cells_and_what_stands_out(seed):
    survey, _, filters, rows = view_of(seed)
    assert core.nps_of(core.Scope(survey, filters)).groups == counts(rows)
    assert list(core.filtered_responses(core.Scope(survey, filters))["row"]) == list(rows["row"])
    family = []
    for attribute in survey.attributes:
        labels = named(rows, attribute)
        found = core.find_segments(core.Scope(survey, filters), attribute)
        assert {row.label: row.estimate.groups for row in found.rows()} == by(rows, labels)
        for row in found.rows():
            if row.label == core.NO_VALUE:
                assert np.isnan(row.difference.points)
                continue
            sides = [rows[labels == row.label], rows[(labels != row.label) & (labels != core.NO_VALUE)]]
            expected = apart(*sides, whole=rows)
            if filters.groups:
                assert np.isnan(row.difference.low)
                continue
            assert row.difference.low == pytest.approx(expected.low, nan_ok=True, abs=1e-6)
            if not expected.too_few:
                family.append((attribute, row.label, expected.p_value))
    # The segments' share of the risk is .6; what else a report claims has the rest.
    adjusted = weighted_holm([p for *_, p in family], [0.6 / max(len(family), 1)] * len(family), left=0.4)
    sure = {(attribute, label) for (attribute, label, _), p in zip(family, adjusted, strict=True) if p < 0.05}
    assert {(one.attribute, one.label) for one in core.find_standouts(core.Scope(survey, filters))} == sure
    table = core.cross_segments(core.Scope(survey, filters), "Plan", "Role")
    pairs = by(rows, named(rows, "Plan") + "|" + named(rows, "Role"))
    cells = {
        f"{a}|{b}": int(table.n[i, j])
        for i, a in enumerate(table.labels_a)
        for j, b in enumerate(table.labels_b)
    }
    assert {pair: n for pair, n in cells.items() if n} == {pair: sum(value) for pair, value in pairs.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_periods_windows_and_accounts(seed):
    survey, _, filters, rows = view_of(seed)
    dated = rows[rows["date"].notna()]
    for period, code in (("quarter", "Q"), ("month", "M"), ("week", "W")):
        own = by(dated, dated["date"].dt.to_period(code).dt.start_time.dt.date.astype(str))
        found = core.find_trend(core.Scope(survey, filters), period)
        told = {str(start): found.estimate[place].groups for place, start in enumerate(found.starts)}
        assert {start: groups for start, groups in told.items() if sum(groups)} == own
        assert found.undated == len(rows) - len(dated)
    day = dt.date(2025, 9, 1)
    free = left(survey, replace(filters, since=None, until=None))
    away = (free["date"].dt.normalize() - pd.Timestamp(day)).dt.days
    windows = [free[away.between(-90, -1)], free[away.between(0, 89)]]
    action = core.compare_before_after(core.Scope(survey, filters), day).touched
    assert [action.before.groups, action.after.groups] == [counts(window) for window in windows]
    own = by(rows, named(rows, "account"))
    own.pop(core.NO_VALUE, None)
    assert {
        row.account: row.estimate.groups for row in core.find_accounts(core.Scope(survey, filters))
    } == own
    views = {view.name: view for view in core.find_account_views(core.Scope(survey, filters))}
    if own:
        each = np.mean([100 * (p - d) / (p + s + d) for p, s, d in own.values()])
        assert views["each account once"].estimate.nps == pytest.approx(each)


def taken_apart(before: dict, after: dict) -> dict[str, tuple[Fraction, Fraction]]:
    """Rate and mix of each part by the definition, in fractions."""
    sizes = [sum(sum(own) for own in side.values()) for side in (before, after)]
    nps = [
        Fraction(sum(own[0] - own[2] for own in side.values()), n)
        for side, n in zip((before, after), sizes, strict=True)
    ]
    parts = {}
    for label in {*before, *after}:
        sides = [side.get(label, (0, 0, 0)) for side in (before, after)]
        share = [Fraction(sum(own), n) for own, n in zip(sides, sizes, strict=True)]
        rate = [Fraction(own[0] - own[2], sum(own)) if sum(own) else None for own in sides]
        rate = [one if one is not None else other for one, other in zip(rate, rate[::-1], strict=True)]
        parts[label] = (
            100 * sum(share) / 2 * (rate[1] - rate[0]),
            100 * (share[1] - share[0]) * (sum(rate) / 2 - sum(nps) / 2),
        )
    return parts


@pytest.mark.parametrize("seed", SEEDS)
def test_differences_taken_apart(seed):
    survey, _, filters, _ = view_of(seed)
    found = core.compare_groups(
        core.Scope(survey, filters),
        span_of(dt.date(2025, 9, 1), None),
        span_of(None, dt.date(2025, 8, 31)),
    )
    sides = [
        left(survey, side.scope.filters) if side.scope else survey.responses[:0]
        for side in (found.b, found.a)
    ]
    assert [found.b.estimate.groups, found.a.estimate.groups] == [counts(side) for side in sides]
    apart = core.find_contributions(found, "Plan")
    if apart is None:
        assert min(len(side) for side in sides) == 0
        return
    expected = taken_apart(*(by(side, named(side, "Plan")) for side in sides))
    assert {one.part.label for one in apart.segments} == set(expected)
    for one in apart.segments:
        assert (one.part.rate, one.part.mix) == pytest.approx(
            tuple(map(float, expected[one.part.label])), abs=1e-9
        )
    assert sum(one.shown for one in apart.segments) + apart.shown_mix == apart.why.shown_total


@pytest.mark.parametrize("seed", SEEDS)
def test_themes(seed):
    survey, themes, filters, rows = view_of(seed)
    members = themes.memberships.toarray()
    said = rows[members[rows.index].any(axis=1)]
    found = {row.number: row for row in core.count_themes(core.Scope(survey, filters), themes)}
    for number in range(themes.k):
        about = said[members[said.index, number]]
        if not len(about):
            assert number not in found
            continue
        row = found[number]
        assert (row.promoters, row.passives, row.detractors) == counts(about)
        assert row.share == len(about) / len(said)
        others = said.drop(about.index)["group"].astype(str).map(POINTS)
        assert row.nps_without == pytest.approx(100 * others.mean() if len(others) else np.nan, nan_ok=True)
        assert set(theme_responses(core.Scope(survey, filters), themes, number)) == set(about.index)
    labels, cells, commented = core.count_themes_by(core.Scope(survey, filters), themes, "Plan")
    assert dict(zip(labels, commented.tolist(), strict=True)) == named(said, "Plan").value_counts().to_dict()
    for place, label in enumerate(labels):
        own = said[named(said, "Plan") == label]
        assert [tuple(cells[number, place]) for number in range(themes.k)] == [
            counts(own[members[own.index, number]]) for number in range(themes.k)
        ]
