"""A person's changes carried out on themes: each finds its theme again, or says that it did not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from nps_core.themes.clusters import centres, consensus, settle
from nps_core.themes.edits import Hide, Merge, Move, Pin, Pointer, Rename, Split, edit_words
from nps_core.themes.examples import holding
from nps_core.themes.language import ENGLISH, MIXED, detect, links_of, stem
from nps_core.themes.names import distinct, name_themes
from nps_core.themes.result import QUOTES, examples_of
from nps_core.themes.steps import EditedModel, Hidden, Merged, Moved, Parted, Pinned, Told, closed, widened
from nps_core.themes.text import clean
from nps_core.themes.threads import one_thread
from nps_core.themes.wording import other_comments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.themes.edits import Edit, ThemeEdits
    from nps_core.themes.result import Themes
    from nps_core.themes.steps import Step, Vectors

SAME = 0.2
"""From this share of their words, the first ones counting most, two themes are taken for the same one."""

SPLIT_ON = 10_000
"""Comments that parts are found on."""

FEWEST_TO_SPLIT = 10
"""Comments that a theme must have to be split."""

FORMS_OF = 1_000
"""Comments that are looked through for the forms of a pinned word."""


@dataclass(frozen=True)
class _Theme:
    """One theme while it is being changed."""

    name: str
    terms: tuple[str, ...]
    quotes: tuple[int, ...] = ()
    matched: tuple[str, ...] = ()
    given: bool = False
    changed: bool = False


@dataclass(frozen=True, eq=False)
class _State:
    """The themes between two changes; a number that is not in `themes` is no theme any more."""

    themes: dict[int, _Theme]
    size: int
    remainder: int | None
    told: Told
    steps: tuple[Step, ...]
    vectors: Vectors
    codes: tuple[str, ...]
    language: str

    def find(self, pointer: Pointer) -> int | None:
        """The theme that a pointer means: one that a person named so, else the one with most of its words."""
        named = [n for n, theme in self.themes.items() if _same_name(theme.name, pointer.name)]
        for number in named:
            alone = not self.themes[number].terms or not pointer.terms
            if self.themes[number].given or number == self.remainder or alone:
                return number
        ranked = [
            (self._shared(theme.terms, pointer.terms) + (number in named), -number)
            for number, theme in self.themes.items()
            if number != self.remainder
        ]
        best, number = max(ranked, default=(0.0, 0))
        return -number if best >= SAME else None

    def _shared(self, one: Sequence[str], other: Sequence[str]) -> float:
        """The share of two lists' weight that is in words of both, 0..1; the first words weigh most."""
        code = self.codes[0] if self.codes else ENGLISH
        weights: list[dict[str, float]] = [{}, {}]
        for own, words in zip(weights, (one, other), strict=True):
            for rank, word in enumerate(words, 1):
                own.setdefault(stem(word.lower(), code), 1 / rank)
        both = weights[0].keys() & weights[1].keys()
        total = sum(weights[0].values()) + sum(weights[1].values())
        return sum(weights[0][word] + weights[1][word] for word in both) / total if total else 0.0

    def after(self, step: Step, themes: dict[int, _Theme]) -> _State:
        """Once a step is carried out, with the themes there are then."""
        return replace(
            self,
            told=step(self.told, self.vectors),
            steps=(*self.steps, step),
            themes=themes,
            size=max([self.size, *(number + 1 for number in themes)]),
        )

    def room(self, count: int = 1) -> _State:
        """With columns for so many more themes."""
        wide = replace(self.told, members=np.pad(self.told.members, ((0, 0), (0, count))))
        return replace(self, told=wide, size=self.size + count)


def apply_edits(themes: Themes, comments: Sequence[str | None], edits: ThemeEdits) -> Themes:
    """Themes as a person changed them; the same function for a refit and for a later wave.

    Parameters
    ----------
    themes
        What `find_themes` gave, or `Themes.carried_to`.
    comments
        The comments of those themes, in the same order.
    edits
        The changes. Each wins over what was found. One whose theme is not there is passed over, and `note`
        says so.

    Raises
    ------
    ValueError
        When there are not as many comments as labels.

    Examples
    --------
    >>> from nps_core.themes import Pin, ThemeEdits, find_themes
    >>> comments = ["Too expensive", "Slow", "The price went up"]
    >>> pinned = apply_edits(find_themes(comments), comments, ThemeEdits((Pin("Pricing", ("price", "expensive")),)))
    >>> pinned.names, pinned.labels.tolist()
    (('Pricing', 'All comments'), [0, 1, 0])
    """
    if len(comments) != len(themes.labels):
        raise ValueError(f"{len(comments)} comments for {len(themes.labels)} labels")
    if not edits or not themes.k:
        return themes
    with one_thread():
        state = _begin(themes, comments)
        missed: list[Edit] = []
        for _, run in groupby(edits.edits, lambda edit: isinstance(edit, Move) or id(edit)):
            state, lost = _carry_out(state, list(run))
            missed += lost
        return _end(themes, state, missed)


