"""A large text of another encoding, or with other ends of lines, as the quick way wants it: UTF-8, with line feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.reading import stream
from nps_core.reading.encoding import MIXED, Encoding, find_encoding, pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, eq=False, kw_only=True)
class Recoded(stream.Large):
    """A large source in memory whose bytes are written anew, piece by piece, and never as a whole.

    `size` stays that of the file: the share that was read is near enough.
    """

    encoding: Encoding
    returns: bool

    def pieces(self) -> Iterator[bytes]:
        """All of it as UTF-8, piece by piece."""
        for text in pieces_of(self.data or b"", self.encoding, stream.PIECE):
            written = text.replace("\r", "\n") if self.returns else text
            if written:  # a piece may hold but a part of a letter
                yield written.encode("utf-8", "surrogatepass")

    def head(self) -> bytes:
        """The first bytes."""
        head = b""
        for piece in self.pieces():
            head += piece
            if len(head) >= stream.HEAD:
                break
        return head[: stream.HEAD]


def recoded(data: bytes) -> Recoded | None:
    """The same text for the quick way; None where it is as it wants it already."""
    encoding = find_encoding(data)
    # Of two bytes a letter and more a line feed is looked for too often rather than too seldom.
    returns = (
        "\n".encode(encoding.codec if encoding.start or encoding.name == "UTF-16" else "ascii") not in data
    )
    if (encoding.codec == "utf-8" and not returns) or (encoding.codec == MIXED and returns):
        return None
    return Recoded(data=data, encoding=encoding, returns=returns)
