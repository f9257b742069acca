"""What every page must keep to at any size: what it sends, what it reads anew, what it shares, when it waits."""

from __future__ import annotations

import gc
import json
import re
import subprocess
import sys
import threading
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1.element_tree import Block

from nps_core import read_survey
from nps_core.counts.index import index_of
from pages.ui import memory_budget, open_surveys, rows, session, theme_state

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "overview", "trends", "segments", "compare", "drivers", "accounts", "themes", "themes: themes", "themes: changes",
    "themes: segments", "report", "data", "method",
)  # fmt: skip

MOST_BYTES = 150_000
MOST_ROWS = 200

# Charts that hold no score: nothing in them may follow one.
WITHOUT_SCORES = {"chart.themes-by", "chart.theme-trend"}


def survey(count: int) -> pd.DataFrame:
    """Responses over three years with segments of 3 to 40 values; every 30th has a comment."""
    rng = np.random.default_rng(8)
    score = rng.choice(11, count, p=[0.02] * 7 + [0.13, 0.18, 0.25, 0.30])
    text = np.array(
        ["support is slow to answer", "love the reports", "far too expensive for us", "easy to set up"]
    )
    frame = pd.DataFrame(
        {
            "Date": (np.datetime64("2023-01-01") + np.sort(rng.integers(0, 1095, count))).astype(str),
            "Email": [f"u{number}@example.org" for number in range(count)],
            "Score": score,
            "Comment": np.where(np.arange(count) % 30 == 0, text[rng.integers(0, 4, count)], ""),
        }
    )
    for name, size in (("Plan", 3), ("Persona", 3), ("Region", 5), ("Country", 40)):
        frame[name] = np.array([f"{name} {value}" for value in range(size)])[rng.integers(0, size, count)]
    return frame


def as_csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


@pytest.fixture(scope="module")
def large() -> bytes:
    return as_csv(survey(100_000))


def sent(node) -> int:
    """Bytes of all elements and blocks under a node."""
    own = node.proto.ByteSize() if getattr(node, "proto", None) is not None else 0
    return own + sum(sent(child) for child in node.children.values()) if isinstance(node, Block) else own


def test_every_page_sends_little_whatever_the_size(app, large):
    app.upload("large.csv", large)
    for page in PAGES:
        app.go(page)
        assert app.fine(), page
        assert 1_000 < sent(app.at._tree) < MOST_BYTES, page
        for table in app.at.dataframe:
            assert len(table.value) <= MOST_ROWS, page


def figures(app) -> dict[str, str]:
    """Charts by their key, and tables, as they are sent."""
    charts = {
        re.search(r"chart\.[\w.-]+", chart.proto.id)[0]: chart.proto.spec
        for chart in app.at.get("plotly_chart")
    }
    tables = {f"table {number}": table.value.to_csv() for number, table in enumerate(app.at.dataframe)}
    return charts | tables


def test_every_chart_is_one_that_plotly_accepts(app):
    """Figures are handed over unchecked, for speed; here plotly checks all of them."""
    app.open_sample()
    checked = 0
    for page in PAGES:
        app.go(page)
        for spec in figures(app).values():
            if spec.startswith("{"):
                go.Figure(json.loads(spec))
                checked += 1
    assert checked >= 8


def test_one_changed_score_changes_every_figure(open_app):
    """A cache that looks at a sample of the rows, or at the name of the file, shows the old figures.

    One country is picked, so that one response among its own is seen in whole percents as well.
    """
    before = survey(60_000)
    # In the last weeks and commented, so that no page passes it by.
    row = before.index[(before["Comment"] != "") & (before["Score"] == 10)][-2]
    after = before.copy()
    after.loc[row, "Score"] = 0
    first, second = (open_app().upload("same name.csv", as_csv(frame)) for frame in (before, after))
    for app in (first, second):
        app.pick("Country", str(before.loc[row, "Country"]))
    for page in PAGES:
        old, new = figures(first.go(page)), figures(second.go(page))
        assert old.keys() == new.keys(), page
        same = {name for name in old if old[name] == new[name]}
        assert same <= WITHOUT_SCORES, f"{page}: {same - WITHOUT_SCORES} did not follow the score"


def test_one_changed_score_in_a_million_changes_every_figure(open_app, monkeypatch):
    """The same at the size where Streamlit's own cache of frames goes wrong, without reading so many rows."""
    few = read_survey(as_csv(survey(3_000)), name="million.csv")
    places = np.arange(1_000_000) % len(few.responses)
    whole = few.responses.iloc[places].reset_index(drop=True)
    whole["row"] = np.arange(1, len(whole) + 1)
    # One country of few responses, so that one among its own is seen in whole percents as well; few comments.
    rare = np.arange(len(whole)) % 701 == 0
    whole["Country"] = whole["Country"].where(rare, "Country 1").where(~rare, "Country 0")
    whole["comment"] = whole["comment"].where(rare | (np.arange(len(whole)) % 997 == 0))
    # In the last weeks and commented, so that no page passes it by.
    row = whole.loc[rare & (whole["score"] == 10), "date"].idxmax()
    whole.loc[row, "comment"] = "love the reports"
    other = whole.copy()
    other.loc[row, ["score", "group"]] = [0, "detractor"]
    surveys = iter(
        [replace(few, responses=whole, digest="before"), replace(few, responses=other, digest="after")]
    )
    monkeypatch.setattr(session, "_read", lambda *_: next(surveys))
    first, second = (open_app().upload("million.csv", content) for content in (b"before", b"after"))
    for app in (first, second):
        app.pick("Country", "Country 0")
    for page in PAGES:
        old, new = figures(first.go(page)), figures(second.go(page))
        assert first.fine(), page
        assert second.fine(), page
        assert old.keys() == new.keys(), page
        same = {name for name in old if old[name] == new[name]}
        assert same <= WITHOUT_SCORES, f"{page}: {same - WITHOUT_SCORES} did not follow the score"


