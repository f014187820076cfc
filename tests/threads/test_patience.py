"""A call that may never return runs on a thread that can be left behind."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.threads.patience import NoAnswerError, answered, walked
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[threading.Event]:
    """What is asked answers once it is set, which it is at the end of the test."""
    server = threading.Event()
    yield server
    server.set()


def test_an_answer_in_time_is_given_on():
    assert answered(lambda: 7) == 7


def test_a_fault_of_what_is_asked_is_raised():
    with pytest.raises(FileNotFoundError):
        answered(lambda: open("/nowhere/at-all"))  # noqa: PTH123, SIM115
    with pytest.raises(TimeoutError):
        answered(lambda: (_ for _ in ()).throw(TimeoutError()))


def test_what_does_not_answer_is_left_behind(server):
    with pytest.raises(NoAnswerError, match="does not answer"):
        answered(server.wait, seconds=0.05)


def test_while_a_question_has_no_answer_the_same_place_is_not_waited_for_again(server):
    with pytest.raises(NoAnswerError):
        answered(server.wait, of="/mnt/share", seconds=0.05)
    with pytest.raises(NoAnswerError):
        answered(lambda: 7, of="/mnt/share")
    with pytest.raises(NoAnswerError):
        next(walked(lambda _beat: [7], of="/mnt/share"))
    assert answered(lambda: 7, of="/srv/disk") == 7
    server.set()
    eventually(lambda: answers("/mnt/share"))


def answers(place: str) -> bool:
    try:
        return answered(lambda: True, of=place)
    except NoAnswerError:
        return False


def test_a_walk_yields_what_it_finds_until_it_advances_no_more(server):
    def walk(_beat):
        yield from (1, 2)
        server.wait()

    items = walked(walk, seconds=0.05)
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(NoAnswerError):
        next(items)


def test_a_walk_that_does_not_advance_is_not_waited_for_again(server):
    def walk(_beat):
        server.wait()
        yield 1

    with pytest.raises(NoAnswerError):
        next(walked(walk, of="/mnt/other", seconds=0.05))
    with pytest.raises(NoAnswerError):
        answered(lambda: 7, of="/mnt/other")
    server.set()
    eventually(lambda: answers("/mnt/other"))


def test_a_place_may_be_asked_while_it_is_walked(server):
    def walk(_beat):
        yield 1
        server.wait()
        yield 2

    items = walked(walk, of="/mnt/walked")
    assert next(items) == 1
    assert answered(lambda: 7, of="/mnt/walked") == 7
    server.set()
    assert list(items) == [2]


def test_a_walk_that_finds_nothing_for_long_but_advances_is_waited_for(server):
    def walk(beat):
        for _ in range(5):
            server.wait(0.03)
            beat()
        yield "at last"

    assert list(walked(walk, seconds=1.0)) == ["at last"]


def test_a_fault_of_a_walk_is_raised_after_what_it_found():
    def walk(_beat):
        yield 1
        raise PermissionError

    items = walked(walk)
    assert next(items) == 1
    with pytest.raises(PermissionError):
        next(items)
