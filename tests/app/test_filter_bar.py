"""The filters over every page: chips, presets, values with their figures, accounts, and the ways back."""

from __future__ import annotations

import datetime as dt

import pytest
from streamlit.runtime.scriptrunner import StopException

from pages.ui import places

SAMPLE = {"survey": ["sample"]}
PICKER = "bar.open"


@pytest.fixture
def sample(open_app):
    return open_app(SAMPLE)


def address(app) -> dict[str, list[str]]:
    """The query of the page, which AppTest sees one run late."""
    app.at.run()
    return {
        key: [value] if isinstance(value, str) else list(value) for key, value in app.at.query_params.items()
    }


def look_for(app, what):
    """Open the place for filters at something to filter by."""
    app.at.session_state[PICKER] = True
    app.at.run()
    if what != app.at.session_state["bar.of"]:
        app.at.button_group(key="bar.of").set_value(what).run()
    return app


def chips(app) -> list[str]:
    """What the chips say; in the labels each mark that markdown knows is escaped."""
    return [
        button.label.replace("\\", "")
        for button in app.at.button
        if (button.key or "").startswith("chip.open")
    ]


def figures(app, what) -> list[tuple[int, str]]:
    """Responses and NPS beside each value."""
    labels = [str(label).replace("\\", "") for label in app.field(what).options]
    beside = [label.split(":gray[")[1].rstrip("]").split(" · ") for label in labels]
    return [(int(one[0].replace(",", "")), *one[1:]) for one in beside]


def test_a_persona_of_last_quarter_stands_in_title_line_chips_and_address(sample):
    sample.days().set_value("Last quarter").run()
    look_for(sample, "by.Persona")
    sample.field("by.Persona").set_value(["Decision maker"]).run()
    assert sample.answer.startswith("Q2 2026: NPS is ")
    assert "All +48 → here +55 · 88 of 3,000 responses · Persona: Decision maker; Q2 2026<" in sample.html
    assert chips(sample) == ["Persona: Decision maker"]
    asked = address(sample)
    assert (asked["by.Persona"], asked["since"], asked["until"]) == (
        ["Decision maker"],
        ["2026-04-01"],
        ["2026-06-30"],
    )
    for page in ("trends", "segments", "compare", "themes", "accounts", "report"):
        assert sample.go(page).fine(), page
        assert sample.answer.startswith("Q2 2026: "), page
    sample.go("data")
    assert sample.answer == "3,000 of 3,024 rows are responses"


def test_presets_are_counted_from_the_last_day_of_the_survey_and_say_so(sample):
    assert "Counted from the last day of the survey, 30 Sep 2026." in sample.html
    sample.days().set_value("Last 12 months").run()
    since, until = (sample.field(end).value for end in ("since", "until"))
    assert (str(since), str(until)) == ("2025-10-01", "2026-09-30")
    sample.days().set_value("All time").run()
    assert "3,000 responses · 1 Oct 2024 to 30 Sep 2026<" in sample.html


def test_days_of_ones_own_are_no_preset_and_are_named(sample):
    sample.filter("since", sample.field("since").min.replace(year=2026, month=3, day=3))
    assert sample.days().value is None
    assert sample.answer.startswith("Since 3 Mar 2026: NPS is ")


def test_values_have_their_figures_under_the_other_filters_only_while_one_looks(sample):
    assert not [group for group in sample.at.button_group if (group.key or "").endswith("by.Persona")]
    sample.pick("Plan", "Starter")
    look_for(sample, "by.Plan")
    labels = figures(sample, "by.Plan")
    # Its own filter is none of the other filters: the values of Plan add up to all responses.
    assert sum(responses for responses, _ in labels) == 3000
    assert (800, "+37") in labels
    look_for(sample, "by.Persona")
    labels = figures(sample, "by.Persona")
    assert sum(responses for responses, _ in labels) == 800


def test_what_is_picked_outlives_the_place_where_it_was_picked(sample):
    look_for(sample, "by.Persona")
    sample.field("by.Persona").set_value(["Champion"]).run()
    look_for(sample, "groups")
    sample.field("groups").set_value(["promoter"]).run()
    sample.at.session_state[PICKER] = False
    for _ in range(3):
        sample.at.run()
    sample.go("segments")
    assert chips(sample) == ["Persona: Champion", "Promoters"]
    look_for(sample, "by.Persona")
    assert sample.field("by.Persona").value == ["Champion"]
    assert "→ here" not in sample.html  # of promoters alone there is no NPS to set beside that of all


def test_an_account_is_picked_by_its_name_and_the_address_holds_no_name(sample, open_app):
    look_for(sample, "by.account")
    found = sample.field("by.account")
    assert found.options[0].startswith("Westerlow Tools")
    found.set_value(["Westerlow Tools"]).run()
    assert chips(sample) == ["Account: Westerlow Tools"]
    assert "of 3,000 responses · account: Westerlow Tools" in sample.html
    asked = address(sample)
    assert not any("Westerlow" in text for name, texts in asked.items() for text in (name, *texts))
    other = open_app(asked)
    assert chips(other) == ["Account: Westerlow Tools"]


