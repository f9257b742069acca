"""What could have been read otherwise, each with the NPS that it could be."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading import responses as rows_of
from nps_core.reading.cells import is_no_answer
from nps_core.reading.is_response import doubt_about, nps_of
from nps_core.reading.score_evidence import IN_QUESTION
from nps_core.reading.typed import LONGEST_COMMENT, long_comments
from nps_core.survey import GROUPS, Doubt

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nps_core.reading.dates import Dates
    from nps_core.reading.score_column import ScoreColumn
    from nps_core.reading.score_evidence import Otherwise
    from nps_core.reading.tables import Table
    from nps_core.survey import Mapping


def doubts_about_score(
    table: Table, mapping: Mapping, chosen: ScoreColumn, scored: rows_of.Scored, why: np.ndarray
) -> list[Doubt]:
    """What makes another NPS: another column, scale or meaning of cells, lost zeros, a filter on the export."""
    now = nps_of(scored.group, why == 0)
    found = [_otherwise(table, one, chosen, why, now) for one in chosen.doubts]
    found += _labels(scored, chosen.name)
    found += _between(scored, chosen, why, now)
    found += _not_counted(table, chosen, scored, why)
    if not chosen.scale.words:
        found += _lost_zeros(table, mapping, chosen, scored, why)
    return found + _one_group(scored, why)


def _otherwise(
    table: Table, other: Otherwise, chosen: ScoreColumn, why: np.ndarray, now: float | None
) -> Doubt:
    """A doubt of the score column, with the NPS of the rows that the other reading would count."""
    if other.scale is None:
        return Doubt(other.text, moves=other.moves)
    read = rows_of.read_scores(table.column(other.column or chosen.name), other.scale, codes=other.codes)
    # What the score was left out for need not hold of another reading; what the row was left out for does.
    of_score = np.isin(why, (0, rows_of.NO_SCORE, rows_of.OUT_OF_RANGE, rows_of.UNREADABLE))
    return doubt_about(other.text, now, nps_of(read.group, of_score), moves=other.moves)


def _labels(scored: rows_of.Scored, score: str) -> list[Doubt]:
    """A sentence about words beside the scores that were taken for labels."""
    if not scored.labelled:
        return []
    shown = ", ".join(f"“{cell[:60]}” as {said}" for cell, said in scored.labelled[:3])
    return [Doubt(f"Words in “{score}” come again and again and were read as answers: {shown}.")]


def _between(scored: rows_of.Scored, chosen: ScoreColumn, why: np.ndarray, now: float | None) -> list[Doubt]:
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
    rows_of.OUT_OF_RANGE: (
        "are outside the scale {}",
        "If they are no codes for “no answer”, the scale is another one.",
    ),
    rows_of.UNREADABLE: (
        "could not be read",
        "Write them as numbers, or choose another column.",
    ),
}
"""Why answers are not counted that somebody gave: what is said of them, and what to do about it."""


def _not_counted(table: Table, chosen: ScoreColumn, scored: rows_of.Scored, why: np.ndarray) -> list[Doubt]:
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
    cells = Counter(
        rows_of.cell_of(column, place).strip() for place in np.flatnonzero(gone)[:_LOOKED].tolist()
    )
    return ", ".join(f"“{cell[:20]}”" for cell, _ in cells.most_common(3))


_LOOKED = 1000
"""Cells that are looked at for examples."""

_ENOUGH = 30
"""Scores without a single 0 among them from which on zeros may be lost."""

_FEW = 3
_SOME = 0.02
"""Comments without a score, at least, and their share of the scores: fewer are people who skipped the question."""


def _lost_zeros(
    table: Table, mapping: Mapping, chosen: ScoreColumn, scored: rows_of.Scored, why: np.ndarray
) -> list[Doubt]:
    """Finished rows with a comment and a blank score, where no score is 0: some tools write a 0 as nothing."""
    values = scored.value[why == 0]
    if mapping.reason is None or chosen.scale.low != 0 or len(values) < _ENOUGH or values.min() <= 0:
        return []
    blank = why == rows_of.NO_SCORE
    if not blank.any():
        return []
    said, comments = table.column(mapping.reason).encoded
    wrote = np.array([not is_no_answer(cell) for cell in comments] or [False], dtype=bool)[said]
    lost = blank & wrote
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


def _one_group(scored: rows_of.Scored, why: np.ndarray) -> list[Doubt]:
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
            else f"Only the sheet “{table.title}” was read; the workbook also has {titles}."
        )
    return [Doubt(text) for text in found]


def _cut_comments(count: int) -> list[str]:
    """A sentence about comments that were too long."""
    if not count:
        return []
    such = "comment is" if count == 1 else "comments are"
    was = "was" if count == 1 else "were"
    return [f"{count:,} {such} longer than {LONGEST_COMMENT:,} characters and {was} cut."]


def _unread_dates(table: Table, mapping: Mapping, unread: np.ndarray, kept: int) -> str:
    example = rows_of.cell_of(table.column(str(mapping.date)), int(unread[0]))
    such, kept_too = ("", "that response is") if len(unread) == 1 else ("such as ", "those responses are")
    return (
        f"{len(unread):,} of {kept:,} dates in “{mapping.date}” could not be read, {such}“{example[:40]}” "
        f"in row {int(table.numbers[unread[0]]):,}; {kept_too} kept, without a date."
    )
