"""Threads that give way to the others."""

from __future__ import annotations

import os
import threading

from ocr_watcher.threads.urgency import make_less_urgent


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def in_a_thread(*steps: int) -> list[int]:
    """How nice a thread is after each step, and at last a thread that it starts."""
    found: list[int] = []

    def run() -> None:
        for by in steps:
            make_less_urgent(by)
            found.append(niceness())
        inner = threading.Thread(target=lambda: found.append(niceness()))
        inner.start()
        inner.join()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found


def test_a_thread_is_nicer_than_the_process_and_so_is_what_it_starts() -> None:
    own = niceness()
    assert in_a_thread(3) == [min(own + 3, 19)] * 2
    assert niceness() == own


def test_a_thread_never_becomes_less_nice() -> None:
    own = niceness()
    assert in_a_thread(5, 5, 2) == [min(own + 5, 19)] * 4
