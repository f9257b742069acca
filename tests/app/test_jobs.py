"""The queue of long work: fair, each piece done once, left when nobody waits, bounded; without a screen."""

from __future__ import annotations

import gc
import threading
import time
import weakref

import pytest

from pages.ui.jobs import JobQueue
from pages.ui.memory_budget import Shelf

PATIENCE = 20  # seconds after which a test gives up


class Person:
    def __init__(self) -> None:
        self.is_here = True

    def here(self) -> bool:
        return self.is_here


class Work:
    """Work that goes on until it is let go, and reports its progress all the while."""

    def __init__(self, result: object = "result", error: Exception | None = None) -> None:
        self.begun, self.go, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.result, self.error, self.times = result, error, 0

    def __call__(self, progress):
        self.times += 1
        self.begun.set()
        try:
            while not self.go.wait(0.005):
                progress("Half way", 0.5)
            if self.error:
                raise self.error
            return self.result
        finally:
            self.ended.set()


@pytest.fixture
def shelf():
    return Shelf(most=1_000_000, own=1_000_000, left=100_000, seconds=3600)


@pytest.fixture
def queue(shelf):
    made = JobQueue(1, shelf)
    yield made
    for job in list(made._jobs.values()):
        for asker in tuple(job.askers):
            made.leave(asker)
    until(lambda: made._threads == 0)


