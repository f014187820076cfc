import threading

import pytest

from ocr_watcher.errors import Stopped
from ocr_watcher.folders.folder import Folder
from ocr_watcher.watch.schedule import Schedule

A, B = Folder("/a"), Folder("/b")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def schedule(clock: Clock) -> Schedule:
    return Schedule(clock)


def drained(schedule: Schedule) -> list[tuple[str, str]]:
    """What is due now: everything up to a request that is younger than any of it."""
    schedule.request(Folder("/last"), "")
    scans = []
    while (scan := schedule.next())[0].root != "/last":
        scans.append((scan[0].root, scan[1]))
    return scans


def test_a_folder_is_scanned_at_once_and_then_at_its_interval(schedule, clock):
    schedule.add(A, 10)
    assert schedule.next() == (A, "")
    clock.now = 9
    assert drained(schedule) == []
    clock.now = 11
    assert drained(schedule) == [("/a", "")]


def test_without_an_interval_only_requests_bring_another_scan(schedule, clock):
    schedule.add(A, 0)
    assert schedule.next() == (A, "")
    clock.now = 1e9
    assert drained(schedule) == []
    schedule.request(A, "sub")
    clock.now += 1
    assert drained(schedule) == [("/a", "sub")]


def test_requests_for_one_place_are_one_request(schedule):
    for below in ("x", "y", "x", "x"):
        schedule.request(A, below)
    schedule.request(B, "x")
    assert drained(schedule) == [("/a", "x"), ("/a", "y"), ("/b", "x")]


def test_a_place_can_be_asked_for_again_while_it_is_scanned(schedule):
    schedule.request(A, "x")
    assert schedule.next() == (A, "x")
    schedule.request(A, "x")
    assert schedule.next() == (A, "x")


def test_a_flood_of_requests_does_not_keep_a_folder_from_its_scan(schedule, clock):
    schedule.add(B, 10)
    schedule.next()
    clock.now = 11
    for number in range(100):
        schedule.request(A, str(number))
    assert schedule.next() == (B, "")


def test_a_scan_can_be_brought_again_where_the_interval_brings_none(schedule, clock):
    schedule.add(A, 0)
    schedule.next()
    schedule.again(A, 5)
    assert drained(schedule) == []
    clock.now = 6
    assert drained(schedule) == [("/a", "")]
    clock.now = 1e9
    assert drained(schedule) == []


@pytest.mark.parametrize("interval", [None, 3600])
def test_whoever_waits_is_woken_by_a_request_and_by_the_end(interval):
    schedule = Schedule()
    if interval:
        schedule.add(B, interval)
        schedule.next()
    scans = []
    first = threading.Event()

    def take() -> None:
        scans.append(schedule.next())
        first.set()
        with pytest.raises(Stopped):
            schedule.next()
        scans.append("stopped")

    thread = threading.Thread(target=take)
    thread.start()
    schedule.request(A, "x")
    assert first.wait(10)
    schedule.close()
    thread.join(10)
    assert scans == [(A, "x"), "stopped"]


def test_nothing_is_handed_out_after_the_end(schedule):
    schedule.raise_if_closed()
    schedule.add(A, 1)
    schedule.close()
    with pytest.raises(Stopped):
        schedule.next()
    with pytest.raises(Stopped):
        schedule.raise_if_closed()
