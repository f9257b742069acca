"""The package of a deck made final: the same slides make the same bytes, and no part stands in it twice."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from pptx.opc.constants import RELATIONSHIP_TYPE

if TYPE_CHECKING:
    from pptx.presentation import Presentation as Deck

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip file knows


def sealed(data: bytes) -> bytes:
    """A package with one date for all parts, each of them once: the last of a name holds."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as package,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        parts = {info.filename: package.read(info) for info in package.infolist()}
        for name, part in parts.items():
            copy.writestr(zipfile.ZipInfo(name, DAY), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def set_properties(made: Deck, title: str, subject: str) -> None:
    """Properties of the survey, without those of another deck; no dates: the same input gives the same bytes."""
    own = made.core_properties
    own.title, own.subject, own.author, own.last_modified_by = title, subject, "", ""
    own.comments, own.keywords = "", ""
    for name in ("created", "modified", "lastPrinted"):
        for one in own._element.xpath(f"./*[local-name()='{name}']"):  # noqa: SLF001
            own._element.remove(one)  # noqa: SLF001


def drop_orphans(made: Deck) -> None:
    """Let go of slides that scripts took from the list and left in the file: two parts would have one name."""
    listed = {number.get(f"{{{_R}}}id") for number in made.slides._sldIdLst}  # noqa: SLF001
    for name, relation in list(made.part.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.SLIDE and name not in listed:
            made.part.rels.pop(name)
