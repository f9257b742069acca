"""A file to read, opened once: bytes in memory, or a path whose bytes are read piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD = 65_536
"""Bytes that tell what kind of file it is."""


@dataclass(frozen=True, eq=False)
class Source:
    """The bytes of a file, or where they are."""

    content: bytes | Path

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def pieces(self, size: int) -> Iterator[bytes]:
        """All of it, so many bytes at a time."""
        if isinstance(self.content, bytes):
            for place in range(0, len(self.content), size):
                yield self.content[place : place + size]
            return
        with self.content.open("rb", buffering=0) as file:
            while piece := file.read(size):
                yield piece

    def head(self) -> bytes:
        """The first bytes."""
        return next(self.pieces(HEAD), b"")

    def read(self) -> bytes:
        """All of it at once."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()
