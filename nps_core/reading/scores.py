"""Cells -> scores: every spelling of a score, the scale it is on, and the groups."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from nps_core.errors import MappingError
from nps_core.reading.cells import is_no_answer, plain
from nps_core.reading.labels import group_in, known_by_repeating, score_beside
from nps_core.reading.vocabulary import alternation, table
from nps_core.survey import Scale
from nps_core.user_text import normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DECIMAL = re.compile(r"([-+−]?\d+)(?:[.,](\d+))?$")
_OUT_OF = re.compile(rf"(\d+)(?:[.,]0+)?\s?{alternation('out_of')}\s?(\d+)$", re.IGNORECASE)
_STARS = re.compile(r"[★⭐✭]")
_ONLY_STARS = re.compile(r"[★⭐✭☆✩\s]+$")
_POWER = re.compile(r"\d{1,2}(?:[.,]\d+)?[eE][-+]?0?\d$")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\ufe0e\ufe0f]")
_WORDED_STARS = re.compile(rf"(\d{{1,2}}) {alternation('stars')}$")

_HOPELESS = 200
"""Distinct values without a score among them, after which a column is taken to have none."""

NUMBER_WORDS = {word: int(value) for word, value in table("numbers").items()}
_PROMISED = {5: (3, 5), 7: (4, 6), 10: (6, 9)}
"""Cut-offs by the top of the scale, where the file does not say: (detractor to, promoter from).

0-10 and 1-10 after Reichheld (2003); 1-7 with the two top boxes and 1-5 with the top box as promoters,
as the vendors that offer these scales have them."""


@dataclass(frozen=True)
class Read:
    """What one cell says: a number, a group (place in GROUPS), nothing, or something else.

    `labelled` is True where the words beside the number are a label only because they come again and again.
    """

    value: float | None = None
    group: int | None = None
    blank: bool = False
    labelled: bool = False


def read_score(cell: str) -> Read:  # noqa: C901, PLR0911 - one return a spelling
    """Read one cell of a score column.

    >>> read_score("10 - Extremely likely").value
    10.0
    >>> read_score("10,0").value, read_score("9/10").value
    (10.0, 9.0)
    >>> read_score("Promotor").group
    2
    """
    bare = cell.strip().strip("'\"").strip()
    if not bare.isascii():
        bare = _INVISIBLE.sub("", normalised(bare, "NFKC")).strip()
    if is_no_answer(bare):
        return Read(blank=True)
    if found := _DECIMAL.match(bare):
        return Read(value=float(f"{found[1].replace('−', '-')}.{found[2] or 0}"))
    if found := _OUT_OF.match(bare):
        return Read(value=float(found[1]))
    if _ONLY_STARS.match(bare):
        return Read(value=float(len(_STARS.findall(bare))))
    if (beside := score_beside(bare)) is not None:
        return Read(value=beside)
    if (group := group_in(bare)) is not None:
        return Read(group=group)
    words = plain(bare)
    if words in NUMBER_WORDS:
        return Read(value=float(NUMBER_WORDS[words]))
    if bare.endswith("%") and (found := _DECIMAL.match(bare[:-1].strip())):
        return Read(value=float(f"{found[1]}.{found[2] or 0}"))
    if found := _WORDED_STARS.match(words):
        return Read(value=float(found[1]))
    return Read(value=float(bare.replace(",", "."))) if _POWER.match(bare) else Read()


def read_cells(counts: Mapping[str, int]) -> dict[str, Read]:
    """Read each distinct cell of a score column, which says more than a cell by itself: which words are labels."""
    read = {cell: read_score(cell) for cell in counts}
    odd = {cell: count for cell, count in counts.items() if read[cell] == Read()}
    if odd:
        labels = known_by_repeating({cell: count for cell, count in counts.items() if not read[cell].blank})
        read |= {cell: Read(value=labels[cell], labelled=True) for cell in odd if cell in labels}
    return read


@dataclass(frozen=True)
class Answers:
    """What a column holds when it is read as scores: counts of the sample's cells."""

    numbers: dict[float, int]
    groups: dict[int, int]
    other: int
    filled: int

    @property
    def scored(self) -> int:
        """Cells that are numbers."""
        return sum(self.numbers.values())

    @property
    def grouped(self) -> int:
        """Cells that are group words."""
        return sum(self.groups.values())

    def spread(self) -> list[float]:
        """Every number of the sample, as often as it occurs."""
        return [value for value, count in self.numbers.items() for _ in range(count)]

    def within(self, low: float, high: float) -> float:
        """The share of filled cells that are whole numbers from low to high."""
        good = sum(n for value, n in self.numbers.items() if low <= value <= high and value.is_integer())
        return good / self.filled if self.filled else 0.0

    def between(self, low: float, high: float) -> list[float]:
        """The distinct whole numbers from low to high that occur."""
        return sorted(value for value in self.numbers if low <= value <= high and value.is_integer())


