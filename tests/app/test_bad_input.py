"""Surveys with next to nothing in them: every page has an answer or clear words, and never NaN."""

from __future__ import annotations

import re

import pytest

PAGES = ("overview", "trends", "segments", "compare", "themes", "drivers", "accounts", "data", "method")


def rows(scores, **columns):
    return [
        {
            "Date": "2026-01-15",
            "Email": f"u{number}@example.org",
            "Company": f"c{number % 5}",
            "How likely are you to recommend us? (0-10)": score,
            "Plan": ("Pro", "Team")[number % 2],
            "Persona": ("Decision maker", "End user")[number % 2],
            "Weight": 1,
            "How satisfied are you? (1-5)": 1 + number % 5,
            "Comment": ("support is slow", "love it", "")[number % 3],
            **{name: made(number) for name, made in columns.items()},
        }
        for number, score in enumerate(scores)
    ]


MIXED = [10, 9, 8, 7, 6, 3, 10, 0, 9, 5] * 3
MONTHS = ("2026-01-15", "2026-02-15", "2026-03-15")

TINY = {
    "one response": rows([9]),
    "two responses": rows([9, 2]),
    "promoters only": rows([10, 9] * 15, Date=lambda number: MONTHS[number % 3]),
    "detractors only": rows([0] * 30, Date=lambda number: MONTHS[number % 3]),
    "one period": rows(MIXED),
    "a segment in one period only": rows(
        MIXED,
        Date=lambda number: MONTHS[number % 2],
        Plan=lambda number: "Pro" if number % 2 == 0 or number > 20 else "Old",
    ),
    "all weights zero": rows(MIXED, Weight=lambda _: 0),
    "negative weights": rows(MIXED, Weight=lambda number: number % 3 - 1),
    "one account": rows(MIXED, Company=lambda _: "Acme", Date=lambda number: MONTHS[number % 3]),
    "one person": rows(MIXED, Email=lambda _: "u@example.org", Date=lambda number: MONTHS[number % 3]),
    "one value of each attribute": rows(MIXED, Plan=lambda _: "Pro", Persona=lambda _: "End user"),
    "nothing but scores": [{"Score": score} for score in MIXED],
    "a day of each": rows(MIXED, Date=lambda number: f"2026-01-{1 + number:02}"),
}


def words_of(app) -> str:
    """What is read on a page: its text without tags, and the cells of its tables."""
    text = re.sub(r"<style>.*?</style>", " ", app.html, flags=re.DOTALL)
    tables = " ".join(frame.value.to_string(na_rep="") for frame in app.at.dataframe)
    return re.sub(r"<[^>]+>", " ", text) + " " + tables


@pytest.mark.parametrize("name", TINY)
def test_every_page_has_words(app, make_csv, name):
    app.upload("tiny.csv", make_csv(TINY[name]))
    for page in PAGES:
        app.go(page)
        assert app.fine(), page
        assert app.answer, page
        read = words_of(app)
        assert not re.search(r"\b(nan|NaN|inf|NaT)\b", read), (
            page,
            re.findall(r".{40}\b(?:nan|NaN|inf|NaT)\b.{40}", read),
        )


@pytest.mark.parametrize(
    "name", ["one response", "promoters only", "one account", "all weights zero", "negative weights"]
)
def test_what_is_picked_on_such_surveys_has_words_too(app, make_csv, name):
    app.upload("tiny.csv", make_csv(TINY[name])).go("accounts")
    keys = {box.key for box in app.at.selectbox}
    if "accounts.weigh" in keys:
        app.at.selectbox(key="accounts.weigh").set_value("Weight").run()
        assert app.fine()
        expected = {"all weights zero": "0 or blank", "negative weights": "negative weight"}.get(
            name, "Weighted by"
        )
        assert expected in app.html
    app.number("accounts.invited").set_value(0).run()
    assert app.fine()
    app.number("accounts.invited").set_value(500).run()
    assert app.fine()
    assert "nan" not in words_of(app)
    app.go("segments")
    if any(box.key == "segments.by" for box in app.at.selectbox):
        app.at.toggle(key="segments.calm").set_value(True).run()
        assert app.fine()
    app.go("compare")
    assert app.fine()


@pytest.mark.parametrize(
    "content",
    [b"Score,Plan\n", b"Score,Plan\n,\n,\n", b"Score,Plan\nx,Pro\ny,Team\n", b""],
    ids=["head only", "blank", "unreadable", "empty"],
)
def test_no_response_at_all_is_said(app, content):
    app.upload("none.csv", content)
    assert not app.at.exception
    assert app.answer
    for page in PAGES:
        app.go(page)
        assert not app.at.exception, page
        assert not re.search(r"\b(nan|inf)\b", words_of(app)), page
