from __future__ import annotations

import asyncio
import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import Stopped
from ocr_watcher.service.web.pictures.picture_queue import BusyError, PictureQueue
from ocr_watcher.service.web.pictures.time_share import TimeShare
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator


class Bench:
    """A queue whose thread can be held within a piece of work."""

    def __init__(self, idle_seconds: float = 30.0) -> None:
        self.ends = 0
        self.begun: list[str] = []
        self.gate = threading.Event()
        self.queue = PictureQueue(self._ended, most_waiting=3, idle_seconds=idle_seconds)

    def _ended(self) -> None:
        self.ends += 1

    async def held(self, name: str) -> str:
        def work() -> str:
            self.begun.append(name)
            assert self.gate.wait(30)
            return name

        return await self.queue.do(name, work)

    async def until_begun(self, name: str) -> None:
        await asyncio.to_thread(eventually, lambda: name in self.begun)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.gate.set()
    bench.queue.close()


def test_work_is_done_at_low_priority_one_piece_after_the_other(bench: Bench) -> None:
    most: list[int] = []
    inside: list[int] = []

    def work() -> int:
        inside.append(1)
        most.append(len(inside))
        inside.pop()
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    async def ask() -> list[int]:
        return [await bench.queue.do(number, work) for number in range(3)]

    assert asyncio.run(ask()) == [min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)] * 3
    assert most == [1, 1, 1]


def test_equal_work_is_done_once_for_all_who_ask(bench: Bench) -> None:
    async def ask() -> list[str]:
        tasks = [asyncio.create_task(bench.held("a")) for _ in range(5)]
        await bench.until_begun("a")
        tasks += [asyncio.create_task(bench.held("a")) for _ in range(5)]
        await asyncio.sleep(0)
        bench.gate.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(ask()) == ["a"] * 10
    assert bench.begun == ["a"]


def test_too_much_work_is_refused_at_once(bench: Bench) -> None:
    async def ask() -> None:
        first = asyncio.create_task(bench.held("a"))
        await bench.until_begun("a")
        waiting = [asyncio.create_task(bench.held(name)) for name in "bcd"]
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await bench.held("e")
        bench.gate.set()
        assert await asyncio.gather(first, *waiting) == ["a", "b", "c", "d"]

    asyncio.run(ask())
    assert bench.begun == ["a", "b", "c", "d"]


def test_work_that_nobody_waits_for_any_more_is_not_begun(bench: Bench) -> None:
    async def ask() -> None:
        first = asyncio.create_task(bench.held("a"))
        await bench.until_begun("a")
        for _ in range(50):  # far more than may wait
            left = asyncio.create_task(bench.held("left"))
            await asyncio.sleep(0)
            left.cancel()
            await asyncio.gather(left, return_exceptions=True)
        shared = [asyncio.create_task(bench.held("shared")) for _ in range(2)]
        await asyncio.sleep(0)
        shared[0].cancel()
        bench.gate.set()
        assert await asyncio.gather(first, shared[1]) == ["a", "shared"]

    asyncio.run(ask())
    assert bench.begun == ["a", "shared"]


def test_a_fault_reaches_all_who_asked_and_the_next_work_is_done(bench: Bench) -> None:
    def fail() -> None:
        raise LookupError("a fault")

    async def ask() -> str:
        for _ in range(2):
            with pytest.raises(LookupError, match="a fault"):
                await bench.queue.do("bad", fail)
        bench.gate.set()
        return await bench.held("good")

    assert asyncio.run(ask()) == "good"


def test_who_waits_when_it_is_closed_is_told(bench: Bench) -> None:
    async def ask() -> None:
        first = asyncio.create_task(bench.held("a"))
        await bench.until_begun("a")
        waiting = asyncio.create_task(bench.held("b"))
        await asyncio.sleep(0)
        bench.queue.close()
        with pytest.raises(Stopped):
            await waiting
        with pytest.raises(Stopped):
            await bench.held("c")
        bench.gate.set()
        assert await first == "a"

    asyncio.run(ask())
    assert bench.begun == ["a"]


def test_a_loop_that_has_ended_disturbs_nobody(bench: Bench) -> None:
    async def leave() -> None:
        task = asyncio.create_task(bench.held("a"))
        await bench.until_begun("a")
        task.cancel()

    asyncio.run(leave())
    bench.gate.set()
    assert asyncio.run(bench.held("b")) == "b"


def test_without_work_there_is_no_thread() -> None:
    bench = Bench(idle_seconds=0.01)
    before = threading.active_count()
    bench.gate.set()
    for number in (1, 2):
        assert asyncio.run(bench.held("a")) == "a"
        eventually(lambda: threading.active_count() == before)
        assert bench.ends == number


def test_work_without_end_gets_a_share_of_the_time() -> None:
    now = 0.0
    time_share = TimeShare(10.0, 0.2, lambda: now)
    assert time_share.wait() == 0.0
    time_share.worked(10.0)
    assert time_share.wait() == 0.0
    time_share.worked(2.0)
    assert time_share.wait() == pytest.approx(10.0)
    now = 5.0
    assert time_share.wait() == pytest.approx(5.0)
    now = 1000.0
    time_share.worked(11.0)
    assert time_share.wait() == pytest.approx(5.0)


def test_a_desk_rests_when_its_allowance_is_used_up_and_is_closed_all_the_same() -> None:
    time_share = TimeShare(10.0, 0.2)
    queue = PictureQueue(lambda: None, time_share=time_share)

    async def ask() -> None:
        assert await queue.do("a", lambda: "a") == "a"
        time_share.worked(10_000.0)
        waiting = asyncio.create_task(queue.do("b", lambda: "b"))
        done, _ = await asyncio.wait({waiting}, timeout=0.1)
        assert not done
        queue.close()
        with pytest.raises(Stopped):
            await waiting

    asyncio.run(ask())


def test_work_of_the_thread_itself_counts_as_ten_times_the_work_of_a_sandbox() -> None:
    time_share = TimeShare(0.0, 1.0, lambda: 0.0)
    queue = PictureQueue(lambda: None, time_share=time_share)

    def busy() -> None:
        end = time.thread_time() + 0.1
        while time.thread_time() < end:
            pass

    async def ask() -> None:
        await queue.do("busy", busy)
        assert time_share.wait() >= 1.0

    asyncio.run(ask())
    queue.close()