def read_answers(counts: Mapping[str, int]) -> Answers:
    """Read a column's counted values as scores."""
    first = [read_score(cell) for cell in islice(counts, _HOPELESS + 1)]
    if len(first) > _HOPELESS and all(read.value is None and read.group is None for read in first[:-1]):
        filled = sum(counts.values())
        return Answers({}, {}, filled, filled)
    numbers: Counter[float] = Counter()
    groups: Counter[int] = Counter()
    other = 0
    for cell, read in read_cells(counts).items():
        if read.value is not None:
            numbers[read.value] += counts[cell]
        elif read.group is not None:
            groups[read.group] += counts[cell]
        elif not read.blank:
            other += counts[cell]
    return Answers(numbers, groups, other, numbers.total() + groups.total() + other)


def default_scale(low: int, high: int) -> Scale:
    """The scale with these ends and the usual cut-offs."""
    if high in _PROMISED:
        to, since = _PROMISED[high]
    else:
        # The same shares of the scale as 6 and 9 are of 0-10.
        to, since = low + round((high - low) * 0.6), low + round((high - low) * 0.9)
    return Scale(low, high, to, since)


def parse_scale(text: str) -> Scale:
    """Read a scale as a person writes it: "1-7", or "1-7:3/6" with detractors to 3 and promoters from 6.

    Raises
    ------
    MappingError
        The text is no scale.
    """
    found = re.fullmatch(r"(\d{1,3}) ?[-–] ?(\d{1,3})(?: ?: ?(\d{1,3}) ?/ ?(\d{1,3}))?", text.strip())
    if text.strip() == "groups":
        return Scale(words=True)
    hint = "Write it as 0-10 or 1-7, with cut-offs as 1-7:3/6 (detractors to 3, promoters from 6)."
    if not found:
        raise MappingError(f"“{text}” is not a scale.", hint=hint)
    low, high = int(found[1]), int(found[2])
    if low >= high:
        raise MappingError(f"The scale “{text}” does not rise.", hint=hint)
    if not found[3]:
        return default_scale(low, high)
    scale = Scale(low, high, int(found[3]), int(found[4]))
    if not low <= scale.detractor_to < scale.promoter_from <= high:
        raise MappingError(f"The cut-offs of “{text}” do not lie within it.", hint=hint)
    return scale


def group_of(value: float, scale: Scale) -> int:
    """The group of a score: its place in GROUPS."""
    if value <= scale.detractor_to:
        return 0
    return 2 if value >= scale.promoter_from else 1


def cut_offs(pairs: Iterable[tuple[float, int]]) -> tuple[int, int] | None:
    """The cut-offs that (score, group) pairs follow without exception; None where there are none.

    A file that holds both a score and its group says by that which cut-offs its owner uses.
    """
    tops: dict[int, float] = {}
    bottoms: dict[int, float] = {}
    for value, group in pairs:
        tops[group] = max(tops.get(group, value), value)
        bottoms[group] = min(bottoms.get(group, value), value)
    if 0 not in tops or 2 not in tops:  # noqa: PLR2004 - detractors and promoters
        return None
    middle_low, middle_high = bottoms.get(1, tops[0] + 1), tops.get(1, bottoms[2] - 1)
    if not tops[0] < middle_low <= middle_high < bottoms[2] and not (1 not in tops and tops[0] < bottoms[2]):
        return None
    return int(tops[0]), int(bottoms[2])
