"""Calls wait for their slot, are counted, and are repeated."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import (
    AccountError,
    DoubtfulImageError,
    ImageError,
    OversizeError,
    QuotaError,
    RateError,
    Stopped,
    TransientError,
)
from tests.engine.bench import levels, page
from tests.engine.fake import LIMITS
from tests.waiting import eventually

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ocr_watcher.values.reading import Reading
    from tests.engine.bench import Bench


def test_a_blip_is_repeated_and_nobody_hears_of_it(bench, caplog):
    bench.fake.next_faults += [TransientError(2, "unavailable"), TransientError(2, "unavailable")]
    assert bench.work("at last").lines[0].words == "at last"
    assert (len(bench.fake.calls), levels(caplog)) == (3, [])


def test_what_does_not_pass_is_raised_after_three_tries(bench):
    error = TransientError(2, "unavailable")
    bench.fake.fault = lambda _: error
    with pytest.raises(TransientError) as raised:
        bench.work()
    assert raised.value is error
    assert len(bench.fake.calls) == 3


@pytest.mark.parametrize(
    "error",
    [
        ImageError(216201, "image format error"),
        DoubtfulImageError(282810, "recognise error"),
        OversizeError(216202, "image size error"),
        AccountError(6, "not allowed"),
        ValueError("a bug"),
    ],
)
def test_what_would_not_pass_is_tried_once(bench, error):
    bench.fake.fault = lambda _: error
    with pytest.raises(type(error)):
        bench.work()
    assert len(bench.fake.calls) == 1


def test_a_rate_that_is_too_high_is_lowered_and_the_page_is_read(bench):
    bench.fake.next_faults.append(RateError(18, "qps limit"))
    began = time.monotonic()
    assert bench.work().lines
    assert len(bench.fake.calls) == 2
    assert time.monotonic() - began >= 0.2  # of an unlimited rate, five a second are left


def test_a_rate_that_is_too_high_at_a_trickle_is_an_unclaimed_quota(bench_of):
    bench = bench_of(qps=0.1)
    bench.fake.fault = lambda _: RateError(18, "qps limit")
    with pytest.raises(AccountError, match="one call in ten seconds") as raised:
        bench.work()
    assert raised.value.code == 18
    assert "claim the free quota" in raised.value.advice
    assert (len(bench.fake.calls), bench.pauses) == (1, [raised.value])


def test_calls_over_all_threads_are_spaced(bench_of):
    bench = bench_of(qps=50)
    began = time.monotonic()
    futures = [bench.in_a_thread() for _ in range(6)]
    assert all(future.result().lines for future in futures)
    assert time.monotonic() - began >= 5 / 50


def test_a_gated_engine_is_an_engine_like_the_one_behind_it(bench):
    assert bench.engine.description == bench.fake.description
    assert bench.engine.limits == LIMITS
    assert bench.engine.probe() == "it is there"
    bench.engine.close()
    assert (bench.fake.probes, bench.fake.closes) == (1, 1)


# The budget


def test_a_call_that_comes_back_well_is_counted_and_others_are_not(bench):
    bench.fake.next_faults += [TransientError(2, "unavailable"), None]
    bench.work()
    assert bench.ledger.calls("2", "fake") == 1


def test_a_reached_limit_stops_the_calls_and_a_new_day_brings_them_back(bench_of):
    bench = bench_of(daily_limit=2)
    bench.work()
    bench.work()
    with pytest.raises(QuotaError) as raised:
        bench.work()
    assert (raised.value.code, bench.pauses) == ("daily-limit", [raised.value])
    assert len(bench.fake.calls) == 2
    bench.pass_until(bench.gate.pause.until)
    bench.work()
    assert bench.gate.pause is None


def test_any_number_of_workers_makes_exactly_the_calls_of_the_day(bench_of):
    bench = bench_of(daily_limit=5)
    bench.fake.fault = lambda words: ImageError(216201, "…") if words == "no picture" else None
    futures = [bench.in_a_thread(f"page {number}") for number in range(12)]
    futures += [bench.in_a_thread("no picture") for _ in range(4)]
    eventually(lambda: bench.gate.pause)
    bench.gate.close()
    ends = [future.exception() for future in futures]
    assert ends.count(None) == bench.ledger.calls("2", "fake") == 5


class Waiting:
    """Threads that have their turn, and wait for room in the limit of the day."""

    def __init__(self, bench: Bench, number: int) -> None:
        self._bench = bench
        self._turns = threading.Barrier(number + 1)
        self.ends = [bench.threads.submit(self._work) for _ in range(number)]
        self._turns.wait()

    def _work(self) -> None:
        with self._bench.gate.turn():
            self._turns.wait()
            self._bench.engine.recognise(page("waiting"))


def fill_the_limit(bench: Bench, fault: Exception) -> Future[Reading]:
    bench.prove()
    bench.fake.hold()
    bench.fake.fault = lambda _: fault
    in_flight = bench.in_a_thread("in flight")
    eventually(lambda: bench.fake.inside)
    return in_flight


def test_who_waits_for_room_when_the_gate_is_closed_makes_no_call(bench_of):
    bench = bench_of(daily_limit=2)
    error = ImageError(216201, "image format error")
    in_flight, waiting = fill_the_limit(bench, error), Waiting(bench, 3)
    bench.gate.close()
    bench.fake.release()
    assert in_flight.exception() is error
    assert {type(end.exception()) for end in waiting.ends} == {Stopped}
    assert bench.fake.calls == ["in flight"]


def test_who_waits_for_room_when_a_pause_begins_makes_no_call(bench_of):
    bench = bench_of(daily_limit=2)
    error = AccountError(6, "not allowed")
    in_flight, waiting = fill_the_limit(bench, error), Waiting(bench, 3)
    bench.fake.release()
    assert {end.exception() for end in [in_flight, *waiting.ends]} == {error}
    assert (bench.fake.calls, bench.pauses) == (["in flight"], [error])
