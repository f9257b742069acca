import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nps_core.accounts.accounts import find_account_views, find_accounts
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.score.difference import difference
from nps_core.score.estimate import estimate
from nps_core.score.weighting import design_estimate
from tests.core.surveys import survey_of

ROWS = [
    # account, persona, score, day
    ("Acme", "user", 10, "2026-01-05"),
    ("Acme", "user", 9, "2026-06-05"),
    ("Acme", "user", 10, None),
    ("Acme", "buyer", 2, "2025-06-01"),
    ("Bolt", "user", 3, "2026-05-01"),
    ("Bolt", "admin", 7, "2025-05-01"),
    ("Corp", "user", 9, "2026-02-01"),
    (None, "buyer", 0, "2026-07-01"),
]


def survey(rows=ROWS):
    made = survey_of(pd.DataFrame(rows, columns=["account", "persona", "score", "date"]))
    return replace(made, mapping=replace(made.mapping, persona="persona"))


def test_four_ways_to_count_by_hand():
    views = find_account_views(
        Scope(survey()), deciders=("persona", ("buyer",)), revenue={"Acme": 6, "Bolt": 3}
    )
    found = {view.name: view for view in views}
    assert found["all responses"].estimate.nps == pytest.approx(100 * (4 - 3) / 8)
    # Acme (3 - 1)/4, Bolt -1/2, Corp 1
    assert found["each account once"].estimate.nps == pytest.approx(100 * (0.5 - 0.5 + 1) / 3)
    # Acme's buyer is a detractor
    assert found["decision makers first"].estimate.nps == pytest.approx(100 * (-1 - 0.5 + 1) / 3)
    assert found["by revenue"].estimate.nps == pytest.approx(100 * (6 * 0.5 - 3 * 0.5) / 9)
    assert [view.accounts for view in views] == [3, 3, 3, 2]
    assert [view.left_out for view in views] == [0, 1, 1, 2]


def test_an_account_that_counts_once_is_a_weighted_sample_of_clusters():
    view = find_account_views(Scope(survey()))[1].estimate
    names = [name for name, *_ in ROWS if name]
    values = [{True: 1, False: 0}[score >= 9] - (score <= 6) for name, _, score, _ in ROWS if name]
    rows = design_estimate(values, [1 / names.count(name) for name in names], clusters=names)
    assert (view.n, view.clusters, view.n_eff) == pytest.approx((rows.n, 3, rows.n_eff))
    assert (view.low, view.high) == pytest.approx((rows.low, rows.high))


def test_rows_say_who_was_heard_and_when():
    rows = {row.account: row for row in find_accounts(Scope(survey()))}
    assert list(rows) == ["Acme", "Bolt", "Corp"]
    acme = rows["Acme"]
    assert (acme.n, acme.heard, acme.silent) == (4, ("buyer", "user"), ("admin",))
    assert acme.last == dt.date(2026, 6, 5)
    assert acme.estimate.nps == 50


def test_direction_compares_the_last_half_year_with_what_was_before():
    rows = {row.account: row for row in find_accounts(Scope(survey()))}
    # The survey ends on 1 Jul 2026: Acme's answer of 5 June is recent, 5 Jan is 177 days back.
    assert rows["Acme"].direction.points == difference((2, 0, 0), (0, 0, 1)).points
    assert np.isnan(rows["Corp"].direction.points)


def test_without_accounts_roles_or_dates_there_are_answers():
    nobody = survey([(None, "user", 9, None)])
    assert find_account_views(Scope(nobody)) == ()
    assert find_accounts(Scope(nobody)) == ()
    plain = survey_of(pd.DataFrame({"score": [9, 3], "account": ["A", "A"]}))
    (row,) = find_accounts(Scope(plain))
    assert (row.heard, row.silent, row.last) == ((), (), None)
    assert np.isnan(row.direction.points)
    views = find_account_views(Scope(plain), revenue={})
    # Of all responses that of these two; an account that stands for others like it tells nothing alone.
    assert views[0].estimate.low == pytest.approx(estimate(1, 0, 1).low)
    assert (views[1].estimate.low, views[1].estimate.high) == (-100, 100)
    assert np.isnan(views[-1].estimate.nps)


def test_filters_reach_the_accounts():
    users = Filters(attributes=(("persona", ("user",)),))
    assert [row.n for row in find_accounts(Scope(survey(), users))] == [3, 1, 1]
    views = find_account_views(Scope(survey(), users), deciders=("persona", ("buyer",)))
    assert views[2].estimate.nps == views[1].estimate.nps


def test_within_half_a_year_there_is_nothing_before_to_compare_with():
    """The first day of a survey of some months is part of the last half year, and no "before" of it."""
    for days, told in ((100, False), (179, False), (180, True)):
        frame = pd.DataFrame(
            {
                "score": [2] * 20 + [10] * 20,
                "account": "Acme",
                "date": ["2026-01-01"] * 20 + [str(np.datetime64("2026-01-01") + days)] * 20,
            }
        )
        (row,) = find_accounts(Scope(survey_of(frame)))
        assert np.isnan(row.direction.points) != told
        assert row.direction.points == 200 or not told
