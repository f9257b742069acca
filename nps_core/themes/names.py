"""What a theme is called: a phrase that people write, or the two words that cover most of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

from nps_core.themes.language import ADVERBS, DETERMINERS, MIXED, NOUN_FIRST, TIMES, stem
from nps_core.themes.phrases import Said, listen
from nps_core.themes.text import BREAK, words_of
from nps_core.themes.wording import AND, IN_GENERAL, all_comments, other_comments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.themes.phrases import Phrase

TERMS = 10
"""Words kept for each theme."""

LISTEN_TO = 6_000
"""Comments that names are made from."""

HEADS = 25
"""Words of a theme, best first, that its name is made from."""

PHRASE_SHARE = 0.25
"""A phrase names a theme when its words come together in so large a share of the comments with its best word."""

COVER = 0.16
"""... and that share of so large a share of all the theme's comments, or the theme would be called by a detail."""

ATTESTED = 0.01
"""Share of a theme's comments that must hold a phrase word by word, and two at least: people do write it."""

WRITTEN = 0.05
"""Where a phrase's words come together they must stand side by side in so large a share at least."""

AS_WRITTEN = 0.25
"""How much it counts for a phrase that its words, where they come together, mostly stand side by side."""

NOUN = 0.3
"""From this share of uses as a noun a word is taken for one; the unknown have less by `phrases.NOUN_PRIOR`."""

SURE_NOUN = 0.4
"""The same where a word is in so few comments that little is known of it."""

SET_PHRASE = 0.1
"""A phrase in so large a share of a theme's comments is one whatever its words' uses: "customer service"."""

SECOND_SHARE = 0.05
"""The second word of a pair stands for so many of the theme's comments that do not hold the first, at least."""

TYPICAL = 0.75
"""A word that stands for fewer is a detail, unless so large a share of the comments that hold it are the theme's."""

FALLING = 0.33
"""Where neither a phrase nor a pair stands for so many, this part of both shares does; less would be a detail."""

SIDES, FEW = 2.58, 5
"""A word of opinion names no theme of which those who say it score otherwise than the others, by so many standard
errors (one time in 100 by chance); fewer comments than these on either side tell nothing."""

ALIKE = 0.75
"""Two words more alike than this are one word and its typo, or of one family."""

PROPER_WORTH = 0.5
"""A proper name says less to an outsider."""

FREQUENT_NAME = 0.02
AT_HOME = 0.6
"""A proper name in more comments than the first share is the firm's, unless this share of its uses is in one theme."""

PAIRED = frozenset({"zh", "th", "lo", "km", "my"})
SPACELESS = PAIRED | {"ja"}
"""Languages written without spaces; and those of them whose words are told as pairs of characters."""

LONGEST_WHOLE, WRITE_MORE, WRITERS = 4, 0.8, 3
"""A pair grows to so many characters while so large a share of the comments that hold it, and so many different ones,
go on alike."""


@dataclass(frozen=True)
class Naming:
    """Names and words of all themes."""

    names: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class _Theme:
    """One theme while it is being named."""

    number: int
    code: str
    inside: NDArray[np.bool_]
    said: Said
    words: tuple[tuple[float, str], ...]
    own: frozenset[str]
    used: set[str]
    scores: NDArray[np.float64] | None

    def worth(self, stems: Sequence[str]) -> tuple[float, float]:
        """Coverage x log lift of comments with all of the stems in one clause; and their number inside."""
        about = self.said.about(stems)
        within = int(self.inside[about].sum())
        size = max(int(self.inside.sum()), 1)
        others = max(len(self.inside) - size, 1)
        lift = ((within + 0.5) / size) / ((len(about) - within + 0.5) / others)
        return within / size * max(float(np.log(lift)), 0.0), within


def name_themes(
    texts: Sequence[str],
    labels: NDArray[np.int32],
    languages: NDArray[np.str_],
    k: int,
    remainder: int | None,
    language: str,
    scores: NDArray[np.float64] | None = None,
) -> Naming:
    """Name `k` themes from the clean comments in them.

    Parameters
    ----------
    texts, labels, languages
        Clean comments, the theme of each and the language of each.
    k
        How many themes there are.
    remainder
        The theme that is a mixed remainder, if any.
    language
        The survey's language, for the words that come from no comment.
    scores
        The score of each comment, NaN where there is none: "Poor service" is no name for what most speak well of.
    """
    texts, labels, languages = texts[:LISTEN_TO], labels[:LISTEN_TO], languages[:LISTEN_TO]
    said = listen(texts, languages.tolist())
    used: set[str] = set()
    names: list[str] = []
    terms = []
    for number in range(k):
        theme = replace(_theme(number, said, labels, languages, language, used), scores=scores)
        words = tuple(said.surface((word,)) for _, word in theme.words[:TERMS])
        if theme.code in SPACELESS:
            own = sorted({texts[place] for place in np.flatnonzero(theme.inside).tolist()})
            words = tuple(
                dict.fromkeys(_whole(word, own) if theme.code in PAIRED else word for word in words)
            )
        terms.append(words)
        if number == remainder:
            names.append(other_comments(theme.code))
        else:
            names.append(_spaceless_name(theme, words) if theme.code in SPACELESS else _name(theme))
    return Naming(distinct(names), tuple(terms))


