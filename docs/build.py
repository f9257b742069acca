"""Write docs/method.md and docs/library.md from the docstrings of nps_core; `--check` only compares.

Run: python docs/build.py
"""

from __future__ import annotations

import importlib
import inspect
import re
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
        "What each figure is, how it is computed and where the method comes from, as the functions that compute it say.",
        "Made from their docstrings by `python docs/build.py`.",
    ]
    for chapter, named in CHAPTERS.items():
        lines += ["", f"## {chapter}"]
        for title, path in named.items():
            function = path.rpartition(".")[2]
            lines += ["", f"### {title} (`{function}`)", "", "```text", docstring(path), "```"]
    return "\n".join(lines) + "\n"


def library() -> str:
    """Every public name with its first sentence."""
    core = importlib.import_module("nps_core")
    lines = [
        "# Library",
        "",
        "Everything that `nps_core` offers. Made from the docstrings by `python docs/build.py`.",
        "",
    ]
    lines += ["| name | what it is |", "| --- | --- |"]
    for name in sorted(core.__all__, key=str.lower):
        thing = getattr(core, name)
        documented = inspect.isclass(thing) or inspect.isroutine(thing)
        first = (
            (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")
            if documented
            else f"`{_steady(repr(thing))}`"
        )
        signature = f"{name}{inspect.signature(thing)}" if inspect.isfunction(thing) else name
        lines.append(f"| `{_plain(signature)}` | {_plain(first)} |")
    return "\n".join(lines) + "\n"


def _steady(text: str) -> str:
    """A value as it is written, without the addresses of functions, which differ from run to run."""
    return re.sub(r"<function (\w+) at 0x[0-9a-f]+>", r"\1", text)


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Write both pages, or say which are out of date."""
    stale = []
    for file, text in ((HERE / "method.md", method()), (HERE / "library.md", library())):
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(file.name)
            if "--check" not in sys.argv:
                file.write_text(text, encoding="utf-8")
    if "--check" in sys.argv and stale:
        print(f"out of date: {', '.join(stale)}; run python docs/build.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
