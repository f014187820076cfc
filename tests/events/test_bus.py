from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import AttemptEnded, Event, FolderScanned, PauseChanged
from ocr_watcher.values.image import Image
from ocr_watcher.values.outcome import Skipped
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

SCANNED = FolderScanned("/scans", done=1)
ENDED = AttemptEnded(Image("/scans", "a.png"), Skipped("done"))


@pytest.fixture
def bus() -> Iterator[EventBus]:
    bus = EventBus()
    yield bus
    bus.close(10)


class Blocked:
    """A listener that comes back from no event before it is released."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._released = threading.Event()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self._released.wait()

    def release(self) -> None:
        self._released.set()


@pytest.fixture
def blocked() -> Iterator[Blocked]:
    blocked = Blocked()
    yield blocked
    blocked.release()


def fail(_event: Event) -> None:
    raise ValueError("it cannot be")


def test_every_listener_of_a_class_gets_each_event_of_it(bus):
    first: list[Event] = []
    second: list[Event] = []
    bus.listen(FolderScanned, first.append)
    bus.listen(FolderScanned, second.append)
    bus.publish(SCANNED)
    bus.publish(ENDED)
    assert first == second == [SCANNED]


def test_an_event_that_nobody_listens_for_is_no_fault(bus):
    bus.publish(SCANNED)


def test_a_listener_in_place_has_the_event_when_publish_returns_on_the_same_thread(bus):
    threads: list[threading.Thread] = []
    bus.listen(FolderScanned, lambda _: threads.append(threading.current_thread()))
    bus.publish(SCANNED)
    assert threads == [threading.current_thread()]


def test_a_listener_that_raises_keeps_no_event_from_the_others_and_is_told_once(bus, caplog):
    got: list[Event] = []
    bus.listen(FolderScanned, fail)
    bus.listen(FolderScanned, got.append)
    for _ in range(5):
        bus.publish(SCANNED)
    assert got == [SCANNED] * 5
    (told,) = caplog.records
    assert told.getMessage() == "a listener failed, and the work goes on: ValueError: it cannot be"
    assert told.fields == {"listener": "fail"}


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise self


def test_a_listener_whose_exception_cannot_be_shown_is_told_of_as_well(bus, caplog):
    def fail(_event: Event) -> None:
        raise UnspeakableError

    bus.listen(FolderScanned, fail)
    bus.publish(SCANNED)
    assert [record.fields["listener"].endswith("fail") for record in caplog.records] == [True]


def test_the_same_holds_for_one_in_the_background(bus, caplog):
    bus.listen(FolderScanned, bus.in_background(fail, name="webhook"))
    for _ in range(5):
        bus.publish(SCANNED)
    assert bus.close(10)
    assert [record.fields for record in caplog.records] == [{"listener": "webhook"}]


def test_one_in_the_background_gets_events_of_several_classes_in_their_order(bus):
    got: list[Event] = []
    listener = bus.in_background(got.append, name="webhook")
    bus.listen(AttemptEnded, listener)
    bus.listen(PauseChanged, listener)
    events = [ENDED, PauseChanged("baidu", None)] * 50
    for event in events:
        bus.publish(event)
    assert bus.close(10)
    assert got == events


def test_nobody_waits_for_one_that_blocks_and_what_does_not_fit_is_dropped(bus, blocked, caplog):
    listener = bus.in_background(blocked, name="webhook", most=3)
    bus.listen(FolderScanned, listener)
    bus.publish(SCANNED)
    eventually(lambda: blocked.events)
    for _ in range(10):
        bus.publish(SCANNED)
    assert listener.dropped == 7
    (told,) = caplog.records
    assert told.levelno == logging.WARNING
    assert told.fields == {"listener": "webhook", "waiting": 3}


def test_closing_gives_up_what_blocks_by_its_deadline(bus, blocked, caplog):
    bus.listen(FolderScanned, bus.in_background(blocked, name="webhook"))
    for _ in range(3):
        bus.publish(SCANNED)
    eventually(lambda: blocked.events)
    began = time.monotonic()
    assert not bus.close(0.05)
    assert time.monotonic() - began < 5
    (told,) = caplog.records
    assert told.getMessage() == "a listener did not end in time and is left behind"
    assert told.fields == {"listener": "webhook", "events_lost": 2}


def test_what_waits_is_still_taken_when_the_bus_is_closed(bus, blocked):
    bus.listen(FolderScanned, bus.in_background(blocked, name="webhook"))
    for _ in range(3):
        bus.publish(SCANNED)
    blocked.release()
    assert bus.close(10)
    assert blocked.events == [SCANNED] * 3
