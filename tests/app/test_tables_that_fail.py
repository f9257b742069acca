"""An engine that dies, is too slow, or has its table dropped while pages are open: words, and the next click works."""

from __future__ import annotations

import numpy as np
import pytest
from named_tables import FAILS, failing, forget_answers, open_table

from tests.engine.tables import in_duckdb, responses

PAGES = (
    "overview",
    "trends",
    "segments",
    "compare",
    "measures",
    "drivers",
    "accounts",
    "themes: read",
    "themes: themes",
    "themes: changes",
    "themes: segments",
    "themes: edit",
    "themes: review",
    "report",
    "data",
    "actions",
    "room",
    "method",
)
TEXTS = (
    "support is slow to answer",
    "love the charts",
    "too expensive for us",
    "easy to set up",
    "the app crashes",
)
KINDS = ("button", "toggle", "number_input", "button_group", "multiselect", "text_input", "checkbox")
ENDS = {"undo", "close", "refresh"}  # what has tests of its own
OF_CHARTS = {
    "overview": ("groups", "summary-trend"),
    "trends": ("trend",),
    "segments": ("segments",),
    "themes: themes": ("themes",),
    "accounts": ("accounts",),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A table in which some plan scores lower, comments have themes, and who answers has an account."""
    frame = responses(400)
    rng = np.random.default_rng(3)
    frame.loc[frame["Plan"] == "Free", frame.columns[0]] = 1
    frame[frame.columns[0]] = frame[frame.columns[0]].astype(object)
    frame["Comment"] = [
        f"{rng.choice(TEXTS)} {place % 7}" if place % 3 else None for place in range(len(frame))
    ]
    return in_duckdb(frame, tmp_path_factory.mktemp("failing")).address


@pytest.fixture
def at_page(name_tables, open_app, address, monkeypatch):
    """A page over a table whose engine is asked each question."""
    monkeypatch.setattr("nps_core.engine.cube.MOST_PLACES", 0)
    name_tables(customers={"name": "Customers", "address": address, "table": "responses"})
    app = open_table(open_app())

    def go(page):
        if app.at.session_state["opened"] is None:
            open_table(app)
        if page in {"actions", "room", "method"}:
            app.at.switch_page(f"pages/{page}_page.py").run()
            return app
        return app.go(page)

    return go


def is_told(app, words):
    assert not app.at.exception, [error.message for error in app.at.exception]
    assert "could not be drawn" not in app.html
    assert (
        "responses.duckdb" not in app.html
    )  # what people are told has the name of the table, and not where it is
    return words in app.html


@pytest.mark.parametrize("page", PAGES)
def test_wherever_on_a_page_an_engine_fails_it_is_told_in_words(at_page, page):
    app = at_page(page)
    survey = app.at.session_state["opened"].survey
    forget_answers(survey)
    with failing(app, None, answers=10**6) as counted:
        app.at.run()
    assert app.fine()
    assert counted.asked
    some = np.unique(np.linspace(0, counted.asked - 1, 6).astype(int)).tolist()
    for answers, words in zip(some, [*FAILS] * 2, strict=False):
        forget_answers(survey)
        with failing(app, FAILS[words], answers):
            app.at.run()
            assert is_told(app, words), answers
        app.at.run()
        assert not is_told(app, words), answers


def widgets(app):
    return [(kind, one.key) for kind in KINDS for one in getattr(app.at, kind) if one.key not in ENDS]


def use(app, kind, key):
    """Do with a widget what it is there for."""
    one = next(own for own in getattr(app.at, kind) if own.key == key)
    if one.disabled:
        return False
    if kind == "button":
        one.click()
    elif kind in {"toggle", "checkbox"}:
        one.set_value(not one.value)
    elif kind == "button_group":
        one.select(one.options[-1])
    elif kind == "multiselect":
        one.set_value(list(one.options)[:1])
    else:
        one.set_value(5 if kind == "number_input" else "slow")
    one.run()
    return True


@pytest.mark.parametrize("page", PAGES)
def test_whatever_is_clicked_while_an_engine_is_gone_is_told_in_words(at_page, page):
    app = at_page(page)
    for kind, key in widgets(app):
        at_page(page)
        if (kind, key) not in widgets(app):
            continue
        with failing(app, FAILS["reached"]) as gone:
            if use(app, kind, key):
                assert is_told(app, "reached") or not gone.asked, (kind, key)
        app.at.run()
        assert not is_told(app, "reached")
        assert any(button.key == "close" for button in app.at.button), (kind, key)


@pytest.mark.parametrize(
    ("page", "chart"), [(page, chart) for page, charts in OF_CHARTS.items() for chart in charts]
)
def test_a_panel_that_meets_a_dead_engine_says_so_in_its_place_and_the_page_goes_on(at_page, page, chart):
    app = at_page(page)
    there = widgets(app), len(app.at.get("plotly_chart"))
    with failing(app, FAILS["reached"]) as gone:
        app.at.session_state["panel.open"] = (chart, 0, None)
        app.at.run()
        assert is_told(app, "reached") or not gone.asked
        assert {*there[0]} <= {*widgets(app)}
        assert len(app.at.get("plotly_chart")) == there[1]
        assert app.html.count("reached") <= 1
    app.at.run()
    assert not is_told(app, "reached")
