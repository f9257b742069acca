"""A chart that a hand may have changed gets new data: what nobody touched follows, what somebody touched stays."""

from __future__ import annotations

import io
import zipfile
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from lxml import etree

from nps_core.charts.draw.datasheet import NAME
from nps_core.report.fingerprint import (
    C,
    axis_ends,
    book_of,
    chart_mark,
    mark_of,
    series_look,
    series_of,
)
from nps_core.report.package import DAY
from nps_core.report.shapes import A

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATA = ("tx", "cat", "val", "xVal", "yVal")
_LOOK = {"spPr", "dPt", "marker"}
_ORDER = [
    "idx",
    "order",
    "tx",
    "spPr",
    "invertIfNegative",
    "pictureOptions",
    "marker",
    "dPt",
    "explosion",
    "dLbls",
    "trendline",
    "errBars",
    "cat",
    "val",
    "xVal",
    "yVal",
    "smooth",
    "shape",
    "extLst",
]
"""The children of a series in the order that the schema asks for."""


def merge_chart(mine: Any, fresh: Any, base: Mapping[str, Any]) -> bool:  # noqa: ANN401 - python-pptx has no types
    """Give a chart the data of a fresh one; whether a hand had changed it, so that only its data follow."""
    touched = chart_mark(mine) != base.get("chart")
    if touched:
        _rebind(mine, fresh, base)
    else:
        _replace(mine, fresh)
    lost = _merge_book(mine, fresh, base)
    return touched or lost


def _replace(mine: Any, fresh: Any) -> None:  # noqa: ANN401
    """The whole drawing of the fresh chart, beside the workbook of the old one."""
    own, new = mine.chart._chartSpace, deepcopy(fresh.chart._chartSpace)  # noqa: SLF001
    for one in [*own]:
        if etree.QName(one).localname != "externalData":
            own.remove(one)
    data = next((one for one in own), None)
    for one in [*new]:
        if etree.QName(one).localname != "externalData":
            (own.append if data is None else data.addprevious)(one)


def _rebind(mine: Any, fresh: Any, base: Mapping[str, Any]) -> None:  # noqa: ANN401
    """Values, names, lengths of intervals, label texts and axis ends; titles, fills, formats and layout stay."""
    looks, new = base.get("series", {}), series_of(fresh)
    old = series_of(mine)
    for name, one in old.items():
        if name in new:
            _bind(one, new[name], looks.get(mark_of(name)))
        elif mark_of(name) in looks:
            one.getparent().remove(one)  # generated, and no longer in the report
    added = [one for name, one in new.items() if name not in old and mark_of(name) not in looks]
    for one in added:
        _add(mine, one)
    for end, fresh_end, was in zip(axis_ends(mine), axis_ends(fresh), base.get("ends", ()), strict=False):
        if end.get("val") == was:
            end.set("val", fresh_end.get("val"))


def _bind(one: Any, new: Any, was: str | None) -> None:  # noqa: ANN401
    follows = series_look(one) == was
    for tag in (*_DATA, *(_LOOK if follows else ())):
        for old in one.findall(f"{{{C}}}{tag}"):
            one.remove(old)
        for part in new.findall(f"{{{C}}}{tag}"):
            _insert(one, deepcopy(part), tag)
    for old, fresh in zip(one.findall(f"{{{C}}}errBars"), new.findall(f"{{{C}}}errBars"), strict=False):
        for side in ("plus", "minus"):
            was_side, new_side = old.find(f"{{{C}}}{side}"), fresh.find(f"{{{C}}}{side}")
            if was_side is not None and new_side is not None:
                old.replace(was_side, deepcopy(new_side))
    _bind_labels(one, new)


def _bind_labels(one: Any, new: Any) -> None:  # noqa: ANN401
    """The labels of the fresh series, in the look of those that stand there."""
    old, fresh = one.find(f"{{{C}}}dLbls"), new.find(f"{{{C}}}dLbls")
    if old is None or fresh is None:
        return
    there = {_place(label): label for label in old.findall(f"{{{C}}}dLbl")}
    labels = []
    for label in fresh.findall(f"{{{C}}}dLbl"):
        own = there.get(_place(label))
        mine, theirs = (_texts(each) if each is not None else [] for each in (own, label))
        if own is not None and len(mine) == len(theirs):
            for text, said in zip(mine, theirs, strict=True):
                text.text = said.text
            labels.append(own)
        else:
            labels.append(deepcopy(label))
    for label in there.values():
        old.remove(label)
    for place, label in enumerate(labels):
        old.insert(place, label)


def _texts(label: Any) -> list[Any]:  # noqa: ANN401
    return list(label.iter(f"{{{A}}}t"))


def _place(label: Any) -> str:  # noqa: ANN401
    return str(label.find(f"{{{C}}}idx").get("val"))


