"""Images are worked on, and calls made for them, only while their folder is this program's."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from ocr_watcher.engine.wrapper import EngineWrapper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading

    Require = Callable[[str], None]


class Permits:
    """The folder that each thread works on, and whether it still may.

    Args:
        require: Raises `ClaimError` where a folder is not this program's.
    """

    def __init__(self, require: Require) -> None:
        self._require = require
        self._local = threading.local()

    @contextlib.contextmanager
    def working_on(self, root: str) -> Iterator[None]:
        """Note which folder the calling thread works on.

        Raises:
            ClaimError: It may not.
        """
        self._require(root)
        self._local.root = root
        try:
            yield
        finally:
            self._local.root = None

    def require(self) -> None:
        """Asks again, for the folder that the calling thread works on.

        Raises:
            ClaimError: It may no longer.
        """
        root = getattr(self._local, "root", None)
        if root is not None:
            self._require(root)


class PermittedEngine(EngineWrapper):
    """Makes a call only where it is permitted at that moment.

    It stands next to the engine, behind the gate, where a call may have waited for minutes: the
    claim may have been lost meanwhile.
    """

    def __init__(self, engine: Engine, permits: Permits) -> None:
        """Takes the engine in the middle, and the permits."""
        super().__init__(engine)
        self._permits = permits

    def recognise(self, page: Page) -> Reading:
        """Reads one page.

        Raises:
            ClaimError: The folder is not this program's; no call was made.
            EngineError: The page was not read.
        """
        self._permits.require()
        return self._engine.recognise(page)
