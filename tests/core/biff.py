"""Old binary workbooks, written by hand so that they can lie: cells -> records -> a compound file."""

import struct

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512


def record(kind, body):
    return struct.pack("<HH", kind, len(body)) + body


def number(row, column, value):
    return record(0x203, struct.pack("<HHHd", row, column, 0, value))


def label(row, column, text):
    return record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text.encode("latin-1"))


def extent(rows, columns):
    """What the sheet says of its size, true or not."""
    return record(0x200, struct.pack("<IIHHH", 0, rows, 0, columns, 0))


def xls(sheet):
    """A workbook with one sheet of these records."""

    def begin(kind):
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0xDBB, 0x7CC, 0, 6))

    def bound(offset):
        return record(0x85, struct.pack("<IBB", offset, 0, 0) + bytes([1, 0]) + b"S")

    head = begin(5) + record(0x42, struct.pack("<H", 1200))
    offset = len(head) + len(bound(0)) + 4
    return _compound(head + bound(offset) + record(0x0A, b"") + begin(16) + sheet + record(0x0A, b""))


def _compound(stream):
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // SECTOR)
    tables = 1
    while tables * 128 < sectors + 1 + tables:
        tables += 1
    chain = [*range(tables + 2, tables + 1 + sectors), _END]
    fat = [_FAT] * tables + [_END, *chain]
    fat += [_FREE] * (tables * 128 - len(fat))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    head += b"".join(struct.pack("<I", place if place < tables else _FREE) for place in range(109))
    entries = _entry("Root Entry", 5, _END, 0, 1) + _entry("Workbook", 2, tables + 1, len(stream), _FREE)
    return (
        head
        + b"".join(struct.pack("<I", one) for one in fat)
        + entries.ljust(SECTOR, b"\0")
        + stream.ljust(sectors * SECTOR, b"\0")
    )


def _entry(name, kind, start, size, child):
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
