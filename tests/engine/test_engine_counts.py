"""What an engine counts is what the index counts of the same responses in memory: every count, every interval."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from zlib import crc32

import numpy as np
import pytest

from nps_core import Filters, Scope, overview, summarize_measures
from nps_core.drivers.measure_groups import find_measure_segments, find_measure_trend
from nps_core.errors import EngineError, FilterError
from nps_core.filters import ACCOUNT, NO_VALUE, filter_choices
from nps_core.score.design import samples_of

SCOPES = int(os.environ.get("NPS_SCOPES", "63"))
"""Random scopes on each of four engines, once by the cube and once by statements: 504 in all."""

PERIODS = ("day", "week", "month", "quarter")


def random_filters(seed, survey):
    """Days, groups, attributes, accounts and a search, in any combination, from nothing at all to nothing left."""
    rng = np.random.default_rng(seed)

    def often(share):
        return rng.random() < share

    first = dt.date(2024, 12, 20) + dt.timedelta(days=int(rng.integers(0, 120)))
    picked = Filters(
        since=first if often(0.3) else None,
        until=first + dt.timedelta(days=int(rng.integers(-5, 120))) if often(0.3) else None,
        groups=tuple(rng.choice(["promoter", "passive", "detractor"], rng.integers(1, 3), replace=False))
        if often(0.2)
        else (),
        text=str(rng.choice(["slow", "été", "100%", "_", "'", "zzz"])) if often(0.2) else "",
    )
    choices = {choice.name: choice.values for choice in filter_choices(survey).attributes}
    choices[ACCOUNT] = (*sorted(survey.responses["account"].dropna().unique()), NO_VALUE)
    for name, values in choices.items():
        if often(0.25):
            picked = picked.with_attribute(name, [str(one) for one in rng.choice(values, rng.integers(1, 4))])
    return replace(
        picked, attributes=tuple((name, tuple(dict.fromkeys(own))) for name, own in picked.attributes)
    )


def same(one, other):
    """Arrays, numbers and labels that are equal; figures but for the last digits of their sums."""
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            same(left, right)
    elif isinstance(one, np.ndarray) and one.dtype.kind == "f":
        np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-12)
    elif isinstance(one, np.ndarray):
        np.testing.assert_array_equal(other, one)
    else:
        assert one == other


def intervals_of(counts, unit, attribute=None, period=None, among=None):
    sums = counts.clustered(unit, attribute, period=period, among=among)
    samples = samples_of(sums, unit=unit)
    variance, deff = samples.variances()
    return sums.labels, sums.counts, sums.clusters, variance, deff, samples.nu, samples.df


@pytest.fixture(params=["cube", "statements"])
def answered(request, of_table, monkeypatch):
    """A table whose filters the cube answers, and one where each is a statement."""
    if request.param == "cube":
        assert of_table.elsewhere.has_cube
        return of_table
    monkeypatch.setattr(type(of_table.elsewhere), "_cube", None)
    of_table.elsewhere.select.cache_clear()
    return of_table


def test_a_table_is_understood_as_its_export_is(of_file, of_table):
    assert of_table.mapping == of_file.mapping
    assert of_table.scale == of_file.scale
    assert of_table.measures == of_file.measures
    told, counted = of_table.rows, of_file.rows
    assert (told.read, told.kept, told.groups) == (counted.read, counted.kept, counted.groups)
    assert [(part.reason, part.count, part.groups) for part in told.left_out] == [
        (part.reason, part.count, part.groups) for part in counted.left_out
    ]
    assert filter_choices(of_table) == filter_choices(of_file)
    for name in of_file.attributes:
        assert [*of_table.responses[name].cat.categories] == [*of_file.responses[name].cat.categories]


def test_every_count_and_every_interval_is_that_of_the_file(of_file, answered, request):
    start = crc32(request.node.callspec.id.encode()) % 10**6  # other scopes on each engine
    for seed in range(start, start + SCOPES):
        filters = random_filters(seed, of_file)
        here, there = Scope(of_file, filters).counts, Scope(answered, filters).counts
        rng = np.random.default_rng(seed)
        a, b = (str(name) for name in rng.choice(of_file.attributes, 2, replace=False))
        period, unit = str(rng.choice(PERIODS)), rng.choice([None, "account", "respondent"])
        measure = of_file.measures[0].column
        for counts in ("n", "undated", "span", "unit", "unit_here"):
            same(getattr(here, counts), getattr(there, counts))
        same(here.groups(), there.groups())
        same(here.histogram(), there.histogram())
        for name in (a, ACCOUNT):
            one, other = here.by(name), there.by(name)
            same((one.labels, one.counts), (other.labels, other.counts))
            same(here.last_days(name), there.last_days(name))
        same(here.by2(a, b), there.by2(a, b))
        same(here.values(measure), there.values(measure))
        same(here.by_period(period), there.by_period(period))
        same(here.by_period_and(period, a), there.by_period_and(period, a))
        same(here.rolling(30), there.rolling(30))
        same(intervals_of(here, unit), intervals_of(there, unit))
        same(intervals_of(here, unit, a), intervals_of(there, unit, a))
        some = rng.random(len(here.by(a).labels)) < 0.5
        same(intervals_of(here, unit, a, among=some), intervals_of(there, unit, a, among=some))
        same(intervals_of(here, unit, (a, b)), intervals_of(there, unit, (a, b)))
        same(intervals_of(here, unit, period=period), intervals_of(there, unit, period=period))
        one, other = (counts.patterns(unit, [a, measure]) for counts in (here, there))
        same((one.labels, one.codes), (other.labels, other.codes))
        for pattern in range(len(one.codes)):
            same(
                one.counts[one.pattern == pattern].sum(axis=0),
                other.counts[other.pattern == pattern].sum(axis=0),
            )


def test_values_that_set_the_same_apart_are_told_as_of_the_file(of_file, of_table):
    """“Paying: no” is “Plan: Free”; a segment of one is that of the other, and no second finding."""

    def alike(survey):
        splits = {
            (name, place): split
            for name in survey.attributes
            for place, split in enumerate(Scope(survey).counts.splits(name))
        }
        return {(one, other) for one in splits for other in splits if splits[one] == splits[other]}

    assert alike(of_table) == alike(of_file)
    assert len(alike(of_file)) > sum(len(choice.values) for choice in filter_choices(of_file).attributes)


def test_the_first_page_says_the_same(of_file, of_table):
    here, there = overview(of_file), overview(of_table)
    assert (there.title, there.sentences) == (here.title, here.sentences)
    same(np.array(here.histogram), np.array(there.histogram))


def test_satisfaction_is_that_of_the_file(of_file, of_table):
    """Shares and means with their intervals, by period and by segment, and who differs."""
    here, there = (summarize_measures(Scope(survey))[0] for survey in (of_file, of_table))
    figures = [(one.n, one.value, one.low, one.high) for one in (here, there)]
    assert figures[1] == pytest.approx(figures[0])
    column = of_file.measures[0].column
    for filters in (Filters(), Filters(since=dt.date(2025, 2, 1), groups=("promoter",))):
        one, other = (
            find_measure_segments(Scope(survey, filters), column, "Plan") for survey in (of_file, of_table)
        )
        assert other.labels == one.labels
        assert other.p_adjusted == pytest.approx(one.p_adjusted, nan_ok=True)
        one, other = (
            find_measure_trend(Scope(survey, filters), column, "month") for survey in (of_file, of_table)
        )
        assert [part.n for part in other.results] == [part.n for part in one.results]
        assert other.change.p_value == pytest.approx(one.change.p_value)


def test_what_is_not_in_the_table_is_told(of_table):
    for filters in (Filters(attributes=(("Plan", ("Gold",)),)), Filters(attributes=(("Colour", ("red",)),))):
        with pytest.raises(FilterError):
            _ = Scope(of_table, filters).counts
    with pytest.raises(EngineError):
        Scope(of_table).counts.weighted(np.ones(1))
