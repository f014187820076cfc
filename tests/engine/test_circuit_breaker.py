from __future__ import annotations

import logging
import threading
import time

import pytest

from ocr_watcher.engine.circuit_breaker import CircuitBreaker
from ocr_watcher.engine.permit import Permit
from ocr_watcher.errors import (
    AccountError,
    DoubtfulImageError,
    ImageError,
    OversizeError,
    QuotaError,
    RequestError,
    Stopped,
    TransientError,
)
from tests.engine.bench import LATE, levels, page, told
from tests.waiting import eventually

# At the start


def test_wrong_keys_cost_one_call_and_not_one_for_each_worker(bench):
    bench.fake.fault = lambda _: AccountError(14, "no such application")
    futures = [bench.in_a_thread() for _ in range(8)]
    eventually(lambda: bench.breaker.pause)
    bench.breaker.stop()
    ends = {type(future.exception()) for future in futures}
    assert (len(bench.fake.calls), ends) == (1, {AccountError, Stopped})


def test_until_a_call_came_back_well_one_is_made_at_a_time(bench):
    bench.fake.hold()
    futures = [bench.in_a_thread(f"page {number}") for number in range(4)]
    eventually(lambda: bench.fake.inside == 1)
    first = bench.fake.calls[0]
    assert bench.fake.calls == [first]
    bench.fake.release(first)
    eventually(lambda: bench.fake.inside == 3)
    bench.fake.release()
    assert {future.result().lines[0].text for future in futures} == set(bench.fake.calls)


@pytest.mark.parametrize(
    "error",
    [
        DoubtfulImageError(282810, "recognise error"),
        OversizeError(216202, "image size error"),
        TransientError(2, "service unavailable"),
    ],
)
def test_a_probe_that_learned_nothing_hands_over_to_the_next(bench, error):
    bench.fake.hold()
    bench.fake.fault = lambda words: error if words == "unclear" else None
    unclear = bench.in_a_thread("unclear")
    eventually(lambda: bench.fake.inside)
    well = bench.in_a_thread("well")
    bench.fake.release()
    assert unclear.exception() is error
    assert well.result().lines[0].text == "well"


def test_a_probe_may_end_without_a_call(bench):
    with bench.breaker.permit():
        waiting = bench.in_a_thread()
        assert bench.fake.calls == []
    assert waiting.result().lines


def test_a_page_that_the_service_refuses_proves_the_account(bench):
    bench.fake.next_faults.append(ImageError(216201, "image format error"))
    with pytest.raises(ImageError):
        bench.work()
    bench.fake.hold()
    futures = [bench.in_a_thread() for _ in range(3)]
    eventually(lambda: bench.fake.inside == 3)
    bench.fake.release()
    assert all(future.result().lines for future in futures)


# Pauses


@pytest.mark.parametrize(
    "error",
    [QuotaError(17, "used up"), AccountError(6, "not allowed"), RequestError(3, "no such method")],
)
def test_a_fault_of_the_account_pauses_all_and_is_told_once(bench, caplog, error):
    bench.prove()
    bench.fake.hold()
    bench.fake.fault = lambda _: error
    futures = [bench.in_a_thread() for _ in range(6)]
    eventually(lambda: bench.fake.inside == 6)
    bench.fake.release()
    assert {future.exception() for future in futures} == {error}
    assert bench.breaker.fault is error
    assert (bench.pauses, levels(caplog)) == ([told(error)], ["ERROR"])


def test_the_log_says_until_when_and_what_to_do(bench, caplog):
    bench.prove()
    bench.pause(AccountError(6, "not allowed", advice="add the interface to the application"))
    record = caplog.records[-1]
    assert record.getMessage() == (
        "no calls are made: not allowed; add the interface to the application"
    )
    until = time.strptime(record.fields["until"], "%Y-%m-%d %H:%M:%S %z")
    assert time.mktime(until) == pytest.approx(bench.breaker.pause.until, abs=1)
    assert record.fields["code"] == 6


def test_a_call_made_before_the_pause_does_not_end_it(bench):
    bench.prove()
    bench.fake.hold()
    bench.fake.fault = lambda words: QuotaError(17, "used up") if words == "over" else None
    within, over = bench.in_a_thread("within"), bench.in_a_thread("over")
    eventually(lambda: bench.fake.inside == 2)
    bench.fake.release("over")
    assert isinstance(over.exception(), QuotaError)
    bench.fake.release()
    assert within.result().lines
    assert bench.breaker.pause is not None


def test_who_has_its_permit_already_makes_no_call_in_a_pause(bench):
    bench.prove()
    error = QuotaError(17, "used up")
    with bench.breaker.permit() as permit:
        bench.breaker.stop_calls(error, permit)
        with pytest.raises(QuotaError):
            bench.engine.read(page(), permit)
    assert bench.fake.calls == []