def test_what_a_visitor_looked_at_goes_with_them(open_app, small):
    """What is kept for others is bounded and grows old; nothing else holds on to a survey."""
    app = open_app().upload("leaving.csv", small)
    for page in PAGES:
        app.go(page).pick("Plan", "Pro")
        assert app.fine(), page
    survey_gone = weakref.ref(app.at.session_state["opened"].survey)
    index_gone = weakref.ref(index_of(survey_gone()))
    del app
    open_surveys.SHELF._items.clear()
    open_surveys._LINKS.clear()
    gc.collect()  # the survey, and with it the hold on its index
    gc.collect()
    assert survey_gone() is None
    assert index_gone() is None


def test_visitors_with_the_same_file_share_what_was_read(open_app, small):
    first, second = (open_app().upload(f"{number}.csv", small) for number in range(2))
    other = open_app().upload("1.csv", small)
    ours, theirs = (one.at.session_state["opened"] for one in (second, other))
    assert ours.survey is theirs.survey
    assert ours.files is theirs.files
    assert first.at.session_state["opened"].survey is not ours.survey  # another name, another survey


def test_shared_surveys_and_files_are_bounded_in_bytes(app):
    content = (
        b"Score,Plan\n" + b"10,Pro\n3,Team\n" * 30
    )  # without comments, so that there are no themes to hold
    app.upload("bounded.csv", content)
    opened = app.at.session_state["opened"]
    visitor = app.at.session_state["visitor"]
    assert opened.bytes > opened.survey.responses.memory_usage().sum()
    assert open_surveys.SHELF.looked_at_by(visitor) == opened.bytes + len(content)
    assert open_surveys.SHELF.bytes <= memory_budget.HELD_BYTES


def test_a_file_too_large_to_keep_can_be_read_but_not_read_again(app, small, monkeypatch):
    monkeypatch.setattr(memory_budget, "LARGEST_FILE", 10)
    app.upload("too large.csv", small)
    assert app.answer.startswith("NPS is +33")
    assert app.at.session_state["opened"].files is None
    assert "too large to keep" in app.go("data").html


def test_the_bytes_of_an_upload_are_let_go_once_read(app, small, monkeypatch):
    gone = []
    monkeypatch.setattr(session, "drop", lambda files: gone.extend(file.name for file in files))
    app.upload("let go.csv", small)
    assert gone == ["let go.csv"]
    assert "upload.start.0" not in app.at.session_state  # Streamlit would copy it at every run


def test_the_first_screen_imports_nothing_that_counts():
    code = (
        "import sys; from streamlit.testing.v1 import AppTest;"
        f" AppTest.from_file({str(ROOT / 'app.py')!r}).run();print([m for m in ('numpy', 'pandas',"
        " 'PIL.Image', 'scipy', 'sklearn') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "[]"


def test_rows_are_written_when_they_are_asked_for(app, small, monkeypatch):
    """A million take seconds: no visit to the page writes any, and no filter change waits for them."""
    written = []
    monkeypatch.setattr(rows, "safe_csv", lambda table, **_: written.append(len(table)) or b"")
    app.upload("many.csv", small).go("data")
    assert app.fine()
    assert any("60 responses shown" in button.proto.label for button in app.at.get("download_button"))
    assert not written


@pytest.fixture
def held_up(monkeypatch):
    """Themes that are only found once this is set."""
    free, find = threading.Event(), theme_state.find_survey_themes

    def slow(survey, progress):
        progress("Comparing the comments", 0.4)
        assert free.wait(30)
        return find(survey, progress=progress)

    monkeypatch.setattr(theme_state, "find_survey_themes", slow)
    yield free
    free.set()


def test_a_long_search_for_themes_blocks_no_page(app, make_csv, held_up):
    texts = ("support is slow", "love the reports", "too expensive", "easy to set up")
    app.upload("waiting.csv", make_csv([{"Score": i % 11, "Comment": texts[i % 4]} for i in range(80)]))
    app.at.switch_page("pages/comments_page.py").run()
    assert app.answer == "Looking for themes in the comments"
    assert "Comparing the comments" in app.at.get("progress")[0].proto.text
    assert app.at.get("progress")[0].proto.value == 40
    app.at.switch_page("pages/summary_page.py").run()
    assert app.answer.startswith("NPS is")
    assert not held_up.is_set()  # they are still looked for
    held_up.set()
    app.go("themes: themes")
    assert app.fine()
    assert "Looking for themes" not in app.answer
    assert "chart.themes" in figures(app)


def test_a_search_that_failed_is_said_so_and_tried_again(app, make_csv, monkeypatch, caplog, defects):
    find = theme_state.find_survey_themes

    def broken(*_, **__):
        raise RuntimeError("no themes today")

    monkeypatch.setattr(theme_state, "find_survey_themes", broken)
    texts = ("support is slow", "love the reports", "too expensive", "easy to set up")
    app.upload("broken.csv", make_csv([{"Score": i % 11, "Comment": texts[i % 4]} for i in range(90)]))
    app.go("themes")
    assert "could not be drawn" in app.html
    assert "no themes today" in caplog.text
    assert {str(error) for error in defects} == {"no themes today"}
    defects.clear()
    monkeypatch.setattr(theme_state, "find_survey_themes", find)
    assert app.go("overview").go("themes").fine()
