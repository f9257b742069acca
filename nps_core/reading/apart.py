"""Old binary workbooks (.xls) in a process of their own: `python apart.py < FILE` writes the sheets as JSON.

What such a file says of itself (its extent, its chains of sectors) is believed by every parser, and a lie makes
one ask for more memory than there is, which ends the process. So it is a process that nobody will miss. It imports
nothing of this package, to start at once.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
from typing import Any

MEMORY = 600 * 2**20
"""Bytes of address space; a sheet of 65,536 rows by 30 columns takes some 400 MB."""

SECONDS = 20
"""A full sheet takes three."""

_WHOLE = 2.0**53
"""Above this a float holds no exact whole numbers."""


def read_apart(data: bytes) -> list[dict[str, Any]] | None:
    """The visible sheets of a workbook, each with `title`, `first` (its first row, from 1) and `rows`.

    None where the process died of it, or found no workbook.
    """
    command = [sys.executable, "-I", __file__]
    try:
        done = subprocess.run(  # noqa: S603 - the command is this very file
            command, input=data, capture_output=True, timeout=SECONDS, check=False
        )
        found: list[dict[str, Any]] | None = json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return found


def cell_text(cell: object) -> str:
    """A workbook's cell as the text that its owner meant: 10.0 is "10", a date is ISO."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system; elsewhere the machine is the limit
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> None:
    _limit()
    import python_calamine  # noqa: PLC0415 - once the limit holds

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    visible = python_calamine.SheetVisibleEnum.Visible
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    out.write("[")
    for place, title in enumerate(meta.name for meta in book.sheets_metadata if meta.visible == visible):
        sheet = book.get_sheet_by_name(title)
        first = (sheet.start or (0, 0))[0] + 1
        out.write("," * bool(place) + f'{{"title": {json.dumps(title)}, "first": {first}, "rows": [')
        between = ""
        for row in sheet.iter_rows() if sheet.height else ():
            cells = [cell_text(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            out.write(between + json.dumps(cells))
            between = ","
        out.write("]}")
    out.write("]")
    out.flush()


if __name__ == "__main__":
    _main()
