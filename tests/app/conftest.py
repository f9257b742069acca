"""The app without a browser."""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import time
from pathlib import Path

import pytest
from firms import PROVIDER, Firm
from named_tables import name_tables  # noqa: F401 - a fixture
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from nps_core.errors import NPSError
from pages.ui import frame, login, open_surveys

ROOT = Path(__file__).resolve().parents[2]
VIEWS = {
    "trends": "time",
    "segments": "segments",
    "compare": "sides",
    "measures": "measures",
    "drivers": "drivers",
    "accounts": "accounts",
}
EARLIER = {"accounts": "people"}
PLACES = {"overview": "summary", "themes": "comments", "report": "slides"}
PAGES = (
    "overview",
    "trends",
    "segments",
    "compare",
    "themes",
    "measures",
    "drivers",
    "accounts",
    "report",
    "data",
)


class App:
    """AppTest in the words of a user."""

    def __init__(self, query: dict[str, list[str]] | None = None) -> None:
        self.at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, values in (query or {}).items():
            self.at.query_params[key] = values
        self.at.run()

    def upload(self, name: str, content: bytes) -> App:
        self.at.file_uploader[0].set_value((name, content, "text/csv")).run()
        return self

    def open_sample(self) -> App:
        next(button for button in self.at.button if "sample" in button.label).click().run()
        return self

    def go(self, page: str) -> App:
        """Go to a place, to a view of Explore by its name, or to one of Comments: "themes: changes"."""
        page, _, of_comments = page.partition(": ")
        view = VIEWS.get(page)
        self.at.switch_page(f"pages/{'explore' if view else PLACES.get(page, page)}_page.py").run()
        picker = [box for box in self.at.button_group if (box.key or "").rstrip() == "explore.view"]
        if view and picker and picker[0].value != view:
            if view in self.views:
                picker[0].set_value(view).run()
            else:  # what a file cannot fill has its address alone
                linked = {**dict(self.at.query_params), "see.explore.view": [view]}
                self.at = App(linked).at
                self.at.switch_page("pages/explore_page.py").run()
        self.wait()
        if of_comments:
            self.control("comments.view").set_value(of_comments).run()
        return self.wait()

    @property
    def views(self) -> set[str]:
        """The views of Explore that are offered there."""
        words = {
            "Over time": "time",
            "By segment": "segments",
            "Two sides": "sides",
            "CSAT/CES": "measures",
            "Drivers": "drivers",
            "Who speaks": "accounts",
        }
        return {words[name] for name in self.control("explore.view").options}

    def open_address(self, path: str) -> App:
        """Open a page by its address, of earlier versions too."""
        page = next(one for one in self.at.session_state["pages"] if one.url_path == EARLIER.get(path, path))
        self.at._page_hash = page._script_hash
        self.at.run()
        return self

    def wait(self) -> App:
        """Run again until the themes are found, as the page in a browser does by itself."""
        end = time.monotonic() + 120
        while self.at.get("html") and "Looking for themes" in self.html and time.monotonic() < end:
            time.sleep(0.2)
            self.at.run()
        return self

    def pick(self, attribute: str, *values: str) -> App:
        """Pick values of an attribute; test_filter_bar.py does so as a user does, in the place for it."""
        return self.filter(f"by.{attribute}", list(values))

    def filter(self, what: str, picked: object) -> App:
        held = self.at.session_state["filters"]
        if what in {"since", "until"}:  # always drawn: what its widget says holds
            self.field(what).set_value(picked).run()
            return self
        self.at.session_state["filters"] = (
            held.with_attribute(what.removeprefix("by."), picked)
            if what.startswith("by.")
            else dataclasses.replace(held, **{what: tuple(picked) if isinstance(picked, list) else picked})
        )
        self.at.run()
        return self

    def field(self, what: str):
        """The widget of a filter, where it is drawn."""
        key = f"filter.{self.at.session_state['bar.turn']}.{what}"
        kinds = ("button_group", "multiselect", "text_input", "date_input")
        return next(one for kind in kinds for one in getattr(self.at, kind) if one.key == key)

    def control(self, key: str):
        """The widget of a choice; blanks at the end of its own key say that it took the place of another one."""
        kinds = ("selectbox", "toggle", "number_input", "button_group", "multiselect", "date_input")
        return next(
            one for kind in kinds for one in getattr(self.at, kind) if (one.key or "").rstrip() == key
        )

    def days(self):
        """The days that have a name, to pick from."""
        return next(one for one in self.at.button_group if (one.key or "").startswith("bar.preset"))

    def number(self, key: str):
        """The field for a number whose key begins so: some hold for one survey and its filters alone."""
        return next(field for field in self.at.number_input if (field.key or "").startswith(key))

    @property
    def html(self) -> str:
        return "\n".join(str(element.proto.body) for element in self.at.get("html"))

    @property
    def answer(self) -> str:
        """The first line of the page."""
        return self.html.split('<h1 class="answer">')[1].split("</h1>")[0]

    def fine(self) -> bool:
        return not self.at.exception and "could not be drawn" not in self.html


