from __future__ import annotations

import logging
import threading
import time

import pytest

from ocr_watcher.engine.gate import Gate
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
from ocr_watcher.threads.heartbeat import Heartbeats
from tests.engine.bench import LATE, levels, page
from tests.waiting import eventually

# At the start


def test_wrong_keys_cost_one_call_and_not_one_for_each_worker(bench):
    bench.fake.fault = lambda _: AccountError(14, "no such application")
    futures = [bench.in_a_thread() for _ in range(8)]
    eventually(lambda: bench.gate.pause)
    bench.gate.close()
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
    assert {future.result().lines[0].words for future in futures} == set(bench.fake.calls)


@pytest.mark.parametrize(
    "error",
    [
        DoubtfulImageError(282810, "recognise error"),
        OversizeError(216202, "image size error"),
        TransientError(2, "service unavailable"),
    ],
)
def test_a_scout_that_learned_nothing_hands_over_to_the_next(bench, error):
    bench.fake.hold()
    bench.fake.fault = lambda words: error if words == "unclear" else None
    unclear = bench.in_a_thread("unclear")
    eventually(lambda: bench.fake.inside)
    well = bench.in_a_thread("well")
    bench.fake.release()
    assert unclear.exception() is error
    assert well.result().lines[0].words == "well"


def test_a_scout_may_leave_its_turn_without_a_call(bench):
    with bench.gate.turn():
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
    assert bench.gate.pause.error is error
    assert (bench.pauses, levels(caplog)) == ([error], ["ERROR"])


def test_the_log_says_until_when_and_what_to_do(bench, caplog):
    bench.prove()
    bench.pause(AccountError(6, "not allowed", advice="add the interface to the application"))
    record = caplog.records[-1]
    assert record.getMessage() == (
        "no calls are made: not allowed; add the interface to the application"
    )
    until = time.strptime(record.fields["until"], "%Y-%m-%d %H:%M:%S %z")
    assert time.mktime(until) == pytest.approx(bench.gate.pause.until, abs=1)
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
    assert bench.gate.pause is not None


def test_who_has_its_turn_already_makes_no_call_in_a_pause(bench):
    bench.prove()
    error = QuotaError(17, "used up")
    with bench.gate.turn():
        bench.gate.stop_calls(error)
        with pytest.raises(QuotaError):
            bench.engine.recognise(page())
    assert bench.fake.calls == []


def test_who_waits_for_its_slot_when_the_pause_begins_makes_no_call(bench_of):
    slot_taken = threading.Event()

    def clock() -> float:
        slot_taken.set()  # asked when the slot is reserved, and the gate is held until it is
        return time.monotonic()

    bench = bench_of(qps=10, clock=clock)
    bench.prove()
    slot_taken.clear()
    waiting = bench.in_a_thread()
    slot_taken.wait()
    bench.gate.stop_calls(QuotaError(17, "used up"))
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
    assert bench.gate.pause is None
    assert levels(caplog) == ["ERROR", "INFO"]


def test_a_probe_that_fails_prolongs_the_pause_which_is_told_without_another_line(bench, caplog):
    bench.prove()
    bench.pause(AccountError(6, "not allowed"))
    before = bench.gate.pause
    bench.fake.fault = lambda _: AccountError(6, "not allowed")
    bench.skip_to_the_end_of_the_pause()
    futures = [bench.in_a_thread() for _ in range(4)]
    eventually(lambda: bench.gate.pause.until > before.until)
    bench.gate.close()
    ends = sorted(type(future.exception()).__name__ for future in futures)
    assert ends == ["AccountError", "Stopped", "Stopped", "Stopped"]
    assert len(bench.fake.calls) == 1
    assert bench.gate.pause.since == before.since
    assert (len(bench.changes), levels(caplog)) == (2, ["ERROR"])


def test_a_pause_for_another_reason_is_told_anew(bench):
    bench.prove()
    first, second = AccountError(6, "not allowed"), QuotaError(17, "used up")
    bench.pause(first)
    since = bench.gate.pause.since
    bench.pass_until(bench.gate.pause.until)
    bench.pause(second)
    assert bench.pauses == [first, second]
    assert (bench.gate.pause.error, bench.gate.pause.since) == (second, since)


# The end


def test_a_closed_gate_gives_no_turn_no_slot_and_no_sleep(bench):
    bench.gate.close()
    for wait in (bench.work, bench.gate.enter, lambda: bench.gate.sleep(0)):
        with pytest.raises(Stopped):
            wait()
    assert bench.fake.calls == []


def test_closing_wakes_who_waits_for_the_end_of_a_pause(bench):
    bench.prove()
    bench.pause(AccountError(6, "not allowed"))
    waiting = bench.in_a_thread()
    bench.gate.close()
    assert isinstance(waiting.exception(timeout=5), Stopped)


def test_closing_wakes_who_waits_for_its_slot(bench_of):
    bench = bench_of(qps=0.001)
    bench.prove()
    waiting = bench.in_a_thread()
    bench.gate.close()
    assert isinstance(waiting.exception(timeout=5), Stopped)
    assert bench.fake.calls == []


def test_closing_ends_the_back_off_and_no_further_call_is_made(bench_of):
    bench = bench_of(retry=LATE)
    bench.fake.fault = lambda _: TransientError(2, "unavailable")
    waiting = bench.in_a_thread()
    eventually(lambda: bench.fake.calls and not bench.fake.inside)
    bench.gate.close()
    assert isinstance(waiting.exception(timeout=5), Stopped)
    assert len(bench.fake.calls) == 1


def test_a_call_in_flight_is_left_to_come_back(bench):
    bench.fake.hold()
    call = bench.in_a_thread()
    eventually(lambda: bench.fake.inside)
    bench.gate.close()
    bench.fake.release()
    assert call.result().lines


def test_a_sleep_lasts_as_long_as_it_was_asked_to():
    gate, began = Gate(0), time.monotonic()
    gate.sleep(0.02)
    assert time.monotonic() - began >= 0.02


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
    gate = Gate(1, clock=clock)
    for moment, late in ((0.0, 0.9), (1.0, 0.0), (2.3, 0.0)):
        clock.set_to(moment)
        clock.late = late
        gate.enter()
    assert clock() >= 0.9 + 1.5


def test_each_call_begins_the_step_of_its_thread_anew_also_where_none_is_waited_for():
    clock = LateClock()
    heartbeats = Heartbeats(clock)
    gate = Gate(0, heartbeats=heartbeats, clock=clock)
    with heartbeats.working("a receipt in many strips"):
        for moment in (0.0, 50.0, 100.0):
            clock.set_to(moment)
            gate.enter()
        assert heartbeats.overdue(60.0) is None
        clock.set_to(170.0)
        assert heartbeats.overdue(60.0) == "a receipt in many strips"


def test_a_gate_that_nobody_listens_to_pauses_as_well():
    gate = Gate(0)
    gate.stop_calls(QuotaError(17, "used up"))
    assert gate.pause is not None
