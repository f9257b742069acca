import datetime as dt
import gc
from types import FunctionType, ModuleType

import pandas as pd
import pytest
from surveys import survey_of

from nps_core import (
    compare_groups,
    cross_segments,
    find_attribute_effects,
    find_contributions,
    find_drivers,
    find_segments,
    find_trend,
    overview,
)
from nps_core.comments import read_comments
from nps_core.compare.groups import span_of
from nps_core.errors import FilterError
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.survey import Survey
from nps_core.viewer import EVERYONE, Viewer

FRAME = pd.DataFrame(
    {
        "score": [10, 9, 8, 3, 0, 7],
        "date": ["2026-01-05", "2026-02-05", "2026-03-05", "2026-03-09", None, "2026-03-09"],
        "Plan": ["Pro", "Pro", "Team", "Team", "Team", "Pro"],
        "Region": ["EU", "US", "EU", "US", "EU", "US"],
        "comment": ["a", "b", "c", "d", "e", "f"],
    }
)
PRO = Filters(attributes=(("Plan", ("Pro",)),))
EUROPE = Viewer("Europe", "viewer", Filters(attributes=(("Region", ("EU",)),)))


def test_a_scope_says_itself_in_words():
    scope = Scope(survey_of(FRAME))
    assert scope.words == "6 responses · 5 Jan 2026 to 9 Mar 2026"
    assert scope.source == "Source: test.csv."
    pro = Scope(scope.survey, PRO)
    assert pro.words == "3 of 6 responses · Plan: Pro · 5 Jan 2026 to 9 Mar 2026"
    assert (pro.n, pro.total, pro.first, pro.last) == (3, 6, dt.date(2026, 1, 5), dt.date(2026, 3, 9))


def test_a_scope_of_nothing_has_no_days():
    nothing = Scope(survey_of(FRAME), Filters(text="no such words"))
    assert (nothing.n, nothing.first, nothing.last) == (0, None, None)
    assert nothing.words == "0 of 6 responses · comment contains “no such words”"


def test_a_viewer_sees_no_more_whatever_the_filters():
    survey = survey_of(FRAME)
    everything = [Scope(survey, filters).counts for filters in (Filters(), PRO)]
    seen = [Scope(survey, filters, EUROPE) for filters in (Filters(), PRO)]
    assert [counts.n for counts in everything] == [6, 3]
    of_file = [own.survey.responses["row"].iloc[own.counts.rows].tolist() for own in seen]
    assert of_file == [[1, 3, 5], [1]]
    # Taking all filters off, or asking for what is out of sight, shows no more.
    assert Scope(survey, PRO, EUROPE).whole.n == Scope(survey, PRO, EUROPE).total == 3
    # A value out of sight is answered as one that the survey does not have, so that nobody learns of it.
    for value in ("US", "Atlantis"):
        with pytest.raises(FilterError, match=f"“{value}” is not a value of"):
            Scope(survey, Filters(attributes=(("Region", (value,)),)), EUROPE).n  # noqa: B018
    assert [one.text for one in read_comments(Scope(survey, viewer=EUROPE), range(3))] == ["a", "c", "e"]


def test_scopes_are_values():
    survey = survey_of(FRAME)
    assert Scope(survey, PRO) == Scope(survey).with_attribute("Plan", ["Pro"])
    assert len({Scope(survey), Scope(survey, Filters(), EVERYONE), Scope(survey, PRO)}) == 2
    assert Scope(survey, PRO).with_filters(since=dt.date(2026, 2, 1)).n == 2
    assert Scope(survey_of(FRAME)) != Scope(survey)


def test_what_the_survey_does_not_have_is_refused_when_it_is_counted():
    scope = Scope(survey_of(FRAME)).with_attribute("Country", ["DE"])
    with pytest.raises(FilterError, match="Country"):
        scope.n  # noqa: B018 - counting is what is tested


def leads_to_a_survey(value):
    """Whether a value holds a survey, through whatever it holds."""
    seen, waiting = set(), [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Survey):
            return True
        if id(one) not in seen and not isinstance(one, type | ModuleType | FunctionType):
            seen.add(id(one))
            waiting += gc.get_referents(one)
    return False


def test_no_chart_holds_its_survey():
    """Charts are collected for a report: they stay when the survey is closed, and must not keep it."""
    scope = Scope(survey_of(FRAME))
    assert leads_to_a_survey(scope)
    compared = compare_groups(
        scope, span_of(None, None), span_of(None, None), attribute="Plan", values=(["Pro"], [])
    )
    apart = find_contributions(compared, "Region")
    results = (
        overview(scope),
        find_trend(scope),
        find_segments(scope, "Plan"),
        cross_segments(scope, "Plan", "Region"),
        find_attribute_effects(scope),
        find_drivers(scope),
        compared,
        apart,
    )
    charts = [result.chart() for result in results] + [compared.answers_chart(scope.survey.scale)]
    for chart in charts:
        assert not leads_to_a_survey(chart), chart.name
        assert chart.origin.startswith("Source: test.csv.")
        assert chart.table is not None
