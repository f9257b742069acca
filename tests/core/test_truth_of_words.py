"""Every sentence on screen against its numbers.

No move is claimed that its interval does not show, none is misnamed.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surveys import survey_of

import nps_core as core
from nps_core.accounts.roles import accounts_title
from nps_core.compare.groups import span_of
from nps_core.drivers.result import drivers_title
from nps_core.score.weighting import kish, weighted_sentences
from nps_core.segments.result import standout_sentence
from nps_core.segments.segments import shrink_segments, shrinkage_sentence
from nps_core.survey import Measure
from nps_core.targets.target import against, target_sentence

if TYPE_CHECKING:
    from nps_core.score.difference import Difference

MOVED = re.compile(
    r"\b(rose|fell|climbed|dropped|is up|is down|up|down|higher|lower|increase|decrease|better|worse)\b|more"
    r" than chance explains",
    re.IGNORECASE,
)
CAUSE = re.compile(
    r"\b(caus\w*|because|due to|thanks to|would lift|would raise|drives?|led to|leads to|made it|impact)\b",
    re.IGNORECASE,
)
UP = re.compile(r"\b(rose|is up|up|higher|above)\b", re.IGNORECASE)
DOWN = re.compile(r"\b(fell|is down|down|lower|below)\b", re.IGNORECASE)


def random_survey(seed: int, size: int):
    """A survey with everything: two years of dates, plans, ages, accounts, people who come again, CSAT."""
    random = np.random.default_rng(seed)
    lean = random.normal(0, 2, 3)
    plan = random.integers(0, 3, size)
    scores = np.clip(np.round(random.normal(7.5 + lean[plan], 2.5)), 0, 10).astype(int)
    days = [dt.date(2025, 1, 1) + dt.timedelta(int(day)) for day in random.integers(0, 700, size)]
    frame = pd.DataFrame(
        {
            "score": scores,
            "date": [day.isoformat() for day in days],
            "respondent": [f"p{number}" for number in random.integers(0, max(2, size // 2), size)],
            "account": [f"c{number}" for number in random.integers(0, max(2, size // 6), size)],
            "Plan": np.array(["Pro", "Team", "Free"])[plan],
            "Role": np.array(["Decision maker", "End user", None], dtype=object)[random.integers(0, 3, size)],
            "happy": np.clip(np.round(scores / 2 + random.normal(0, 1, size)), 1, 5),
        }
    )
    return survey_of(frame, measures=(Measure("happy", "csat", 1, 5),))


def claims(survey) -> list[tuple[str, Difference | None]]:
    """Every sentence of the pages about this survey, with the difference that it speaks of.

    None stands for a sentence about several differences, or about none.
    """
    said: list[tuple[str, Difference | None]] = []
    for period in ("quarter", "month"):
        story = core.find_story(core.Scope(survey), period)
        said += [(sentence, None) for sentence in (story.title, *story.sentences)]
    spans = core.find_periods(core.Scope(survey))
    pairs = [(spans[0], spans[-1], {})] if len(spans) > 1 else []
    ever = span_of(None, None)
    pairs.append((ever, ever, {"attribute": "Plan", "values": ([str(survey.responses["Plan"].iloc[0])], [])}))
    for a, b, by in pairs:
        found = core.compare_groups(core.Scope(survey), a, b, **by)
        said += [
            (found.title, found.change),
            (found.verdict, found.change),
        ]
        said += [(found.detectable, None), (found.plan(5), None)]
        apart = core.find_contributions(found, "Role")
        if apart is not None:
            said += [(sentence, None) for sentence in (apart.title, *apart.sentences)]
        said += [(sentence, None) for sentence in (*found.asides, found.overlap)]
    said += [(standout_sentence(one), one.difference) for one in core.find_standouts(core.Scope(survey))]
    return [one for one in said if one[0]]


def check(sentence: str, change: Difference | None) -> None:
    sentence = re.sub(r"\(up to [^)]*\)", "", sentence)  # how far a period goes
    assert "nan" not in sentence.lower().split()
    assert "inf" not in sentence.lower().split()
    assert not CAUSE.search(sentence), sentence
    if change is None or math.isnan(change.points):
        return
    if MOVED.search(sentence):
        assert change.beyond_chance, sentence
    if not change.beyond_chance:
        assert not re.search(r"\b(rose|fell|is up|is down)\b", sentence), sentence
    if UP.search(sentence) and not DOWN.search(sentence):
        assert change.points > 0, sentence
    if DOWN.search(sentence) and not UP.search(sentence):
        assert change.points < 0, sentence
    for size in re.findall(r"(?:by|up|down|reads|scores) (\d+(?:\.\d)?) points? ", sentence):
        assert abs(float(size) - abs(change.points)) <= (0.05 if "." in size else 0.5) + 1e-9, sentence


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from([1, 2, 3, 8, 25, 80, 300, 900]))
def test_no_sentence_says_more_than_its_numbers(seed, size):
    for sentence, change in claims(random_survey(seed, size)):
        check(sentence, change)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.sampled_from([1, 2, 8, 60, 400]))
def test_titles_of_segments_drivers_and_accounts_claim_what_is_beyond_chance_only(seed, size):
    survey = random_survey(seed, size)
    found = core.find_segments(core.Scope(survey), "Plan")
    title = found.title
    told = "differs from the rest beyond chance" in title or "are of one segment" in title
    assert told == (not found.beyond_chance.any())
    asked, spreads = core.find_drivers(core.Scope(survey)), core.find_attribute_effects(core.Scope(survey))
    named = "goes with" in drivers_title(asked, spreads) or "goes against" in drivers_title(asked, spreads)
    said = drivers_title(asked, spreads)
    if "goes with the score most" in said or "goes against the score most" in said:
        assert any(one.beyond_chance for one in asked)
    if "differs most by" in said:
        assert any(one.beyond_chance for one in spreads)
    assert named or not any(one.beyond_chance for one in asked)
    table = core.find_accounts(core.Scope(survey)).table()
    for row, way in zip(core.find_accounts(core.Scope(survey)), table["direction"], strict=True):
        if way.startswith(("up", "down")):
            assert row.direction.beyond_chance
            assert way.startswith("up") == (row.direction.points > 0)
    everything = [said, title, *spreads.sentences, found.detectable]
    everything += [
        *asked.sentences,
        shrinkage_sentence(found, shrink_segments(found)),
        *table["direction"],
    ]
    everything.append(
        accounts_title(core.find_accounts(core.Scope(survey)), core.find_account_views(core.Scope(survey)))
    )
    everything.append(" ".join(core.find_account_views(core.Scope(survey)).sentences))
    for sentence in everything:
        assert not CAUSE.search(sentence), sentence
        assert "nan" not in sentence.lower().replace("banana", "").split(), sentence


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.sampled_from([1, 8, 60, 400]))
def test_interventions_and_targets_say_what_their_intervals_show(seed, size):
    survey = random_survey(seed, size)
    for touched in (None, ("Plan", (str(survey.responses["Plan"].iloc[0]),))):
        action = core.Action(dt.date(2025, 9, 1), "new onboarding", touched)
        found = core.compare_before_after(core.Scope(survey), action.day, touched=touched)
        own, *others = found.sentences
        change = found.touched.change
        # Beside others it is told once, of what is left when their change is taken out.
        claims = found.others is None and bool(change.beyond_chance)
        assert bool(re.search(r"\b(Up|Down) ", own)) == claims
        if claims:
            assert ("Up " in own) == (change.points > 0)
        if others and not math.isnan(found.beyond_others.points):
            assert ("beyond chance." in others[-1].partition(")")[2]) == bool(
                found.beyond_others.beyond_chance
            )
        for sentence in (own, *others):
            assert not CAUSE.search(sentence), sentence
    score = core.nps_of(core.Scope(survey))
    for aim in (core.Target("target", 40.0), core.Target("them", 10.0, 300)):
        gap = against(score, aim.nps, n=aim.n)
        said = target_sentence(score, aim)
        assert ("more than chance explains" in said) == bool(gap.beyond_chance)
        if gap.beyond_chance:
            assert (" above " in said) == (gap.points > 0)


SMALL = core.difference((60, 20, 20), (55, 20, 25))
LARGE = core.difference((600, 200, 200), (300, 200, 500))


@pytest.mark.parametrize(
    ("sentence", "change"),
    [
        ("NPS rose by 10 points from Q1 to Q2", SMALL),
        ("Q2 is up 10 points on Q1", SMALL),
        ("10 points, more than chance explains", SMALL),
        ("NPS fell by 60 points to +40", LARGE),
        ("NPS rose by 31 points from Q1", LARGE),
        ("it is so because of us", None),
    ],
)
def test_the_checks_themselves_can_fail(sentence, change):
    """A sentence that claims too much, the wrong way, the wrong size or a cause does not pass."""
    assert (SMALL.beyond_chance, LARGE.beyond_chance) == (False, True)
    with pytest.raises(AssertionError):
        check(sentence, change)


BESIDE = (
    re.compile(
        r"(?P<size>[\d.]+) points? (?:above|below|higher|lower)[^(]*\((?P<a>[+−]?\d+) against (?P<b>[+−]?\d+)"
    ),
    re.compile(
        r"(?P<b>[+−]?\d+) in the \d+ days? before [^,]+, (?P<a>[+−]?\d+) (?:in as many|in the).*(?:Up|Down|change of)"
        r" [+−]?(?P<size>\d+(?:\.\d+)?)"
    ),
    re.compile(
        r"the NPS is (?P<a>[+−]?\d+) \([^)]*\), (?P<size>[\d.]+) points? (?:above|below) the unweighted one"
        r" \((?P<b>[+−]?\d+)\)"
    ),
    re.compile(r"the NPS is (?P<a>[+−]?\d+) \([^)]*\), (?P<size>as without weights) \((?P<b>[+−]?\d+)\)"),
)


def subtracts(sentence: str) -> bool:
    """Whether two scores and their difference stand in a sentence; they subtract, or the size has a decimal."""
    found = next((match for shape in BESIDE if (match := shape.search(sentence))), None)
    if found is None:
        return False
    a, b = (int(found[name].replace("−", "-")) for name in ("a", "b"))
    if "." not in found["size"]:
        assert abs(a - b) == int(found["size"].replace("as without weights", "0")), sentence
    return True


def sentences_with_scores(survey) -> list[str]:
    """The sentences in which two scores stand beside their difference."""
    plan = str(survey.responses["Plan"].iloc[0])
    action = core.Action(dt.date(2025, 12, 1), "new onboarding", ("Plan", (plan,)))
    said = [*core.compare_before_after(core.Scope(survey), action.day, touched=action.touched).sentences]
    said += core.find_drivers(core.Scope(survey)).sentences
    weighting = core.Weighting(totals=(("Plan", (("Pro", 5.0), ("Team", 3.0), ("Free", 2.0))),))
    plain = core.nps_of(core.Scope(survey)).nps
    said += weighted_sentences(
        core.weighted_nps(core.Scope(survey), weighting),
        plain,
        weighting,
        kept=kish(core.Scope(survey), weighting),
    )
    late, early = span_of(dt.date(2026, 1, 1), None), span_of(None, dt.date(2025, 12, 31))
    found = core.compare_groups(core.Scope(survey), late, early)
    apart = core.find_contributions(found, "Plan")
    said += apart.sentences if apart else []
    return said


def test_scores_in_a_sentence_subtract_to_the_difference_beside_them():
    """Rounded each by itself, +34 against +28 may be 5 points apart: then the size has a decimal."""
    seen = [0] * len(BESIDE)
    for seed in range(45):
        for sentence in sentences_with_scores(random_survey(seed, 900)):
            if subtracts(sentence):
                seen[next(place for place, shape in enumerate(BESIDE) if shape.search(sentence))] += 1
    assert min(seen[:3]) > 0
    with pytest.raises(AssertionError):
        subtracts("“Pro” scores 5 points higher (+34 against +28); with its share")


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (("detractor",), "Only detractors are shown, so the NPS of −100 is not that of all"),
        (("promoter", "passive"), "Only promoters and passives are shown, so the NPS of +"),
        (("promoter", "passive", "detractor"), "NPS is "),
        ((), "NPS is "),
    ],
)
def test_a_score_that_was_picked_is_not_told_as_the_score(groups, said):
    headline = core.overview(core.Scope(random_survey(1, 300), core.Filters(groups=groups))).title
    assert headline.startswith(said)
    assert ("certainty" in headline) == (len(groups) in {0, 3})
