"""Weights and invitations as a user meets them on Who speaks."""

from __future__ import annotations

import pytest
import streamlit as st

TOTALS = "\u2060"  # the choice that stands for no column
SAMPLE = {"NA": 1261, "EMEA": 931, "APAC": 500, "LATAM": 308}


@pytest.fixture
def type_in(monkeypatch):
    """Let somebody type these numbers into the editor: AppTest cannot."""
    typed: dict[str, float] = {}

    def edit(rows, **_):
        name, _, asked = rows
        return {
            **rows,
            asked: [typed.get(label, rows[asked][place]) for place, label in enumerate(rows[name])],
        }

    monkeypatch.setattr(st, "data_editor", edit)
    return typed


def pick(app, key, value):
    app.at.selectbox(key=key).set_value(value).run()
    return app


def test_known_totals_stand_beside_the_unweighted_nps(app, type_in):
    app.open_sample().go("accounts")
    pick(app, "accounts.weigh", TOTALS)
    app.at.multiselect(key="accounts.weigh.by").set_value(["Region"]).run()
    assert "missing: NA, EMEA, APAC, LATAM" in app.html
    type_in.update(dict.fromkeys(SAMPLE, 25))
    app.at.run()
    assert app.fine()
    assert "Weighted to the known totals of Region, the NPS is +49" in app.html
    assert "effective n" in app.html
    app.go("overview")
    assert "Weighted to the known totals of Region, the NPS is +49" in app.html
    assert app.answer.startswith("NPS is +48")  # never replaced
    app.go("accounts")
    assert app.at.selectbox(key="accounts.weigh").value == TOTALS
    pick(app, "accounts.weigh", "")
    assert "Weighted" not in app.go("overview").html


def test_a_column_of_weights(app, make_csv):
    rows = [
        {"Score": score, "Weight": weight, "Plan": ("Pro", "Team")[number % 2]}
        for number, (score, weight) in enumerate([(10, 3), (8, 1), (2, 2), (9, 0.5)] * 15)
    ]
    app.upload("export.csv", make_csv(rows)).go("accounts")
    pick(app, "accounts.weigh", "Weight")
    assert app.fine()
    assert "Weighted by “Weight”, the NPS is +23" in app.html  # (3.5 - 2) / 6.5


@pytest.mark.parametrize(("weight", "said"), [(-1, "negative weight"), (0, "0 or blank")])
def test_weights_that_are_none_are_said_in_words(app, make_csv, weight, said):
    rows = [
        {"Score": 10 - number % 4, "Weight": weight, "Plan": ("a", "b")[number % 2]} for number in range(40)
    ]
    app.upload("export.csv", make_csv(rows)).go("accounts")
    pick(app, "accounts.weigh", "Weight")
    assert app.fine()
    assert said in app.html


def test_invitations_typed_in_by_segment(app, type_in):
    app.open_sample().go("accounts")
    pick(app, "accounts.silent.by", "Region")
    assert not [
        one for one in app.at.toggle if one.key == "accounts.silent.listed"
    ]  # few blanks are no invitations
    type_in.update({name: 2 * n for name, n in SAMPLE.items()} | {"APAC": 2000})
    app.at.run()
    assert app.fine()
    assert "“APAC” answered least (25%)" in app.html
    type_in["NA"] = 3
    app.at.run()
    assert "NA: 3 invited and 1,261 answered do not fit together." in app.html


def test_invitations_from_the_file(app, make_csv):
    rows = [
        {
            "Date": "2026-01-05",
            "Status": "responded" if number % 2 else "sent",
            "Region": ("EU", "US")[number % 3 > 0],
            "How likely are you to recommend us?": (10, 9, 3)[number % 3] if number % 2 else "",
        }
        for number in range(120)
    ]
    app.upload("invited.csv", make_csv(rows)).go("accounts")
    assert app.at.toggle(key="accounts.silent.listed").value
    assert "60 of 120 invited answered (50%)." in app.html
    pick(app, "accounts.silent.by", "quarter")
    assert app.fine()
    pick(app, "accounts.silent.by", "Region")
    assert "differ by no more than chance" in app.html or "answered alike" in app.html.lower()


def test_what_rows_without_a_score_are_is_asked_and_not_guessed(app, make_csv):
    rows = [
        {
            "Region": ("EU", "US")[number % 2],
            "How likely are you to recommend us?": (10, 9, 3, "")[number % 4],
        }
        for number in range(80)
    ]
    app.upload("blank.csv", make_csv(rows)).go("accounts")
    box = app.at.toggle(key="accounts.silent.listed")
    assert not box.value
    box.set_value(True).run()
    assert app.fine()
    assert "60 of 80 invited answered (75%)." in app.html


def test_weights_outlast_a_filter_that_leaves_nothing_to_weigh(app, make_csv):
    rows = [
        {"Score": 10 - 5 * (number % 3), "Weight": (2, 0)[number % 2], "Plan": ("Pro", "Team")[number % 2]}
        for number in range(60)
    ]
    app.upload("export.csv", make_csv(rows)).go("accounts")
    pick(app, "accounts.weigh", "Weight")
    app.pick("Plan", "Team")
    assert "None of these responses has a weight above 0" in app.html
    assert "None of these responses has a weight above 0" in app.go("overview").html
    app.pick("Plan")
    assert "Weighted by “Weight”" in app.html
