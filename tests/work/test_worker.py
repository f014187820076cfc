from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.gate import Gate
from ocr_watcher.errors import (
    AccountError,
    DoubtfulImageError,
    EngineMissingError,
    ImageError,
    QuotaError,
    Stopped,
    StorageError,
    TransientError,
)
from ocr_watcher.image import Image
from ocr_watcher.settings.model import RetrySettings
from ocr_watcher.work.outcome import Changed, Failed, Outcome, Recognised, Skipped
from ocr_watcher.work.queue import JobQueue, Lane
from ocr_watcher.work.worker import WorkerPool
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

A, B = Image("/scans", "a.jpg"), Image("/scans", "b.jpg")
RETRY = RetrySettings(attempts=3, first_seconds=0.001, longest_seconds=0.002)
WELL = Recognised(pages=1, lines=2)


class Shop:
    """Workers whose tries end as they are told: by raising, or with an outcome."""

    def __init__(self, workers: int = 1) -> None:
        self.ends: dict[Image, list[Outcome | Exception]] = {}
        self.tries: list[tuple[Image, int]] = []
        self.told: list[tuple[Image, Outcome]] = []
        self.fault_of_the_listener: Exception | None = None
        self.queue = JobQueue(100)
        self.gate = Gate(0)
        self.gate.succeeded()
        self.pool = WorkerPool(
            workers,
            queue=self.queue,
            gate=self.gate,
            recognise=self.recognise,
            retry=RETRY,
            on_end=self.on_end,
        )

    def put(self, image: Image, *ends: Outcome | Exception) -> None:
        self.ends[image] = list(ends)
        self.queue.put(image, Lane.FRESH)

    def recognise(self, image: Image, earlier_tries: int) -> Outcome:
        self.tries.append((image, earlier_tries))
        end = self.ends[image].pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    def on_end(self, image: Image, outcome: Outcome) -> None:
        self.told.append((image, outcome))
        if self.fault_of_the_listener:
            raise self.fault_of_the_listener

    def work_off(self) -> list[int]:
        """Returns how many tries counted against the image, try by try."""
        while self.queue:
            self.pool.step()
        return [earlier for _, earlier in self.tries]

    def close(self) -> None:
        self.queue.close()
        self.gate.close()
        assert self.pool.join(time.monotonic() + 10)


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


def test_a_fault_of_the_image_ends_it(shop, caplog):
    error = ImageError("name-too-long", "too long", advice="give it a shorter name")
    shop.put(A, error)
    shop.work_off()
    assert shop.told == [(A, Failed(error, tries=1))]
    (record,) = caplog.records
    assert (record.levelname, record.getMessage()) == ("WARNING", "failed: too long")
    assert record.fields == {"image": A, "code": "name-too-long", "advice": error.advice}


def test_a_failure_that_is_told_beside_the_image_is_told_in_the_log(shop, caplog):
    shop.put(A, Failed(ImageError(216201, "image format error"), tries=1))
    shop.work_off()
    assert [record.getMessage() for record in caplog.records] == ["failed: image format error"]


def test_doubtful_faults_count_and_the_last_one_ends_the_image(shop):
    error = DoubtfulImageError(282810, "recognise error")
    shop.put(A, error, error, error)
    assert shop.work_off() == [0, 1, 2]
    assert shop.told == [(A, Failed(error, tries=3))]


@pytest.mark.parametrize(
    "error",
    [
        TransientError(2, "unavailable"),
        StorageError("No space left on device"),
        EngineMissingError("the local engine is not installed"),
        QuotaError(17, "used up"),
        AccountError(6, "not allowed"),
    ],
)
def test_a_fault_of_anything_else_never_counts(shop, error):
    shop.put(A, *[error] * 10, WELL)
    assert shop.work_off() == [0] * 11
    assert shop.told == [(A, WELL)]


def test_a_count_survives_faults_that_do_not_count(shop):
    doubtful, transient = DoubtfulImageError(282810, "…"), TransientError(2, "…")
    shop.put(A, doubtful, transient, doubtful, WELL)
    assert shop.work_off() == [0, 1, 1, 2]


def test_a_fault_that_passes_is_told_with_the_delay(shop, caplog):
    shop.put(A, TransientError(2, "unavailable"), StorageError("disk full"), WELL)
    shop.work_off()
    told = [(record.getMessage(), record.fields.get("code")) for record in caplog.records]
    assert told == [
        ("tried again later: unavailable", 2),
        ("tried again later: disk full", None),
    ]


def test_a_fault_of_the_account_is_not_told_again_for_every_image(shop, caplog):
    shop.put(A, QuotaError(17, "used up"), WELL)
    shop.work_off()
    assert caplog.records == []


def test_a_bug_counts_like_a_doubtful_fault_and_is_logged_as_what_it_is(shop, caplog):
    shop.put(A, *[ZeroDivisionError()] * 3)
    assert shop.work_off() == [0, 1, 2]
    ((_, outcome),) = shop.told
    assert (outcome.error.code, outcome.tries) == ("internal", 3)
    bugs = [record for record in caplog.records if record.exc_info]
    assert [record.levelname for record in bugs] == ["ERROR"] * 3


def test_one_bad_image_does_not_stop_the_next():
    shop = Shop(workers=2)
    shop.put(A, *[ZeroDivisionError()] * 3)
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
    assert {record.getMessage() for record in caplog.records} == {"a fault of this program"}


def test_a_success_is_told_with_what_was_read_and_how_long_it_took(shop, caplog):
    caplog.set_level(logging.INFO, "ocr_watcher")
    shop.put(A, WELL)
    shop.work_off()
    (record,) = caplog.records
    assert record.getMessage() == "recognised"
    assert record.fields.pop("milliseconds") >= 0
    assert record.fields == {"image": A, "pages": 1, "lines": 2}


def test_an_image_waits_while_the_account_is_paused():
    shop = Shop()
    shop.gate.stop_calls(QuotaError(17, "used up"))
    shop.put(A, WELL)
    shop.pool.start()
    eventually(lambda: shop.queue._in_flight)
    shop.close()
    assert (shop.tries, len(shop.queue)) == ([], 1)


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


def test_a_worker_that_hangs_is_waited_for_until_the_deadline_and_no_longer():
    shop, inside, hung = Shop(), threading.Event(), threading.Event()

    class Hanging(list):
        def pop(self, _index):
            inside.set()
            hung.wait()
            return WELL

    shop.ends[A] = Hanging()
    shop.queue.put(A, Lane.FRESH)
    shop.pool.start()
    inside.wait()
    shop.queue.close()
    began = time.monotonic()
    assert shop.pool.join(began + 0.05) is False
    assert 0.05 <= time.monotonic() - began < 5
    hung.set()
    shop.close()
