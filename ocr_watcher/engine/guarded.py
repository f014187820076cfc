"""Engines that make their calls by permits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from ocr_watcher.engine.permit import Permit
from ocr_watcher.engine.wrapper import EngineWrapper

if TYPE_CHECKING:
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading


class GuardedEngine(EngineWrapper, ABC):
    """The base of the wrappers through which attempts at images reach the engine."""

    @abstractmethod
    def read(self, page: Page, permit: Permit) -> Reading:
        """Read one page.

        Args:
            page: The page.
            permit: The permit of the attempt that needs the reading.

        Raises:
            EngineError: The page was not read.
            ClaimError: The permit is no longer confirmed; no call was made.
            Stopped: The program was asked to stop before the page was sent.
        """

    def recognise(self, page: Page) -> Reading:
        """Read one page with a new permit: never as the probe, and not during a pause.

        Raises:
            EngineError: The page was not read.
            Stopped: The program was asked to stop before the page was sent.
        """
        return self.read(page, Permit())

    def with_permit(self, permit: Permit) -> Engine:
        """Return this engine for one attempt; it makes each call with the attempt's permit."""
        return _BoundEngine(self, permit)


class _BoundEngine(EngineWrapper):
    """A guarded engine as one attempt uses it."""

    def __init__(self, engine: GuardedEngine, permit: Permit) -> None:
        super().__init__(engine)
        self._guarded = engine
        self._permit = permit

    def recognise(self, page: Page) -> Reading:
        """Read one page with the permit of the attempt."""
        return self._guarded.read(page, self._permit)
