from __future__ import annotations

import contextlib
import threading

from ocr_watcher.threads.heartbeat import Heartbeats


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_thread_that_is_within_one_step_for_too_long_is_named_by_what_it_does():
    clock = Clock()
    heartbeats = Heartbeats(clock)
    with heartbeats.working("a scan of /scans"):
        clock.now = 60
        assert heartbeats.overdue(60) is None
        clock.now = 61
        assert heartbeats.overdue(60) == "a scan of /scans"
    assert heartbeats.overdue(60) is None


def test_a_thread_that_advances_is_never_late():
    clock = Clock()
    heartbeats = Heartbeats(clock)
    with heartbeats.working("a scan"):
        for clock.now in range(0, 1000, 50):
            heartbeats.beat()
            assert heartbeats.overdue(60) is None


def test_a_beat_outside_of_a_step_begins_none():
    clock = Clock()
    heartbeats = Heartbeats(clock)
    heartbeats.beat()
    clock.now = 1000
    assert heartbeats.overdue(60) is None


def test_a_thread_that_rests_within_its_step_is_not_late_and_begins_anew_after_it():
    clock = Clock()
    heartbeats = Heartbeats(clock)
    with heartbeats.working("an image"):
        with heartbeats.resting():
            clock.now = 1000
            assert heartbeats.overdue(60) is None
        clock.now = 1060
        assert heartbeats.overdue(60) is None
        clock.now = 1061
        assert heartbeats.overdue(60) == "an image"


def test_what_another_thread_does_hides_nobody_that_hangs():
    clock = Clock()
    heartbeats = Heartbeats(clock)
    begun, leave = threading.Event(), threading.Event()

    def hang() -> None:
        with heartbeats.working("the thread that hangs"):
            begun.set()
            leave.wait(20)

    thread = threading.Thread(target=hang)
    thread.start()
    assert begun.wait(20)
    clock.now = 100
    with heartbeats.working("a new step"):
        assert heartbeats.overdue(60) == "the thread that hangs"
    leave.set()
    thread.join()
    assert heartbeats.overdue(60) is None


def test_a_step_that_fails_is_over():
    clock = Clock()
    heartbeats = Heartbeats(clock)
    with contextlib.suppress(OSError), heartbeats.working("a step"):
        raise OSError
    clock.now = 100
    assert heartbeats.overdue(60) is None


def test_how_long_a_thread_rested_is_counted_once_and_anew_with_each_work():
    clock = Clock()
    heartbeats = Heartbeats(clock)
    assert heartbeats.rested() == 0
    for _ in range(2):
        with heartbeats.working("an image"):
            for _ in range(2):
                clock.now += 10
                with heartbeats.resting(), heartbeats.resting():
                    clock.now += 5
            assert heartbeats.rested() == 10
