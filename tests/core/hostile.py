"""Files that ended or froze a process that trusted them, each kind in three sizes: what it is called -> its bytes.

Made here and not kept as files: what they would do is not for anybody's download folder.
"""

import io
import struct
import tempfile
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
from biff import extent, label, number, xls
from pptx import Presentation

TYPES = (
    '<?xml version="1.0"?><Types'
    ' xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"'
    ' ContentType="application/xml"/><Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
LINKS = (
    '<?xml version="1.0"?><Relationships'
    ' xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'
)
LINK = (
    '<Relationship Id="rId{place}"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{sheets}</sheets></workbook>'
)
OPEN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CLOSE = b"</sheetData></worksheet>"
CELL = b'<row r="1"><c r="A1"><v>9</v></c></row>'
CORNER = b'<row r="%d"><c r="%s%d"><v>1</v></c></row>'
FAR = ((1_048_576, b"XFD"), (1_048_576, b"CZZ"), (400_000, b"XFD"))
"""Corners of 17, 2.8 and 6.5 billion cells."""


def workbook(pieces, *, names=("S",), sheet="worksheets/sheet1.xml", more=(), comment=b"", before=b""):
    """A workbook whose only sheet is made of pieces of XML; all names name it."""
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{place}" r:id="rId{place}"/>' for place, name in enumerate(names, 1)
    )
    links = [LINK.format(place=place, kind="worksheet", target=sheet) for place in range(1, len(names) + 1)]
    links += [
        LINK.format(place=9000 + place, kind=kind, target=target)
        for place, (kind, target, _) in enumerate(more)
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr(
            "_rels/.rels",
            LINKS.format(links=LINK.format(place=1, kind="officeDocument", target="xl/workbook.xml")),
        )
        archive.writestr("xl/workbook.xml", BOOK.format(sheets=sheets))
        archive.writestr("xl/_rels/workbook.xml.rels", LINKS.format(links="".join(links)))
        with archive.open(f"xl/{sheet}", "w", force_zip64=True) as part:
            part.write(before)
            for piece in (OPEN, *pieces, CLOSE):
                part.write(piece)
        for _, target, content in more:
            archive.writestr(f"xl/{target}", content)
        archive.comment = comment
    return out.getvalue()


def corner(size, **options):
    row, column = FAR[size]
    return workbook([CELL, CORNER % (row, column, row)], **options)


def behind_another_archive(size):
    """An archive in the comment of another one: which of the two is opened depends on who looks."""
    harmless = workbook([CELL])
    hostile = corner(size)
    return harmless[:-2] + struct.pack("<H", len(hostile)) + hostile if len(hostile) < 65_536 else hostile


def blanks_in_a_tag(size):
    row, column = FAR[size]
    return workbook(
        [CELL, b'<row r="%d"><c %s r="%s%d"><v>1</v></c></row>' % (row, b" " * 2_000_000, column, row)]
    )


def counted_texts(size):
    count = (2_147_483_648, 4_294_967_295, 300_000_000)[size]
    texts = f'<sst uniqueCount="{count}" count="{count}"><si><t>x</t></si></sst>'
    return workbook([CELL], more=[("sharedStrings", "sharedStrings.xml", texts)])


def shared_text(size, sign=b'"s"'):
    """One text of 32,000 letters that many cells share."""
    rows = (30_000, 150_000, 400_000)[size]
    cells = (
        b'<row r="%d"><c r="A%d" t = %s><v>0</v></c></row>' % (row, row, sign) for row in range(1, rows + 1)
    )
    texts = "<sst><si><t>" + "".join(map(str, range(7000)))[:32_000] + "</t></si></sst>"
    return workbook(cells, more=[("sharedStrings", "sharedStrings.xml", texts)])


def names_of_one_sheet(size):
    count = (30, 300, 3000)[size]
    rows = (
        b'<row r="%d">' % row
        + b"".join(b'<c r="%c%d"><v>%d</v></c>' % (65 + place, row, row) for place in range(12))
        + b"</row>"
        for row in range(1, 40_001)
    )
    return workbook(rows, names=[f"S{place}" for place in range(count)])


def inflating(size):
    return workbook([b" " * 1_000_000] * (320, 1000, 3000)[size])


def inflating_cells(size):
    """Cells that pack a thousand times: small as a file, gigabytes once they are read."""
    rows = (200_000, 400_000, 600_000)[size]
    row = b"<row>" + b'<c t="inlineStr"><is><t>' + b"a" * 2000 + b"</t></is></c>" * 1 + b"</row>"
    return workbook([row] * rows)


def repeated_ods(size):
    rows = (20_000, 100_000, 1_000_000)[size]
    row = (
        '<table:table-row><table:table-cell table:number-columns-repeated="16000"/>'
        '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    )
    repeated = (
        row
        if size < 2
        else row.replace("<table:table-row>", f'<table:table-row table:number-rows-repeated="{rows}">')
    )
    return ods(repeated * (rows if size < 2 else 1))


def ods(rows):
    content = (
        '<?xml version="1.0"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table'
        f' table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return out.getvalue()


def old_workbook(size):
    lie = (extent(0xFFFFFFFF, 0xFFFF), extent(65536, 0x4000), number(65535, 65535, 1.0))[size]
    rows = label(0, 0, "NPS") + b"".join(number(row, 0, row % 11) for row in range(1, 40))
    return xls(lie + rows)


def page_of_angles(size):
    return b"<table><tr><td>" + b"<" * (1_000_000, 8_000_000, 29_000_000)[size]


def page_of_entities(size):
    digits = b"9" * (9_000, 90_000, 9_000_000)[size]
    rows = b"<tr><td>score</td></tr><tr><td colspan='\xc2\xb2'>&#" + digits + b";</td></tr>"
    return b"<html><meta charset=utf-8><table>" + rows + b"</table></html>"


def page_of_spans(size):
    many = (b"9999999", b"99999999", b"999999999")[size]
    return (
        b"<table><tr><td>9</td></tr><tr><td colspan=" + many + b" rowspan=" + many + b">1</td></tr></table>"
    )


def deep_page(size):
    depth = (10_000, 100_000, 1_000_000)[size]
    return b"<table><tr><td>9</td></tr><tr><td>" + b"<div>" * depth + b"1</td></tr></table>"


def laughing_xml(size):
    """Entities of entities: a billion laughs."""
    depth = (6, 9, 12)[size]
    entities = '<!ENTITY e0 "laughter">' + "".join(
        f'<!ENTITY e{place} "{f"&e{place - 1};" * 10}">' for place in range(1, depth)
    )
    cells = f"<Row><Cell><Data>9</Data></Cell></Row><Row><Cell><Data>&e{depth - 1};</Data></Cell></Row>"
    return f'<?xml version="1.0"?><!DOCTYPE Workbook [{entities}]><Workbook><Table>{cells}</Table></Workbook>'.encode()


def packed_sav(size):
    """A compressed file of nothing but zeros, that says it has far more."""
    frame = pd.DataFrame({"nps": np.zeros(1000), "why": [""] * 1000})
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "x.zsav"
        pyreadstat.write_sav(frame, out, compress=True)
        data = bytearray(out.read_bytes())
    data[80:84] = struct.pack("<i", (10_000_000, 1_000_000_000, 2_147_483_647)[size])  # cases
    data[68:72] = struct.pack("<i", (100_000, 10_000_000, 2_147_483_647)[size])  # values in one
    return bytes(data)


def template(size):
    """A deck whose master holds millions of empty elements."""
    count = (5_000_000, 20_000_000, 50_000_000)[size]
    out, changed = io.BytesIO(), io.BytesIO()
    Presentation().save(out)
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != "ppt/slideMasters/slideMaster1.xml":
                new.writestr(part, old.read(part))
                continue
            before, mark, after = old.read(part).partition(b"</p:cSld>")
            with new.open(part.filename, "w", force_zip64=True) as entry:
                entry.write(before + mark)
                for _ in range(count // 100_000):
                    entry.write(b"<p:a/>" * 100_000)
                entry.write(after)
    return changed.getvalue()


FILES = {
    "corners.xlsx": corner,
    "letter_before_the_root.xlsx": partial(corner, before=b"x"),
    "blanks_before_the_root.xlsx": partial(corner, before=b" " * 900_000),
    "blanks_in_a_tag.xlsx": blanks_in_a_tag,
    "an_archive_in_the_comment.xlsx": behind_another_archive,
    "counted_texts.xlsx": counted_texts,
    "a_shared_text.xlsx": shared_text,
    "a_shared_text_with_blanks.xlsx": partial(shared_text, sign=b' "s" '),
    "names_of_one_sheet.xlsx": names_of_one_sheet,
    "inflating.xlsx": inflating,
    "inflating_cells.xlsx": inflating_cells,
    "repeated.ods": repeated_ods,
    "lies.xls": old_workbook,
    "angles.xls": page_of_angles,
    "entities.html": page_of_entities,
    "spans.html": page_of_spans,
    "deep.html": deep_page,
    "laughter.xml": laughing_xml,
    "packed.zsav": packed_sav,
}
"""Of each kind a function that takes a size (0, 1, 2)."""
