"""Repeat respondents: the policies against a count by hand."""

from dataclasses import replace

import pandas as pd
from surveys import survey_of

from nps_core.repeats import repeat_policies

# Ann moves from detractor to promoter over two quarters, Bob answers twice in one; one person is unknown.
ROWS = pd.DataFrame({
    "score": [2, 10, 9, 8, 0],
    "date": ["2026-01-05", "2026-04-05", "2026-01-10", "2026-02-10", "2026-02-01"],
    "respondent": ["ann@x.example", "Ann@x.example", "bob@x.example", "bob@x.example", None],
})  # fmt: skip


def test_policies_keep_the_right_responses():
    found = {one.policy: one.estimate.groups for one in repeat_policies(survey_of(ROWS))}
    assert found == {"all": (2, 1, 2), "latest": (1, 1, 1), "latest per period": (1, 1, 2)}


def test_nothing_to_choose_without_repeats_or_under_another_policy():
    assert repeat_policies(survey_of(ROWS.iloc[[0, 2]])) == ()
    assert repeat_policies(replace(survey_of(ROWS), repeats="latest")) == ()
