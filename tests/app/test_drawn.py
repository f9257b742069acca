"""Each result of the library is drawn somewhere: its chart on a page, or its table where it has no chart."""

from __future__ import annotations

import ast
import functools
import importlib
import sys
from pathlib import Path

import pytest
import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
CORE, PAGES = ROOT / "nps_core", ROOT / "pages"
NO_RESULTS = {"charts", "follow_ups", "report", "workspace"}
"""What draws, and what writes files, has charts of others; a kept survey is drawn with one (test_kept.py), and so is
what is followed up (test_follow_ups.py)."""

PICKED = {
    "trends": {"time.by": "Plan"},
    "segments": {"segments.against": "Plan", "segments.combination": True, "segments.calm": True},
    "compare": {},
    "measures": {},
    "drivers": {},
    "accounts": {"accounts.silent.by": "Region"},
    "themes: themes": {},
    "themes: changes": {},
    "themes: segments": {},
}
"""The views, and what is picked there for all of their charts to be drawn."""


def modules():
    for file in sorted(CORE.rglob("*.py")):
        if NO_RESULTS.isdisjoint(file.relative_to(CORE).parts[:1]):
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def gives(function) -> str:
    return ast.unparse(function.returns) if function.returns else ""


def results() -> dict[tuple[str, str], str]:
    """The method by which each class of results is drawn: a chart, or else its table."""
    found = {}
    for file, tree in modules():
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for one in (node for node in tree.body if isinstance(node, ast.ClassDef)):
            methods = {own.name: gives(own) for own in one.body if isinstance(own, ast.FunctionDef)}
            # Untold: the same trend until its story is told.
            charts = [
                own
                for own, given in methods.items()
                if given == "Chart" and not own.startswith(("_", "untold"))
            ]
            tables = [own for own, given in methods.items() if own == "table" and given == "pd.DataFrame"]
            for method in charts or tables:
                found[name, f"{one.name}.{method}"] = method
    return found


@pytest.fixture
def drawn(monkeypatch):
    """The results that are drawn from here on, each with the modules of pages that ask for it."""
    seen: dict[tuple[str, str], set[str]] = {}

    def watched(key, method):
        @functools.wraps(method)
        def draw(*arguments, **options):
            frame = sys._getframe(1)
            while frame is not None:
                file = Path(frame.f_code.co_filename)
                if file.is_relative_to(PAGES):
                    seen.setdefault(key, set()).add(file.stem)
                    break
                frame = frame.f_back
            return method(*arguments, **options)

        return draw

    for (module, name), method in results().items():
        owner = getattr(importlib.import_module(module), name.partition(".")[0])
        monkeypatch.setattr(owner, method, watched((module, name), getattr(owner, method)))
    return seen


def test_each_result_is_drawn_on_a_page(open_app, drawn, monkeypatch):
    """Numbers of those who were invited are typed into a table, which AppTest cannot."""
    monkeypatch.setattr(
        st, "data_editor", lambda rows, **_: {**rows, list(rows)[-1]: [2_000] * len(rows["of"])}
    )
    app = open_app().open_sample()
    app.at.session_state["summary.answers"] = True  # what lies folded
    app.at.session_state["figures.story"] = True
    app.at.run()
    for page, picked in PICKED.items():
        assert app.go(page).fine(), page
        for key, value in picked.items():
            kinds = (app.at.selectbox, app.at.toggle)
            next(one for kind in kinds for one in kind if one.key == key).set_value(value).run()
            assert app.wait().fine(), (page, key)
    assert len(results()) > 15
    lost = set(results()) - set(drawn)
    assert not lost


def test_each_function_that_makes_a_chart_is_used_by_a_page():
    made = {
        own.name
        for _, tree in modules()
        for own in tree.body
        if isinstance(own, ast.FunctionDef) and gives(own) == "Chart" and own.name.endswith("_chart")
    }
    used = {
        alias.name
        for file in PAGES.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    # The chart of the groups is that of the overview.
    assert made - used == {"groups_chart"}
