from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.circuit_breaker import CircuitBreaker
from ocr_watcher.engine.permit import Permit
from ocr_watcher.errors import (
    AccountError,
    ImageError,
    QuotaError,
    Stopped,
    StorageError,
    TransientError,
)
from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import AttemptEnded, RetryPutOff
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.outcome import Again, Changed, Failed, Outcome, Recognised, Skipped
from ocr_watcher.values.tried import Tried
from ocr_watcher.work.attempt_log import log_attempt
from ocr_watcher.work.queue import JobQueue, Lane
from ocr_watcher.work.worker import WorkerPool, _Stopwatch
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.errors import OcrWatcherError

A, B = Image("/scans", "a.jpg"), Image("/scans", "b.jpg")
STAMP = Stamp(1, 2, 3)
WELL = Recognised(pages=1, lines=2)


class Shop:
    """Workers whose tries end as they are told: by raising, or with an outcome."""

    def __init__(
        self, workers: int = 1, most_delays: float = float("inf"), *, proven: bool = True
    ) -> None:
        self.ends: dict[Image, list[Outcome | Exception]] = {}
        self.tries: list[tuple[Image, Tried | None]] = []
        self.told: list[tuple[Image, Outcome]] = []
        self.put_off: list[RetryPutOff] = []
        self.fault_of_the_listener: Exception | None = None
        self.required: list[str] = []
        self.queue = JobQueue(100)
        self.breaker = CircuitBreaker()
        if proven:
            self.breaker.succeeded(Permit())
        bus = EventBus()
        bus.listen(AttemptEnded, log_attempt)
        bus.listen(AttemptEnded, self.on_end)
        bus.listen(RetryPutOff, self.put_off.append)
        self.pool = WorkerPool(
            workers,
            queue=self.queue,
            breaker_of=lambda _: self.breaker,
            attempt=self.attempt,
            bus=bus,
            most_delays=most_delays,
            require=self.required.append,
        )

    def put(self, image: Image, *ends: Outcome | Exception) -> None:
        self.ends[image] = list(ends)
        self.queue.put(image, Lane.FRESH)

    def attempt(self, image: Image, tried: Tried | None, permit: Permit) -> Outcome:
        permit.confirm()
        self.tries.append((image, tried))
        end = self.ends[image].pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    def on_end(self, event: AttemptEnded) -> None:
        if event.is_repeated:
            return
        self.told.append((event.image, event.outcome))
        if self.fault_of_the_listener:
            raise self.fault_of_the_listener

    def work_off(self) -> list[Tried | None]:
        """Returns what was known of earlier tries at each try."""
        while self.queue:
            self.pool.step()
        return [tried for _, tried in self.tries]

    def close(self) -> None:
        self.queue.close()
        self.breaker.stop()
        assert self.pool.join(time.monotonic() + 10)


def again(
    error: OcrWatcherError | None, *, delays: int = 1, code: str = "2", seconds: float = 0.01
) -> Again:
    now = time.time()
    return Again(error, Tried(STAMP, 0, delays, now, now + seconds, code, str(error)))


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


@pytest.mark.parametrize("outcome", [WELL, Skipped("done"), Changed()])
def test_a_try_that_ended_well_is_told_and_not_repeated(shop, outcome):
    shop.put(A, outcome)
    shop.work_off()
    assert shop.told == [(A, outcome)]


def test_a_failure_is_told_in_the_log_with_what_to_do(shop, caplog):
    error = ImageError("name-too-long", "too long", advice="give it a shorter name")
    shop.put(A, Failed(error, tries=1))
    shop.work_off()
    assert shop.told == [(A, Failed(error, tries=1))]
    (record,) = caplog.records
    assert (record.levelname, record.getMessage()) == ("ERROR", "failed: too long")
    assert record.fields == {
        "image": A,
        "code": "name-too-long",
        "tries": 1,
        "advice": error.advice,
    }