def split_theme(themes: Themes, comments: Sequence[str | None], number: int, parts: int = 2) -> Split | None:
    """The change that parts a theme by what its comments have in common; None when it does not fall apart.

    Parameters
    ----------
    themes, comments
        Themes and the comments they are of.
    number
        The theme to be split.
    parts
        Into how many.
    """
    rows = np.flatnonzero(themes.labels == number)
    if themes.model is None or len(rows) < FEWEST_TO_SPLIT:
        return None
    if len(rows) > SPLIT_ON:
        rows = np.sort(np.random.default_rng(0).choice(rows, SPLIT_ON, replace=False))
    texts = [clean(comments[row]) for row in rows.tolist()]
    with one_thread():
        vectors = themes.model.vectors(texts)
        if not vectors.shape[1] or len(np.unique(vectors.round(4), axis=0)) < parts:
            return None
        labels = consensus(vectors, parts, 0)
    sizes = np.bincount(labels, minlength=parts)
    labels = np.argsort(np.argsort(-sizes, kind="stable"))[labels].astype(
        np.int32
    )  # the larger part comes first
    code = themes.language
    languages = detect(texts) if code == MIXED else np.full(len(texts), code)
    naming = name_themes(texts, labels, languages, parts, None, code)
    found = tuple(Pointer(name, terms) for name, terms in zip(naming.names, naming.terms, strict=True))
    if not sizes.all() or not all(part.terms for part in found):
        return None
    return Split(Pointer.to(themes, number), found)


def _begin(themes: Themes, comments: Sequence[str | None]) -> _State:
    model = themes.model
    known = {
        number: _Theme(
            themes.names[number], themes.terms[number], themes.quotes[number], themes.matched_words(number)
        )
        for number in range(themes.k)
    }
    alone = (themes.language,) if themes.language != MIXED else ()
    return _State(
        themes=known,
        size=themes.k,
        remainder=themes.remainder if model else 0,
        told=Told(comments, themes.labels, widened(themes.memberships, themes.k)),
        steps=(),
        vectors=model.vectors if model else lambda texts: np.zeros((len(texts), 0), dtype=np.float32),
        codes=(model.languages if model else ()) or alone,
        language=themes.language,
    )


def _carry_out(state: _State, run: list[Edit]) -> tuple[_State, list[Edit]]:
    """One change, or several comments moved at once; and those whose theme is not there."""
    match run[0]:
        case Rename() as edit:
            after = _rename(state, edit)
        case Merge() as edit:
            after = _merge(state, edit)
        case Hide() as edit:
            after = _hide(state, edit)
        case Split() as edit:
            after = _split(state, edit)
        case Pin() as edit:
            after = _pin(state, edit)
        case Move():
            return _move(state, [edit for edit in run if isinstance(edit, Move)])
    return (state, run) if after is None else (after, [])


def _rename(state: _State, edit: Rename) -> _State | None:
    number = state.find(edit.theme)
    if number is None:
        return None
    named = replace(state.themes[number], name=edit.name, given=True)
    return replace(state, themes={**state.themes, number: named})


def _merge(state: _State, edit: Merge) -> _State | None:
    found = [state.find(pointer) for pointer in edit.themes]
    numbers = tuple(dict.fromkeys(number for number in found if number is not None))
    if not numbers:
        return None
    into = state.remainder if state.remainder in numbers and state.remainder is not None else numbers[0]
    parts = [state.themes[number] for number in numbers]
    one = _Theme(
        edit.name,
        _in_turn([part.terms for part in parts]),
        matched=tuple(sorted({word for part in parts for word in part.matched})),
        given=True,
        changed=True,
    )
    left = {n: theme for n, theme in state.themes.items() if n not in numbers}
    return state.after(Merged(numbers, into), {**left, into: one})


