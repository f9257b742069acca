"""Docs that are tests: what the pages say is there, and what is there is said."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_method_and_library_pages_are_current():
    done = subprocess.run(
        [sys.executable, "docs/build.py", "--check"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_page_is_in_the_guide():
    titles = re.findall(r'st\.Page\([^)]*?title="([^"]+)"', (ROOT / "app.py").read_text(encoding="utf-8"))
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    assert len(titles) >= 5
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
