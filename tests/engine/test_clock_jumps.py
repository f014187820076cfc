"""A wall clock that is set in a pause neither lengthens it nor is overlooked."""

from __future__ import annotations

import contextlib

import pytest

from ocr_watcher.engine.baidu.days import beijing_midnight
from ocr_watcher.engine.clock_jumps import Jumps
from ocr_watcher.errors import AccountError, OutageError, QuotaError, Stopped
from tests.waiting import eventually

HOUR, DAY = 3600, 86_400
FAULTS = [
    QuotaError(17, "used up"),
    QuotaError("daily-limit", "the daily limit is reached"),
    AccountError(6, "not allowed"),
    OutageError("outage", "the service fails"),
]
SET_BY = [-8 * HOUR, -400 * DAY, 8 * HOUR, 400 * DAY, -10, 10]


def test_a_clock_that_runs_or_is_slewed_was_not_set():
    jumps = Jumps()
    jumps.begin(100.0, 5000.0)
    assert [jumps.seconds(100.0 + second, 5000.0 + 1.01 * second) for second in range(99)] == (
        [0.0] * 99
    )


@pytest.mark.parametrize("seconds", SET_BY)
def test_a_clock_that_was_set_is_noticed_once(seconds):
    jumps = Jumps()
    jumps.begin(100.0, 5000.0)
    assert jumps.seconds(101.0, 5001.0 + seconds) == seconds
    assert jumps.seconds(102.0, 5002.0 + seconds) == 0.0


@pytest.mark.parametrize("seconds", SET_BY)
@pytest.mark.parametrize("error", FAULTS, ids=lambda error: str(error.code))
def test_in_any_pause_one_call_is_tried_at_once(bench, error, seconds):
    bench.prove()
    bench.pause(error)
    waiting = [bench.in_a_thread(f"page {number}") for number in range(4)]
    bench.fake.hold()
    bench.wall_clock.set_by(seconds)
    eventually(lambda: bench.fake.inside)
    assert len(bench.fake.calls) == 1
    bench.fake.release()
    assert all(future.result(10).lines for future in waiting)
    assert bench.breaker.pause is None


@pytest.mark.parametrize("seconds", SET_BY)
@pytest.mark.parametrize("error", FAULTS, ids=lambda error: str(error.code))
def test_a_try_that_fails_begins_a_pause_by_the_new_clock(bench, error, seconds):
    bench.prove()
    bench.pause(error)
    lasted = bench.wall_clock() - bench.breaker.pause.since
    bench.wall_clock.set_by(seconds)
    bench.pause(error)
    pause, now = bench.breaker.pause, bench.wall_clock()
    assert pause.since == pytest.approx(now - lasted, abs=5)
    assert now < pause.until <= beijing_midnight(now) + 120
    assert bench.changes[-1] == pause


def test_a_clock_that_is_set_all_the_time_costs_a_call_a_minute_at_most(bench):
    bench.fake.fault = lambda _: QuotaError(17, "used up")

    def worker() -> None:
        with contextlib.suppress(Stopped):
            while True:
                with contextlib.suppress(QuotaError):
                    bench.work()

    ended = bench.threads.submit(worker)
    eventually(lambda: bench.breaker.pause)
    for _ in range(30):  # of twenty seconds each
        bench.clock.set_by(20)
        bench.wall_clock.set_by(20 - HOUR)
        bench.breaker.sleep(0.03)
    bench.breaker.stop()
    assert ended.result(10) is None
    assert 2 <= len(bench.fake.calls) <= 1 + 10


@pytest.mark.parametrize("error", [FAULTS[0], FAULTS[2]], ids=lambda error: str(error.code))
def test_a_pause_lasts_as_long_as_it_should_by_the_clock_that_nobody_sets(bench, error):
    bench.prove()
    bench.pause(error)
    until = bench.breaker.pause.until
    bench.pass_until(until - 1)
    waiting = bench.in_a_thread()
    bench.breaker.sleep(0.05)
    assert bench.fake.calls == []
    bench.pass_until(until)
    assert waiting.result(10).lines


def test_a_clock_that_is_set_within_the_day_brings_no_further_calls_of_the_daily_limit(bench_of):
    bench = bench_of(daily_limit=2)
    noon = beijing_midnight(bench.wall_clock()) + 12 * HOUR
    bench.wall_clock.set_to(noon)
    for words in ("a", "b"):
        bench.work(words)
    with pytest.raises(QuotaError):
        bench.work("c")
    for seconds in (-8 * HOUR, 16 * HOUR):
        bench.wall_clock.set_by(seconds)
        bench.clock.set_by(HOUR)
        with pytest.raises(QuotaError):
            bench.work("c")
    assert len(bench.fake.calls) == 2


def test_a_clock_that_was_wrong_by_days_holds_the_daily_limit_no_longer_than_it_was(bench_of):
    bench = bench_of(daily_limit=1)
    bench.wall_clock.set_by(-400 * DAY)
    bench.work("a")
    with pytest.raises(QuotaError):
        bench.work("b")
    bench.wall_clock.set_by(400 * DAY)
    assert bench.work("b").lines
