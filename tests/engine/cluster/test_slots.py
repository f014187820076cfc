"""Slots on workers: who gets one, and who has a worker alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ocr_watcher.engine.cluster.slots import NoWorkersError, Slots
from ocr_watcher.errors import Stopped
from ocr_watcher.threads.heartbeat import Heartbeats
from tests.waiting import eventually


def slots_with(**threads: int) -> Slots:
    slots = Slots(Heartbeats(), grace=0.05)
    slots.set(threads)
    return slots


def test_a_worker_gets_one_page_more_than_it_has_threads_and_the_least_busy_gets_the_next() -> None:
    slots = slots_with(small=1, large=3)
    got: list[str] = []
    with ThreadPoolExecutor(6) as threads:
        held = [slots.slot() for _ in range(6)]
        got = [slot.worker for slot in threads.map(lambda each: each.__enter__(), held)]
        list(threads.map(lambda each: each.__exit__(None, None, None), held))
    assert sorted(got) == ["large"] * 4 + ["small"] * 2


def test_a_page_that_is_to_be_alone_waits_for_its_worker_and_keeps_it_from_others() -> None:
    slots = slots_with(only=2)
    order: list[str] = []

    def alone() -> None:
        with slots.slot(alone=True):
            order.append("alone")
            eventually(lambda: "other comes" in order)

    def other() -> None:
        order.append("other comes")
        with slots.slot():
            order.append("other")

    with ThreadPoolExecutor(2) as threads:
        with slots.slot():
            waits = threads.submit(alone)
            eventually(lambda: slots.waits_to_be_alone)
            assert not order
            comes = threads.submit(other)
        waits.result(10)
        comes.result(10)
    assert order.index("alone") < order.index("other")


def test_a_page_that_is_to_be_alone_goes_to_another_worker_where_its_own_ends() -> None:
    slots = slots_with(first=1)
    with ThreadPoolExecutor(1) as threads, slots.slot():
        waits = threads.submit(lambda: _worker_alone(slots))
        eventually(lambda: slots.waits_to_be_alone)
        slots.set({"second": 1})
        assert waits.result(10) == "second"


def test_a_worker_that_is_avoided_gets_a_page_only_where_there_is_no_other() -> None:
    slots = slots_with(bad=8, good=1)
    with slots.slot(avoided={"bad"}) as slot:
        assert slot.worker == "good"
    slots.set({"bad": 8})
    with slots.slot(avoided={"bad"}) as slot:
        assert slot.worker == "bad"


def test_pages_on_a_worker_that_ends_are_lost_and_no_others() -> None:
    slots = slots_with(one=1, two=1)
    with slots.slot(avoided={"two"}) as one, ThreadPoolExecutor(1) as threads:
        two = slots.slot(avoided={"one"})
        slot = threads.submit(two.__enter__).result(10)
        slots.set({"two": 1})
        assert one.lost.done()
        assert not slot.lost.done()
        threads.submit(two.__exit__, None, None, None).result(10)


def test_without_workers_there_is_no_place_and_none_after_the_end() -> None:
    slots = slots_with()
    with pytest.raises(NoWorkersError), slots.slot():
        pass
    slots.close()
    with pytest.raises(Stopped), slots.slot():
        pass


def _worker_alone(slots: Slots) -> str:
    with slots.slot(alone=True) as slot:
        return slot.worker