def test_a_try_that_is_to_be_repeated_is_when_its_time_has_come_with_what_is_known(shop):
    first, second = again(TransientError(2, "unavailable")), again(StorageError("disk full"))
    shop.put(A, first, second, WELL)
    assert shop.work_off() == [None, first.tried, second.tried]
    assert time.time() >= second.tried.next_try
    assert shop.put_off == [RetryPutOff(A, "2", each.delay) for each in (first, second)]
    assert shop.told == [(A, WELL)]


def test_what_came_before_its_time_waits_for_it_in_silence(shop, caplog):
    too_soon = again(None)
    shop.put(A, too_soon, WELL)
    assert shop.work_off() == [None, too_soon.tried]
    assert (shop.told, caplog.records) == ([(A, WELL)], [])


def test_a_fault_that_passes_is_told_with_the_delay(shop, caplog):
    transient = TransientError(2, "unavailable", advice="wait")
    shop.put(A, again(transient, seconds=0.2), WELL)
    shop.work_off()
    (record,) = caplog.records
    assert (record.levelname, record.getMessage()) == (
        "WARNING",
        "will retry in 0.2 s: unavailable",
    )
    assert record.fields == {"image": A, "code": "2", "seconds": 0.2, "advice": "wait"}


def test_who_is_not_patient_leaves_an_image_after_so_many_delays():
    shop = Shop(most_delays=3)
    ends = [again(TransientError(2, "unavailable"), delays=delays) for delays in (1, 2, 3)]
    shop.put(A, *ends, WELL)
    shop.work_off()
    assert shop.told == [(A, ends[2])]
    assert len(shop.tries) == 3


@pytest.mark.parametrize("error", [QuotaError(17, "used up"), AccountError(6, "not allowed")])
def test_a_fault_that_every_image_would_meet_costs_it_nothing_and_is_not_told_for_each(
    shop, caplog, error
):
    known = again(TransientError(2, "unavailable"))
    shop.put(A, known, *[error] * 5, WELL)
    assert shop.work_off() == [None] + [known.tried] * 6
    assert shop.told == [(A, WELL)]
    assert [record.getMessage() for record in caplog.records] == [
        "will retry in 0.0 s: unavailable"
    ]


def test_an_image_that_meets_a_bug_is_let_go_for_a_scan_to_find(shop, caplog):
    shop.put(A, ZeroDivisionError())
    shop.work_off()
    assert (shop.told, len(shop.queue)) == ([], 0)
    (record,) = caplog.records
    assert (record.levelname, record.fields) == ("ERROR", {"image": A})


def test_one_bad_image_does_not_stop_the_next():
    shop = Shop(workers=2)
    shop.put(A, ZeroDivisionError())
    shop.put(B, WELL)
    shop.pool.start()
    shop.queue.join()
    shop.close()
    assert (B, WELL) in shop.told


def test_a_listener_that_fails_costs_neither_the_thread_nor_the_image(caplog):
    shop = Shop()
    shop.fault_of_the_listener = ZeroDivisionError()
    shop.put(A, WELL)
    shop.put(B, WELL)
    shop.pool.start()
    shop.queue.join()
    shop.close()
    assert shop.told == [(A, WELL), (B, WELL)]
    assert [record.getMessage() for record in caplog.records] == [
        "a listener failed, and the work goes on: ZeroDivisionError"
    ]


def test_a_success_is_told_with_what_was_read_and_how_long_it_took(shop, caplog):
    caplog.set_level(logging.INFO, "ocr_watcher")
    shop.put(A, WELL)
    shop.work_off()
    (record,) = caplog.records
    assert record.getMessage() == "recognised"
    assert record.fields.pop("milliseconds") >= 0
    assert record.fields.pop("waited_milliseconds") == 0
    assert record.fields == {"image": A, "pages": 1, "lines": 2}


def test_the_pages_with_ink_on_which_nothing_was_read_are_told(shop, caplog):
    caplog.set_level(logging.INFO, "ocr_watcher")
    shop.put(A, Recognised(pages=4, lines=7, unread=(2, 4)))
    shop.work_off()
    record = caplog.records[-1]
    assert record.getMessage() == "there is ink, but no text was found: page 2, 4"
    assert (record.levelname, record.fields) == ("INFO", {"image": A, "unread_pages": 2})


