"""Two minutes of review: what to ask a person about the coding of comments, and what an answer does to the codebook.

Asked are the least certain assignments, which teach most, and some drawn at random from all. Of those drawn
the share that is confirmed is the precision of the coding: each was coded before its answer was known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.formatting import format_count, format_share, plural, short
from nps_core.themes.codebook import Checks, Codebook, fingerprint, name_of
from nps_core.themes.coding import Coder
from nps_core.themes.learning import AS_CODED, Looks, learn
from nps_core.themes.result import Themes, read
from nps_core.themes.space import one_thread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from nps_core.scope import Scope

ENOUGH = 16
"""Comments confirmed under an entry or taken out of it, some of either, from which it learns; 12 did harm at first."""

LEAST_CERTAIN, DRAWN = 20, 10
"""Questions of a review: those that teach, and those that measure."""

LOOK_AT = 10_000
"""Comments that the questions are chosen from."""

OTHERS = 5
"""Other themes that a question offers, the nearest ones."""

FEWEST_CHECKED = 20
"""Comments checked from which their share is said in percent."""


@dataclass(frozen=True)
class Question:
    """Whether a comment is about a theme.

    Parameters
    ----------
    place
        Position of the comment in `Survey.responses`.
    name
        The theme.
    drawn
        Whether it was drawn at random from all assignments, and so tells how often they are right.
    others
        The nearest other themes.
    """

    place: int
    name: str
    drawn: bool
    others: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Review:
    """The questions of a review, and what is needed to learn from the answers.

    Parameters
    ----------
    questions
        Those drawn and the least certain ones, mixed.
    survey
        The name of the survey, under which the codebook keeps what was checked.
    coder
        What the comments were coded by when they were chosen.
    texts
        The clean comments of the survey by their fingerprint.
    as_coded
        The looks of some of them, drawn at random.
    """

    questions: tuple[Question, ...]
    survey: str
    coder: Coder
    texts: Mapping[str, str]
    as_coded: Looks

    def answered(self, codebook: Codebook, question: Question, comment: str, name: str) -> Codebook:
        """The codebook after an answer.

        Parameters
        ----------
        comment
            The comment asked about, as written.
        name
            The theme that it is about: the one asked, or another; "" for not the one asked.
        """
        right = name == question.name
        book = codebook.moved(fingerprint(comment), name, leaving="" if right else question.name)
        if question.drawn:
            book = book.checked(self.survey, right=right)
        with one_thread():
            for one in dict.fromkeys(filter(None, (question.name, name))):
                book = taught(book, self.coder, self.texts, one, self.as_coded)
        return book


def taught(
    codebook: Codebook, coder: Coder, texts: Mapping[str, str], name: str, as_coded: Looks
) -> Codebook:
    """The codebook with what the answers about an entry teach.

    A part of another entry learns nothing; one of too few answers, or of one kind alone, stays as it is.

    Parameters
    ----------
    coder
        The same entries on the space of the survey; which comments are confirmed may have changed since.
    texts
        The clean comments of the survey by their fingerprint.
    name
        The entry.
    as_coded
        The looks of comments drawn at random.
    """
    place, at = codebook.place(name), coder.codebook.place(name)
    if min(place, at) < 0 or codebook.entries[place].parent:
        return codebook
    entry = codebook.entries[place]
    yes, no = ([texts[mark] for mark in marks if mark in texts] for marks in (entry.confirmed, entry.removed))
    if not yes or not no or len(yes) + len(no) < ENOUGH:
        return codebook
    right = np.arange(len(yes) + len(no)) < len(yes)
    learnt = learn(coder.looks([*yes, *no]), right, as_coded, at)
    return codebook.changed(name, lambda one: replace(one, learnt=learnt))


def find_questions(scope: Scope, themes: Themes, comments: Sequence[str | None]) -> Review | None:
    """What to ask about the comments shown; None where no codebook codes them.

    Themes take turns, so that the largest does not take all questions. A comment is asked about once in a review, and
    never again about a theme for which it has an answer.

    Parameters
    ----------
    comments
        Those of the survey, in the order of `Survey.responses`.
    """
    wholes = [number for number in range(themes.k) if themes.parents[number] < 0]
    if not isinstance(themes.model, Coder) or not wholes:
        return None
    texts, _ = read(comments)
    marks = [fingerprint(text) for text in texts]
    entries = [themes.codebook.place(themes.names[number]) for number in wholes]
    known = [{*one.confirmed, *one.removed} for one in (themes.codebook.entries[place] for place in entries)]
    draw = np.random.default_rng(sum(map(len, known)))
    rows = scope.counts.commented[0]
    rows = draw.permutation(rows[themes.said[rows]])[:LOOK_AT]
    with one_thread():
        looks = themes.model.looks([texts[row] for row in rows.tolist()])
        as_coded = themes.model.looks([texts[row] for row in rows[:AS_CODED].tolist()])
    open_ = np.array([[marks[row] not in own for own in known] for row in rows.tolist()], dtype=bool)
    about = themes.memberships[rows].toarray()[:, wholes].astype(bool) & open_
    doubt = np.where(open_, _doubt(themes.model, looks, entries), np.inf)
    chosen: dict[str, tuple[int, int, bool]] = {}
    for most, drawn, pairs in (
        (DRAWN, True, iter(draw.permutation(np.argwhere(about)).tolist())),
        (DRAWN + LEAST_CERTAIN, False, _in_turn(doubt)),
    ):
        for row, column in pairs:
            if len(chosen) >= most:
                break
            chosen.setdefault(marks[rows[row]], (row, column, drawn))
    names = [themes.names[number] for number in wholes]
    nearest = np.argsort(-looks.near[:, entries], axis=1, kind="stable")
    questions = [
        Question(
            int(rows[row]),
            names[column],
            drawn,
            tuple(names[other] for other in nearest[row].tolist() if other != column)[:OTHERS],
        )
        for row, column, drawn in chosen.values()
    ]
    order = draw.permutation(len(questions)).tolist()
    return Review(
        tuple(questions[place] for place in order),
        name_of(scope.survey.name),
        themes.model,
        dict(zip(marks, texts, strict=True)),
        as_coded,
    )


def _doubt(coder: Coder, looks: Looks, entries: Sequence[int]) -> NDArray[np.float64]:
    """Comments x entries: how far each is from being coded otherwise; infinite where nothing brings it near."""
    near, says = looks.near[:, entries].astype(np.float64), looks.says[:, entries]
    doubt = np.where(says, 1 + near, np.abs(near - coder.cuts[entries]))
    for column, place in enumerate(entries):
        learnt = coder.codebook.entries[place].learnt
        if learnt is not None:
            doubt[:, column] = np.abs(looks.odds(learnt, place))
    return doubt


def _in_turn(doubt: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Comments and entries, the least certain comment of each entry, then the next of each."""
    # How the doubt of one entry compares with that of another is not known.
    ranked = np.argsort(doubt, axis=0, kind="stable")
    for rank in ranked.tolist():
        for column, row in enumerate(rank):
            if np.isfinite(doubt[row, column]):
                yield row, column


