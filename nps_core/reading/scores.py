"""Cells -> scores: every spelling of a score, the words beside it, the scale it is on, and the groups."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from nps_core.errors import MappingError
from nps_core.reading.cells import is_no_answer, month_of, plain, says
from nps_core.reading.vocabulary import alternation, pattern, table
from nps_core.survey import GROUPS, Scale
from nps_core.user_text import normalised, with_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


MOST = 0.8
"""A column holds scores when this share of its filled cells are scores."""

_DECIMAL = re.compile(r"([-+−]?\d+)(?:[.,](\d+))?$")
_OUT_OF = re.compile(rf"(\d+)(?:[.,]0+)?\s?{alternation('out_of')}\s?(\d+)$", re.IGNORECASE)
_STARS = re.compile(r"[★⭐✭]")
_ONLY_STARS = re.compile(r"[★⭐✭☆✩\s]+$")
_POWER = re.compile(r"\d{1,2}(?:[.,]\d+)?[eE][-+]?0?\d$")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\u20e3\ufeff\ufe0e\ufe0f]")
_WORDED_STARS = re.compile(rf"(\d{{1,2}}) {alternation('stars')}$")

_BAND = re.compile(
    rf"(?:[^\d()]{{1,40}}\()?(\d{{1,2}})\s?{alternation('range_to')}\s?(\d{{1,2}})\)?$", re.IGNORECASE
)
_GROUP_BANDS = {(0, 6): 0, (1, 6): 0, (7, 8): 1, (9, 10): 2}
"""The scores of each group, as a range stands for it in the place of an answer -> place in GROUPS."""

_MONTH_AND_DAY = re.compile(r"(\d{1,2})[-. ]([^\W\d]{3,9})\.?$|([^\W\d]{3,9})\.?[-. ](\d{1,2})$")

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
    # As a text for a spreadsheet program (="9"), or as a list of one answer.
    bare = cell.strip().strip("='\"[]").strip()
    if not bare.isascii():
        bare = with_digits(_INVISIBLE.sub("", normalised(bare, "NFKC")).replace("🔟", "10")).strip()
    if is_no_answer(bare):
        return Read(blank=True)
    if found := _DECIMAL.match(bare):
        return Read(value=float(f"{found[1].replace('−', '-')}.{found[2] or 0}"))
    if found := _OUT_OF.match(bare):
        return Read(value=float(found[1]))
    if (found := _BAND.match(bare)) and (band := (int(found[1]), int(found[2]))) in _GROUP_BANDS:
        return Read(group=_GROUP_BANDS[band])
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
        read |= _ends(odd, read)
    return read | _bands_taken_for_days(read)


_FEWEST_BARE = 3
"""Bare scores between two labelled ends, at least, that show the words beside them to be the ends of the scale."""


def _ends(odd: Mapping[str, int], read: Mapping[str, Read]) -> dict[str, Read]:
    """The ends of 0-10 where they are written in words alone and 1 to 9 as numbers; {} for any other column.

    >>> read = read_cells({"Very unlikely": 2, "1": 3, "5": 3, "9": 3, "Very likely": 4})
    >>> read["Very unlikely"].value, read["Very likely"].value
    (0.0, 10.0)
    """
    bare = {one.value for one in read.values() if one.value is not None}
    between = len(bare) >= _FEWEST_BARE and all(1 <= value <= 9 for value in bare)  # noqa: PLR2004
    if not between or len(odd) > 2:  # noqa: PLR2004 - a scale has two ends
        return {}
    words = {cell: plain(cell) for cell in odd}
    if not all(_OF_A_SCALE.search(text) or says(text, "recommend") for text in words.values()):
        return {}
    low = [cell for cell, text in words.items() if says(text, "unlikely")]
    if len(odd) == 2 and len(low) != 1:  # noqa: PLR2004
        return {}
    return {cell: Read(value=0.0 if cell in low else 10.0, labelled=True) for cell in odd}


def _bands_taken_for_days(read: Mapping[str, Read]) -> dict[str, Read]:
    """The groups "7-8" and "9-10" where a spreadsheet program made days of them ("7-Aug"), beside "0-6".

    >>> [read.group for read in read_cells({"0-6": 3, "7-Aug": 2, "Oct-09": 4}).values()]
    [0, 1, 2]
    """
    if not any(one.group == 0 for one in read.values()):
        return {}
    found = {}
    for cell in read:
        match = _MONTH_AND_DAY.match(cell.strip())
        month = month_of(plain(match[2] or match[3])) if match else None
        band = tuple(sorted((int(match[1] or match[4]), month))) if match and month else ()
        if band in _GROUP_BANDS:
            found[cell] = Read(group=_GROUP_BANDS[band], labelled=True)
    return found


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

    @property
    def are_scores(self) -> bool:
        """True where most cells are whole numbers from 0 to 10."""
        return bool(self.filled) and self.within(0, 10) > MOST

    def spread(self) -> list[float]:
        """Every number of the sample, as often as it occurs."""
        return [value for value, count in self.numbers.items() for _ in range(count)]

    def within(self, low: float, high: float, *, tenths: bool = False) -> float:
        """The share of filled cells that are whole numbers from low to high, or have one decimal at most."""
        good = sum(
            count
            for value, count in self.numbers.items()
            if low <= value <= high and (value.is_integer() or (tenths and in_tenths(value)))
        )
        return good / self.filled if self.filled else 0.0

    def between(self, low: float, high: float) -> list[float]:
        """The distinct whole numbers from low to high that occur."""
        return sorted(value for value in self.numbers if low <= value <= high and value.is_integer())


def in_tenths(value: float) -> bool:
    """True for a number with one decimal at most."""
    return (round(value * 10) / 10) == value


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


_LONGEST = 150
"""Letters of the longest labelled score; anything longer is a comment."""

_MOST_WORDS = 6
"""Words of a label without a mark between it and its number; "3 of those I told would recommend it" has more."""

_OFTEN = 3
"""So often the very same words with the same number are no chance."""

_UNITS = rf"{alternation('unit')}\b"
"""What follows a number that is a quantity and no score."""

_MARKED = re.compile(
    r"(\d{1,2})(?:[.,]0+)?(?:\s?[-–—:=)(.,•|]\s?|\s?[点點分점]\s?|\s?$)(?!\d)\D{0,120}$",
    re.DOTALL | re.IGNORECASE,
)
_NUMBER_FIRST = re.compile(
    rf"(\d{{1,2}})(?:[.,]0+)?\s+(?!{_UNITS})(?P<label>\D{{1,120}})$", re.DOTALL | re.IGNORECASE
)
_LABEL_FIRST = re.compile(
    r"(?P<label>\D{1,120}?)\s?(?:[(\[]|[:=]\s?|\s[-–—]\s?|\s)(\d{1,2})[)\]]?$", re.DOTALL
)

_OF_A_SCALE = re.compile(rf"{alternation('scale_stem')}|(?<!\w){alternation('scale_word')}(?!\w)")
_LAST_WORD = re.compile(rf"(?<!\w)(\w++)(?: {alternation('copula')})?\W*$")
_NAME_OF_A_SCALE = pattern("scale_word", "scale_name")
_STEM_OF_A_SCALE = pattern("scale_stem", "scale_name_stem")
_NO_MARK = re.compile(r"[^\W\d_]|[$€£¥₹%°#/]")
"""What makes more of a text than an exclamation or a smiley: letters, currencies, units."""

_SMILEY = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff\ufe0f\u200d\\s]+$")
_OF_THOSE = re.compile(rf"{alternation('of')}\b")
_AND_WHY = re.compile(rf"{alternation('because')}\b")
"""What joins a score to the sentence that explains it."""

GROUP_WORDS = {word: GROUPS.index(group) for word, group in table("groups").items()}
"""Words for a promoter, a passive, a detractor -> place in `survey.GROUPS`."""

_BETWEEN = re.compile(r"[^\w]+|(?<=\d)(?=[^\W\d])|_")
_MOST = 5
"""Words of a cell beyond which it is a sentence, in which a group word is chance."""


def score_beside(cell: str) -> float | None:
    """The score of a cell in which words stand beside it; None where the words are of no scale.

    >>> score_beside("10 - Extremely likely"), score_beside("Very good (9)"), score_beside("see ticket 7")
    (10.0, 9.0, None)
    """
    if len(cell) > _LONGEST:
        return None
    if found := _MARKED.match(cell):
        return float(found[1])
    if found := _NUMBER_FIRST.match(cell):
        return float(found[1]) if _follows(plain(found["label"])) else None
    found = _LABEL_FIRST.match(cell)
    return float(found[2]) if found and _leads(plain(found["label"])) else None


def _follows(label: str) -> bool:
    """True for words that stand behind a score without a mark between them, and for a smiley."""
    if not _NO_MARK.search(label) or _AND_WHY.match(label) or group_in(label) is not None:
        return True
    scale = _OF_A_SCALE.search(label) or says(label, "recommend")
    return bool(scale) and label.count(" ") < _MOST_WORDS and not _OF_THOSE.match(label)


def _leads(label: str) -> bool:
    """True for words before a number that end in what a scale is called, or in one of its labels."""
    return bool(_SMILEY.match(label)) or _ends_in_a_scale(label) or group_in(label) is not None


def _ends_in_a_scale(label: str) -> bool:
    last = _LAST_WORD.search(label)
    if last is None:
        return False
    return bool(_NAME_OF_A_SCALE.fullmatch(last[1]) or _STEM_OF_A_SCALE.search(last[1]))


@lru_cache(maxsize=4096)
def group_in(cell: str) -> int | None:
    """The group that a cell names, alone or with its scores ("9-10 Promoter", "Detractors (0-6)"); None for none.

    >>> group_in("Promoters (9-10)"), group_in("a promoter called us back today"), group_in("Neutro")
    (2, None, 1)
    """
    words = [word for word in _BETWEEN.split(plain(cell)) if word and not word.isdigit()]
    if not words or len(words) > _MOST:
        return None
    found = {GROUP_WORDS[word] for word in words if word in GROUP_WORDS}
    alone = len(words) == 1 or words[0] in GROUP_WORDS or words[-1] in GROUP_WORDS
    return found.pop() if len(found) == 1 and alone else None


def known_by_repeating(counts: Mapping[str, int]) -> dict[str, float]:
    """The cells of a column in which words of no known scale are labels all the same, each with its score.

    They are where the very same words with the same number come three times or more, and words before a number never
    with another one, or where the same words stand in most of the cells ("Q1: 8", "Q1: 3").

    >>> known_by_repeating({"Bai zeharo 10": 3, "see ticket 7": 1, "8": 90})
    {'Bai zeharo 10': 10.0}
    """
    apart = {cell: found for cell in counts if (found := words_apart(cell)) is not None}
    numbers: dict[str, set[float]] = defaultdict(set)
    often: Counter[str] = Counter()
    for cell, (label, number) in apart.items():
        numbers[label].add(number)
        often[label] += counts[cell]
    most = sum(counts.values()) / 2
    return {
        cell: number
        for cell, (label, number) in apart.items()
        if often[label] > most
        or (counts[cell] >= _OFTEN and (len(numbers[label]) == 1 or _NUMBER_FIRST.match(cell.strip())))
    }


def words_apart(cell: str) -> tuple[str, float] | None:
    """The words and the number of a cell whose words are of no known scale; None for any other cell."""
    bare = cell.strip()
    if len(bare) > _LONGEST or score_beside(bare) is not None:
        return None
    if found := _NUMBER_FIRST.match(bare):
        return plain(found["label"]), float(found[1])
    found = _LABEL_FIRST.match(bare)
    return (plain(found["label"]), float(found[2])) if found else None
