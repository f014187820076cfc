from __future__ import annotations

import heapq
import itertools
import random
import time
from bisect import bisect_left
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.engine.circuit_breaker import CircuitBreaker
from ocr_watcher.engine.rate_limiter import RateLimiter, Spacing
from ocr_watcher.threads.heartbeat import Heartbeats

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def slots(spacing: Spacing, number: int, now: float) -> list[float]:
    return [spacing.reserve(now) for _ in range(number)]


def test_calls_that_come_at_once_are_spaced_evenly():
    assert slots(Spacing(2), 4, now=10.0) == [10.0, 10.5, 11.0, 11.5]


def test_a_pause_earns_no_burst():
    spacing = Spacing(2)
    spacing.reserve(0.0)
    assert slots(spacing, 3, now=1000.0) == [1000.0, 1000.5, 1001.0]


def test_a_rate_of_zero_means_no_limit():
    assert slots(Spacing(0), 100, now=7.0) == [7.0] * 100


@given(
    qps=st.floats(0.2, 50),
    steps=st.lists(st.tuples(st.floats(0, 90), st.booleans()), min_size=1, max_size=60),
)
def test_no_second_ever_holds_more_calls_than_the_rate_and_one(qps, steps):
    spacing, now, taken = Spacing(qps), 0.0, []
    for wait, refused in steps:
        now += wait if wait > 1 else 0.0  # some of them arrive together
        if refused:
            spacing.slow_down(now)
        taken.append(spacing.reserve(now))
    assert taken == sorted(taken)
    assert all(sum(start <= slot < start + 1 for slot in taken) <= qps + 1 for start in taken)


def calls_of_threads_that_wake_late(qps: float, lateness: Iterable[float]) -> Iterator[float]:
    """Lets 64 threads call as often as they may; each wakes as late as it is told to."""
    spacing, late = Spacing(qps), iter(lateness)
    waking = sorted(spacing.reserve(0.0) + next(late) for _ in range(64))
    while True:
        now = heapq.heappop(waking)
        again = spacing.call(now)
        if again == now:
            yield now
            again = spacing.reserve(now)
        heapq.heappush(waking, again + next(late))


def most_in_a_second(calls: list[float]) -> int:
    return max(bisect_left(calls, call + 1) - index for index, call in enumerate(calls))


@given(qps=st.floats(0.2, 100), lateness=st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_no_second_holds_more_calls_than_the_rate_and_one_however_late_threads_wake(qps, lateness):
    calls = calls_of_threads_that_wake_late(qps, itertools.cycle(lateness))
    assert most_in_a_second(list(itertools.islice(calls, 300))) <= qps + 1


@pytest.mark.parametrize("qps", [2, 7.5, 50, 300])
def test_threads_that_wake_late_reach_the_rate_all_the_same(qps):
    draw = random.Random(1)
    lateness = (draw.choice([0.0, 0.001, draw.uniform(0, 0.05)]) for _ in itertools.count())
    *_, last = itertools.islice(calls_of_threads_that_wake_late(qps, lateness), round(qps * 60))
    assert last == pytest.approx(60, rel=0.01)


def test_a_refusal_halves_the_rate_and_holds_the_next_call_back():
    spacing = Spacing(2)
    spacing.reserve(0.0)
    assert spacing.slow_down(0.1)
    assert slots(spacing, 3, now=0.2) == pytest.approx([1.1, 2.1, 3.1])


def test_calls_refused_together_slow_the_rate_down_once():
    spacing = Spacing(4)
    assert all([spacing.slow_down(0.1), spacing.slow_down(0.2), spacing.slow_down(0.3)])
    first, second = slots(spacing, 2, now=10.0)
    assert second - first == 0.5


def test_an_unlimited_rate_is_slowed_down_to_half_of_the_paid_one():
    spacing = Spacing(0)
    spacing.slow_down(0.0)
    assert slots(spacing, 3, now=1.0) == pytest.approx([1.0, 1.2, 1.4])


def test_the_rate_doubles_with_every_quiet_minute_until_it_is_the_configured_one():
    spacing = Spacing(8)
    spacing.slow_down(0.0)
    spacing.slow_down(1.0)
    gaps = []
    for now in (30.0, 61.0, 90.0, 121.0, 500.0):
        first, second = slots(spacing, 2, now)
        gaps.append(second - first)
    assert gaps == [0.5, 0.25, 0.25, 0.125, 0.125]


def test_at_one_call_in_ten_seconds_there_is_nothing_more_to_give():
    spacing, now, answers = Spacing(2), 0.0, []
    for _ in range(8):
        answers.append(spacing.slow_down(now))
        now = spacing.reserve(now) + 10.0
    assert answers == [True, True, True, True, True, False, False, False]
    first, second = slots(spacing, 2, now)
    assert second - first == pytest.approx(10.0)


# Threads


class LateClock:
    """Runs like any clock, and can be set; the next thread that reads it is late afterwards."""

    def __init__(self) -> None:
        self._ahead = self.late = 0.0

    def __call__(self) -> float:
        now = time.monotonic() + self._ahead
        self._ahead, self.late = self._ahead + self.late, 0.0
        return now

    def set_to(self, moment: float) -> None:
        self._ahead = moment - time.monotonic()


def test_a_call_in_its_slot_is_held_back_where_those_before_it_were_late():
    clock = LateClock()
    limiter = RateLimiter(1, sleep=CircuitBreaker().sleep, clock=clock)
    for moment, late in ((0.0, 0.9), (1.0, 0.0), (2.3, 0.0)):
        clock.set_to(moment)
        clock.late = late
        limiter.wait()
    assert clock() >= 0.9 + 1.5


def test_each_call_begins_the_step_of_its_thread_anew_also_where_none_is_waited_for():
    clock = LateClock()
    heartbeats = Heartbeats(clock)
    breaker = CircuitBreaker(heartbeats=heartbeats, clock=clock)
    limiter = RateLimiter(0, sleep=breaker.sleep, clock=clock)
    with heartbeats.working("a receipt in many strips"):
        for moment in (0.0, 50.0, 100.0):
            clock.set_to(moment)
            limiter.wait()
        assert heartbeats.overdue(60.0) is None
        clock.set_to(170.0)
        assert heartbeats.overdue(60.0) == "a receipt in many strips"