def _add(mine: Any, one: Any) -> None:  # noqa: ANN401
    """A series that is new since, in the plot of its kind, or in the first."""
    kind = etree.QName(one.getparent()).localname
    plots = [plot for plot in mine.chart._chartSpace.iter() if plot.findall(f"{{{C}}}ser")]  # noqa: SLF001
    plot = next((own for own in plots if etree.QName(own).localname == kind), None)
    if plot is None:
        return
    places = mine.chart._chartSpace.iterfind(f".//{{{C}}}ser/{{{C}}}idx")  # noqa: SLF001
    numbers = [int(own.get("val")) for own in places]
    own = deepcopy(one)
    for tag in ("idx", "order"):
        own.find(f"{{{C}}}{tag}").set("val", str(max(numbers, default=-1) + 1))
    plot.findall(f"{{{C}}}ser")[-1].addnext(own)


def _insert(one: Any, part: Any, tag: str) -> None:  # noqa: ANN401
    """Put a child into a series where the schema has it."""
    place = _ORDER.index(tag)
    for other in reversed(one):
        name = etree.QName(other).localname
        if name in _ORDER and _ORDER.index(name) <= place:
            other.addnext(part)
            return
    one.insert(0, part)


def _merge_book(mine: Any, fresh: Any, base: Mapping[str, Any]) -> bool:  # noqa: ANN401
    """The data sheet anew; other sheets and formulas of a workbook that somebody changed stay; whether it was lost."""
    old, new = book_of(mine), book_of(fresh)
    if old and mark_of(old.hex()) != base.get("book"):
        new = _with_sheet(old, new)
    mine.chart.part.chart_workbook.update_from_xlsx_blob(new)
    return not old


def _with_sheet(old: bytes, new: bytes) -> bytes:
    """The first workbook with the cells of the second's sheet: its formats, other sheets and own columns stay."""
    with zipfile.ZipFile(io.BytesIO(old)) as mine, zipfile.ZipFile(io.BytesIO(new)) as fresh:
        place = _sheet_place(mine)
        if not place:  # renamed or deleted: there is nothing of ours to keep
            return new
        sheet = etree.fromstring(mine.read(place))
        _write_cells(sheet.find(f"{_S}sheetData"), _cells(fresh))
        parts = {info.filename: mine.read(info) for info in mine.infolist()}
    parts[place] = etree.tostring(sheet, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, part in parts.items():
            copy.writestr(zipfile.ZipInfo(name, DAY), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def _sheet_place(book: zipfile.ZipFile) -> str:
    """Where the data sheet stands in a workbook; "" where it has none."""
    sheets = etree.fromstring(book.read("xl/workbook.xml")).iter(f"{_S}sheet")
    number = next((one.get(f"{_R}id") for one in sheets if one.get("name") == NAME), None)
    for relation in etree.fromstring(book.read("xl/_rels/workbook.xml.rels")):
        if relation.get("Id") == number:
            target = str(relation.get("Target"))
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _cells(book: zipfile.ZipFile) -> dict[str, tuple[str | float, str]]:
    """The cells of the data sheet by their names: texts and numbers, and the formula of what helps to draw."""
    names = book.namelist()
    shared = etree.fromstring(book.read("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else []
    texts = ["".join(one.text or "" for one in item.iter(f"{_S}t")) for item in shared]
    found: dict[str, tuple[str | float, str]] = {}
    for cell in etree.fromstring(book.read(_sheet_place(book))).iter(f"{_S}c"):
        value = cell.find(f"{_S}v")
        if value is not None:
            told = texts[int(value.text)] if cell.get("t") == "s" else float(value.text)
            found[cell.get("r")] = told, cell.findtext(f"{_S}f", "")
    return found


def _write_cells(data: Any, cells: Mapping[str, tuple[str | float, str]]) -> None:  # noqa: ANN401
    """Write cells into a sheet in their own formats; what stands under them in the same columns goes."""
    columns = {_split(name)[0] for name in cells}
    last = max((_split(name)[1] for name in cells), default=0)
    rows = {int(row.get("r")): row for row in data}
    for row in rows.values():
        for cell in list(row):
            column, number = _split(cell.get("r"))
            if column in columns and number > 0 and cell.get("r") not in cells:
                row.remove(cell)
    for number in range(1, last + 1):
        if number not in rows:
            rows[number] = etree.SubElement(data, f"{_S}row", r=str(number))
    data[:] = [rows[number] for number in sorted(rows)]
    for name, (value, formula) in cells.items():
        row = rows[_split(name)[1]]
        cell = next((one for one in row if one.get("r") == name), None)
        if cell is None:
            cell = etree.SubElement(row, f"{_S}c", r=name)
            row[:] = sorted(row, key=lambda one: (len(_split(one.get("r"))[0]), _split(one.get("r"))[0]))
        _write_cell(cell, value, formula)


def _write_cell(cell: Any, value: str | float, formula: str) -> None:  # noqa: ANN401
    for part in list(cell):
        cell.remove(part)
    cell.attrib.pop("t", None)
    if formula:
        etree.SubElement(cell, f"{_S}f").text = formula
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        etree.SubElement(etree.SubElement(cell, f"{_S}is"), f"{_S}t").text = value
    else:
        etree.SubElement(cell, f"{_S}v").text = repr(value)


def _split(name: str) -> tuple[str, int]:
    column = name.rstrip("0123456789")
    return column, int(name[len(column) :])
