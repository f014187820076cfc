from __future__ import annotations

import contextlib
import threading

from ocr_watcher.service.pulse import Pulses


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_thread_that_is_within_one_step_for_too_long_is_named_by_what_it_does():
    clock = Clock()
    pulses = Pulses(clock)
    with pulses.working("a scan of /scans"):
        clock.now = 60
        assert pulses.overdue(60) is None
        clock.now = 61
        assert pulses.overdue(60) == "a scan of /scans"
    assert pulses.overdue(60) is None


def test_a_thread_that_advances_is_never_late():
    clock = Clock()
    pulses = Pulses(clock)
    with pulses.working("a scan"):
        for clock.now in range(0, 1000, 50):
            pulses.beat()
            assert pulses.overdue(60) is None


def test_a_beat_outside_of_a_step_begins_none():
    clock = Clock()
    pulses = Pulses(clock)
    pulses.beat()
    clock.now = 1000
    assert pulses.overdue(60) is None


def test_a_thread_that_rests_within_its_step_is_not_late_and_begins_anew_after_it():
    clock = Clock()
    pulses = Pulses(clock)
    with pulses.working("an image"):
        with pulses.resting():
            clock.now = 1000
            assert pulses.overdue(60) is None
        clock.now = 1060
        assert pulses.overdue(60) is None
        clock.now = 1061
        assert pulses.overdue(60) == "an image"


def test_what_another_thread_does_hides_nobody_that_hangs():
    clock = Clock()
    pulses = Pulses(clock)
    begun, leave = threading.Event(), threading.Event()

    def hang() -> None:
        with pulses.working("the thread that hangs"):
            begun.set()
            leave.wait(20)

    thread = threading.Thread(target=hang)
    thread.start()
    assert begun.wait(20)
    clock.now = 100
    with pulses.working("a new step"):
        assert pulses.overdue(60) == "the thread that hangs"
    leave.set()
    thread.join()
    assert pulses.overdue(60) is None


def test_a_step_that_fails_is_over():
    clock = Clock()
    pulses = Pulses(clock)
    with contextlib.suppress(OSError), pulses.working("a step"):
        raise OSError
    clock.now = 100
    assert pulses.overdue(60) is None


def test_how_long_a_thread_rested_is_counted_once_and_anew_with_each_work():
    clock = Clock()
    pulses = Pulses(clock)
    assert pulses.rested() == 0
    for _ in range(2):
        with pulses.working("an image"):
            for _ in range(2):
                clock.now += 10
                with pulses.resting(), pulses.resting():
                    clock.now += 5
            assert pulses.rested() == 10
