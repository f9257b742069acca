"""The formulas that may stand in a sheet of ours: made of the names of cells alone, so that no text can be one."""

import re

_CELL = r"\$?[A-Z]{1,3}\$?\d+"
OWN = re.compile(rf"{_CELL}(?:[-+]{_CELL})?|AVERAGE\({_CELL}:{_CELL}\)")
"""As Excel writes them."""

_OPEN = r"\[\.[A-Z]{1,3}\d+\]"
OWN_OPEN = re.compile(rf"of:=(?:{_OPEN}(?:[-+]{_OPEN})?|AVERAGE\(\[\.[A-Z]{{1,3}}\d+:\.[A-Z]{{1,3}}\d+\]\))")
"""As LibreOffice writes them."""


def others(text: str) -> list[str]:
    """The formulas of a sheet's XML, of either program, that are not ours."""
    excel = [found for found in re.findall(r"<f(?: [^>]*)?>([^<]*)</f>", text) if not OWN.fullmatch(found)]
    return excel + [
        one for one in re.findall(r'table:formula="([^"]*)"', text) if not OWN_OPEN.fullmatch(one)
    ]
