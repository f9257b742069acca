"""A kept answer gives what the engine would, or nothing: held against counting single responses."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nps_core.counts.periods import starts_of
from nps_core.engine.answers import Answers
from nps_core.engine.columns import NO_DAY, Cells, merged
from nps_core.filters import NO_VALUE, Filters
from nps_core.survey import GROUPS

LABELS = {"Plan": ("Free", "Pro", "Team", NO_VALUE), "Region": ("EU", "NA", NO_VALUE)}
KEYS = (
    "Plan",
    "Region",
    "date",
    ("date", "week"),
    ("date", "month"),
    ("date", "quarter"),
    ("unit", "account"),
)
FIRST = dt.date(2025, 1, 1)


def some_responses(n=400):
    rng = np.random.default_rng(3)
    days = np.datetime64(FIRST, "D").astype(np.int64) + rng.integers(0, 200, n)
    return {
        "Plan": rng.integers(0, 4, n),
        "Region": rng.integers(0, 3, n),
        "date": np.where(rng.random(n) < 0.1, NO_DAY, days),
        ("unit", "account"): rng.integers(-1, 20, n),
        "group": rng.integers(0, 3, n),  # as in GROUPS
    }


RESPONSES = some_responses()


def passing(filters):
    days = RESPONSES["date"]
    found = np.ones(len(days), dtype=bool)
    for name, picked in filters.attributes:
        found &= np.isin(RESPONSES[name], [LABELS[name].index(value) for value in picked])
    if filters.groups:
        found &= np.isin(RESPONSES["group"], [GROUPS.index(group) for group in filters.groups])
    for day, of in ((filters.since, np.greater_equal), (filters.until, np.less_equal)):
        if day is not None:
            found &= (days != NO_DAY) & of(days, np.datetime64(day, "D").astype(np.int64))
    return found


def codes_of(key):
    if not isinstance(key, tuple) or key[0] != "date":
        return RESPONSES[key]
    days = RESPONSES["date"]
    starts = starts_of(days.astype("datetime64[D]"), key[1]).astype(np.int64)
    return np.where(days == NO_DAY, NO_DAY, starts)


def counted(filters, keys):
    """The cells, one response after another."""
    found = {}
    for row in np.flatnonzero(passing(filters)):
        cell = tuple(int(codes_of(key)[row]) for key in keys)
        found.setdefault(cell, [0, 0, 0])[2 - RESPONSES["group"][row]] += 1
    return found


def as_cells(counts, keys):
    cells = sorted(counts)
    codes = np.array(cells, dtype=np.int64).reshape(len(cells), len(keys)).T
    return Cells(tuple(codes), np.array([counts[cell] for cell in cells], dtype=np.int64).reshape(-1, 3))


def days(aligned):
    """Days on which months and quarters begin (or the day before), or any."""
    if aligned:
        return st.sampled_from([None, dt.date(2025, 2, 1), dt.date(2025, 4, 1), dt.date(2025, 7, 1)])
    return st.none() | st.dates(FIRST - dt.timedelta(9), FIRST + dt.timedelta(210))


@st.composite
def filters(draw):
    aligned = draw(st.booleans())
    since, after = draw(days(aligned)), draw(days(aligned))
    picked = Filters(
        since=since,
        until=after and after - dt.timedelta(1),
        groups=tuple(draw(st.sets(st.sampled_from(GROUPS), max_size=2))),
        text=draw(st.sampled_from(["", "", "", "slow"])),
    )
    for name, labels in LABELS.items():
        picked = picked.with_attribute(name, sorted(draw(st.sets(st.sampled_from(labels), max_size=2))))
    return picked


def keys():
    return st.lists(st.sampled_from(KEYS), unique=True, max_size=4).map(tuple)


@example(  # the day before a year, which lies within a week
    wide=Filters(),
    held=(("date", "week"), "date"),
    narrow=Filters(until=FIRST - dt.timedelta(1)),
    asked=(),
    nests=False,
)
@given(wide=filters(), held=keys(), narrow=filters(), asked=keys(), nests=st.booleans())
@settings(max_examples=300, deadline=None)
def test_what_a_kept_answer_gives_is_what_would_be_counted(wide, held, narrow, asked, nests):
    if nests:  # else few are parts of one another
        narrow = wide.narrowed(narrow)
    kept = Answers(LABELS.__getitem__)
    # The search has no meaning here but that it is another one.
    kept.keep(tuple(filter(None, [wide])), held, as_cells(counted(wide, held), held))
    found = kept.find(tuple(filter(None, [narrow])), asked)
    if found is not None:
        assert wide.text == narrow.text
        cells = (
            list(zip(*(own.tolist() for own in found.codes), strict=True))
            if asked
            else [()] * len(found.counts)
        )
        told = dict(zip(cells, found.counts.tolist(), strict=True))
        assert {cell: own for cell, own in told.items() if any(own)} == counted(narrow, asked)


def test_days_serve_every_filter_and_period_of_theirs():
    kept = Answers(LABELS.__getitem__)
    held = ("date", "Plan")
    kept.keep((), held, as_cells(counted(Filters(), held), held))
    for filters in (
        Filters(since=dt.date(2025, 2, 11), until=dt.date(2025, 5, 3)),
        Filters(until=dt.date.max, groups=("promoter",)).with_attribute("Plan", ["Pro", NO_VALUE]),
        Filters(until=dt.date.min),
    ):
        for asked in ((), ("Plan",), (("date", "month"),), (("date", "quarter"), "Plan")):
            assert kept.find((filters,), asked) is not None
    assert kept.find((Filters(text="slow"),), ()) is None
    assert kept.find((), ("Region",)) is None
    assert kept.find((Filters().with_attribute("Region", ["EU"]),), ("Plan",)) is None


KINDS_OF_CODES = (
    st.integers(-1, 3),  # clusters, or places of values
    st.sampled_from([NO_DAY, -400_000, -1, 0, 1, 20_000, 2_500_000]),
    st.sampled_from(
        [NO_DAY, -(2**62), 0, 2**62]
    ),  # so far apart that no number has room for the combinations
)


@given(
    st.lists(
        st.tuples(*KINDS_OF_CODES, *KINDS_OF_CODES, st.tuples(*[st.integers(0, 2**31 - 1)] * 3)), max_size=40
    )
)
@settings(max_examples=300, deadline=None)
def test_cells_are_merged_in_the_order_of_their_codes(rows):
    added = {}
    for *cell, counts in rows:
        added[tuple(cell)] = [a + b for a, b in zip(added.get(tuple(cell), (0, 0, 0)), counts, strict=True)]
    codes = [np.array([row[at] for row in rows], dtype=np.int64) for at in range(2 * len(KINDS_OF_CODES))]
    counts = np.array([row[-1] for row in rows], dtype=np.int32).reshape(-1, 3)
    found = merged(codes, counts)
    assert [*zip(*(own.tolist() for own in found.codes), strict=True)] == sorted(added)
    assert found.counts.tolist() == [added[cell] for cell in sorted(added)]
