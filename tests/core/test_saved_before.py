"""What users of 0.1.0 kept still opens: see tests/fixtures/saved_by_0_1_0/make.py."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from pptx import Presentation

from nps_core import Filters, build_report, read_survey
from nps_core.corrections import Corrections, recall
from nps_core.report.builder import slide_choices
from nps_core.report.formats import read_template
from nps_core.scope import Scope
from nps_core.score.weighting import weighting_of
from nps_core.targets.target import Target, targets_of
from nps_core.themes import Codebook, Entry, read_codebook
from nps_core.trends.interventions import actions_of

SAVED = Path(__file__).parents[1] / "fixtures" / "saved_by_0_1_0"
LINKS = json.loads((SAVED / "links.json").read_text(encoding="utf-8"))
SAMPLE = Path(__file__).parents[2] / "data" / "sample_survey.csv"


@pytest.fixture(scope="module")
def sample():
    return read_survey(SAMPLE)


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        (
            "attributes",
            Filters(attributes=(("Age group", ("25-34", "35-44")), ("Region", ("NA", "(no value)")))),
        ),
        ("groups", Filters(groups=("promoter", "detractor"))),
        ("days", Filters(since=dt.date(2026, 1, 1), until=dt.date(2026, 3, 31))),
        ("text", Filters(text="support & “service” = 50 %")),
    ],
)
def test_filters_of_a_link(name, filters, sample):
    read = Filters.from_query(parse_qs(LINKS[f"filters by {name}"]))
    assert read == filters
    assert read.known_to(sample) == filters


def test_what_was_typed_in_and_stands_in_a_link(sample):
    interventions = actions_of(parse_qs(LINKS["interventions"])["did"], sample)
    assert [(one.name, one.day, one.touched) for one in interventions] == [
        ("Price rise", dt.date(2026, 2, 1), None),
        ("New interface", dt.date(2026, 4, 1), ("Age group", ("25-34",))),
    ]
    targets = targets_of(parse_qs(LINKS["targets"])["aim"])
    assert targets == (Target("Board target", 40.0), Target("Industry 2025", 31.5, 1200))
    totals = weighting_of(parse_qs(LINKS["weights by totals"])["weigh"][0], sample)
    assert totals.totals == (("Region", (("NA", 300.0), ("EMEA", 700.0))),)


def test_changes_to_themes():
    text = (SAVED / "theme-changes.json").read_text(encoding="utf-8")
    found = ("Support", "Price", "Cost", "Reports", "Thanks")
    book, missed = read_codebook(text, Codebook(tuple(Entry(name, (name.lower(),)) for name in found)))
    entries = {entry.name: entry for entry in book.entries}
    assert missed == ()
    assert entries["Slow support"].words == ("support",)
    assert (entries["Cost"].parent, entries["Cost"].hidden) == ("Price and cost", True)
    assert entries["Price and cost"].confirmed == ("17-2736530c08fa4301",)
    assert [entry.parent for entry in (entries["Charts"], entries["Exports"])] == ["Reports", "Reports"]
    assert entries["Thanks"].hidden
    assert entries["Onboarding"].words == ("first week", "set-up")


def test_a_reading_that_was_remembered():
    corrections = recall(SAVED, ("Date", "E-mail", "Question 7", "Why", "Plan"))
    assert corrections == Corrections(
        (("score", "Question 7"), ("reason", "Why"), ("account", None), ("attributes", ("Plan",))),
        "0-10:6/9",
        "latest",
    )


def test_a_deck_is_filled_in_the_places_it_has(sample):
    deck = SAVED / "deck.pptx"
    titles = [slide.shapes.title.text for slide in Presentation(deck).slides]
    assert "Where we stand" in titles
    assert {"score", "trend", "segments: Age group"} <= set(read_template(deck.read_bytes()).slides(sample))


def test_titles_are_given_by_the_same_keys(sample):
    keys = (SAVED / "title_keys.txt").read_text(encoding="utf-8").split("\n")[:-1]
    assert set(keys) <= {choice.key for choice in slide_choices(sample)}
    told = build_report(Scope(sample), slides=["score"], titles={"score": "Ours"})
    assert told.parts[0].title == "Ours"
