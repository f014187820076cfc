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
    """An engine that returns the reading of a page that was paid for before, without a call.

    A page is identified by its content. `Budget` writes the readings to the ledger, together with
    the counts of their calls, as both are one write. The same picture under another name, renamed,
    or copied back costs no second call. Of two copies that are read at the same time, the second
    waits for the first and costs no call either.
    """

    def __init__(
        self, engine: GuardedEngine, ledger: Ledger, heartbeats: Heartbeats | None = None
    ) -> None:
        """Wrap an engine.

        Args:
            engine: The engine that reads unknown pages and stores their readings in the ledger.
            ledger: The ledger with the readings of known pages.
            heartbeats: The heartbeats of the threads; a thread's rests while it waits for another
                thread that reads the same page.
        """
        super().__init__(engine)
        self._guarded = engine
        self._ledger = ledger
        self._heartbeats = heartbeats or Heartbeats()
        self._keys = PageKeys(engine.identity)
        self._lock = threading.Lock()
        self._locks: dict[bytes, tuple[threading.Lock, int]] = {}

    def read(self, page: Page, permit: Permit) -> Reading:
        """Return the stored reading of a page; read the page if there is none.

        Raises:
            EngineError: The page has no stored reading, and was not read.
            ClaimError: The page has no stored reading, and the permit is no longer confirmed.
            Stopped: The program was asked to stop before the page was sent.
        """
        key = self._keys.of(page)
        with self._one_at_a_time(key):
            return self._ledger.reading(key) or self._guarded.read(page, permit)

    @contextlib.contextmanager
    def _one_at_a_time(self, key: bytes) -> Iterator[None]:
        """Let one thread at a time into the context of each key."""
        with self._lock:
            lock, users = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = (lock, users + 1)
        try:
            with self._heartbeats.resting():
                lock.acquire()
            try:
                yield
            finally:
                lock.release()
        finally:
            with self._lock:
                lock, users = self._locks.pop(key)
                if users > 1:
                    self._locks[key] = (lock, users - 1)
