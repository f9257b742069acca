"""What is held for visitors: within its budget, the oldest that nobody looks at first."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from pages.ui.memory_budget import FullError, Shelf, size_of


class Person:
    def __init__(self) -> None:
        self.is_here = True

    def here(self) -> bool:
        return self.is_here


@pytest.fixture
def now():
    return [0.0]


@pytest.fixture
def shelf(now):
    """Room for 100 bytes, 60 for each looker, 20 of what nobody looks at, for 1,000 seconds."""
    return Shelf(100, 60, 20, 1000, clock=lambda: now[0])


def put(shelf, now, name: str, size: int, *lookers: Person, kind: str = "survey", topic: str = "") -> None:
    now[0] += 1
    shelf.put((kind, name), name, size, topic, lookers)


def names(shelf, kind: str = "survey") -> set[str]:
    return {key[1] for key in shelf.keys(kind)}


def test_the_oldest_that_nobody_looks_at_goes_first(shelf, now):
    person = Person()
    put(shelf, now, "looked at", 40, person)
    put(shelf, now, "older", 20)
    put(shelf, now, "newer", 20)
    shelf.get(("survey", "older"))
    now[0] += 1
    put(shelf, now, "next", 30)
    assert names(shelf) == {"looked at", "older", "newer", "next"} - {"older"}


def test_using_something_makes_it_the_newest(shelf, now):
    for name in ("first", "second"):
        put(shelf, now, name, 40)
    now[0] += 1
    shelf.get(("survey", "first"))
    put(shelf, now, "third", 40)
    assert names(shelf) == {"first", "third"}


def test_there_is_no_room_where_all_is_looked_at(shelf, now):
    people = [Person(), Person()]
    for person in people:
        put(shelf, now, str(id(person)), 45, person)
    with pytest.raises(FullError):
        shelf.reserve(("reading", 1), 20, Person())
    people[0].is_here = False
    shelf.reserve(("reading", 1), 20, Person())
    assert shelf.bytes == 65


def test_many_readings_at_once_stay_within_the_budget(shelf):
    people = [Person() for _ in range(5)]
    for number, person in enumerate(people[:2]):
        shelf.reserve(("reading", number), 50, person)
    with pytest.raises(FullError):
        shelf.reserve(("reading", 2), 50, people[2])
    shelf.drop(("reading", 0))
    shelf.reserve(("reading", 2), 50, people[2])


def test_room_that_was_reserved_is_nothing_to_give_back(shelf, now):
    shelf.reserve(("reading", 0), 50, Person())
    shelf.drop(("reading", 0))
    assert shelf.trim() == 0
    put(shelf, now, "survey", 50)
    shelf.drop(("survey", "survey"))
    assert shelf.trim() == 50


def test_one_looker_has_a_budget_of_their_own(shelf, now):
    person = Person()
    put(shelf, now, "open", 40, person)
    with pytest.raises(FullError):
        shelf.reserve(("reading", 1), 30, person)
    shelf.reserve(("reading", 1), 30, Person())


def test_who_looks_at_the_next_survey_looks_at_the_former_no_longer(shelf, now):
    """So that who uploads again and again holds the last one, and little besides."""
    person = Person()
    for number in range(14):
        shelf.reserve(("reading", 1), 30, person)
        shelf.drop(("reading", 1))
        put(shelf, now, str(number), 30, person)
        shelf.trim()
        assert shelf.bytes <= 60
    assert names(shelf) == {"12", "13"}  # the last one that nobody looks at stays for its link


def test_what_nobody_looks_at_is_little_and_grows_old(shelf, now):
    person = Person()
    put(shelf, now, "report", 15, kind="report")
    put(shelf, now, "older", 15)
    put(shelf, now, "newer", 15)
    put(shelf, now, "mine", 15, person)
    assert shelf.trim() == 30
    assert names(shelf) == {"newer", "mine"}
    assert not names(shelf, "report")
    now[0] += 1001
    shelf.trim()
    assert names(shelf) == {"mine"}


@pytest.mark.parametrize("way", ["leaves", "is gone", "vanishes"])
def test_who_is_gone_looks_at_nothing(shelf, now, way):
    person = Person()
    put(shelf, now, "theirs", 50, person)
    put(shelf, now, "newest", 50)
    if way == "leaves":
        shelf.leave(person)
    elif way == "is gone":
        person.is_here = False
    else:
        del person
        gc.collect()
    shelf.trim()
    assert names(shelf) == {"newest"}


def test_what_was_put_again_is_still_looked_at(shelf, now):
    person = Person()
    put(shelf, now, "survey", 10, person)
    put(shelf, now, "survey", 10)
    put(shelf, now, "other", 90)
    assert names(shelf) == {"survey", "other"}


def test_a_topic_is_dropped_but_for_what_others_look_at(shelf, now):
    other = Person()
    put(shelf, now, "themes", 10, kind="themes", topic="a")
    put(shelf, now, "deck", 10, other, kind="report", topic="a")
    put(shelf, now, "themes of b", 10, kind="themes", topic="b")
    shelf.drop_topic("a")
    assert names(shelf, "themes") == {"themes of b"}
    assert names(shelf, "report") == {"deck"}


def test_sizes_count_what_a_value_leads_to():
    array = np.zeros(100_000)
    assert array.nbytes <= size_of({"a": (array,), "b": [array]}) < array.nbytes + 2_000
    assert size_of([b"x" * 5_000, "y" * 5_000]) > 10_000
