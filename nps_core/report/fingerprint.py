"""Fingerprints: what was generated in a deck, as hashes that travel in it, so that what a hand changed can be told.

Words are kept as hashes alone: what somebody deletes from a slide must not live on in a part that nobody sees.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from lxml import etree
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part as PackagePart

from nps_core.report.shapes import A

if TYPE_CHECKING:
    from collections.abc import Iterator

SPACE = "urn:nps-dashboard:record"
"""The namespace by which the part with the record is found: programs move it and rename it."""

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
Shape = Any  # python-pptx has no types
Record = dict[str, dict[str, Any]]
"""By the key of a part: its "shapes" by kind and name, and its "notes"."""

_BYTES = 9  # of a hash: no two texts of a deck meet by chance
_EMU = 12700
_PROPS_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_PROPS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
    b'<ds:datastoreItem ds:itemID="{6E70735F-7265-636F-7264-000000000001}"'
    b' xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs><ds:schemaRef'
    b' ds:uri="urn:nps-dashboard:record"/></ds:schemaRefs></ds:datastoreItem>'
)
"""What programs ask of a part of one's own; without it LibreOffice drops the part."""


def mark_of(text: str) -> str:
    """The hash of a text."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=_BYTES, person=b"nps deck").hexdigest()


def kind_of(shape: Shape) -> str:
    """What a shape holds: "chart", "table", "text" or nothing."""
    for kind, has in (("chart", "has_chart"), ("table", "has_table"), ("text", "has_text_frame")):
        if getattr(shape, has, False):
            return kind
    return ""


def all_shapes(shapes: Shape) -> Iterator[Shape]:
    """The shapes of a slide, those in groups too."""
    for shape in shapes:
        yield shape
        if hasattr(shape, "shapes"):
            yield from all_shapes(shape.shapes)


def paragraphs_of(shape: Shape) -> list[Any]:
    """The paragraphs of a text box."""
    return list(shape.text_frame._txBody.findall(f"{{{A}}}p"))  # noqa: SLF001


def words_in(element: Any) -> str:  # noqa: ANN401
    """The words of a paragraph or a cell."""
    return "".join(one.text or "" for one in element.iter(f"{{{A}}}t"))


def look_of(element: Any) -> str:  # noqa: ANN401
    """The look of a paragraph's or a cell's runs: size to half a point, weight and colour of each."""
    found = []
    for run in element.iter(f"{{{A}}}rPr"):
        colour = next(iter(run.iter(f"{{{A}}}srgbClr", f"{{{A}}}schemeClr")), None)
        font = run.find(f"{{{A}}}latin")
        found.append(
            (
                round(int(run.get("sz", "0")) / 50),
                run.get("b", "0"),
                run.get("i", "0"),
                "" if colour is None else colour.get("val"),
                "" if font is None else font.get("typeface"),
            )
        )
    return mark_of(repr(found))


def rows_of(shape: Shape) -> list[Any]:
    """The rows of a table."""
    return list(shape.table._tbl.tr_lst)  # noqa: SLF001


def series_of(shape: Shape) -> dict[str, Any]:
    """The series of a chart by their names."""
    found = {}
    for one in shape.chart._chartSpace.iter(f"{{{C}}}ser"):  # noqa: SLF001
        name = next((value.text or "" for value in one.iterfind(f"{{{C}}}tx//{{{C}}}v")), "")
        found[name] = one
    return found


def series_look(one: Any) -> str:  # noqa: ANN401
    """The look of a series and of its points."""
    parts = [
        etree.tostring(part, method="c14n").decode()
        for part in one
        if etree.QName(part).localname in {"spPr", "dPt", "marker"}
    ]
    return mark_of("".join(parts))


def axis_ends(shape: Shape) -> list[Any]:
    """The ends of the axes of a chart, as elements."""
    return [
        end
        for scaling in shape.chart._chartSpace.iter(f"{{{C}}}scaling")  # noqa: SLF001
        for end in scaling
        if etree.QName(end).localname in {"min", "max"}
    ]


def chart_mark(shape: Shape) -> str:
    """The hash of a whole chart, its workbook aside."""
    space = shape.chart._chartSpace  # noqa: SLF001
    return mark_of("".join(etree.tostring(one, method="c14n").decode() for one in space if _is_drawn(one)))


def book_of(shape: Shape) -> bytes:
    """The workbook behind a chart; empty where it was lost."""
    part = shape.chart.part.chart_workbook.xlsx_part
    return b"" if part is None else bytes(part.blob)


def alt_of(shape: Shape) -> str:
    """The alternative text."""
    holder = shape._element.xpath(".//p:cNvPr")  # noqa: SLF001
    return str(holder[0].get("descr", "")) if holder else ""


def box_of(shape: Shape) -> list[float]:
    """The place of a shape, in points."""
    return [round((side or 0) / _EMU, 1) for side in (shape.left, shape.top, shape.width, shape.height)]


def fingerprint_of(shape: Shape) -> dict[str, Any]:
    """What is to be known of a generated shape."""
    found: dict[str, Any] = {"box": box_of(shape), "alt": mark_of(alt_of(shape))}
    kind = kind_of(shape)
    if kind == "text":
        own = paragraphs_of(shape)
        found |= {"words": [mark_of(words_in(one)) for one in own], "looks": [look_of(one) for one in own]}
    elif kind == "table":
        rows = rows_of(shape)
        found |= {
            "words": [mark_of(words_in(cell)) for row in rows for cell in row.tc_lst],
            "looks": [look_of(cell) for row in rows for cell in row.tc_lst],
            "columns": len(rows[0].tc_lst) if rows else 0,
        }
    elif kind == "chart":
        found |= {
            "chart": chart_mark(shape),
            "series": {mark_of(name): series_look(one) for name, one in series_of(shape).items()},
            "ends": [end.get("val") for end in axis_ends(shape)],
            "book": mark_of(book_of(shape).hex()),
        }
    return found


def fingerprint_of_slide(slide: Any, prefix: str) -> dict[str, Any]:  # noqa: ANN401
    """What is to be known of a slide that was just drawn or filled."""
    named = [one for one in all_shapes(slide.shapes) if str(one.name).lower().startswith(prefix)]
    lines = slide.notes_slide.notes_text_frame.text.split("\n") if slide.has_notes_slide else []
    return {
        "shapes": {f"{kind_of(one)}|{one.name}": fingerprint_of(one) for one in named},
        "notes": [mark_of(line) for line in lines],
    }


def read_record(deck: Any) -> Record | None:  # noqa: ANN401
    """The record that a deck carries; None without one."""
    part = _record_part(deck)
    if part is None:
        return None
    try:
        found = json.loads(etree.fromstring(part.blob).text or "")
    except (ValueError, SyntaxError):  # lxml's error is a SyntaxError
        return None
    return found if isinstance(found, dict) else None


def write_record(deck: Any, record: Record) -> None:  # noqa: ANN401
    """Put the record into a deck, in the place of the one that it carries."""
    root = etree.Element(f"{{{SPACE}}}record", nsmap={None: SPACE})
    root.text = json.dumps(record, sort_keys=True, separators=(",", ":"))
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    part = _record_part(deck)
    if part is not None:
        part._blob = data  # noqa: SLF001 - a part of raw bytes has no other way in
        return
    package = deck.part.package
    item = PackagePart(package.next_partname("/customXml/item%d.xml"), "application/xml", package, data)
    deck.part.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)
    props = PackagePart(package.next_partname("/customXml/itemProps%d.xml"), _PROPS_TYPE, package, _PROPS)
    item.relate_to(props, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)


def _record_part(deck: Any) -> Any:  # noqa: ANN401
    space = SPACE.encode()
    for part in deck.part.package.iter_parts():
        if "customxml/item" in str(part.partname).lower() and b"<record" in part.blob and space in part.blob:
            return part
    return None


def _is_drawn(one: Any) -> bool:  # noqa: ANN401
    return bool(etree.QName(one).localname != "externalData")
