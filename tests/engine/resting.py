"""Who waits for another one's call is not late, however long that takes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ocr_watcher.threads.heartbeat import Heartbeats
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Resting:
    """The heartbeats of threads, and a clock that is set far forward while one of them waits."""

    def __init__(self) -> None:
        self._clock = Clock()
        self.heartbeats = Heartbeats(self._clock)

    def seen_in(self, waiting: Callable[[], object], let_go: Callable[[], object]) -> None:
        """Has a thread wait, and fails where it counts as late meanwhile.

        Args:
            waiting: A function that does not come back before `let_go` was called.
            let_go: A function that is called in any case.
        """
        begun = threading.Event()

        def work() -> None:
            with self.heartbeats.working("the wait"):
                begun.set()
                waiting()

        with ThreadPoolExecutor(1) as threads:
            end = threads.submit(work)
            try:
                assert begun.wait(20)
                self._clock.now += 1000
                eventually(lambda: self.heartbeats.overdue(60) is None, within=20)
                assert not end.done()
            finally:
                let_go()
            end.result(20)