def _in_turn(lists: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The first of each, then the second of each, and so on; nothing twice."""
    longest = max(map(len, lists))
    return tuple(dict.fromkeys(words[i] for i in range(longest) for words in lists if i < len(words)))


def _hide(state: _State, edit: Hide) -> _State | None:
    number = state.find(edit.theme)
    if number is None or number == state.remainder:
        return None
    if state.remainder is None:
        rest = state.size
        state = state.room()
        other = _Theme(other_comments(state.language), (), changed=True)
        state = replace(state, remainder=rest, themes={**state.themes, rest: other})
    remainder = state.remainder or 0
    left = {n: theme for n, theme in state.themes.items() if n != number}
    left[remainder] = replace(left[remainder], changed=True)
    return state.after(Hidden(number, remainder), left)


def _split(state: _State, edit: Split) -> _State | None:
    number = state.find(edit.theme)
    if number is None:
        return None
    starts = state.vectors([" ".join(part.terms) for part in edit.parts])
    rows = np.flatnonzero(state.told.labels == number)[:SPLIT_ON]
    if not starts.shape[1] or not np.abs(starts).sum(axis=1).all() or len(rows) < len(edit.parts):
        return None
    vectors = state.vectors(state.told.texts(rows))
    labels = settle(vectors, starts)
    if len(np.unique(labels)) < len(edit.parts):
        return None
    new = range(state.size, state.size + len(edit.parts) - 1)
    state = state.room(len(new))
    whole = state.themes[number].matched
    parts = {
        place: _Theme(part.name, part.terms, matched=whole, changed=True)
        for place, part in zip((number, *new), edit.parts, strict=True)
    }
    step = Parted(number, (number, *new), centres(vectors, labels, len(edit.parts)))
    return state.after(step, {**state.themes, **parts})


def _pin(state: _State, edit: Pin) -> _State:
    there = [
        n for n, theme in state.themes.items() if _same_name(theme.name, edit.name) and n != state.remainder
    ]
    number = there[0] if there else state.size
    if not there:
        state = state.room()
    before = state.themes.get(number, _Theme(edit.name, ()))
    links = links_of(state.codes)
    state = state.after(
        Pinned(number, edit.words, state.codes, links, state.remainder), {**state.themes, number: before}
    )
    held = np.flatnonzero(state.told.labels == number)[:FORMS_OF]
    _, forms = holding([state.told.comments[row] for row in held.tolist()], edit.words, state.codes)
    pinned = replace(
        before,
        terms=tuple(dict.fromkeys([*edit.words, *before.terms])),
        matched=tuple(sorted({*before.matched, *forms})),
        given=True,
        changed=True,
    )
    return replace(state, themes={**state.themes, number: pinned})


def _move(state: _State, edits: list[Move]) -> tuple[_State, list[Edit]]:
    goals = [(edit, state.find(edit.theme)) for edit in edits]
    known = {edit.comment: goal for edit, goal in goals if goal is not None}
    lost: list[Edit] = [edit for edit, goal in goals if goal is None]
    themes = {n: replace(one, changed=one.changed or n in known.values()) for n, one in state.themes.items()}
    return (state.after(Moved(known), themes) if known else state), lost


def _end(themes: Themes, state: _State, missed: Sequence[Edit]) -> Themes:
    """The changed themes as a result, the remainder last."""
    rest = state.remainder if themes.remainder is not None or state.steps else None
    order = sorted(state.themes, key=lambda number: (number == rest, number))
    order = [n for n in order if n == rest or n < themes.k or state.told.members[:, n].any()]
    labels, members = closed(state.told, order)
    left = [state.themes[number] for number in order]
    near = themes.near if themes.near is not None else np.zeros(len(labels), dtype=np.float32)
    quotes = tuple(_quotes(state.told.comments, labels, near, place, one) for place, one in enumerate(left))
    model = EditedModel(
        themes.model,
        themes.k,
        state.steps,
        tuple(order),
        state.size,
        tuple(one.matched for one in left),
        state.codes,
    )
    return replace(
        themes,
        labels=labels,
        memberships=members,
        names=distinct([one.name for one in left]),
        terms=tuple(one.terms for one in left),
        quotes=quotes,
        note=" ".join([themes.note, _missed(missed)]).strip(),
        remainder=order.index(rest) if rest in order else None,
        model=model,
    )


def _quotes(
    comments: Sequence[str | None],
    labels: NDArray[np.int32],
    near: NDArray[np.float32],
    place: int,
    one: _Theme,
) -> tuple[int, ...]:
    """The examples that still are of the theme; new ones when it was changed."""
    still = tuple(row for row in one.quotes if labels[row] == place)
    if len(still) == len(one.quotes) and not one.changed:
        return still
    return tuple(dict.fromkeys([*still, *examples_of(comments, labels, near, place)]))[:QUOTES]


def _missed(edits: Sequence[Edit]) -> str:
    if not edits:
        return ""
    listed = "; ".join(dict.fromkeys(edit_words(edit) for edit in edits))
    many = "1 change finds" if len(edits) == 1 else f"{len(edits)} changes find"
    return f"{many} no such theme here and had no effect: {listed}."


def _same_name(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