def test_the_time_of_an_image_is_told_apart_from_its_wait_for_others(shop, caplog):
    heartbeats = Heartbeats()
    with heartbeats.working("an image"):
        watch = _Stopwatch(heartbeats)
        with heartbeats.resting(), heartbeats.resting():
            threading.Event().wait(0.05)
        worked, waited = watch.read()
    assert waited >= 0.05
    assert worked < waited


def test_who_is_not_patient_is_not_told_of_a_retry_that_does_not_come(caplog):
    shop = Shop(most_delays=1)
    shop.put(A, again(TransientError(2, "unavailable"), delays=1))
    shop.work_off()
    shop.close()
    assert [record.getMessage() for record in caplog.records] == [
        "left for the next run: unavailable"
    ]


def test_who_is_not_patient_is_told_when_to_come_back_to_what_came_before_its_time(caplog):
    shop = Shop(most_delays=1)
    failed = TransientError(2, "no room on the disk")
    shop.put(A, replace(again(failed, seconds=20), error=None, left=7.3))
    shop.work_off()
    shop.close()
    (record,) = caplog.records
    assert record.getMessage() == (
        "its next try is due in 8 s: run the command again then; "
        "the last try ended with: no room on the disk"
    )
    assert record.fields == {"image": A, "code": "2", "seconds": 8}


def test_an_image_waits_while_the_account_is_paused():
    shop = Shop()
    shop.breaker.stop_calls(QuotaError(17, "used up"), Permit())
    shop.put(A, WELL)
    shop.pool.start()
    eventually(lambda: shop.queue._in_flight)
    shop.close()
    assert (shop.tries, len(shop.queue)) == ([], 1)


def test_the_permit_of_an_attempt_holds_for_the_folder_of_its_image(shop):
    for image in (Image("/scans", "a.jpg"), Image("/mail", "a.jpg")):
        shop.put(image, WELL)
    shop.work_off()
    assert shop.required == ["/scans", "/mail"]


def test_a_try_that_is_stopped_is_left_to_the_next_start(shop):
    shop.put(A, Stopped())
    with pytest.raises(Stopped):
        shop.pool.step()
    assert (shop.told, len(shop.queue)) == ([], 1)


def test_workers_that_wait_end_at_once():
    shop = Shop(workers=4)
    shop.pool.start()
    shop.close()


def test_workers_that_were_never_started_have_ended():
    assert Shop(workers=4).pool.join(time.monotonic())


class Hang(list):
    """The ends of tries, the first of which comes only when it is let go."""

    def __init__(self) -> None:
        super().__init__([WELL])
        self.inside, self.let_go = threading.Event(), threading.Event()
        self.thread = 0

    def pop(self, index):
        self.thread = threading.get_ident()
        self.inside.set()
        self.let_go.wait()
        return super().pop(index)


def test_a_worker_that_hangs_is_waited_for_until_the_deadline_and_no_longer():
    shop, hang = Shop(), Hang()
    shop.ends[A] = hang
    shop.queue.put(A, Lane.FRESH)
    shop.pool.start()
    hang.inside.wait()
    shop.queue.close()
    began = time.monotonic()
    assert shop.pool.join(began + 0.05) is False
    assert 0.05 <= time.monotonic() - began < 5
    hang.let_go.set()
    shop.close()


def test_another_attempt_is_the_probe_in_the_place_of_one_that_hangs():
    shop, hang = Shop(proven=False), Hang()
    shop.ends[A] = hang
    shop.queue.put(A, Lane.FRESH)
    shop.pool.start()
    hang.inside.wait()
    shop.put(B, WELL)
    shop.pool.replace(hang.thread)
    eventually(lambda: shop.told == [(B, WELL)])
    hang.let_go.set()
    eventually(lambda: (A, WELL) in shop.told)
    shop.close()


def test_a_thread_that_is_no_worker_is_not_replaced(shop):
    shop.pool.replace(threading.get_ident())
    assert not shop.pool.works()
