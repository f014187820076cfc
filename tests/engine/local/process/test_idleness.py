from __future__ import annotations

import threading

from ocr_watcher.engine.local.process.idleness import Idleness
from tests.waiting import eventually


def test_work_of_any_thread_keeps_it_from_being_idle_and_the_time_begins_with_its_end():
    now = 0.0
    idleness = Idleness(10, lambda: now)
    waits = threading.Thread(target=idleness.wait)
    with idleness.interrupted():
        with idleness.interrupted():
            now = 100.0
            waits.start()
        assert waits.is_alive()
    eventually(lambda: idleness._left() == 10)
    assert waits.is_alive()
    now = 110.0
    with idleness._changed:
        idleness._changed.notify()
    waits.join(20)
    assert not waits.is_alive()


def test_without_work_it_is_idle_after_its_time():
    Idleness(0.01).wait()