def precision_sentence(codebook: Codebook, survey: str) -> str:
    """How often a person confirmed what was drawn, here and where the codebook comes from; "" for never."""
    own = name_of(survey)
    here = [one for one in codebook.checks if one.survey == own]
    there = [one for one in codebook.checks if one.survey != own]
    told = [_precision(one) for one in here] + [
        f"{_precision(one)} in “{short(one.survey)}”" for one in there[-1:]
    ]
    return f"{'; '.join(told)}. " if told else ""


def _precision(one: Checks) -> str:
    """So much is right of what was drawn.

    >>> from nps_core.themes.codebook import Checks
    >>> _precision(Checks("wave", 43, 50)), _precision(Checks("wave", 8, 9))
    ('Precision 86%, 50 comments checked', '8 of 9 comments checked are right')
    """
    if one.n < FEWEST_CHECKED:
        return f"{format_count(one.right)} of {plural(one.n, 'comment')} checked are right"
    return f"Precision {format_share(one.right / one.n)}, {plural(one.n, 'comment')} checked"


def learnt_sentence(codebook: Codebook) -> str:
    """Which themes have learnt from answers; "" where none has."""
    names = [f"“{short(entry.name)}”" for entry in codebook.shown if entry.learnt and not entry.parent]
    return f"Learnt from the answers: {', '.join(names)}." if names else ""
