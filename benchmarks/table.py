"""Where benchmarks write what they measured."""

from __future__ import annotations

import os
from pathlib import Path

README = Path(__file__).with_name("README.md")


def write_table(name: str, lines: list[str], page: Path = README) -> None:
    """Replace what stands between the marks of a benchmark in README.md, or in another page."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(start, 1)
    after = rest.split(end, 1)[1]
    page.write_text(before + "\n".join([start, *lines, end]) + after, encoding="utf-8")


def load() -> str:
    """Say how busy the machine is: its mean number of running processes, and its cores."""
    return f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores."