def _theme(
    number: int,
    said: Said,
    labels: NDArray[np.int32],
    languages: NDArray[np.str_],
    language: str,
    used: set[str],
) -> _Theme:
    """The theme with its words, best first: coverage x log lift, nouns before others."""
    inside = labels == number
    code = language
    if language == MIXED and inside.any():
        codes, counts = np.unique(languages[inside], return_counts=True)
        code = str(codes[counts.argmax()])
    foreign = (languages != code)[said.owners]
    own = frozenset(
        word
        for word, at in said.clauses.items()
        if 2 * np.count_nonzero(foreign[at]) <= len(at) and not _is_firm(said, word, inside)
    )
    theme = _Theme(number, code, inside, said, (), frozenset(), used, None)
    found = []
    for word in sorted(own):
        worth, within = theme.worth((word,))
        if worth > 0 and within >= min(2, inside.sum()):
            found.append((worth, word))
    return replace(theme, words=tuple(sorted(found, key=lambda x: (-x[0], x[1]))[:HEADS]), own=own)


def _is_firm(said: Said, word: str, inside: NDArray[np.bool_]) -> bool:
    """Whether a word is a name heard all over the survey, as the firm's own is."""
    if word not in said.names:
        return False
    about = said.about((word,))
    return len(about) > FREQUENT_NAME * said.comments and int(inside[about].sum()) < AT_HOME * len(about)


def _name(theme: _Theme) -> str:
    times = {stem(word, theme.code) for word in TIMES.get(theme.code, ())}
    heads = sorted(
        (word in times or word in theme.used or _is_adverb(theme, word), -worth * _weight(theme, word), word)
        for worth, word in theme.words
    )
    fresh = [word for _, _, word in heads if word not in times] or [word for _, _, word in heads]
    if not fresh:
        return all_comments(theme.code)
    phrase = _best_phrase(theme, fresh[:3], PHRASE_SHARE)
    if phrase is None and (noun := _torn(theme, fresh[:3])):
        theme.used.add(noun)
        name = theme.said.surface((noun,)) + IN_GENERAL[theme.code]
        return name[0].upper() + name[1:]
    second = _second(theme, fresh, SECOND_SHARE) if phrase is None else None
    if phrase is None and second is None:  # of fewer comments, rather than one bare word
        phrase = _best_phrase(theme, fresh[:1], PHRASE_SHARE * FALLING)
        second = _second(theme, fresh, SECOND_SHARE * FALLING)
    if phrase:
        theme.used.update(phrase)
        name = theme.said.surface(phrase)
    else:
        pair = [fresh[0], second] if second else [fresh[0]]
        theme.used.update(pair)
        name = _joined([theme.said.surface((word,)) for word in pair], theme.code)
        if second is None and _noun(theme, pair[0]) >= NOUN:
            name += IN_GENERAL.get(theme.code, "")
    return name[0].upper() + name[1:]


