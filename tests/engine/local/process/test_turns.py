"""Any number of threads take turns at the lanes of the process."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ocr_watcher.engine.local.process.turns import Turns
from ocr_watcher.errors import Stopped
from ocr_watcher.threads.heartbeat import Heartbeats
from tests.engine.resting import Resting
from tests.waiting import eventually


class Pages:
    """Threads that have a turn until they are let go."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.within: list[str] = []
        self._going_on = threading.Semaphore(0)

    def read(self, name: str, *, alone: bool = False) -> None:
        with self.turns.turn(alone=alone):
            self.within.append(name)
            assert self._going_on.acquire(timeout=20)
            self.within.remove(name)

    def let_go(self, number: int = 1) -> None:
        self._going_on.release(number)


@pytest.fixture
def pages():
    return Pages(Turns(2, Heartbeats()))


def test_there_are_no_more_turns_at_once_than_lanes(pages):
    with ThreadPoolExecutor(3) as threads:
        ends = [threads.submit(pages.read, name) for name in "abc"]
        eventually(lambda: len(pages.within) == 2)
        pages.let_go()
        eventually(lambda: sum(end.done() for end in ends) == 1 and len(pages.within) == 2)
        pages.let_go(2)


def test_who_wants_to_be_alone_is_alone_and_others_that_come_later_wait(pages):
    with ThreadPoolExecutor(4) as threads:
        threads.submit(pages.read, "first")
        eventually(lambda: pages.within == ["first"])
        threads.submit(pages.read, "alone", alone=True)
        eventually(lambda: pages.turns._wait_to_be_alone)
        later = threads.submit(pages.read, "later")
        pages.let_go()
        eventually(lambda: pages.within == ["alone"])
        assert not later.done()
        pages.let_go()
        eventually(lambda: pages.within == ["later"])
        pages.let_go()


def test_whoever_waits_when_the_turns_are_over_is_told_so(pages):
    with ThreadPoolExecutor(3) as threads:
        threads.submit(pages.read, "first")
        eventually(lambda: pages.within == ["first"])
        alone = threads.submit(pages.read, "alone", alone=True)
        eventually(lambda: pages.turns._wait_to_be_alone)
        later = threads.submit(pages.read, "later")
        pages.turns.close()
        for waits in (alone, later):
            with pytest.raises(Stopped):
                waits.result(20)
        assert pages.within == ["first"]
        pages.let_go()


def test_who_waits_for_its_turn_is_not_late():
    resting = Resting()
    pages = Pages(Turns(1, resting.heartbeats))
    with ThreadPoolExecutor(1) as threads:
        threads.submit(pages.read, "first")
        eventually(lambda: pages.within == ["first"])
        resting.seen_in(lambda: pages.read("second"), lambda: pages.let_go(2))
