"""The base class of engines that wrap another engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.values.page import Limits
    from ocr_watcher.values.reading import EngineIdentity


class EngineWrapper:
    """The base of a wrapper. Each method except `recognise` calls that of the wrapped engine."""

    def __init__(self, engine: Engine) -> None:
        """Wrap an engine."""
        self._engine = engine

    @property
    def identity(self) -> EngineIdentity:
        """The identity of the wrapped engine."""
        return self._engine.identity

    @property
    def limits(self) -> Limits:
        """The limits of the pages that the wrapped engine accepts."""
        return self._engine.limits

    def self_test(self) -> str:
        """Prove that pages can be read, as far as it can be done without an image."""
        return self._engine.self_test()

    def close(self) -> None:
        """Close the engine."""
        self._engine.close()