def until(true, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def busy(queue) -> tuple[Person, Work]:
    """Somebody whose work runs, so that all else waits."""
    person, work = Person(), Work()
    queue.ask(person, ("busy", 1), "", work)
    assert work.begun.wait(PATIENCE)
    return person, work


def note(order: list, name: object):
    """Work that is done at once and notes when it was."""

    def work(progress):
        progress("Noting", 0.5)
        order.append(name)
        return name

    return work


def test_who_asks_for_ten_things_does_not_starve_others(queue):
    greedy, modest, late = Person(), Person(), Person()
    _, first = busy(queue)
    order: list = []
    # Of each kind a person waits for one at a time, so ten things are of ten kinds.
    jobs = [queue.ask(greedy, (f"kind {n}", n), "", note(order, f"greedy {n}")) for n in range(10)]
    jobs.append(queue.ask(modest, ("kind 0", "modest"), "", note(order, "modest")))
    jobs.append(queue.ask(late, ("kind 0", "late"), "", note(order, "late")))
    first.go.set()
    assert all(job.over.wait(PATIENCE) for job in jobs)
    assert order[:4] == ["greedy 0", "modest", "late", "greedy 1"]
    assert order[4:] == [f"greedy {n}" for n in range(2, 10)]


def test_two_who_ask_for_much_take_turns(queue):
    _, first = busy(queue)
    order: list = []
    jobs = []
    for name in "ab":
        person = Person()
        jobs += [(person, queue.ask(person, (f"{n}", name), "", note(order, f"{name}{n}"))) for n in range(3)]
    first.go.set()
    assert all(job.over.wait(PATIENCE) for _, job in jobs)
    assert order == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_the_same_asked_twice_runs_once(queue):
    people, work = [Person() for _ in range(3)], Work()
    jobs = [queue.ask(person, ("kind", "same"), "", work) for person in people]
    work.go.set()
    assert jobs[0].over.wait(PATIENCE)
    assert [job.found for job in jobs] == ["result"] * 3
    assert queue.ask(Person(), ("kind", "same"), "", work).found == "result"  # and once it is done
    assert work.times == 1


def test_who_asks_for_what_waits_already_moves_it_to_their_own_turn(queue):
    greedy, modest, third = Person(), Person(), Person()
    _, first = busy(queue)
    order: list = []
    jobs = [queue.ask(greedy, (f"{n}",), "", note(order, n)) for n in range(3)]
    jobs.append(queue.ask(third, ("kind",), "", note(order, "third")))
    assert queue.ahead(jobs[2]) == 4
    queue.ask(modest, ("2",), "", note(order, 2))
    assert queue.ahead(jobs[2]) == 2
    first.go.set()
    assert all(job.over.wait(PATIENCE) for job in jobs)
    assert order == [0, 2, "third", 1]


def test_how_many_are_before_counts_only_those_for_whom_somebody_is_here(queue):
    people = [Person() for _ in range(3)]
    _, first = busy(queue)
    jobs = [queue.ask(person, ("kind", n), "", note([], n)) for n, person in enumerate(people)]
    assert [queue.ahead(job) for job in jobs] == [1, 2, 3]
    people[0].is_here = False
    assert queue.ahead(jobs[2]) == 2
    queue.leave(people[1])
    assert queue.ahead(jobs[2]) == 1
    first.go.set()
    assert jobs[2].over.wait(PATIENCE)
    assert jobs[0].found is jobs[1].found is None


@pytest.mark.parametrize("way", ["leaves", "is gone", "vanishes"])
def test_what_nobody_waits_for_is_ended_as_it_waits_and_as_it_runs(queue, way):
    running, waiting = Person(), Person()
    work, never = Work(), Work()
    queue.ask(running, ("kind", 1), "", work)
    assert work.begun.wait(PATIENCE)
    queue.ask(waiting, ("kind", 2), "", never)
    if way == "leaves":
        queue.leave(running)
        queue.leave(waiting)
    elif way == "is gone":
        running.is_here = waiting.is_here = False
    else:
        del running, waiting
        gc.collect()
    assert work.ended.wait(PATIENCE)
    assert not work.go.is_set()  # it did not end by being done
    until(lambda: queue._threads == 0)
    assert never.times == 0
    assert not queue._jobs


def test_what_is_found_when_nobody_waits_any_more_is_not_held(shelf, queue):
    """Work that never reports its progress cannot be ended; what it is about may be closed by its end."""
    person, go = Person(), threading.Event()
    job = queue.ask(person, ("kind", 1), "", lambda _progress: go.wait(PATIENCE))
    until(lambda: job.begun)
    queue.leave(person)
    go.set()
    assert job.over.wait(PATIENCE)
    assert not shelf.keys("kind")


def test_what_is_asked_for_again_while_it_is_being_left_is_done(queue):
    person, work = Person(), Work()
    queue.ask(person, ("kind", 1), "", work)
    assert work.begun.wait(PATIENCE)
    queue.leave(person)
    again = queue.ask(person, ("kind", 1), "", work)
    work.go.set()
    assert again.over.wait(PATIENCE)
    assert again.found == "result"


def test_asking_for_another_of_a_kind_leaves_the_former_unless_others_wait(queue):
    one, two = Person(), Person()
    shared, alone = Work(), Work()
    queue.ask(one, ("shared", 1), "", shared)
    queue.ask(two, ("shared", 1), "", shared)
    assert shared.begun.wait(PATIENCE)
    queue.ask(one, ("alone", 1), "", alone)
    queue.ask(one, ("alone", 2), "", note([], 2))
    queue.ask(one, ("shared", 2), "", note([], 2))
    assert alone.times == 0
    assert ("alone", 1) not in queue._jobs or not queue._jobs["alone", 1].awaited()
    shared.go.set()
    until(lambda: not queue._jobs)
    assert shared.times == 1
    assert queue.ask(two, ("shared", 1), "", shared).found == "result"


def test_what_somebody_waits_for_or_looks_at_is_never_done_again(shelf, queue):
    """However many others ask for something, and however little room there is."""
    shelf.most = shelf.left = 1
    person, work = Person(), Work()
    work.go.set()
    assert queue.ask(person, ("kind", "mine"), "", work).over.wait(PATIENCE)
    for number in range(50):
        assert queue.ask(Person(), ("kind", number), "", note([], number)).over.wait(PATIENCE)
    shelf.trim()
    assert queue.ask(person, ("kind", "mine"), "", work).found == "result"
    assert work.times == 1
    assert len(shelf.keys("kind")) <= 2  # mine, and the last one's


def test_sixteen_with_work_of_their_own_are_all_served_by_a_bounded_number_of_threads(shelf):
    queue, people = JobQueue(2, shelf), [Person() for _ in range(16)]
    most = 0

    def work(progress):
        nonlocal most
        most = max(most, queue._threads)
        for step in range(5):
            progress("Working", step / 5)
            time.sleep(0.002)
        return "x" * 10_000

    before = threading.active_count()
    jobs = [queue.ask(person, ("themes", n), "", work) for n, person in enumerate(people)]
    assert threading.active_count() <= before + 2
    assert all(job.over.wait(PATIENCE) for job in jobs)
    assert all(queue.ask(person, ("themes", n), "", work) is jobs[n] for n, person in enumerate(people))
    assert most == 2
    until(lambda: queue._threads == 0)


def test_short_work_does_not_stand_behind_long_work(shelf, queue):
    busy(queue)
    short = JobQueue(1, shelf)
    assert short.ask(Person(), ("preview", 1), "", note([], 1)).over.wait(PATIENCE)


def test_an_error_is_there_for_who_asked_until_it_was_told_and_then_tried_again(queue, caplog):
    person, work = Person(), Work(error=ValueError("no luck"))
    work.go.set()
    job = queue.ask(person, ("kind", 1), "", work)
    assert job.over.wait(PATIENCE)
    assert queue.ask(person, ("kind", 1), "", work) is job  # not tried over and over
    assert str(job.error) == "no luck"
    assert "no luck" in caplog.text
    queue.forget(job)
    work.error = None
    again = queue.ask(person, ("kind", 1), "", work)
    assert again.over.wait(PATIENCE)
    assert again.found == "result"


def test_nothing_of_the_work_is_held_after_its_end(queue):
    class Survey:
        pass

    def ask(person: Person, error: Exception | None) -> weakref.ref:
        survey = Survey()

        def work(_progress):
            assert survey
            if error:
                raise error
            return "result"

        assert queue.ask(person, ("kind", str(error)), "", work).over.wait(PATIENCE)
        return weakref.ref(survey)

    for error in (None, ValueError("no luck")):
        person = Person()
        gone = ask(person, error)
        until(lambda: queue._threads == 0)
        gc.collect()
        assert gone() is None
