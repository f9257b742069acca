"""Whole questions as names: cut, and still told from one another."""

from hypothesis import given
from hypothesis import strategies as st

from nps_core.charts.draw.plotly_parts import row_names
from nps_core.formatting import apart

WORDS = "are you happy with the quality service of our device app and support"
QUESTIONS = st.lists(
    st.sampled_from(WORDS.split()),
    min_size=1,
    max_size=14,
).map(" ".join)


@given(st.lists(QUESTIONS, unique=True, max_size=6), st.integers(12, 40))
def test_long_names_begin_where_they_differ(names, length):
    found = apart(names, length)
    assert list(found) == names
    for name, own in found.items():
        assert len(own) <= length
        assert (own == name) == (len(name) <= length)
        assert own.removeprefix("…").removesuffix("…") in name
        for other, its in found.items():
            if own == its and other != name:  # they differ only behind what there is room for
                assert own.endswith("…")
                assert other.startswith(name[: name.index(own.strip("…")) + len(own.strip("…"))])


def test_names_of_rows_are_told_apart_on_their_two_lines():
    both = [
        f"Which of the channels of our company do you prefer to use {end}?" for end in ("at work", "at home")
    ]
    names = row_names([*both, "Plan"], 20)
    assert len(set(names)) == 3
    assert all(len(line.strip()) <= 20 for name in names for line in name.split("<br>"))
    assert row_names([both[0], "Plan"], 20)[1] == "Plan"
