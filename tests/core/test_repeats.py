"""Repeat respondents: the policies against a count by hand."""

from dataclasses import replace

import pandas as pd
from surveys import survey_of

from nps_core.corrections import repeat_policies
from nps_core.reading import read_survey

# Ann moves from detractor to promoter over two quarters, Bob answers twice in one; one person is unknown.
ROWS = pd.DataFrame(
    {
        "score": [2, 10, 9, 8, 0],
        "date": ["2026-01-05", "2026-04-05", "2026-01-10", "2026-02-10", "2026-02-01"],
        "respondent": ["ann@x.example", "Ann@x.example", "bob@x.example", "bob@x.example", None],
    }
)


def test_policies_keep_the_right_responses():
    found = {one.policy: one.estimate.groups for one in repeat_policies(survey_of(ROWS))}
    assert found == {"all": (2, 1, 2), "latest": (1, 1, 1), "latest per period": (1, 1, 2)}


def test_nothing_to_choose_without_repeats_or_under_another_policy():
    assert repeat_policies(survey_of(ROWS.iloc[[0, 2]])) == ()
    assert repeat_policies(replace(survey_of(ROWS), repeats="latest")) == ()


def test_the_policies_stay_known_under_another_one():
    file = "score,email,date\n" + "\n".join(
        f"{score},{who},{day}" for score, day, who in ROWS.fillna("").to_numpy().tolist()
    )
    everyone = read_survey(file.encode(), name="x.csv")
    for policy in ("latest", "latest per period"):
        survey = read_survey(file.encode(), name="x.csv", repeats=policy)
        found = {one.policy: one.estimate for one in repeat_policies(survey)}
        assert found == {one.policy: one.estimate for one in repeat_policies(everyone)}
        assert found[policy].n == survey.rows.kept
