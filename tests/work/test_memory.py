"""All workers together hold a limited number of bytes of files, and each gets its turn."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.errors import ImageError, Stopped
from ocr_watcher.work.memory import ByteBudget, budget_for, held_for
from ocr_watcher.work.memory_limit import memory_limit
from tests.engine.resting import Resting
from tests.waiting import eventually
from tests.work.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

MB = 2**20


class Holder:
    """Takes bytes on a thread of its own, and holds them until it is told to let go."""

    def __init__(self, budget: ByteBudget, amount: int, threads: ThreadPoolExecutor) -> None:
        self.has, self._let_go = threading.Event(), threading.Event()
        self._budget, self._amount = budget, amount
        self.ended = threads.submit(self._hold)

    def _hold(self) -> None:
        with self._budget.taken(self._amount):
            self.has.set()
            self._let_go.wait(20)

    def end(self) -> None:
        self._let_go.set()
        self.ended.result(20)


def test_who_finds_no_room_waits_until_there_is_some() -> None:
    budget = ByteBudget(10)
    with ThreadPoolExecutor() as threads:
        first = Holder(budget, 6, threads)
        assert first.has.wait(10)
        second = Holder(budget, 5, threads)
        assert not second.has.wait(0.05)
        first.end()
        assert second.has.wait(10)
        second.end()


def test_what_is_larger_than_the_budget_passes_alone() -> None:
    budget = ByteBudget(10)
    with ThreadPoolExecutor() as threads:
        small = Holder(budget, 1, threads)
        assert small.has.wait(10)
        large = Holder(budget, 1000, threads)
        assert not large.has.wait(0.05)
        small.end()
        assert large.has.wait(10)
        other = Holder(budget, 1, threads)
        assert not other.has.wait(0.05)
        large.end()
        assert other.has.wait(10)
        other.end()


def test_small_ones_do_not_pass_a_large_one_that_came_before() -> None:
    budget = ByteBudget(10)
    with ThreadPoolExecutor() as threads:
        first = Holder(budget, 5, threads)
        assert first.has.wait(10)
        large = Holder(budget, 10, threads)
        eventually(lambda: len(budget._queue) == 1)
        small = Holder(budget, 1, threads)
        assert not small.has.wait(0.05)
        first.end()
        assert large.has.wait(10)
        large.end()
        assert small.has.wait(10)
        small.end()


def test_a_wait_is_a_rest_and_ends_with_the_budget() -> None:
    resting = Resting()
    budget = ByteBudget(10, resting.heartbeats)

    def wait() -> None:
        with pytest.raises(Stopped), budget.taken(1):
            pass

    with budget.taken(10):
        resting.seen_in(wait, let_go=budget.close)
    wait()


@given(st.lists(st.integers(0, 15), max_size=12))
def test_never_more_than_the_budget_is_held(amounts: list[int]) -> None:
    budget, held, most, lock = ByteBudget(10), 0, 0, threading.Lock()

    def take(amount: int) -> None:
        nonlocal held, most
        with budget.taken(amount):
            with lock:
                held += min(amount, 10)
                most = max(most, held)
            with lock:
                held -= min(amount, 10)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(take, amounts))
    assert (held, most <= 10) == (0, True)


@pytest.mark.parametrize(
    ("memory", "budget"), [(128 * MB, 64 * MB), (1024 * MB, 256 * MB), (2**40, 512 * MB)]
)
def test_the_budget_is_a_part_of_the_memory_within_bounds(memory: int, budget: int) -> None:
    assert budget_for(memory) == budget


def test_a_file_is_held_with_its_body() -> None:
    assert held_for(2 * MB) == 5 * MB
    assert held_for(200 * MB) == 224 * MB


def test_the_strictest_control_group_counts(tmp_path: Path) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("0::/system.slice/ocr-watcher.service\n")
    group = tmp_path / "sys/fs/cgroup/system.slice/ocr-watcher.service"
    group.mkdir(parents=True)
    machine = memory_limit(tmp_path)
    (group / "memory.max").write_text("max\n")
    assert memory_limit(tmp_path) == machine
    (group / "memory.max").write_text("4000000\n")
    (group.parent / "memory.max").write_text("3000000\n")
    assert memory_limit(tmp_path) == 3_000_000
    assert memory_limit(tmp_path / "nowhere") == machine


@pytest.mark.parametrize("name", ["/docker/4f2a", "/"])
def test_a_control_group_of_version_1_counts_as_well(name: str, tmp_path: Path) -> None:
    """In a container the mount may show the group of the container as its root."""
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(
        f"11:cpu,cpuacct:{name}\n4:memory:{name}\n1:name=systemd:/a:b\n0::/system.slice\n"
    )
    machine = memory_limit(tmp_path)
    for controller in ("memory", "cpu,cpuacct"):
        (tmp_path / "sys/fs/cgroup" / controller).mkdir(parents=True)
    limit = tmp_path / "sys/fs/cgroup/memory/memory.limit_in_bytes"
    limit.write_text("9223372036854771712\n")  # what the kernel says where there is no limit
    assert memory_limit(tmp_path) == machine
    limit.write_text("5000000\n")
    assert memory_limit(tmp_path) == 5_000_000


def test_of_two_groups_of_version_1_the_stricter_counts(tmp_path: Path) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("4:memory:/a/b\n")
    group = tmp_path / "sys/fs/cgroup/memory/a/b"
    group.mkdir(parents=True)
    for place, limit in ((group, 7_000_000), (group.parent, 6_000_000)):
        (place / "memory.limit_in_bytes").write_text(f"{limit}\n")
    assert memory_limit(tmp_path) == 6_000_000


def test_what_begins_like_no_image_is_refused_before_the_rest_is_read(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    os.truncate(desk.drop(b"", "large.jpg"), 200 * MB)
    with pytest.raises(ImageError) as raised:
        desk.once("large.jpg")
    assert raised.value.code == "not-an-image"
    desk.close()
