"""Themes: the frozen value that a search for themes gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.codebook import Codebook
from nps_core.themes.coding import Coder, Lexicon, make_coder
from nps_core.themes.language import ENGLISH
from nps_core.themes.space import Space, one_thread
from nps_core.themes.text import clean, has_content, tokenise, words_of
from nps_core.themes.tone import Tones, tones_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from nps_core.themes.clauses import Clauses


BLOCK = 10_000
"""Comments that are placed at a time, which bounds the memory."""

CLAUSE_NEAR, CLAUSE_AHEAD = 0.2, 0.1
"""A clause adds a cluster when its cosine with it reaches the first, and the next one's by the second."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """Where clusters lie in a space.

    Parameters
    ----------
    space
        Places comments.
    links
        Words that part clauses.
    codes
        ISO 639 codes of the languages that the comments are in.
    middles
        Clusters x dimensions: the mean direction of each.
    """

    space: Space
    links: frozenset[str]
    codes: tuple[str, ...]
    middles: NDArray[np.float32]

    def place(
        self,
        texts: Sequence[str],
        said: NDArray[np.bool_],
        report: Callable[[float], None] = lambda _share: None,
    ) -> tuple[NDArray[np.int32], Any, NDArray[np.float32]]:
        """The cluster of each clean comment (-1 without content), those of its clauses too, and its cosine."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - with scikit-learn, only when needed

        labels = np.full(len(texts), -1, dtype=np.int32)
        near = np.zeros(len(texts), dtype=np.float32)
        pairs = [np.zeros((2, 0), dtype=np.int64)]
        lexicon = Lexicon(self.space, self.codes, ())
        for start in range(0, len(texts), BLOCK):
            report(start / len(texts))
            own = slice(start, start + BLOCK)
            clauses = lexicon.read(tokenise(texts[own], self.links))
            cosine = self.space.place(clauses.of_comments[:, : len(self.space.stems)]) @ self.middles.T
            labels[own], near[own] = cosine.argmax(axis=1), cosine.max(axis=1)
            pairs.append(self._of_clauses(clauses) + np.array([[start], [0]]))
        labels[~said] = -1
        main = np.vstack([np.flatnonzero(said), labels[said]])
        rows, columns = np.hstack([*pairs, main])
        kept = said[rows]
        shape = (len(texts), len(self.middles))
        members = csr_matrix((np.ones(int(kept.sum())), (rows[kept], columns[kept])), shape=shape)
        return labels, members.astype(bool), near

    def _of_clauses(self, clauses: Clauses) -> NDArray[np.int64]:
        """Comments and the clusters that a clause of theirs is surely in."""
        cosine = clauses.place(self.space) @ self.middles.T
        ranked = np.sort(cosine, axis=1)
        ahead = ranked[:, -1] - ranked[:, -2] if cosine.shape[1] > 1 else ranked[:, -1]
        sure = (ranked[:, -1] >= CLAUSE_NEAR) & (ahead >= CLAUSE_AHEAD)
        return np.vstack([clauses.owners[sure], cosine.argmax(axis=1)[sure]]).astype(np.int64)


SHOWN_WORDS = 4
"""Words of an entry that stand beside its name."""

TITLE_WORDS = 3
"""Words that stand for the name of a cluster that has none."""

NO_CODEBOOK = Codebook()

QUOTES = 6
"""Best examples kept for each theme."""

QUOTE_WORDS = (6, 30)
"""Words of a good example: enough to say something, few enough to be read."""

LOOK_AT = 500
"""Comments nearest to a theme that its examples are chosen from."""


