"""The base of what wraps an engine and is an engine itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.values.page import Limits
    from ocr_watcher.values.reading import EngineIdentity


class EngineWrapper:
    """An engine that has another one read the pages, and is like it in all else."""

    def __init__(self, engine: Engine) -> None:
        """Wrap an engine."""
        self._engine = engine

    @property
    def identity(self) -> EngineIdentity:
        """How sidecars name the engine."""
        return self._engine.identity

    @property
    def limits(self) -> Limits:
        """What the engine takes."""
        return self._engine.limits

    def self_test(self) -> str:
        """Prove that pages can be read, as far as it can be done without an image."""
        return self._engine.self_test()

    def close(self) -> None:
        """Close the engine."""
        self._engine.close()
