"""Templates of firms as unlike as theirs are, for tests and to look at.

A dark one, a 4:3 serif one, one of odd layouts.
"""

import io
import re
import zipfile

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.util import Inches, Pt

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"


def saved(deck) -> bytes:
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def themed(deck, colours, major, minor):
    part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = part.blob.decode()
    for name, colour in colours.items():
        text = re.sub(
            rf"<a:{name}>.*?</a:{name}>",
            f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>',
            text,
            flags=re.DOTALL,
        )
    for kind, font in (("major", major), ("minor", minor)):
        text = re.sub(rf'(<a:{kind}Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{font}", text)
    part._blob = text.encode()


def stretched(deck):
    """The default's places, widened as PowerPoint widens them."""
    wide = Inches(13.333)
    factor = wide / deck.slide_width
    deck.slide_width = wide
    for holder in (deck.slide_master, *deck.slide_layouts):
        for shape in holder.shapes:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = int(shape.left * factor), int(shape.width * factor)


def dark() -> bytes:
    """16:9, dark ground by the colour map, Century Gothic, two sample slides."""
    deck = Presentation()
    stretched(deck)
    themed(
        deck,
        {
            "dk1": "F5F1E8",
            "lt1": "14202B",
            "dk2": "E0E6EC",
            "lt2": "22313F",
            "accent1": "FFB703",
            "accent2": "8ECAE6",
        },
        "Century Gothic",
        "Century Gothic",
    )
    for number in (1, 2):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = f"Sample slide {number}"
    return saved(deck)


def serif() -> bytes:
    """4:3, Georgia, centred titles, as a .potx."""
    deck = Presentation()
    themed(deck, {"accent1": "7B1E3A", "lt1": "FFFDF7"}, "Georgia", "Georgia")
    return as_potx(saved(deck))


def as_potx(data: bytes) -> bytes:
    """The same deck as a template file: one content type differs."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as copy:
        for part in package.infolist():
            own = package.read(part)
            if part.filename == "[Content_Types].xml":
                own = own.replace(b"presentation.main+xml", b"template.main+xml")
            copy.writestr(part, own)
    return out.getvalue()


def odd() -> bytes:
    """16:9 at another size, with odd layouts.

    The plainest has the title at the foot, others are upright, tiny or full of pictures' places.
    """
    deck = Presentation()
    deck.slide_height = Inches(5.625)
    for holder in (deck.slide_master, *deck.slide_layouts):
        for shape in holder.shapes:
            if shape._element.spPr.xfrm is not None:
                shape.top, shape.height = int(shape.top * 0.75), int(shape.height * 0.75)
    names = [layout.name for layout in deck.slide_layouts]
    for name in ("Title Slide", "Title and Content", "Comparison", "Two Content", "Section Header"):
        deck.slide_layouts.remove(deck.slide_layouts[[one.name for one in deck.slide_layouts].index(name)])
    assert "Title Only" in names
    only = next(layout for layout in deck.slide_layouts if layout.name == "Title Only")
    title = next(shape for shape in only.placeholders if shape.placeholder_format.type == 1)
    title.left, title.top, title.width, title.height = Inches(0.4), Inches(4.45), Inches(9.2), Inches(0.75)
    themed(deck, {"accent1": "777777", "accent2": "1D7874", "lt1": "FFFFFF"}, "Impact", "Verdana")
    return saved(deck)


def untitled() -> bytes:
    """No layout with a title over an empty body: only the blank one and an upright title."""
    deck = Presentation()
    for layout in list(deck.slide_layouts):
        if layout.name not in {"Blank", "Vertical Title and Text"}:
            deck.slide_layouts.remove(layout)
    return saved(deck)


def named() -> bytes:
    """A deck of last quarter with named places.

    A chart of the firm's own kind, text boxes, and a slide without names.
    """
    deck = Presentation()
    stretched(deck)
    first = deck.slides.add_slide(deck.slide_layouts[6])
    for place, name in enumerate(
        ("nps:score", "nps:interval", "nps:n", "nps:filters", "nps:period", "nps:trend.title", "nps:nonsense")
    ):
        box = first.shapes.add_textbox(Inches(0.5), Inches(0.4 + 0.8 * place), Inches(5), Inches(0.6))
        box.name = name
        run = box.text_frame.paragraphs[0].add_run()
        run.text, run.font.size, run.font.bold = "last quarter", Pt(24), True
    data = CategoryChartData()
    data.categories = ["old A", "old B"]
    data.add_series("old NPS", (1, 2))
    frame = first.shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(6.5), Inches(0.5), Inches(6), Inches(4), data
    )
    frame.name = "nps:trend"
    table = first.shapes.add_table(3, 3, Inches(6.5), Inches(5), Inches(6), Inches(1.5))
    table.name = "nps:segments: Plan"
    agenda = deck.slides.add_slide(deck.slide_layouts[1])
    agenda.shapes.title.text = "Agenda"
    return saved(deck)


def with_picture_ground() -> bytes:
    """A master painted dark although its theme is light, so that the theme's text could not be read on it."""
    deck = Presentation()
    stretched(deck)
    ground = deck.slide_master._element.find(f"{{{P}}}cSld/{{{P}}}bg")
    ground.getparent().replace(
        ground,
        parse_xml(
            f'<p:bg xmlns:p="{P}" xmlns:a="{A}"><p:bgPr><a:solidFill><a:srgbClr'
            ' val="0B2545"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
        ),
    )
    return saved(deck)


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for made in (dark, serif, odd, untitled, named, with_picture_ground):
        (Path(sys.argv[1]) / f"{made.__name__}.{'potx' if made is serif else 'pptx'}").write_bytes(made())
