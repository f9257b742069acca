"""Trends: the early warning and interventions as a user meets them."""

from __future__ import annotations

import datetime as dt


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
    assert "25-34: +30 in the 90 days before, +63 in as many from then on" in app.html
    assert "The others, over the same days: no change beyond chance" in app.html
    app.go("segments").go("trends")
    assert "25-34: +30 in the 90 days before" in app.html
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


def test_an_alert_is_said_with_its_rule(app):
    app.open_sample().pick("Age group", "18-24").go("trends")
    assert (
        "Early warning: since Apr 2026 (raised in Jul 2026) the NPS was 22 points below the baseline"
        in app.html
    )
    assert "once in 60 periods" in app.html


def test_a_baseline_that_is_typed_in_is_held_from_the_first_month(app):
    """Learned from the first year it would hold the outage of summer 2025, and never see it."""
    app.open_sample().pick("Region", "APAC").go("trends")
    assert "No alert: no lasting fall" in app.html
    app.number("trends.baseline").set_value(35.0).run()
    assert app.fine()
    assert "The last one is over: since Jul 2025 (raised in Aug 2025)" in app.html
    assert "learned from" not in app.html.split("The last one is over")[1].split("</p>")[0]
