"""Docs that are tests: what the pages say is there, and what is there is said."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import nps_core
from nps_core.workspace import command

ROOT = Path(__file__).resolve().parents[1]


def test_the_method_page_is_current():
    done = subprocess.run(
        [sys.executable, "docs/build.py", "--check"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_examples_of_the_library_page_give_what_they_say(monkeypatch):
    monkeypatch.chdir(ROOT)
    done = doctest.testfile(str(ROOT / "docs" / "library.md"), module_relative=False, encoding="utf-8")
    assert done.attempted >= 15
    assert not done.failed


def test_the_examples_of_the_workspace_page_give_what_they_say():
    done = doctest.testfile(str(ROOT / "docs" / "workspace.md"), module_relative=False, encoding="utf-8")
    assert done.attempted >= 15
    assert not done.failed


def test_every_action_of_the_workspace_command_is_on_its_page():
    text = (ROOT / "docs" / "workspace.md").read_text(encoding="utf-8")
    for action in ("restore", *command._ACTIONS):
        assert f"nps workspace {action}" in text, action


def test_the_library_page_names_every_public_name_and_no_other():
    text = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    listed = {
        name
        for row in re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    said = set(re.findall(r"`(\w+)`", text))
    assert listed <= set(nps_core.__all__)
    assert set(nps_core.__all__) <= said


def test_a_notebook_goes_from_a_file_to_a_figure_in_three_lines(monkeypatch):
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    lines = re.findall(r"^>>> (.*)$", text, re.MULTILINE)[:3]
    names: dict[str, object] = {}
    exec("\n".join(lines), names)  # noqa: S102 - the lines of our own page
    figure = names["figure"]
    assert len(figure.data) > 1


def test_every_page_is_in_the_guide():
    places = (ROOT / "pages" / "ui" / "places.py").read_text(encoding="utf-8")
    titles = [title for title in re.findall(r'st\.Page\([^)]*?title="([^"]+)"', places) if title != "Explore"]
    views = re.findall(
        r'": \("([^"]+)", \w+\)', (ROOT / "pages" / "explore_page.py").read_text(encoding="utf-8")
    )
    titles += [f"Explore: {view}" for view in views]
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    assert len(titles) >= 10
    for title in titles:
        assert f"| {title} |" in guide, title


def test_links_of_the_docs_lead_somewhere():
    for file in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file.name} -> {target}"


def test_every_command_of_the_figures_is_there():
    figures = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    files = re.findall(r"`[^`]*?((?:tests|benchmarks|docs)/[\w/.]+\.py)[^`]*`", figures)
    assert len(files) >= 5
    for file in files:
        assert (ROOT / file).exists(), file
