"""How long each regular expression of the product takes on texts made to slow it down, as they double in length.

    python benchmarks/patterns.py [--all] [--at-most 2.5]

The texts are runs of each character that the pattern tells apart, alone, in pairs and with an end that fits nothing,
its own words again and again, and the usual suspects (`@`, `a@a.a.`, quotes, brackets, marks on marks ...), of 10,000,
20,000 and 40,000 characters. What is shown of each pattern is its slowest text. `grows` is the CPU time for 40,000 over
that for 20,000: 2 is linear, 4 quadratic. `tests/test_patterns.py` proves the same by the make of the patterns; here it
is measured.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from linear import letters_of  # noqa: E402 - beside the tests
from patterns import Found, product  # noqa: E402 - the same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = (10_000, 20_000, 40_000)
SUSPECTS = (
    "@", "a@a.a.", "a@", " ", "\n", " \n", "<", "<a", "(", "[", '"', '""', ',"', "'", "1", "1.", "1 ",
    "1-1-1 ", "12/", "+1 ", "a", "a ", "a-", "a'", "http://", "www.", "e\u0301", "\u0301\u0316", "ﾞ\u0316",
    "日", "日本、", "👍", "&", "&#1;", ":", "*", "`", "\\", "_", ".", ",", "–", " – ", "%", "nps ", "likely ",
    "0 to 10 ", "2026-01-01 ", "\u00a0", "\u200b",
)  # fmt: skip
END = "\x00"
"""Fits next to nothing, so that what was matched is tried in every other way."""

FEW = 6
"""Characters of a pattern that are tried in pairs."""

NOISE = 0.004
"""Seconds below which a ratio says nothing."""


def bait(found: Found) -> Iterator[str]:
    """Pieces to repeat, made for one pattern."""
    letters = letters_of(found.text, found.flags)
    words = re.findall(r"[^\W_]{2,}", re.sub(r"\\.", " ", found.pattern))[:FEW]
    yield from dict.fromkeys([*SUSPECTS, *letters, *words, *(word + " " for word in words)])
    yield from ("".join(pair) for pair in itertools.permutations(letters[:FEW], 2))


def seconds(use: Callable[[str], object], text: str) -> float:
    """CPU time of one use, the best of three where that is short."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        use(text)
        best = min(best, time.process_time() - start)
        if best > 1:
            break
    return best


def user_of(found: Found, way: str) -> Callable[[str], object]:
    """A function that uses a pattern in one of its ways; bytes are the text in Latin-1."""
    compiled = re.compile(found.text, found.flags)
    method = getattr(compiled, way)
    nothing = b"" if found.is_bytes else ""

    def use(text: str) -> object:
        given = text.encode("latin-1", "replace") if found.is_bytes else text
        if way == "finditer":
            return list(method(given))
        return method(nothing, given) if way in ("sub", "subn") else method(given)

    return use


def measured(found: Found, way: str) -> tuple[list[float], str]:
    """The times of the slowest bait at each size, and that bait."""
    use = user_of(found, way)
    slowest: tuple[list[float], str] = ([0.0] * len(SIZES), "")
    for piece in bait(found):
        for end in ("", END):
            texts = [(piece * (size // len(piece) + 1))[:size] + end for size in SIZES]
            first = seconds(use, texts[1])
            if first * 2 < slowest[0][-1]:
                continue
            times = [seconds(use, texts[0]), first, seconds(use, texts[-1])]
            if times[-1] > slowest[0][-1]:
                slowest = times, piece + end
    return slowest


def growth(found: Found, way: str, times: list[float], piece: str, at_most: float) -> float:
    """The last time over the one before; measured anew where it is much, as a busy machine makes such by chance."""
    use = user_of(found, way)
    for _ in range(5):
        if times[-1] < NOISE or times[-1] <= at_most * times[-2]:
            break
        end = END if piece.endswith(END) else ""
        whole = piece.removesuffix(END)
        again = [seconds(use, (whole * (size // len(whole) + 1))[:size] + end) for size in SIZES]
        times[:] = map(min, times, again)
    return times[-1] / times[-2] if times[-1] >= NOISE else 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--all", action="store_true", help="show every pattern, not only the slowest fifteen")
    parser.add_argument("--at-most", type=float, default=2.5, help="growth per doubling that is flagged")
    options = parser.parse_args()
    lines = []
    for found in product()[0]:
        for way in found.ways:
            times, piece = measured(found, way)
            grows = growth(found, way, times, piece, options.at_most)
            lines.append((times[-1], grows, found, way, times, piece))
    lines.sort(key=lambda line: -line[0])
    slow = [line for line in lines if line[1] > options.at_most]
    print(f"{len(lines)} uses of patterns; {len(slow)} grow more than {options.at_most}x per doubling.")
    print(
        "\n| pattern | used by | 10k ms | 20k ms | 40k ms | grows | on |\n| --- | --- | ---: | ---: | ---: |"
        " ---: | --- |"
    )
    for _, grows, found, way, times, piece in lines if options.all else [*slow, *lines[:15]]:
        shown = " | ".join(f"{1000 * each:.1f}" for each in times)
        flag = " **" if grows > options.at_most else ""
        pattern = ascii(found.pattern[:50])
        print(f"| {found.where} {pattern} | {way} | {shown} | {grows:.1f}{flag} | {piece!a} |")


if __name__ == "__main__":
    main()