@dataclass(frozen=True, eq=False)
class Themes:
    """Themes found in comments; a theme is a number from 0, those that matter first.

    Parameters
    ----------
    labels
        The main theme of each comment; -1 for those without a theme.
    memberships
        Comments x themes, boolean, sparse (CSR): every theme that a comment is about.
    names
        One readable name a theme, each different; of clusters (`k` given) "" where no name is earned.
    words
        Two to four words of each theme.
    quotes
        The positions of each theme's best examples among the comments given, best first.
    language
        ISO 639 code, or "mixed".
    note
        A sentence when there was too little to find themes in, or what of a codebook was not found; else empty.
    said
        Which comments have content; those with a label where not given.
    nearest
        The nearest theme of each comment with content, -1 for the others; the labels where not given.
    coverage
        The share (0..1) of each theme's comments that say its name or one of its words.
    parents
        The number of the theme that each is a part of; -1 for none.
    codebook
        The entries, hidden ones too; empty for clusters.
    near
        How near each comment is to its main theme; larger is nearer.
    model
        What `assign` needs; None when nothing was found.
    tones
        The tone of what each comment says of its themes; None where it was not asked for.
    """

    labels: NDArray[np.int32]
    memberships: Any
    names: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    quotes: tuple[tuple[int, ...], ...]
    language: str
    note: str = ""
    said: NDArray[np.bool_] = None  # type: ignore[assignment]  # filled below, as are the next two
    nearest: NDArray[np.int32] = None  # type: ignore[assignment]
    coverage: NDArray[np.float64] = None  # type: ignore[assignment]
    parents: tuple[int, ...] = ()
    codebook: Codebook = NO_CODEBOOK
    near: NDArray[np.float32] | None = field(default=None, repr=False)
    model: Coder | Clusters | None = field(default=None, repr=False)
    tones: Tones | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Fill what was not given."""
        given = {
            "said": self.labels >= 0,
            "nearest": self.labels,
            "coverage": np.ones(len(self.names)),
            "parents": (-1,) * len(self.names),
        }
        for name, value in given.items():
            if getattr(self, name) is None or (name == "parents" and not self.parents):
                object.__setattr__(self, name, value)

    @cached_property
    def kinds(self) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
        """The sets of themes that comments are about, shape (kinds, themes), and which of them each comment has.

        -1 for comments without content. Of a million comments there are some thousand kinds: what is computed from
        kinds under a filter need not look at each comment again.
        """
        said = np.flatnonzero(self.said)
        about = self.memberships[said].toarray().astype(np.bool_)
        packed = np.packbits(about, axis=1)
        rows, own = np.unique(packed, axis=0, return_inverse=True)
        of_each = np.full(len(self.labels), -1, dtype=np.int32)
        of_each[said] = own.ravel()
        return np.unpackbits(rows, axis=1, count=self.k).astype(np.bool_), of_each

    @cached_property
    def uncoded(self) -> NDArray[np.bool_]:
        """Which comments have content and no theme."""
        return self.said & (self.labels < 0)

    @property
    def coded(self) -> float:
        """The share (0..1) of the comments with content that are about a theme; 0 where none has content."""
        return 1 - float(self.uncoded.sum()) / max(int(self.said.sum()), 1) if self.said.any() else 0.0

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """What each theme is called where it is shown: its name; of a cluster that has earned none, its first words."""
        return tuple(
            name or ", ".join(self.words[number][:TITLE_WORDS]) or f"Cluster {number + 1}"
            for number, name in enumerate(self.names)
        )

    @property
    def k(self) -> int:
        """How many themes there are."""
        return len(self.names)

    def assign(self, comments: Iterable[str | None]) -> NDArray[np.int32]:
        """The main theme of each of other comments, such as a later wave's; -1 without one."""
        return self.assign_all(comments)[0]

    def assign_all(self, comments: Iterable[str | None]) -> tuple[NDArray[np.int32], Any]:
        """Labels and memberships of other comments."""
        other = self.carried_to(comments)
        return other.labels, other.memberships

    def carried_to(self, comments: Iterable[str | None]) -> Themes:
        """The same themes of other comments (a later wave's): names and numbers stay, members and quotes do not."""
        texts, said = read(comments)
        if self.model is None:
            return without_themes(said, self.language, self.note, self.codebook)
        with one_thread():
            if isinstance(self.model, Coder):
                kept = [self.codebook.place(name) for name in self.names]
                return of_coder(self.model, texts, said, self.language, kept=kept)
            placed = self.model.place(texts, said)
            return of_clusters(self.model, placed, texts, said, self.names, self.words, self.language)

    def coded_by(
        self,
        codebook: Codebook,
        comments: Iterable[str | None],
        groups: NDArray[np.integer] | None = None,
    ) -> Themes:
        """The themes of a changed codebook in the comments that these were found in; their space is not learned anew.

        Parameters
        ----------
        groups
            0, 1, 2 for a detractor, a passive, a promoter, -1 for unknown, one a comment: they teach the tone.

        Raises
        ------
        ValueError
            Of a result without a codebook's model: `find_themes` with the codebook is the way then.
        """
        if not isinstance(self.model, Coder):
            raise ValueError("Nothing was learned here: give the codebook to find_themes.")  # noqa: TRY004 - a state
        texts, said = read(comments)
        with one_thread():
            sample = [texts[place] for place in _sample_of(said).tolist()]
            old = self.model
            coder = make_coder(old.space, old.links, old.codes, codebook, sample)
            return of_coder(coder, texts, said, self.language, groups=groups)

    @cached_property
    def forms(self) -> tuple[tuple[str, ...], ...]:
        """For each theme the lower-case words, in every form people used, that say it; for lighting them up."""
        if not isinstance(self.model, Coder):
            return tuple(tuple(word.lower() for word in words) for words in self.words)
        return tuple(self.model.lexicon.forms(self.codebook.place(name)) for name in self.names)


FIT_AGAIN = 10_000
"""Comments that a changed codebook is fitted on; the others are coded."""


def _sample_of(said: NDArray[np.bool_]) -> NDArray[np.intp]:
    places = np.flatnonzero(said)
    if len(places) > FIT_AGAIN:
        places = np.sort(np.random.default_rng(0).choice(places, FIT_AGAIN, replace=False))
    return places


def read(comments: Iterable[str | None]) -> tuple[list[str], NDArray[np.bool_]]:
    """Clean comments, and which of them have content."""
    texts = [clean(comment) for comment in comments]
    return texts, np.array([has_content(text) for text in texts], dtype=bool)


