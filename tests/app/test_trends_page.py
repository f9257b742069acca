"""Trends: the story, its segments and interventions as a user meets them."""

from __future__ import annotations

import datetime as dt
from weakref import WeakKeyDictionary

import pytest

from nps_core.trends import story


def press(app, label):
    next(button for button in app.at.button if button.label.replace("\\", "").startswith(label)).click().run()
    return app


def test_the_example_is_offered_for_the_sample_only(open_app, small):
    assert any("example" in button.label for button in open_app().open_sample().go("trends").at.button)
    other = open_app().upload("export.csv", small).go("trends")
    assert not any("example" in button.label for button in other.at.button)
    assert other.fine()


def test_the_example_shows_before_after_and_the_others(app):
    press(app.open_sample().go("trends"), "Show an example")
    assert app.fine()
    assert "25-34: +30 in the 90 days before 1 Apr 2026, +63 in as many from then on" in app.html
    assert "The others, over the same days: −4 (−15 to +7)." in app.html
    app.go("segments").go("trends")
    assert "25-34: +30 in the 90 days before 1 Apr 2026" in app.html
    press(app, "Remove")
    assert "in the 90 days before" not in app.html


def test_an_intervention_is_added_by_hand_and_travels_in_the_link(open_app, small):
    app = open_app().upload("export.csv", small).go("trends")
    app.at.date_input(key="actions.day").set_value(dt.date(2026, 4, 1)).run()
    app.at.text_input(key="actions.name").set_value("Launch <b>").run()
    app.at.button(key="actions.add").click().run()
    assert "Launch &lt;b&gt; · 1 Apr 2026" in app.html
    app.at.run()
    link = {
        key: [value] if isinstance(value, str) else list(value) for key, value in app.at.query_params.items()
    }
    assert len(link["did"]) == 1
    second = open_app(link).go("trends")
    assert "Launch &lt;b&gt; · 1 Apr 2026" in second.html
    assert second.fine()


def test_a_cut_link_costs_no_page(open_app):
    app = open_app({"survey": ["sample"], "did": ["[oops", '["2026-04-01","x","Nothing","y"]'], "aim": ["?"]})
    for page in ("overview", "trends"):
        app.go(page)
        assert app.fine()


def test_the_first_line_is_the_story_and_stands_on_the_overview_too(app):
    app.open_sample()
    told = "Up 10 points (+0.3 to +19) since Q2 2026: +55, before +45"
    assert f'<h2 class="heading">{told}. The rise began between Q2 2025 and Q3 2026.</h2>' in app.html
    app.go("trends")
    assert app.answer == told
    app.at.selectbox(key="time.period").set_value("month").run()
    assert app.answer == "By month: up 10 points (+0.3 to +19) since Apr 2026: +55, before +45"
    assert "Smoothed level, Sep 2026: +53 (+45 to +60)." in app.html


def test_the_rate_of_false_warnings_is_counted_when_it_is_asked_for(app):
    app.open_sample().go("trends")
    assert "By chance a warning" not in app.html


def test_segments_stand_beside_each_other_and_are_told_together(app):
    app.open_sample().go("trends")
    app.at.selectbox(key="time.by").set_value("Age group").run()
    assert app.fine()
    assert "The stories of these 5 segments are told together" in app.html
    assert "25-34: up 35.7 points (+16 to +55) since Q2 2026" in app.html
    assert "35-44: no change beyond chance since Q4 2024" in app.html


def _rows(days_and_scores):
    return [
        {"How likely are you to recommend us?": score, "Date": day, "Plan": ("Pro", "Free")[place % 2]}
        for place, (day, score) in enumerate(days_and_scores)
    ]


SCORES = (10, 9, 8, 3, 10)
WEEKS = [(dt.date(2025, 1, 6) + dt.timedelta(7 * week)).isoformat() for week in range(60)]
BAD = {
    "no dates": ([("", score) for score in SCORES * 12], "These responses have no dates"),
    "one period": (
        [(f"2026-03-{2 + place % 5:02}", score) for place, score in enumerate(SCORES * 8)],
        "All responses are of the week of",
    ),
    "two periods": (
        [(f"2026-0{3 + place % 2}-{1 + place % 28:02}", score) for place, score in enumerate(SCORES * 20)],
        "No change beyond chance since Mar 2026",
    ),
    "gaps": (
        [(f"202{4 + place % 3}-05-{1 + place % 28:02}", score) for place, score in enumerate(SCORES * 30)],
        "No change beyond chance since Q2 2024",
    ),
    "three a week": (
        [(week, score) for week in WEEKS for score in SCORES[1:4]],
        "No change beyond chance since Jan 2025",
    ),
    "all promoters": (
        [(week, 10) for week in WEEKS for _ in range(4)],
        "No change beyond chance since Jan 2025",
    ),
    "one day": (
        [("2026-03-04", score) for score in SCORES * 12],
        "All responses are of the week of 2 Mar 2026",
    ),
    "the future": (
        [(f"209{place % 2}-03-04", score) for place, score in enumerate(SCORES * 12)],
        "No dated responses to tell a trend from",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_told_is_said_on_every_page_of_it(open_app, make_csv, kind):
    rows, said = BAD[kind]
    app = open_app().upload("export.csv", make_csv(_rows(rows)))
    assert app.fine()
    for page in ("trends", "report"):
        app.go(page)
        assert app.fine()
        if page == "trends":
            assert app.answer.startswith(said)
            assert "nan" not in app.html.split("<style")[0].lower().split()


def test_figures_stand_before_the_story_which_is_told_once(app, monkeypatch, defects):
    app.open_sample().go("trends")
    told, tell = [], story.tell_story

    def interrupted(*_, **__):
        raise RuntimeError("not told yet")

    def counted(*counts, **more):
        told.append(more["period"])
        return tell(*counts, **more)

    monkeypatch.setattr(story, "_KEPT", WeakKeyDictionary())  # as in a new process
    monkeypatch.setattr(story, "tell_story", interrupted)
    app.at.selectbox(key="time.period").set_value("month").run()
    assert not app.fine()
    assert [str(error) for error in defects] == ["not told yet"]
    defects.clear()
    assert len(app.at.get("plotly_chart")) == 1
    assert '<h1 class="answer">' not in app.html
    monkeypatch.setattr(story, "tell_story", counted)
    for period in ("month", "quarter", "month"):
        app.at.selectbox(key="time.period").set_value(period).run()
        assert app.fine()
        assert len(app.at.get("plotly_chart")) == 1
    assert told == ["month", "quarter"]
