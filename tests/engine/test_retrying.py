"""Calls wait for their slot, are counted, and are repeated."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import (
    AccountError,
    ClaimError,
    DoubtfulImageError,
    ImageError,
    OversizeError,
    QuotaError,
    RateError,
    Stopped,
    TransientError,
)
from tests.engine.bench import levels, page, told
from tests.engine.fake import LIMITS
from tests.waiting import eventually

if TYPE_CHECKING:
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from ocr_watcher.engine.permit import Permit
    from ocr_watcher.values.reading import Reading
    from tests.engine.bench import Bench


def test_a_blip_is_repeated_and_nobody_hears_of_it(bench, caplog):
    bench.fake.next_faults += [TransientError(2, "unavailable"), TransientError(2, "unavailable")]
    assert bench.work("at last").lines[0].text == "at last"
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
    assert (len(bench.fake.calls), bench.pauses) == (1, [told(raised.value)])


def test_calls_over_all_threads_are_spaced(bench_of):
    bench = bench_of(qps=50)
    began = time.monotonic()
    futures = [bench.in_a_thread() for _ in range(6)]
    assert all(future.result().lines for future in futures)
    assert time.monotonic() - began >= 5 / 50


def test_a_guarded_engine_is_an_engine_like_the_one_behind_it(bench):
    assert bench.engine.identity == bench.fake.identity
    assert bench.engine.limits == LIMITS
    assert bench.engine.self_test() == "it is there"
    bench.engine.close()
    assert (bench.fake.probes, bench.fake.closes) == (1, 1)


def test_for_an_attempt_it_is_an_engine_like_the_one_behind_it_as_well(bench):
    with bench.breaker.permit() as permit:
        engine = bench.engine.with_permit(permit)
        assert (engine.identity, engine.limits) == (bench.fake.identity, LIMITS)
        assert engine.recognise(page()).lines


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
    assert (raised.value.code, bench.pauses) == ("daily-limit", [told(raised.value)])
    assert len(bench.fake.calls) == 2
    bench.pass_until(bench.breaker.pause.until)
    bench.work()
    assert bench.breaker.pause is None


def test_any_number_of_workers_makes_exactly_the_calls_of_the_day(bench_of):
    bench = bench_of(daily_limit=5)
    bench.fake.fault = lambda words: ImageError(216201, "…") if words == "no picture" else None
    futures = [bench.in_a_thread(f"page {number}") for number in range(12)]
    futures += [bench.in_a_thread("no picture") for _ in range(4)]
    eventually(lambda: bench.breaker.pause)
    bench.breaker.stop()
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
        with self._bench.breaker.permit() as permit:
            self._turns.wait()
            self._bench.engine.read(page("waiting"), permit)


def fill_the_limit(bench: Bench, fault: Exception) -> Future[Reading]:
    bench.prove()
    bench.fake.hold()
    bench.fake.fault = lambda _: fault
    in_flight = bench.in_a_thread("in flight")
    eventually(lambda: bench.fake.inside)
    return in_flight


def test_who_waits_for_room_when_the_program_stops_makes_no_call(bench_of):
    bench = bench_of(daily_limit=2)
    error = ImageError(216201, "image format error")
    in_flight, waiting = fill_the_limit(bench, error), Waiting(bench, 3)
    bench.breaker.stop()
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
    assert (bench.fake.calls, bench.pauses) == (["in flight"], [told(error)])


# The claim on the folder


class Claims:
    """The folders that are this program's, until they are lost."""

    def __init__(self) -> None:
        self.lost: set[str] = set()

    def permit(self, bench: Bench, root: str) -> AbstractContextManager[Permit]:
        return bench.breaker.permit(partial(self._require, root))

    def _require(self, root: str) -> None:
        if root in self.lost:
            raise ClaimError("another ocr-watcher works on it")


def test_a_claim_that_is_lost_between_two_pages_costs_no_call(bench):
    claims = Claims()
    with claims.permit(bench, "/scans") as permit:
        bench.engine.read(page(), permit)
        claims.lost.add("/scans")
        with pytest.raises(ClaimError):
            bench.engine.read(page(), permit)
    assert (bench.fake.calls, bench.changes) == (["words"], [])


def test_a_claim_that_is_lost_while_the_call_waits_for_its_slot_costs_no_call(bench_of):
    bench, claims = bench_of(qps=10), Claims()
    bench.prove()
    begun = threading.Event()

    def work() -> None:
        with claims.permit(bench, "/scans") as permit:
            begun.set()
            bench.engine.read(page(), permit)

    waiting = bench.threads.submit(work)
    begun.wait()
    claims.lost.add("/scans")
    assert isinstance(waiting.exception(), ClaimError)
    assert bench.fake.calls == []


def test_a_claim_that_is_lost_costs_the_attempts_in_other_folders_nothing(bench):
    bench.prove()
    claims = Claims()
    claims.lost.add("/lost")
    with claims.permit(bench, "/lost") as lost, claims.permit(bench, "/scans") as ours:
        engine, other = bench.engine.with_permit(lost), bench.engine.with_permit(ours)
        with pytest.raises(ClaimError):
            engine.recognise(page())
        assert other.recognise(page()).lines
    assert bench.fake.calls == ["words"]
