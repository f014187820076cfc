"""An engine that publishes an event for each of its calls."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ocr_watcher.engine.wrapper import EngineWrapper
from ocr_watcher.errors import EngineError
from ocr_watcher.events.model import CallEnded

if TYPE_CHECKING:
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading


class AnnouncingEngine(EngineWrapper):
    """An engine whose calls are published when they end, with or without success.

    It wraps the engine itself, inside of the cache and the retries: a page from the cache is no
    call, and each repetition of a call is one.
    """

    def __init__(self, engine: Engine, bus: EventBus) -> None:
        """Wrap an engine.

        Args:
            engine: The engine that makes the calls.
            bus: The bus on which the end of each call is published.
        """
        super().__init__(engine)
        self._bus = bus

    def recognise(self, page: Page) -> Reading:
        """Read one page.

        Raises:
            EngineError: The page was not read.
            Stopped: The program was asked to stop before the page was sent.
        """
        began = time.monotonic()
        try:
            reading = self._engine.recognise(page)
        except EngineError as error:
            self._publish(str(error.code), began)
            raise
        self._publish(None, began)
        return reading

    def _publish(self, code: str | None, began: float) -> None:
        engine = self._engine.identity
        seconds = time.monotonic() - began
        self._bus.publish(CallEnded(engine.name, engine.endpoint, code, seconds))
