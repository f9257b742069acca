"""Table + mapping + scale -> the responses, what became of each row, and what could have been read otherwise."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.reading.cells import plain, says
from nps_core.reading.dates import Dates, read_dates
from nps_core.reading.score_evidence import IN_QUESTION, Otherwise
from nps_core.reading.scores import Read, group_of, in_tenths, read_cells
from nps_core.reading.tables import amounts_of
from nps_core.reading.typed import (
    LONGEST_COMMENT,
    categories_of,
    column_name,
    int8,
    long_comments,
    numbers_of,
    ordered,
    stored_name,
    texts,
)
from nps_core.reading.vocabulary import WORDS
from nps_core.survey import GROUPS, LEFT_OUT_REASONS, Doubt, LeftOut, Mapping, Measure, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.score_column import ScoreColumn
    from nps_core.reading.tables import Column, Table


TEN = 10
"""The top of the scale on which a score may have a decimal, as sliders write it."""

EXAMPLES = 5
"""Examples shown of each reason for leaving rows out."""

NO_SCORE, OUT_OF_RANGE, UNREADABLE, PARTIAL, PREVIEW, EXCLUDED, REPEATED, TOTAL = range(1, 9)
"""Places in LEFT_OUT_REASONS, from 1; 0 is a row that is kept."""


@dataclass(frozen=True)
class Scored:
    """Each row's score and group, or why it has none.

    `value` is NaN and `group` -1 where there is none; `why` is 0 or the number of a reason. `labelled` holds the
    cells whose words were taken for labels because they come again and again, and for no other reason, each with
    the score or group that it was read as. `between`
    is, where scores lie between whole numbers, the group that rounding would give each of them, -1 for the others.
    """

    value: np.ndarray
    group: np.ndarray
    why: np.ndarray
    labelled: tuple[tuple[str, str], ...] = ()
    between: np.ndarray | None = None


def read_scores(column: Column, scale: Scale, *, percent: bool = False, codes: bool = False) -> Scored:
    """Read a score column, each distinct cell once; `codes` for numbers of choices, one more than the score."""
    rows, distinct = column.encoded
    size = max(len(distinct), 1)
    value, group, why = np.full(size, np.nan), np.full(size, -1, np.int8), np.zeros(size, np.int8)
    nearer = np.full(size, -1, np.int8)
    cells = read_cells(column.counts)
    for place, read in enumerate(cells.values()):
        number = read.value / 10 if percent and read.value is not None else read.value
        if number is not None and codes:
            number -= 1
        if read.blank:
            why[place] = NO_SCORE
        elif scale.words:
            group[place] = -1 if read.group is None else read.group
            why[place] = UNREADABLE if read.group is None else 0
        elif number is None or not (number.is_integer() or (scale.high == TEN and in_tenths(number))):
            why[place] = UNREADABLE
        elif not scale.low <= number <= scale.high:
            why[place] = OUT_OF_RANGE
        else:
            # A score between two whole ones is of the group that the lower one is in: 8.9 is not yet a 9.
            value[place], group[place] = math.floor(number), group_of(math.floor(number), scale)
            if not number.is_integer():
                nearer[place] = group_of(math.floor(number + 0.5), scale)
    labelled = tuple((cell.strip(), _said(read)) for cell, read in cells.items() if read.labelled)
    return Scored(value[rows], group[rows], why[rows], labelled, nearer[rows] if nearer.max() >= 0 else None)


def _said(read: Read) -> str:
    return f"{read.value:g}" if read.group is None else GROUPS[read.group]


def column_dates(table: Table, mapping: Mapping) -> Dates | None:
    """The dates of a table; the order of day and month may be told by another date column."""
    if mapping.date is None:
        return None
    codes, distinct = table.column(mapping.date).encoded
    found = read_dates(codes, distinct)
    if not found.doubt or not found.order:
        return found
    for column in table.columns:
        if column.name != mapping.date and says(plain(column.name), "date"):
            other = read_dates(*column.encoded)
            if other.order and not other.doubt and other.read > len(table) / 2:
                return read_dates(codes, distinct, hint=other.order)
    return found


def frame(
    table: Table, mapping: Mapping, scored: Scored, dates: Dates | None, measures: Sequence[Measure]
) -> pd.DataFrame:
    """Every row of the table as a response, kept or not; the columns as `Survey.responses` has them."""
    rows = len(table)
    found: dict[str, object] = {
        "row": table.numbers,
        "score": int8(scored.value),
        "group": pd.Categorical.from_codes(
            scored.group, dtype=pd.CategoricalDtype(list(GROUPS), ordered=True)
        ),
        "date": dates.moments if dates is not None else np.full(rows, np.datetime64("NaT", "us")),
        "comment": texts(table, mapping.reason, comments=True),
        "respondent": texts(table, mapping.respondent, blank=WORDS["anonymous"]),
        "account": texts(table, mapping.account),
    }
    for name in mapping.attributes:
        found[stored_name(name, mapping)] = categories_of(table.column(column_name(name)))
    for measure in measures:
        found[measure.column] = numbers_of(table.column(measure.column), measure)
    for amount in (mapping.weight, mapping.revenue):
        if amount is not None and stored_name(amount, mapping) not in found:
            found[stored_name(amount, mapping)] = amounts_of(table.column(amount))
    return pd.DataFrame(found, copy=False)  # the columns are nobody else's


def keep(everything: pd.DataFrame, why: np.ndarray, mapping: Mapping) -> pd.DataFrame:
    """The rows that nothing speaks against; attributes lose values that only other rows had."""
    kept: pd.DataFrame = everything[why == 0].reset_index(drop=True)
    for name in mapping.attributes:
        counts = kept[name].value_counts()
        values = {str(value): int(count) for value, count in counts.items() if count}
        kept[name] = kept[name].cat.set_categories(ordered(values))
    return kept


def account_for(why: np.ndarray, numbers: np.ndarray, score: Column) -> tuple[tuple[int, LeftOut], ...]:
    """The row account's parts, each with its reason's number: its count, and the scores of its first rows."""
    parts = []
    for code, reason in enumerate(LEFT_OUT_REASONS, start=1):
        places = np.flatnonzero(why == code)
        if len(places):
            first = places[:EXAMPLES].tolist()
            examples = tuple((int(numbers[place]), cell_of(score, place)[:120]) for place in first)
            parts.append((code, LeftOut(reason, len(places), examples)))
    return tuple(parts)


def cell_of(column: Column, place: int) -> str:
    """One cell of a column."""
    return str(column.text[place].as_py())


def groups_of(groups: np.ndarray) -> tuple[int, int, int]:
    """The detractors, passives and promoters among groups by their places; -1 is none."""
    detractors, passives, promoters = np.bincount(groups[groups >= 0], minlength=len(GROUPS)).tolist()
    return detractors, passives, promoters


def nps_of(groups: np.ndarray, counted: np.ndarray) -> float | None:
    """The NPS (points) of the rows that count; None where none has a group.

    >>> round(nps_of(np.array([2, 2, 0, -1]), np.array([True, True, True, True])), 2)
    33.33
    """
    detractors, passives, promoters = groups_of(groups[counted])
    n = detractors + passives + promoters
    return 100 * (promoters - detractors) / n if n else None


_SAME = 0.05
"""Two figures closer than this, in points, are the same to a reader."""


def doubt_about(text: str, now: float | None, otherwise: float | None, *, moves: float = 0.0) -> Doubt:
    """A doubt, with the NPS that another reading gives where that is another one."""
    if now is None or otherwise is None or abs(now - otherwise) < _SAME:
        return Doubt(text, moves=moves)
    return Doubt(text, otherwise, max(moves, abs(now - otherwise)))


def doubts_about_score(
    table: Table, mapping: Mapping, chosen: ScoreColumn, scored: Scored, why: np.ndarray
) -> list[Doubt]:
    """What makes another NPS: another column, scale or meaning of cells, lost zeros, a filter on the export."""
    now = nps_of(scored.group, why == 0)
    found = [_as_doubt(table, one, chosen, why, now) for one in chosen.doubts]
    found += _labels(scored, chosen.name)
    found += _between(scored, chosen, why, now)
    found += _not_counted(table, chosen, scored, why)
    if not chosen.scale.words:
        found += _lost_zeros(table, mapping, chosen, scored, why)
    return found + _one_group(scored, why)


def _as_doubt(
    table: Table, other: Otherwise, chosen: ScoreColumn, why: np.ndarray, now: float | None
) -> Doubt:
    """A doubt of the score column, with the NPS of the rows that the other reading would count."""
    if other.scale is None:
        return Doubt(other.text, moves=other.moves)
    read = read_scores(table.column(other.column or chosen.name), other.scale, codes=other.codes)
    # What the score was left out for need not hold of another reading; what the row was left out for does.
    of_score = np.isin(why, (0, NO_SCORE, OUT_OF_RANGE, UNREADABLE))
    return doubt_about(other.text, now, nps_of(read.group, of_score), moves=other.moves)


def _labels(scored: Scored, score: str) -> list[Doubt]:
    """A sentence about words beside the scores that were taken for labels."""
    if not scored.labelled:
        return []
    shown = ", ".join(f"“{cell[:60]}” as {said}" for cell, said in scored.labelled[:3])
    return [Doubt(f"Words in “{score}” come again and again and were read as answers: {shown}.")]


def _between(scored: Scored, chosen: ScoreColumn, why: np.ndarray, now: float | None) -> list[Doubt]:
    """Scores with a decimal, with the cut-offs that were drawn between whole ones."""
    if scored.between is None:
        return []
    nearer = scored.between
    count = int(((nearer >= 0) & (why == 0)).sum())
    if not count:
        return []
    scale = chosen.scale
    text = (
        f"{count:,} {'score lies' if count == 1 else 'scores lie'} between whole numbers; below "
        f"{scale.detractor_to + 1} is a detractor, from {scale.promoter_from} a promoter. Rounded first, some "
        "are of another group."
    )
    rounded = np.where(nearer >= 0, nearer, scored.group)
    return [doubt_about(text, now, nps_of(rounded, why == 0))]


_MANY = 0.05
"""The share of answers that are no scores from which on the reading itself is in doubt."""


_NOT_READ = {
    OUT_OF_RANGE: (
        "are outside the scale {}",
        "If they are no codes for “no answer”, the scale is another one.",
    ),
    UNREADABLE: (
        "could not be read",
        "Write them as numbers, or choose another column.",
    ),
}
"""Why answers are not counted that somebody gave: what is said of them, and what to do about it."""


def _not_counted(table: Table, chosen: ScoreColumn, scored: Scored, why: np.ndarray) -> list[Doubt]:
    """Many answers that are no scores: by how much they could move the NPS, were they all of one group."""
    kept = int((why == 0).sum())
    found = []
    for reason, (what, hint) in _NOT_READ.items():
        gone = why == reason
        count = int(gone.sum())
        if count <= _MANY * (count + kept) or not kept:
            continue
        such = "is" if count == 1 else "are"
        text = (
            f"{count:,} of {count + kept:,} answers {what.format(chosen.scale.name).replace('are', such, 1)}"
            f" ({_examples(table, chosen, gone)}) and {'was' if count == 1 else 'were'} left out. {hint}"
        )
        now = nps_of(scored.group, why == 0)
        ends = [nps_of(np.where(gone, end, scored.group), (why == 0) | gone) for end in (0, len(GROUPS) - 1)]
        moves = max(abs(end - now) for end in ends if end is not None and now is not None)
        found.append(Doubt(text, moves=moves))
    return found


def _examples(table: Table, chosen: ScoreColumn, gone: np.ndarray) -> str:
    """The most frequent of the cells left out."""
    column = table.column(chosen.name)
    cells = Counter(cell_of(column, place).strip() for place in np.flatnonzero(gone)[:_LOOKED].tolist())
    return ", ".join(f"“{cell[:20]}”" for cell, _ in cells.most_common(3))


_LOOKED = 1000
"""Cells that are looked at for examples."""


_ENOUGH = 30
"""Scores without a single 0 among them from which on zeros may be lost."""


_FEW = 3


_SOME = 0.02
"""Comments without a score, at least, and their share of the scores: fewer are people who skipped the question."""


def _lost_zeros(
    table: Table, mapping: Mapping, chosen: ScoreColumn, scored: Scored, why: np.ndarray
) -> list[Doubt]:
    """Finished rows with a comment and a blank score, where no score is 0: some tools write a 0 as nothing."""
    values = scored.value[why == 0]
    if mapping.reason is None or chosen.scale.low != 0 or len(values) < _ENOUGH or values.min() <= 0:
        return []
    blank = why == NO_SCORE
    if not blank.any():
        return []
    lost = blank & table.column(mapping.reason).answered
    count = int(lost.sum())
    if count < max(_FEW, _SOME * len(values)):
        return []
    text = (
        f"Zeros seem to be missing, as no score is 0 and {count:,} rows have a comment and no score. Some tools"
        " write a 0 as a blank cell; export the answers as text to see."
    )
    now = nps_of(scored.group, why == 0)
    zeros = np.where(lost, np.int8(0), scored.group)
    return [doubt_about(text, now, nps_of(zeros, (why == 0) | lost))]


_SEVERAL = 10
"""Answers that are all of one group by more than chance."""


def _one_group(scored: Scored, why: np.ndarray) -> list[Doubt]:
    """A survey whose answers are all of one group was filtered before it was exported, as a rule."""
    groups = scored.group[why == 0]
    if len(groups) < _SEVERAL or groups.min() != groups.max():
        return []
    group = GROUPS[int(groups[0])]
    text = f"All {len(groups):,} answers are those of {group}s. Was the export filtered by the score?"
    return [Doubt(text, moves=IN_QUESTION)]


def doubts_about_rest(
    table: Table,
    mapping: Mapping,
    dates: Dates | None,
    kept: pd.DataFrame,
    sheets: tuple[Sequence[Table], int],
) -> list[Doubt]:
    """What leaves the NPS as it is: notes of the reading, dates, comments, sheets that were not read."""
    others, joined = sheets[0], sheets[1] - len(sheets[0]) > 1
    found = list(table.notes)
    if dates is not None:
        found += [dates.doubt] if dates.doubt else []
        unread = dates.unread
        if len(unread):
            unread = unread[np.isin(table.numbers[unread], kept["row"].to_numpy())]
        found += [_unread_dates(table, mapping, unread, len(kept))] if len(unread) else []
    if mapping.reason is not None and len(kept) and kept["comment"].isna().all():
        found.append(f"No response has a comment: “{mapping.reason}” is blank throughout.")
    if mapping.reason is not None and len(long := long_comments(table.column(mapping.reason))):
        found += _cut_comments(int(np.isin(table.numbers[long], kept["row"].to_numpy()).sum()))
    if others:
        titles = ", ".join(f"“{one.title}”" for one in others)
        found.append(
            f"Of the workbook not read: {titles}."
            if joined
            else f"Only “{table.title}” was read; the workbook also has {titles}."
        )
    return [Doubt(text) for text in found]


def _cut_comments(count: int) -> list[str]:
    """A sentence about comments that were too long."""
    if not count:
        return []
    such = "comment is" if count == 1 else "comments are"
    was = "was" if count == 1 else "were"
    return [f"{count:,} {such} longer than {LONGEST_COMMENT:,} characters and {was} cut."]


DATELESS = "kept, without a date."
"""How a doubt about dates that could not be read ends."""


def _unread_dates(table: Table, mapping: Mapping, unread: np.ndarray, kept: int) -> str:
    example = cell_of(table.column(str(mapping.date)), int(unread[0]))
    such, kept_too = ("", "that response is") if len(unread) == 1 else ("such as ", "those responses are")
    return (
        f"{len(unread):,} of {kept:,} dates in “{mapping.date}” could not be read, {such}“{example[:40]}” "
        f"in row {int(table.numbers[unread[0]]):,}; {kept_too} {DATELESS}"
    )
