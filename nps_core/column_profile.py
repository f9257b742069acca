"""What a column holds, small enough to stand at its head: one line of words, and a bar for each score."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.corrections import ROLES, column_roles
from nps_core.formatting import (
    format_count,
    format_day,
    format_interval,
    format_nps,
    plural,
    short,
    with_interval,
)
from nps_core.reading.scores import default_scale, group_of, parse_scale
from nps_core.scope import Scope
from nps_core.score.estimate import estimate, shares
from nps_core.survey import GROUPS, ColumnProfile, Scale, StatusWord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.corrections import Corrections
    from nps_core.survey import Candidate, Doubt, Survey

_TITLE = 80  # characters of a column's name and question

_DOUBT = 200
"""Letters of a doubt in the one line that Summary has for it."""

_SEEN = 1.0
"""Points that an NPS, which is shown in whole points, has to move to be seen to."""

_TELLING = 3
"""So many different scores tell answers from a flag."""


@dataclass(frozen=True)
class Bar:
    """A score with its count, its height (whole percent of the highest) and its group."""

    score: int
    count: int
    height: int
    group: str


def score_bars(counts: Mapping[int, int], scale: Scale) -> tuple[Bar, ...]:
    """A bar for each score of a scale; what lies outside it has none."""
    most = max((counts.get(score, 0) for score in range(scale.low, scale.high + 1)), default=0) or 1
    return tuple(
        Bar(
            score,
            counts.get(score, 0),
            round(100 * counts.get(score, 0) / most),
            GROUPS[group_of(score, scale)],
        )
        for score in range(scale.low, scale.high + 1)
    )


def survey_bars(survey: Survey) -> tuple[Bar, ...]:
    """The bars of all responses of a survey; none for a file of group words."""
    if survey.scale.words:
        return ()
    counts = Scope(survey).counts.histogram().tolist()
    return score_bars(dict(enumerate(counts, survey.scale.low)), survey.scale)


def profile_bars(look: ColumnProfile, scale: str) -> tuple[Bar, ...]:
    """The bars of a column as if it were the score on a scale ("0-10", "1-7:3/6").

    Raises
    ------
    MappingError
        The text is no scale.
    """
    return score_bars(dict(look.scores), parse_scale(scale))


def reading_words(survey: Survey) -> str:
    """How a file was read in one line: "export.csv · Qualtrics (UTF-8, comma) · scale 0-10 · NPS +34 (+27 to +42)"."""
    score = estimate(*Scope(survey).counts.groups())
    nps = f"NPS {with_interval(float(score.nps), float(score.low), float(score.high))}"
    scale = "groups in words" if survey.scale.words else f"scale {survey.scale.name}"
    return f"{survey.name} · {survey.layout} · {scale} · {nps if score.n else 'no NPS'}"


def kept_words(survey: Survey) -> str:
    """How many of the rows are responses: "3,000 of 3,024 rows are responses", "1 of 2 rows is a response"."""
    rows = survey.rows
    if survey.seen is not None:
        return f"{plural(rows.kept, 'response')}, a part of the survey"
    if rows.read == 1:
        return f"The one row is {'a' if rows.kept else 'no'} response"
    are = "is a response" if rows.kept == 1 else "are responses"
    return f"{format_count(rows.kept)} of {plural(rows.read, 'row')} {are}"


def understood(survey: Survey) -> tuple[tuple[str, str], ...]:
    """What was understood of a file, to be looked over once: what it is, and how it was read.

    The score with its scale, the reason, the dates with their first and last day, the account, the rows, and the
    heaviest doubt with the NPS that it could be, and how many more there are.
    """
    mapping, scope = survey.mapping, Scope(survey)
    titles = column_titles(survey.columns, survey.labels, _TITLE)

    def named(column: str | None, nothing: str, more: str = "") -> str:
        return f"{titles.get(column, short(column, _TITLE))}{more}" if column else nothing

    scale = ", groups in words" if survey.scale.words else f", {survey.scale.low} to {survey.scale.high}"
    days = f", {format_day(scope.first)} to {format_day(scope.last)}" if scope.first and scope.last else ""
    found = [
        ("Score", named(mapping.score, "put together from several columns", scale)),
        ("Reason", named(mapping.reason, "no column of comments")),
        ("Date", named(mapping.date, "no column of dates", days)),
        ("Rows", kept_words(survey)),
        ("In doubt", _doubts(survey)),
    ]
    if mapping.account:
        found.insert(3, ("Account", named(mapping.account, "")))
    return tuple(found)


def status_words(words: Sequence[StatusWord]) -> str:
    """How each word of the columns that tell responses from other rows counts, a sentence a column.

    >>> status_words([StatusWord("Status", "done", 90, "response"), StatusWord("Status", "void", 2, "partial")])
    '“Status”: done (90) counts; void (2) left out as partial.'
    """
    said: dict[str, list[str]] = {}
    for word in words:
        counts = "counts" if word.counts_as == "response" else f"left out as {word.counts_as}"
        unknown = "" if word.known else ", though nobody told what it means"
        said.setdefault(word.column, []).append(
            f"{short(word.word, 30) or 'blank'} ({format_count(word.count)}) {counts}{unknown}"
        )
    return " ".join(f"“{short(column, 40)}”: {'; '.join(parts)}." for column, parts in said.items())


def candidate_words(survey: Survey, candidate: Candidate) -> str:
    """What speaks for a candidate or against it, after the NPS that it would give.

    As in "NPS +34 (+27 to +42), n 1,204. ...".
    """
    counts = candidate.counts
    if counts is not None and candidate.column == survey.mapping.score:
        # As it was read, under the cut-offs and the policy for repeats that hold.
        promoters, passives, detractors = Scope(survey).counts.groups()
        counts = detractors, passives, promoters
    if not counts or not sum(counts):
        return candidate.reason
    score = estimate(*reversed(counts))
    interval = format_interval(float(score.low), float(score.high))
    return (
        f"NPS {format_nps(float(score.nps))} ({interval}), n {format_count(sum(counts))}. {candidate.reason}"
    )


def profile_words(look: ColumnProfile) -> str:
    """How full a column is and how many values it has: "38 of 40 filled · 11 values"."""
    if not look.filled:
        return "blank"
    filled = (
        "all filled"
        if look.filled == look.looked
        else f"{format_count(look.filled)} of {format_count(look.looked)} filled"
    )
    return f"{filled} · {plural(look.distinct, 'value')}"


def profile_scores_words(look: ColumnProfile, scale: str) -> str:
    """How many cells of a column are scores on a scale, and what the others are like.

    Raises
    ------
    MappingError
        The text is no scale.
    """
    asked = parse_scale(scale)
    good = sum(count for score, count in look.scores if asked.low <= score <= asked.high)
    said = (
        f"{format_count(good)} of {plural(look.filled, 'filled cell')} looked at hold a whole number from"
        f" {asked.low} to {asked.high}"
    )
    if good == look.filled or not look.common:
        return f"{said}."
    return f"{said}; the most frequent values are {', '.join(f'“{value[:30]}”' for value in look.common)}."


def likely_scores_first(looks: Sequence[ColumnProfile]) -> tuple[ColumnProfile, ...]:
    """Columns that could hold scores before the others: several whole numbers from 0 to 10, and little else."""
    return tuple(sorted(looks, key=lambda look: -_promise(look)))


def columns_in_order(survey: Survey, text: str = "", most: int | None = None) -> tuple[str, ...]:
    """The columns that play a role, the weightiest first, then the others in the order of the file.

    Parameters
    ----------
    text
        Only those with this text in their name or question text, however it is written.
    most
        At most so many.
    """
    ranks = {role: place for place, role in enumerate(ROLES)}
    wanted = text.strip().casefold()
    found = [name for name in survey.columns if wanted in f"{name} {survey.labels.get(name, '')}".casefold()]
    roles = {name: column_roles(survey, name) for name in found}
    found.sort(key=lambda name: min((ranks[role] for role in roles[name]), default=len(ranks)))
    return tuple(found[:most])


def column_titles(columns: Sequence[str], labels: Mapping[str, str], length: int = 70) -> dict[str, str]:
    """What to call each column in a list: its name and its question text, cut short, and no two alike."""
    told = {}
    for name in columns:
        question = question_of(name, labels)
        told[name] = short(f"{name} · {question}" if question else name, length)
    times = Counter(told.values())
    return {
        name: title if times[title] == 1 else f"{title} (column {place})"
        for place, (name, title) in enumerate(told.items(), start=1)
    }


def question_of(column: str, labels: Mapping[str, str]) -> str:
    """The question text of a column, where it says more than the name ("EndDate", "End Date" does not)."""
    question = labels.get(column, "")
    return "" if _letters(question) == _letters(column) else question


def reading_notice(survey: Survey, corrections: Corrections, *, as_before: bool) -> str:
    """What one should know of how a file was read, in one line: who chose so, and the heaviest doubt; "" for nothing.

    Where the doubt makes another NPS, that figure comes first.
    """
    said = []
    if corrections:
        how = "Read as the last file of these columns was" if as_before else "Read as you chose"
        said.append(f"{how}: {'; '.join(corrections.words())}.")
    said += [_first_doubt(survey, survey.doubts[0])] if survey.doubts else []
    if more := len(survey.doubts[1:]):
        said.append(f"{plural(more, 'more thing')} {'is' if more == 1 else 'are'} worth a look.")
    return " ".join(said)


def _doubts(survey: Survey) -> str:
    """The heaviest doubt, and how many more there are."""
    if not survey.doubts:
        return "nothing"
    first, *more = survey.doubts
    said = _first_doubt(survey, first)
    return f"{said} {len(more)} more under “Data”." if more else said


def _first_doubt(survey: Survey, doubt: Doubt) -> str:
    """The heaviest doubt, cut short: "NPS could be +13 instead of +35: zeros seem to be missing ..."."""
    if doubt.nps_could_be is None:
        return short(doubt.text, _DOUBT)
    now = float(estimate(*Scope(survey).counts.groups()).nps)
    first, dot, _ = doubt.text.partition(". ")
    text = short(f"{first}{dot.strip()}", _DOUBT)
    return (
        f"NPS of all responses could be {format_nps(doubt.nps_could_be)} instead of {format_nps(now)}:"
        f" {text[:1].lower()}{text[1:]}"
    )


def is_heavy(survey: Survey) -> bool:
    """Whether the heaviest doubt moves the NPS by as much as a reader would see: it wants to be seen beside it."""
    return bool(survey.doubts) and survey.doubts[0].moves >= _SEEN


def doubt_words(doubt: Doubt) -> str:
    """A doubt with the NPS that it could be: "Zeros seem to be missing. The NPS could be +13."."""
    could_be = "" if doubt.nps_could_be is None else f" The NPS could be {format_nps(doubt.nps_could_be)}."
    return f"{doubt.text}{could_be}"


def cut_off_words(scale: Scale) -> str:
    """The groups of a scale: "detractors 0-6, passives 7-8, promoters 9-10"; and whether they are unusual."""
    if scale.words:
        return "The file holds the groups in words, so there are no cut-offs."
    passives = _span(scale.detractor_to + 1, scale.promoter_from - 1)
    said = (
        f"Detractors {_span(scale.low, scale.detractor_to)}, passives {passives}, promoters"
        f" {_span(scale.promoter_from, scale.high)}"
    )
    usual = default_scale(scale.low, scale.high)
    if usual == scale:
        return f"{said}."
    return (
        f"{said}. Not the usual cut-offs of this scale, which are {usual.detractor_to} and"
        f" {usual.promoter_from}: the NPS cannot be set beside those of others."
    )


def group_shares(survey: Survey) -> dict[str, int]:
    """Promoters, passives and detractors of all responses in whole percent that add up to 100."""
    order = ("promoter", "passive", "detractor")
    return dict(zip(order, shares(*Scope(survey).counts.groups()), strict=True))


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _span(low: int, high: int) -> str:
    if low > high:
        return "none"
    return str(low) if low == high else f"{low}-{high}"


def _promise(look: ColumnProfile) -> float:
    if not look.filled or len(look.scores) < _TELLING:
        return 0.0
    return sum(count for _, count in look.scores) / look.filled
