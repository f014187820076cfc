"""Never asks twice for the same page."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from ocr_watcher.engine.page_key import PageKeys
from ocr_watcher.engine.wrapper import EngineWrapper
from ocr_watcher.threads.heartbeat import Heartbeats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading


class CachingEngine(EngineWrapper):
    """An engine that knows the pages that were paid, by their content: itself an engine.

    An answer is remembered where its call is counted (`Budget`), for both are one write. The same
    picture under another name, renamed, or copied back costs no second call; nor do two copies
    that are read at the same time, for the second waits for the first.
    """

    def __init__(
        self, engine: Engine, ledger: Ledger, heartbeats: Heartbeats | None = None
    ) -> None:
        """Takes its collaborators.

        Args:
            engine: Reads the pages that are not known, and has the answers remembered.
            ledger: Knows the others.
            heartbeats: Is told that a thread rests while it waits for the one that has its page.
        """
        super().__init__(engine)
        self._ledger = ledger
        self._heartbeats = heartbeats or Heartbeats()
        self._keys = PageKeys(engine.description)
        self._lock = threading.Lock()
        self._flights: dict[bytes, tuple[threading.Lock, int]] = {}

    def recognise(self, page: Page) -> Reading:
        """Recalls what was read on a page, or reads it.

        Raises:
            EngineError: It is not known, and was not read.
            Stopped: The program was asked to stop before the page was sent.
        """
        key = self._keys.of(page)
        with self._alone(key):
            return self._ledger.reading(key) or self._engine.recognise(page)

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