def without_themes(said: NDArray[np.bool_], language: str, note: str, codebook: Codebook) -> Themes:
    """A result without a theme."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - with scikit-learn, only when needed

    labels = np.full(len(said), -1, dtype=np.int32)
    members = csr_matrix((len(said), 0), dtype=bool)
    return Themes(labels, members, (), (), (), language or ENGLISH, note, said=said, codebook=codebook)


def of_coder(
    coder: Coder,
    texts: Sequence[str],
    said: NDArray[np.bool_],
    language: str,
    *,
    kept: Sequence[int] | None = None,
    groups: NDArray[np.integer] | None = None,
    report: Callable[[float], None] = lambda _share: None,
) -> Themes:
    """The themes of a codebook in clean comments: the entries of `kept`; else those shown that a comment is about.

    Where the `groups` of the comments are given, with the tone of each mention.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    tokens, entries = tokenise(texts, coder.links), coder.codebook.entries
    coded = coder.code(texts, tokens, said, report)
    shown = [place for place, entry in enumerate(entries) if not entry.hidden]
    there = kept if kept is not None else [place for place in shown if coded.members[:, place].any()]
    absent = [entries[place].name for place in shown if place not in there] if kept is None else []
    members, near = coded.members[:, list(there)], coded.near[:, list(there)]
    parents = tuple(_number(coder.codebook, entries[place].parent, there) for place in there)
    whole = np.array([parent < 0 for parent in parents], dtype=bool)
    labels = _first(np.where(members & whole, near, -np.inf))
    nearest = np.where(said, _first(np.where(whole, near, -np.inf), labels), -1).astype(np.int32)
    sparse, tones = csr_matrix(members), None
    if groups is not None:
        tones = tones_of(texts, tokens, groups, sparse, coder, list(zip(there, parents, strict=True)))
    main = near.max(axis=1, where=members & whole, initial=-1) if len(there) else np.zeros(len(texts))
    return Themes(
        labels,
        sparse,
        tuple(entries[place].name for place in there),
        tuple((entries[place].words + entries[place].hints)[:SHOWN_WORDS] for place in there),
        tuple(
            examples_of(
                texts, np.flatnonzero(members[:, number]), near[:, number], coder.lexicon.forms(place, 1)
            )
            for number, place in enumerate(there)
        ),
        language,
        _absent(absent, len(there)),
        said=said,
        nearest=nearest,
        coverage=coded.coverage[list(there)],
        parents=parents,
        codebook=coder.codebook,
        near=main.astype(np.float32),
        model=coder,
        tones=tones,
    )


def _number(codebook: Codebook, parent: str, there: Sequence[int]) -> int:
    place = codebook.place(parent) if parent else -1
    return list(there).index(place) if place in there else -1


def _first(near: NDArray[np.float32], otherwise: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
    """The nearest of each row; `otherwise` where it has one, and -1 where none is finite."""
    if not near.shape[1]:
        return np.full(len(near), -1, dtype=np.int32)
    best = near.argmax(axis=1).astype(np.int32)
    best[~np.isfinite(near.max(axis=1))] = -1
    return best if otherwise is None else np.where(otherwise >= 0, otherwise, best)


def _absent(names: Sequence[str], there: int) -> str:
    """What to say of entries that no comment is about."""
    if not names:
        return ""
    if not there:
        return "None of the codebook's themes comes up in these comments."
    listed = ", ".join(f"“{name}”" for name in names[:SHOWN_WORDS])
    more = f" and {len(names) - SHOWN_WORDS} more" if len(names) > SHOWN_WORDS else ""
    return f"No comment is about {listed}{more}."


def of_clusters(
    model: Clusters,
    placed: tuple[NDArray[np.int32], Any, NDArray[np.float32]],
    texts: Sequence[str],
    said: NDArray[np.bool_],
    names: tuple[str, ...],
    words: tuple[tuple[str, ...], ...],
    language: str,
) -> Themes:
    """The result of clusters."""
    labels, members, near = placed
    quotes = tuple(examples_of(texts, np.flatnonzero(labels == number), near) for number in range(len(names)))
    return Themes(labels, members, names, words, quotes, language, said=said, near=near, model=model)


def examples_of(
    texts: Sequence[str], members: NDArray[np.intp], near: NDArray[np.float32], named: tuple[str, ...] = ()
) -> tuple[int, ...]:
    """The positions of the best examples of a theme: near, of a length that can be read, no text twice.

    Those that hold one of the words `named` come first: an example that does not say the name would need explaining.
    """
    ranked = members[np.argsort(-near[members], kind="stable")[:LOOK_AT]]
    lengths = np.array([len(texts[place].split()) for place in ranked.tolist()])
    readable = (lengths >= QUOTE_WORDS[0]) & (lengths <= QUOTE_WORDS[1])
    says = np.array(
        [not set(named).isdisjoint(words_of(texts[place].lower())) for place in ranked.tolist()], dtype=bool
    )
    chosen: dict[str, int] = {}
    for place in ranked[np.lexsort((-(near[ranked] + readable), ~says))].tolist():
        chosen.setdefault(texts[place].lower(), place)
        if len(chosen) == QUOTES:
            break
    return tuple(chosen.values())