def _whole(part: str, texts: Sequence[str]) -> str:
    """A piece of a word of a script without spaces, grown as long as nearly all who write it write more.

    >>> _whole("性价", ["性价比高", "性价比低", "没有性价比"])
    '性价比'
    """
    around = [text for text in texts if part in text]
    while len(part) < LONGEST_WHOLE:
        grown = Counter(
            text[start : start + len(part) + 1]
            for text in around
            for at in (text.find(part),)
            for start in (at - 1, at)
            if start >= 0 and len(text[start : start + len(part) + 1]) > len(part)
        )
        best, count = max(grown.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        if count < max(WRITE_MORE * len(around), WRITERS) or not all(
            words_of(char) != [BREAK] for char in best
        ):
            break
        part = best
        around = [text for text in around if part in text]
    return part


def _spaceless_name(theme: _Theme, words: Sequence[str]) -> str:
    """The best two words of a theme that share no character, in a script without spaces."""
    fit = [word for word in words if len(word) > 1] or list(words)
    fresh = [word for word in fit if word not in theme.used] or fit
    if not fresh:
        return all_comments(theme.code)
    second = [word for word in fresh[1:] if not set(word) & set(fresh[0])][:1]
    theme.used.update([fresh[0], *second])
    return _joined([fresh[0], *second], theme.code)


def _joined(words: list[str], code: str) -> str:
    link = AND.get(code, AND["en"])
    if code == "es" and re.match("h?[ií](?!e)", words[-1]):
        link = " e "  # "dificultad e interfaz"
    return link.join(words)


def _noun(theme: _Theme, word: str) -> float:
    """How like a noun a word is used, 0..1; the same for all words where that is not known."""
    return theme.said.nouns.get(word, 0.0) if theme.code in DETERMINERS else NOUN


def _weight(theme: _Theme, word: str) -> float:
    """How fit a word is to name a theme: nouns before others, and names last."""
    known = PROPER_WORTH if word in theme.said.names else 1
    return known * (0.3 + _noun(theme, word))


def _is_adverb(theme: _Theme, word: str) -> bool:
    ending = ADVERBS.get(theme.code)
    if not ending or not theme.said.surface((word,)).endswith(ending):
        return False
    return _noun(theme, word) < NOUN


def _torn(theme: _Theme, heads: list[str]) -> str | None:
    """The noun of what would be the best phrase if people were of one mind about it; None where nothing is so."""
    phrase = _best_phrase(replace(theme, scores=None), heads, PHRASE_SHARE) or ()
    nouns = [word for word in phrase if word in heads and _noun(theme, word) >= NOUN]
    return nouns[-1] if nouns and theme.code in IN_GENERAL else None


def _best_phrase(theme: _Theme, heads: list[str], least: float) -> Phrase | None:
    """The best phrase of two content words or more around one of the best words."""
    said = theme.said
    attested = max(2, int(ATTESTED * theme.inside.sum()))
    top, size = theme.worth(heads[:1])[0], int(theme.inside.sum())
    best: tuple[float, int, Phrase | None] = (0.0, 0, None)
    for head in heads:
        alone = max(theme.worth((head,))[1], 1)
        for phrase in said.around.get(head, ()):
            core = [part for part in phrase if part in said.clauses]
            if said.phrases[phrase] < attested or not _reads_well(theme, phrase, core):
                continue
            worth, within = theme.worth(core)
            if within >= max(least * alone, least * COVER * size) and worth >= least / 2 * top:
                written = min(said.phrases[phrase] / max(len(said.about(core)), 1), 1.0)
                value = worth * written**AS_WRITTEN * len(core) ** 0.5
                if written >= WRITTEN and not _takes_sides(theme, core):
                    best = max(best, (value, said.phrases[phrase], phrase))
    return best[2]


def _reads_well(theme: _Theme, phrase: Phrase, core: list[str]) -> bool:
    """Whether a phrase could be a heading: its noun where the language has it, no word twice."""
    if len(set(core)) < max(len(core), 2) or any(word not in theme.own for word in core):
        return False
    if theme.used.issuperset(core):  # they name other themes already
        return False
    share = theme.said.phrases[phrase] / max(int(theme.inside.sum()), 1)
    if theme.code not in DETERMINERS or share >= SET_PHRASE:
        return True
    if theme.code in NOUN_FIRST:
        linked = len(phrase) > len(core)
        return _noun(theme, core[0]) >= NOUN and (linked or _noun(theme, core[-1]) < NOUN)
    often = share >= 3 * ATTESTED
    return _noun(theme, core[-1]) >= NOUN or (often and _noun(theme, core[0]) >= NOUN)


def _takes_sides(theme: _Theme, core: list[str]) -> bool:
    """Whether a phrase holds an opinion that the rest of the theme, by its scores, does not share."""
    if (
        theme.scores is None
        or theme.code not in DETERMINERS
        or all(_noun(theme, word) >= NOUN for word in core)
    ):
        return False
    held = np.zeros(len(theme.inside), dtype=bool)
    held[theme.said.about(core)] = True
    known = theme.inside & ~np.isnan(theme.scores[: len(theme.inside)])
    ours, theirs = (theme.scores[: len(theme.inside)][known & side] for side in (held, ~held))
    if min(len(ours), len(theirs)) < FEW:
        return False
    error = (ours.var() / len(ours) + theirs.var() / len(theirs)) ** 0.5
    return bool(abs(ours.mean() - theirs.mean()) > SIDES * error)


def _second(theme: _Theme, heads: list[str], share: float) -> str | None:
    """The word of the same kind that covers most of the theme's comments without the first."""
    first = set(theme.said.about(heads[:1]).tolist())
    kind = _noun(theme, heads[0]) >= NOUN
    if share < SECOND_SHARE and not kind:
        return None
    surely = NOUN if share == SECOND_SHARE else SURE_NOUN
    least = max(share * theme.inside.sum(), 2)
    found = []
    for word in heads[1:]:
        about = [c for c in theme.said.about((word,)).tolist() if theme.inside[c]]
        new = sum(c not in first for c in about)
        detail = share < SECOND_SHARE and len(about) < TYPICAL * len(theme.said.about((word,)))
        fits = (
            (_noun(theme, word) >= (surely if kind else NOUN)) == kind
            and not _alike(word, heads[0])
            and word not in theme.used
            and not _is_adverb(theme, word)
            and not detail
        )
        if fits and new >= least:
            worth = theme.worth((word,))[0] * new / len(about)
            found.append((worth * _weight(theme, word), word))
    worth, word = max(found, default=(0.0, ""))
    return word if worth > 0 else None


def _alike(one: str, other: str) -> bool:
    """Whether two stems are of one word or family: "interfac" and "intefac", "bag" and "baggag"."""
    if one.startswith(other) or other.startswith(one):
        return True
    return SequenceMatcher(None, one, other).ratio() >= ALIKE


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Numbers behind names that would be the same."""
    found: list[str] = []
    for name in names:
        number = 1 + sum(other == name or other.startswith(f"{name} (") for other in found)
        found.append(name if number == 1 else f"{name} ({number})")
    return tuple(found)
