"""A service that is down is not asked for every image that waits."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.circuit_breaker import CircuitBreaker
from ocr_watcher.engine.permit import Permit
from ocr_watcher.errors import (
    DoubtfulImageError,
    OutageError,
    PausingError,
    QuotaError,
    Stopped,
    TransientError,
)
from tests.engine.bench import levels
from tests.waiting import eventually

if TYPE_CHECKING:
    from tests.engine.bench import Bench

DOWN = TransientError(2, "service unavailable")


def miss(bench: Bench, images: int = 1) -> None:
    """Has images met nothing but faults of the service."""
    bench.fake.next_faults += [DOWN] * 3 * images
    for _ in range(images):
        with pytest.raises(TransientError):
            bench.work()


def test_three_images_in_a_row_that_meet_only_faults_of_the_service_are_an_outage(bench, caplog):
    bench.prove()
    miss(bench, 2)
    assert bench.breaker.pause is None
    miss(bench)
    error = bench.breaker.fault
    assert isinstance(error, OutageError)
    assert (error.code, str(error)) == ("outage", "the service fails: service unavailable")
    assert error.advice == "see whether the network and the service are up"
    assert levels(caplog) == ["ERROR"]


def test_an_image_that_is_read_between_them_breaks_the_row(bench):
    miss(bench, 2)
    bench.work()
    miss(bench, 2)
    assert bench.breaker.pause is None


def test_an_image_whose_fault_is_doubtful_does_not_break_the_row(bench):
    miss(bench, 2)
    bench.fake.next_faults.append(DoubtfulImageError(282810, "recognise error"))
    with pytest.raises(DoubtfulImageError):
        bench.work()
    miss(bench)
    assert bench.breaker.pause is not None


def test_the_advice_of_the_fault_is_passed_on():
    breaker = CircuitBreaker()
    for _ in range(3):
        breaker.missed(TransientError("connect", "no route", advice="look at the cable"), Permit())
    assert breaker.pause.advice == "look at the cable"


def test_in_an_outage_one_image_at_a_time_asks(bench):
    bench.prove()
    miss(bench, 3)
    before = bench.breaker.pause
    bench.fake.fault = lambda _: DOWN
    bench.fake.calls.clear()
    bench.skip_to_the_end_of_the_pause()
    futures = [bench.in_a_thread() for _ in range(4)]
    eventually(lambda: bench.breaker.pause is not before)
    bench.breaker.stop()
    ends = sorted(type(future.exception()).__name__ for future in futures)
    assert ends == ["Stopped", "Stopped", "Stopped", "TransientError"]
    assert len(bench.fake.calls) == 3


def test_it_asks_at_distances_that_grow_to_five_minutes(bench):
    miss(bench, 3)
    distances = []
    for _ in range(10):
        distances.append(bench.breaker.pause.until - bench.wall_clock())
        bench.pass_until(bench.breaker.pause.until)
        miss(bench)
    assert all(
        min(2.0**earlier, 300) / 2 - 0.1 < distance <= min(2.0**earlier, 300)
        for earlier, distance in enumerate(distances)
    )


def test_the_first_success_ends_the_outage_and_begins_the_distances_anew(bench, caplog):
    caplog.set_level("INFO", "ocr_watcher")
    bench.prove()
    miss(bench, 3)
    for _ in range(6):
        bench.pass_until(bench.breaker.pause.until)
        miss(bench)
    assert bench.breaker.pause.until - bench.wall_clock() > 16
    bench.pass_until(bench.breaker.pause.until)
    bench.work()
    assert bench.breaker.pause is None
    miss(bench, 3)
    assert bench.breaker.pause.until - bench.wall_clock() <= 1
    assert levels(caplog) == ["ERROR", "INFO", "ERROR"]


def test_who_asks_is_told_of_the_begin_of_every_extension_and_of_the_end(bench):
    bench.prove()
    miss(bench, 3)
    begin = bench.breaker.pause
    bench.pass_until(begin.until)
    miss(bench)
    extension = bench.breaker.pause
    bench.pass_until(extension.until)
    bench.work()
    assert bench.changes == [begin, extension, None]
    assert (extension.since, extension.until > begin.until) == (begin.since, True)


def test_once_the_probe_is_back_well_all_follow(bench):
    bench.prove()
    miss(bench, 3)
    bench.fake.hold()
    bench.fake.calls.clear()
    bench.skip_to_the_end_of_the_pause()
    futures = [bench.in_a_thread(f"page {number}") for number in range(5)]
    eventually(lambda: bench.fake.inside)
    assert len(bench.fake.calls) == 1
    bench.fake.release(bench.fake.calls[0])
    eventually(lambda: bench.fake.inside == 4)
    bench.fake.release()
    assert all(future.result().lines for future in futures)


def test_a_call_made_before_a_pause_does_not_shorten_it(bench):
    """The quota is gone until midnight, whatever else a call in flight has met."""
    bench.prove()
    miss(bench, 2)
    with bench.breaker.permit() as permit:
        bench.breaker.stop_calls(QuotaError(17, "used up"), Permit())
        pause = bench.breaker.pause
        bench.breaker.missed(DOWN, permit)
    assert (bench.breaker.pause, bench.changes) == (pause, [pause])


def test_a_call_made_before_a_pause_may_lengthen_it(bench):
    bench.prove()
    with bench.breaker.permit() as permit:
        for _ in range(3):
            bench.breaker.missed(DOWN, permit)
        outage = bench.breaker.pause
        bench.breaker.stop_calls(QuotaError(17, "used up"), permit)
    assert isinstance(bench.breaker.fault, QuotaError)
    assert bench.breaker.pause.until > outage.until
    assert bench.breaker.pause.since == outage.since


def test_a_quota_that_is_gone_for_good_costs_at_most_three_calls_in_a_minute(bench):
    bench.fake.fault = lambda _: QuotaError(19, "total request limit reached")

    def worker() -> None:
        with contextlib.suppress(Stopped):
            while True:
                with contextlib.suppress(PausingError):
                    bench.work()

    began = bench.wall_clock()
    workers = [bench.threads.submit(worker) for _ in range(8)]
    eventually(lambda: bench.breaker.pause)
    for second in range(60):
        bench.pass_until(began + second)
        bench.breaker.sleep(0.005)
    bench.breaker.stop()
    assert [future.result() for future in workers] == [None] * 8
    assert 1 <= len(bench.fake.calls) <= 3
