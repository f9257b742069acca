"""A file beside a wave that is kept: which of its responses are new, repeated or changed, and which are missing.

A response is known again by who gave it (id or e-mail) and when; without either by all that stands in its row. One
without a date is known again only where it has a comment: two people who give a 9 and say nothing are two people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.identities import has_ids, keys_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from nps_core.survey import Survey

    Places = NDArray[np.int64]
    Codes = NDArray[np.int64]
    Mask = NDArray[np.bool_]

_DAY = pd.Timedelta(days=1)
_PLACE = "row"  # where a response stood in its file, which says nothing of it


@dataclass(frozen=True)
class Match:
    """What a wave and a file have in common, as places of their responses.

    Parameters
    ----------
    repeated, changed
        In the file: those that are in the wave, as they are there or otherwise.
    was
        In the wave: those that changed, in the same order.
    missing
        In the wave: those given within the days of the file that it does not have; none where the file has none of
        the wave at all.
    alike
        In the file: those that have the person, the score and the comment of one in the wave, at another moment.
    """

    repeated: Places
    changed: Places
    was: Places
    missing: Places
    alike: Places


def match(wave: Survey, survey: Survey, left: Places) -> Match:
    """Compare a wave with those responses of a file, by their places, that no other wave has.

    Only what is of the same days is looked at; a day more on either side may be the same one in another time zone.
    """
    dates = wave.responses["date"], survey.responses["date"].iloc[left]
    within = np.flatnonzero(_near(dates[0], dates[1]))
    left = left[_near(dates[1], dates[0])]
    old, new = wave.responses.iloc[within], survey.responses.iloc[left]
    size = len(old)
    shared = [name for name in old.columns if name in new.columns and name != _PLACE]
    codes = {name: _codes(old[name], new[name]) for name in shared}
    dated, said = codes["date"] >= 0, codes["comment"] >= 0
    who = _who(wave, survey, old["respondent"], new["respondent"])
    told = (who >= 0) & dated
    person, content = _together([who, codes["date"]]), _together(list(codes.values()))
    identity = np.where(told, person, content + len(person))

    free = dated | said
    same, repeated = _pairs(_together([identity, content]), free, size)
    free[same] = free[size + repeated] = False
    was, changed = _pairs(identity, free & told, size)
    free[was] = free[size + changed] = False
    _, elsewhere = _pairs(_together([who, codes["score"], codes["comment"]]), free & said & dated, size)
    missing = free[:size] & (~dated[:size] | old["date"].between(dates[1].min(), dates[1].max()).to_numpy())
    if len(repeated) + len(changed) == 0:
        missing[:] = False
    return Match(left[repeated], left[changed], within[was], within[np.flatnonzero(missing)], left[elsewhere])


def _near(dates: pd.Series, others: pd.Series) -> Mask:
    """Which moments lie between the first and the last of others, or a day beside them; and those that are not told."""
    found: Mask = (dates.isna() | dates.between(others.min() - _DAY, others.max() + _DAY)).to_numpy()
    return found


def clashes(wave: Survey, survey: Survey) -> tuple[int, list[tuple[str, str, str]]]:
    """Ids that are of another account in a file than in a wave.

    Returns
    -------
    How many ids both have with an account; and of those with another one (id, account before, account now).
    """
    old, new = wave.responses, survey.responses
    size = len(old)
    who = _who(wave, survey, old["respondent"], new["respondent"])
    account = _encoded(pa.chunked_array([*keys_of(old["account"]).chunks, *keys_of(new["account"]).chunks]))
    known = (who >= 0) & (account >= 0)
    rows = np.full((2, int(who.max(initial=-1)) + 1), -1)
    for side, part in enumerate((slice(0, size), slice(size, None))):
        places = np.flatnonzero(known[part]) + (side * size)
        rows[side, who[places]] = places  # the last one of each
    both = rows[:, (rows >= 0).all(axis=0)]
    other = both[:, account[both[0]] != account[both[1]]]
    examples = [
        (
            str(old["respondent"].iloc[was]),
            str(old["account"].iloc[was]),
            str(new["account"].iloc[now - size]),
        )
        for was, now in other.T.tolist()
    ]
    return both.shape[1], examples


def _who(wave: Survey, survey: Survey, old: pd.Series, new: pd.Series) -> Codes:
    """A number for each respondent of both, -1 where there is none, or where one of the two has names only."""
    if not (has_ids(wave) and has_ids(survey)):
        return np.full(len(old) + len(new), -1)
    return _encoded(pa.chunked_array([*keys_of(old).chunks, *keys_of(new).chunks], pa.large_string()))


def _codes(old: pd.Series, new: pd.Series) -> Codes:
    """A number for each value of two columns under one another, the same for the same; -1 where it is missing."""
    kinds = old.dtype, new.dtype
    if all(isinstance(kind, pd.CategoricalDtype) for kind in kinds):
        values = old.cat.categories.union(new.cat.categories)
        return np.concatenate(
            [
                np.append(values.get_indexer(one.cat.categories), -1)[one.cat.codes.to_numpy()]
                for one in (old, new)
            ]
        ).astype(np.int64)
    if all(kind.kind == "M" for kind in kinds):
        return _numbered(np.concatenate([old.to_numpy("M8[us]"), new.to_numpy("M8[us]")]))
    if all(kind.kind in "if" for kind in kinds):
        return _numbered(np.concatenate([one.to_numpy(float, na_value=np.nan) for one in (old, new)]))
    texts = [texts_of(one if one.dtype == "str" else one.map(str, na_action="ignore")) for one in (old, new)]
    return _encoded(pa.chunked_array([chunk for text in texts for chunk in text.chunks], pa.large_string()))


def _numbered(values: NDArray[Any]) -> Codes:
    return pd.factorize(values)[0].astype(np.int64)


def _encoded(text: pa.ChunkedArray) -> Codes:
    codes = pc.dictionary_encode(text).combine_chunks()
    codes = codes.indices if isinstance(codes, pa.DictionaryArray) else codes.chunk(0).indices
    found: Codes = pc.fill_null(codes, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _together(parts: Sequence[Codes]) -> Codes:
    """One number for each row of numbers: the same where all of them are the same."""
    whole = parts[0] + 1
    for part in parts[1:]:
        # Numbered anew each time, so that no product is larger than a number may be.
        whole = _numbered(whole) * (int(part.max(initial=-1)) + 2) + part + 1
    return _numbered(whole)


def _pairs(codes: Codes, free: Mask, size: int) -> tuple[Places, Places]:
    """Places in the first `size` rows and behind them that have the same code: the first with the first, and so on."""
    old, new = np.flatnonzero(free[:size]), np.flatnonzero(free[size:])
    own = [codes[old], codes[size + new]]
    keys = _together([np.concatenate(own), np.concatenate([_turns(one) for one in own])])
    _, before, after = np.intersect1d(
        keys[: len(old)], keys[len(old) :], assume_unique=True, return_indices=True
    )
    return old[before], new[after]


def _turns(codes: Codes) -> Codes:
    """How often each code stood before."""
    order = np.argsort(codes, kind="stable")
    places = np.arange(len(codes))
    begins = np.ones(len(codes), dtype=bool)
    begins[1:] = np.diff(codes[order]) != 0
    turns = np.empty(len(codes), dtype=np.int64)
    turns[order] = places - np.maximum.accumulate(np.where(begins, places, 0))
    return turns