@pytest.fixture(scope="session", autouse=True)
def scanned_once():
    """Streamlit reads what each installed package says of itself whenever an app starts: half of these tests' time."""
    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, "scan_component_manifests", functools.cache(scan))
        yield


@pytest.fixture(autouse=True)
def defects(monkeypatch):
    """What was raised that has no words of ours: nothing, but where a test takes it out.

    What is raised in fragments and callbacks is told by the frame, as `st.App` has it.
    """
    made, failed, found = LocalScriptRunner.__init__, frame.failed, []

    def make(self, *arguments, **named):
        made(self, *arguments, **named)
        self._on_script_error = lambda error: isinstance(error, NPSError) and frame.failed(error)

    def note(error):
        if not isinstance(error, NPSError):
            found.append(error)
        return failed(error)

    monkeypatch.setattr(LocalScriptRunner, "__init__", make)
    monkeypatch.setattr(frame, "failed", note)
    yield found
    assert not found


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    """Nothing is kept, and nothing of whoever runs the tests is opened; see `place`."""
    monkeypatch.setenv("NPS_WORKSPACE", "off")


@pytest.fixture
def place(monkeypatch, tmp_path):
    """A workspace that this server shares with all who visit it, in which nothing is kept yet."""
    where = tmp_path / "workspace.sqlite"
    monkeypatch.setenv("NPS_WORKSPACE", str(where))
    return where


@pytest.fixture
def firm(place, monkeypatch):
    """A login, where nobody is signed in yet, and an admin called root."""
    found = Firm(place)
    monkeypatch.setattr(login, "is_on", lambda: True)
    monkeypatch.setattr(login, "_providers", lambda: {"": PROVIDER})
    monkeypatch.setattr(login, "claims", lambda: found.claims)
    yield found
    for kind in ("survey", "files", "themes"):
        for key in open_surveys.SHELF.keys(kind):
            open_surveys.SHELF.drop(key)


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture(scope="session")
def open_app():
    return App


def survey_csv(rows: list[dict[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.fixture
def make_csv():
    return survey_csv


@pytest.fixture
def small(make_csv) -> bytes:
    """60 responses: 30 promoters, 20 passives, 10 detractors, so NPS +33; Pro scores higher than Starter."""
    rows = []
    for number in range(60):
        score = 10 if number < 30 else 8 if number < 50 else 3
        rows.append(
            {
                "Date": f"2026-0{1 + number % 6}-{1 + number % 28:02}",
                "Email": f"u{number}@example.org",
                "Score": score,
                "Comment": ("support is slow", "love the reports", "too expensive", "")[number % 4],
                "Plan": "Pro" if number < 35 else "Starter",
                "Persona": ("Decision maker", "End user")[number % 2],
            }
        )
    return make_csv(rows)


@pytest.fixture
def calls(app, small, place):
    """The page Actions of a kept survey with 10 detractors."""
    assert not place.exists()
    app.upload("q1.csv", small)
    app.at.button(key="kept.keep").click().run()
    app.at.switch_page("pages/actions_page.py").run()
    assert app.fine()
    return app
