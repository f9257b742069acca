"""The gate: hostile and absurd files are refused with a sentence, soon, and in little memory."""

import io
import subprocess
import sys
import time
import zipfile
import zlib

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from biff import extent, label, number, xls
from hostile import CELL, inflating, workbook

from nps_core.errors import NPSError, RefusedFile, UnreadableFile
from nps_core.reading import read_survey, sandbox

SHEET = "xl/worksheets/sheet1.xml"
BOMBS = {
    "two cells in opposite corners": workbook(
        [CELL, b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>']
    ),
    "the same in single quotes": workbook([CELL, b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"]),
    "the same with spaces": workbook([CELL, b'<row r="9"><c s="0"\n  r = "ALL1048576"><v>1</v></c></row>']),
    "the same in small letters": workbook([CELL, b'<row r="9"><c r="xfd1048576"><v>1</v></c></row>']),
    "the same in a part of another name": workbook(
        [CELL, b'<row r="9"><c r="XFD1048576"><v>1</v></c></row>'], sheet="other/part.bin"
    ),
    "a wide row and a deep one": workbook(
        [b'<row r="1"><c r="ALL1"><v>1</v></c></row><row r="99998"><c r="A99998"><v>1</v></c></row>']
    ),
    "cells without references": workbook(
        [b"<row>" + b"<c><v>1</v></c>" * 16000 + b"</row>", b'<row r="1048576"><c><v>1</v></c></row>']
    ),
    "an inflating archive": inflating(0),
    "a hundred thousand columns": (",".join(f"c{place}" for place in range(100_000)) + "\n").encode() * 3,
    "one endless cell": b"score,comment\n9," + b"a" * 30_000_000,
    "one endless quoted cell": b'score,comment\n9,"' + b"a,b\n" * 6_000_000 + b'"\n',
    "an endless cell of quotes": b'score,comment\n9,"' + b'""' * 10_000_000 + b'"\n',
    "an endless cell in UTF-16": ("score,comment\n9," + "a" * 9_000_000).encode("utf-16"),
}


def lying(data, part, size):
    """The same archive, which now says that one part unpacks to so many bytes, with the checksum to match."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(part)
        with archive.open(part) as opened:
            checksum = zlib.crc32(opened.read(size))
    out = bytearray(data)
    central = data.rindex(b"PK\x01\x02", 0, data.rindex(part.encode()))
    for place, offset in ((entry.header_offset, 14), (central, 16)):
        out[place + offset : place + offset + 4] = checksum.to_bytes(4, "little")
        out[place + offset + 8 : place + offset + 12] = size.to_bytes(4, "little")
    return bytes(out)


BOMBS["an inflating archive that lies"] = lying(BOMBS["an inflating archive"], SHEET, 5000)
BOMBS["corners behind a lie"] = lying(
    workbook([CELL, b" " * 5000, b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>']), SHEET, 1000
)


@pytest.mark.parametrize("bomb", BOMBS)
def test_bomb_is_refused_soon(bomb):
    before = time.process_time()
    # Blanks alone hold no cells, however many they are: that is said of a file that does nobody harm.
    expected = UnreadableFile if "inflating" in bomb else RefusedFile
    with pytest.raises(expected) as caught:
        read_survey(BOMBS[bomb], name="bomb.dat")
    assert time.process_time() - before < 5
    assert "bomb.dat" in caught.value.message
    assert caught.value.hint


def test_an_spss_file_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "big.zsav"
    pyreadstat.write_sav(pd.DataFrame({"nps": np.full(50_000, 9.0), "b": 1.0}), path, compress=True)
    assert len(read_survey(path).responses) == 50_000
    monkeypatch.setattr(sandbox, "MAX_CELLS", 20_000)
    with pytest.raises(RefusedFile, match="10,001 rows by 2 columns"):
        read_survey(path)


def old(*lies):
    rows = label(0, 0, "NPS") + label(0, 1, "Comment")
    rows += b"".join(number(row, 0, row % 11) + label(row, 1, f"note {row}") for row in range(1, 40))
    return xls(b"".join([*lies, rows]))


def test_an_old_workbook_is_read():
    survey = read_survey(old(), name="old.xls")
    assert list(survey.responses["score"]) == [row % 11 for row in range(1, 40)]
    assert survey.responses["comment"].iloc[0] == "note 1"
    assert survey.responses["row"].iloc[0] == 2


def with_bytes(data, place, what):
    return data[:place] + what + data[place + len(what) :]


LIES = {
    "an extent beyond all": old(extent(0xFFFFFFFF, 0xFFFF)),
    "an extent of the largest sheet there is": old(extent(65536, 0x4000)),
    "a cell in the far corner": old(number(65535, 65535, 1.0)),
    "a chain of sectors in a circle": with_bytes(old(), 512, bytes(512)),
    "sectors of two gigabytes": with_bytes(old(), 30, b"\x1f\x00"),
    "a table of sectors that never ends": with_bytes(old(), 44, b"\xff\xff\xff\x7f"),
    "cut off": old()[:3000],
}


@pytest.mark.parametrize("lie", LIES)
def test_an_old_workbook_that_lies_ends_no_process_but_its_own(lie):
    try:
        survey = read_survey(LIES[lie], name="old.xls")
    except NPSError as error:
        assert "old.xls" in str(error)  # noqa: PT017 - some lies are harmless, and the file is read
    else:
        assert survey.rows.kept == 39


def test_a_bomb_costs_little_memory(tmp_path):
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(BOMBS["an inflating archive"])
    script = (
        "import sys; from nps_core.reading import read_survey; from nps_core.errors import NPSError\ndef"
        " high():\n    return int(next(line for line in open('/proc/self/status') if"
        " line.startswith('VmHWM')).split()[1]) / 1024\nbefore = high()\ntry:\n   "
        " read_survey(sys.argv[1])\nexcept NPSError:\n    print(high() - before)\n"
    )
    if sys.platform != "linux":
        pytest.skip("reads its memory from /proc")
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 50


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\x80\x04\x95\x10\x00", "pickle"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"PK\x03\x04 but not really", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 but not really", "could not be opened"),
        (b"$FL2 but not really", "SPSS"),
    ],
)
def test_what_is_no_table_is_called_what_it_is(data, says):
    with pytest.raises(UnreadableFile, match=says) as caught:
        read_survey(data, name="survey.csv")
    assert "survey.csv" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("size", [50, 500, 5000])
def test_random_bytes_give_a_sentence_and_no_traceback(size):
    for seed in range(20):
        data = bytes((seed * 7919 + place * place * 31 + place // 7) % 256 for place in range(size))
        with pytest.raises(NPSError):
            read_survey(data, name="noise.csv")


def test_truncated_workbooks_give_a_sentence():
    whole = workbook([CELL])
    for cut in range(10, len(whole), len(whole) // 15):
        with pytest.raises(NPSError):
            read_survey(whole[:cut], name="cut.xlsx")
