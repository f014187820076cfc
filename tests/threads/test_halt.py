"""A request to stop ends the waits that are under way, and those that would begin."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ocr_watcher.errors import Stopped
from ocr_watcher.threads.halt import Halt
from tests.waiting import eventually


def test_without_a_request_work_goes_on() -> None:
    ended: list[str] = []
    halt = Halt()
    halt.obey()
    with halt.ending(lambda: ended.append("wait")):
        pass
    halt.ask()
    assert ended == []


def test_a_request_ends_the_waits_of_other_threads() -> None:
    halt = Halt()
    waits = [threading.Event() for _ in range(2)]

    def wait(event: threading.Event) -> bool:
        with halt.ending(event.set):
            ended = event.wait(60)
        halt.obey()
        return ended

    with ThreadPoolExecutor(2) as threads:
        results = [threads.submit(wait, event) for event in waits]
        eventually(lambda: len(halt._ends) == 2)
        halt.ask()
        assert [type(each.exception()) for each in results] == [Stopped, Stopped]
    assert all(event.is_set() for event in waits)


def test_after_a_request_no_wait_begins() -> None:
    halt = Halt()
    halt.ask()
    with pytest.raises(Stopped), halt.ending(lambda: None):
        pytest.fail("it began")