def test_who_waits_for_its_slot_when_the_pause_begins_makes_no_call(bench_of):
    slot_taken = threading.Event()

    def clock() -> float:
        slot_taken.set()  # asked when the slot is reserved
        return time.monotonic()

    bench = bench_of(qps=10, clock=clock)
    bench.prove()
    slot_taken.clear()
    waiting = bench.in_a_thread()
    slot_taken.wait()
    bench.breaker.stop_calls(QuotaError(17, "used up"), Permit())
    assert isinstance(waiting.exception(), QuotaError)
    assert bench.fake.calls == []


def test_after_the_pause_one_call_tells_that_all_may_follow(bench, caplog):
    caplog.set_level(logging.INFO, "ocr_watcher")
    bench.prove()
    bench.pause(AccountError(6, "not allowed"))
    bench.fake.hold()
    bench.skip_to_the_end_of_the_pause()
    futures = [bench.in_a_thread(f"page {number}") for number in range(4)]
    eventually(lambda: bench.fake.inside)
    assert len(bench.fake.calls) == 1
    bench.fake.release(bench.fake.calls[0])
    eventually(lambda: bench.fake.inside == 3)
    bench.fake.release()
    assert all(future.result().lines for future in futures)
    assert bench.breaker.pause is None
    assert levels(caplog) == ["ERROR", "INFO"]


def test_a_probe_that_fails_prolongs_the_pause_which_is_told_without_another_line(bench, caplog):
    bench.prove()
    bench.pause(AccountError(6, "not allowed"))
    before = bench.breaker.pause
    bench.fake.fault = lambda _: AccountError(6, "not allowed")
    bench.skip_to_the_end_of_the_pause()
    futures = [bench.in_a_thread() for _ in range(4)]
    eventually(lambda: bench.breaker.pause.until > before.until)
    bench.breaker.stop()
    ends = sorted(type(future.exception()).__name__ for future in futures)
    assert ends == ["AccountError", "Stopped", "Stopped", "Stopped"]
    assert len(bench.fake.calls) == 1
    assert bench.breaker.pause.since == before.since
    assert (len(bench.changes), levels(caplog)) == (2, ["ERROR"])


def test_a_pause_for_another_reason_is_told_anew(bench):
    bench.prove()
    first, second = AccountError(6, "not allowed"), QuotaError(17, "used up")
    bench.pause(first)
    since = bench.breaker.pause.since
    bench.pass_until(bench.breaker.pause.until)
    bench.pause(second)
    assert bench.pauses == [told(first), told(second)]
    assert (bench.breaker.fault, bench.breaker.pause.since) == (second, since)


# The end


def test_a_stopped_breaker_gives_no_permit_no_call_and_no_sleep(bench):
    bench.breaker.stop()
    for wait in (
        bench.work,
        lambda: bench.engine.recognise(page()),
        lambda: bench.breaker.sleep(0),
    ):
        with pytest.raises(Stopped):
            wait()
    assert bench.fake.calls == []


def test_stopping_wakes_who_waits_for_the_end_of_a_pause(bench):
    bench.prove()
    bench.pause(AccountError(6, "not allowed"))
    waiting = bench.in_a_thread()
    bench.breaker.stop()
    assert isinstance(waiting.exception(timeout=5), Stopped)


def test_stopping_wakes_who_waits_for_its_slot(bench_of):
    bench = bench_of(qps=0.001)
    bench.prove()
    waiting = bench.in_a_thread()
    bench.breaker.stop()
    assert isinstance(waiting.exception(timeout=5), Stopped)
    assert bench.fake.calls == []


def test_stopping_ends_the_back_off_and_no_further_call_is_made(bench_of):
    bench = bench_of(back_off=LATE)
    bench.fake.fault = lambda _: TransientError(2, "unavailable")
    waiting = bench.in_a_thread()
    eventually(lambda: bench.fake.calls and not bench.fake.inside)
    bench.breaker.stop()
    assert isinstance(waiting.exception(timeout=5), Stopped)
    assert len(bench.fake.calls) == 1


def test_a_call_in_flight_is_left_to_come_back(bench):
    bench.fake.hold()
    call = bench.in_a_thread()
    eventually(lambda: bench.fake.inside)
    bench.breaker.stop()
    bench.fake.release()
    assert call.result().lines


def test_a_sleep_lasts_as_long_as_it_was_asked_to():
    breaker, began = CircuitBreaker(), time.monotonic()
    breaker.sleep(0.02)
    assert time.monotonic() - began >= 0.02


def test_a_breaker_that_nobody_listens_to_pauses_as_well():
    breaker = CircuitBreaker()
    breaker.stop_calls(QuotaError(17, "used up"), Permit())
    assert breaker.pause is not None


@pytest.mark.parametrize("starts_closed", [True, False])
def test_where_calls_cost_nothing_no_attempt_waits_for_the_first_one(starts_closed: bool) -> None:
    breaker = CircuitBreaker(starts_closed=starts_closed)
    assert breaker.admit(Permit())
    assert breaker.admit(Permit()) is starts_closed
