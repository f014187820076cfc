"""A cache of readings, so that no page is paid twice."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from ocr_watcher.engine.guarded import GuardedEngine
from ocr_watcher.engine.page_key import PageKeys
from ocr_watcher.threads.heartbeat import Heartbeats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.engine.permit import Permit
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading


class CachingEngine(GuardedEngine):
    """An engine that knows the pages that were paid, by their content.

    `Budget` writes the readings down where it counts their calls, for both are one write. The same
    picture under another name, renamed, or copied back costs no second call; nor do two copies
    that are read at the same time, for the second waits for the first.
    """

    def __init__(
        self, engine: GuardedEngine, ledger: Ledger, heartbeats: Heartbeats | None = None
    ) -> None:
        """Wrap an engine.

        Args:
            engine: Reads the pages that are not known, and has their readings written down.
            ledger: Knows the others.
            heartbeats: Of the threads; one rests while it waits for the one that has its page.
        """
        super().__init__(engine)
        self._guarded = engine
        self._ledger = ledger
        self._heartbeats = heartbeats or Heartbeats()
        self._keys = PageKeys(engine.identity)
        self._lock = threading.Lock()
        self._flights: dict[bytes, tuple[threading.Lock, int]] = {}

    def read(self, page: Page, permit: Permit) -> Reading:
        """Recall what was read on a page, or read it.

        Raises:
            EngineError: It is not known, and was not read.
            ClaimError: It is not known, and the permit is no longer confirmed.
            Stopped: The program was asked to stop before the page was sent.
        """
        key = self._keys.of(page)
        with self._alone(key):
            return self._ledger.reading(key) or self._guarded.read(page, permit)

    @contextlib.contextmanager
    def _alone(self, key: bytes) -> Iterator[None]:
        with self._lock:
            flight, travellers = self._flights.get(key, (threading.Lock(), 0))
            self._flights[key] = (flight, travellers + 1)
        try:
            with self._heartbeats.resting():
                flight.acquire()
            try:
                yield
            finally:
                flight.release()
        finally:
            with self._lock:
                flight, travellers = self._flights.pop(key)
                if travellers > 1:
                    self._flights[key] = (flight, travellers - 1)
