"""Write docs/method.md from the docstrings of nps_core; `--check` only compares.

Run: python docs/build.py
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from nps_core.method import CHAPTERS, docstring  # noqa: E402 - the path comes first


def method() -> str:
    """How each figure is computed, as its function says it."""
    lines = [
        "# Method",
        "",
        (
            "What each figure is, how it is computed and where the method comes from, as the functions that"
            " compute it say."
        ),
        "Made from their docstrings by `python docs/build.py`.",
    ]
    for chapter, named in CHAPTERS.items():
        lines += ["", f"## {chapter}"]
        for title, path in named.items():
            function = path.rpartition(".")[2]
            lines += ["", f"### {title} (`{function}`)", "", "```text", docstring(path), "```"]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or say that it is out of date."""
    file, text = HERE / "method.md", method()
    if "--check" not in sys.argv:
        file.write_text(text, encoding="utf-8")
    elif not file.exists() or file.read_text(encoding="utf-8") != text:
        print(f"out of date: {file.name}; run python docs/build.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