def test_of_many_accounts_those_are_offered_whose_name_has_a_part(app, make_csv):
    rows = [
        {"Score": row % 11, "Email": f"u{row}@example.org", "Account name": f"Firm {row % 700:04}"}
        for row in range(1400)
    ]
    app.upload("many.csv", make_csv(rows))
    look_for(app, "by.account")
    assert len(app.field("by.account").options) == 500
    app.at.text_input(key="bar.find").set_value("firm 069").run()
    assert len(app.field("by.account").options) == 10
    app.field("by.account").set_value(["Firm 0691"]).run()
    app.at.text_input(key="bar.find").set_value("firm 0001").run()
    assert app.field("by.account").value == ["Firm 0691"]
    assert "2 of 1,400 responses · account: Firm 0691" in app.html


def test_comments_that_contain_words(sample):
    look_for(sample, "text")
    sample.field("text").set_value("support").run()
    assert chips(sample) == ["Comment: “support”"]
    assert "comment contains “support”" in sample.html


def test_a_chip_opens_its_values_and_is_taken_off(sample):
    sample.pick("Plan", "Starter").pick("Persona", "Champion")
    assert chips(sample) == ["Persona: Champion", "Plan: Starter"]
    sample.at.button(key="chip.open.1").click().run()
    assert sample.field("by.Plan").value == ["Starter"]
    sample.at.button(key="chip.off.0").click().run()
    assert chips(sample) == ["Plan: Starter"]
    sample.days().set_value("Last quarter").run()
    sample.at.button(key="chip.off.days").click().run()
    assert "800 of 3,000 responses · Plan: Starter · " in sample.html


def test_reset_and_undo_lead_back(sample):
    sample.pick("Plan", "Starter").filter("text", "price")
    sample.at.button(key="reset.top").click().run()
    assert not chips(sample)
    sample.at.button(key="undo").click().run()
    assert chips(sample) == ["Plan: Starter", "Comment: “price”"]
    sample.at.button(key="undo").click().run()
    assert chips(sample) == ["Plan: Starter"]
    sample.at.button(key="undo").click().run()
    assert not chips(sample)
    assert sample.at.button(key="undo").disabled


def test_many_attributes_and_many_values_are_found_by_typing(app, make_csv):
    rows = [
        {"Score": row % 11, **{f"Trait {n}": f"value {(row * (n + 3)) % (20 + n)}" for n in range(14)}}
        for row in range(400)
    ]
    app.upload("wide.csv", make_csv(rows))
    app.at.session_state[PICKER] = True
    app.at.run()
    of = app.at.selectbox(key="bar.of")
    of.set_value("by.Trait 5").run()
    app.field("by.Trait 5").set_value(["value 3"]).run()
    assert chips(app) == ["Trait 5: value 3"]
    assert app.fine()


def test_what_was_read_of_a_dropped_file_is_looked_over_once(app, small):
    app.upload("export.csv", small)
    for said in ("Read like this. Right?", "Score, 0 to 10", "60 of 60 rows are responses", "In doubt"):
        assert said in app.html
    assert app.answer.startswith("NPS is +33,")
    assert "Read like this" not in app.go("segments").html
    assert "Read like this" in app.go("overview").html
    app.at.button(key="understood.right").click().run()
    assert "Read like this" not in app.html
    app.upload("export.csv", small)
    assert "Read like this" not in app.html  # the same file again: nothing new


def test_the_sample_needs_no_looking_over(app):
    assert "Read like this" not in app.open_sample().html


@pytest.mark.parametrize(
    ("what", "picked"),
    [
        ("since", dt.date(2026, 4, 1)),
        ("groups", ("promoter", "passive")),
        ("by.Plan", ["Starter"]),
        ("by.account", ["Westerlow Tools"]),
        ("text", "support"),
    ],
)
def test_a_click_that_cuts_off_the_run_of_the_one_before_loses_no_filter(sample, monkeypatch, what, picked):
    if what == "since":
        sample.field("since").set_value(picked).run()
    else:
        look_for(sample, what)
        sample.field(what).set_value(picked).run()
    sample.at.session_state[PICKER] = False
    sample.at.run()
    shown = sample.at.session_state["filters"]
    assert shown

    def stop(*_):
        raise StopException  # as Streamlit ends a run when its visitor clicks again

    for page in ("segments", "report"):
        with monkeypatch.context() as patched:
            patched.setattr(places, "shown", stop)
            sample.at.run()
        assert sample.go(page).at.session_state["filters"] == shown


def test_what_a_browser_says_of_widgets_that_were_replaced_is_not_heard(sample):
    """Days are picked by name, and the next click tells what the fields for days showed before."""
    before = sample.field("since")
    sample.days().set_value("Last quarter").run()
    sample.at.session_state[before.key] = None
    sample.at.run()
    assert str(sample.at.session_state["filters"].since) == "2026-04-01"
    look_for(sample, "by.Plan")
    sample.field("by.Plan").set_value(["Starter"]).run()
    picked = sample.field("by.Plan").key
    sample.at.button(key="reset.top").click().run()
    sample.at.session_state[picked] = ["Starter"]
    sample.at.run()
    assert not chips(sample)
    assert sample.field("by.Plan").value == []
