"""The engine that reads pages with RapidOCR."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from ocr_watcher.engine.local.runtime.heap import give_back_free_memory
from ocr_watcher.engine.local.runtime.load_models import load
from ocr_watcher.engine.local.runtime.rapidocr_errors import faults_of_a_page
from ocr_watcher.pages.source import picture_of
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.page import Limits
from ocr_watcher.values.reading import EngineIdentity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ocr_watcher.engine.local.page_reader import PageReader
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading

_LONGEST_SIDE = 2000
"""To which RapidOCR reduces a page before it looks for lines and reads them, in pixels: its own
default (``Global.max_side_len``).

Of dense A4 pages at 300 dpi, in print of 5 to 10 points, it so reads 98.0 % of the characters;
with 2500 it would read 98.6 %, in 1.14 times the time and with more memory."""

_PAGE_SIDE = 2 * _LONGEST_SIDE
"""RapidOCR reduces without a filter, which does no great harm down to a half. Of small Chinese
print scanned at 600 dpi it so loses 18 % of the characters, and 5 % when the page was first reduced
with one. A4 at 300 dpi, the common scan, is below this side."""

_LIMITS = Limits(
    # Bare pixels: the sandbox decodes all else, and no hostile picture is decoded in this process.
    formats=frozenset({"BMP"}),
    shortest_side=32,  # the detector's grid; below it RapidOCR would blow the page up
    longest_side=_PAGE_SIDE,
    body_bytes=2**31,  # nothing is sent
    page_bytes=2**31,
    strip_side=_LONGEST_SIDE,  # no strip is reduced, and none is larger than it must be
)


class LocalEngine:
    """The engine that reads pages with RapidOCR.

    The models are loaded on first use, once, and read a drawn word before they count as loaded: a
    fault of the installation is so never taken for a fault of somebody's scan.

    RapidOCR promises nothing to threads, so there is one set of models, for which calls take
    turns. On two processors two sets with a thread each read 4 to 24 % more pages a minute; but
    they take 1.7 GB of memory instead of 1.0, and a page alone takes nearly twice as long.

    Args:
        threads: Threads of one call; by default as many as this process may use processors.
        heartbeats: Of the threads; one rests while it waits for its turn.
        further: Files of further recognition models, for lines that the shipped one is not sure of.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        heartbeats: Heartbeats | None = None,
        further: Sequence[Path] = (),
    ) -> None:
        self._further = further
        self._threads = threads or len(os.sched_getaffinity(0))
        self._heartbeats = heartbeats or Heartbeats()
        self._turn = threading.Lock()
        self._reader: PageReader | None = None

    @cached_property
    def identity(self) -> EngineIdentity:
        """The names of the models that find and read the lines, for which they are loaded.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
        """
        with self._taking_turns() as reader:
            return EngineIdentity("local", reader.names)

    @property
    def limits(self) -> Limits:
        """Next to none."""
        return _LIMITS

    def recognise(self, page: Page) -> Reading:
        """Read one page; calls from several threads take turns, each using all processors.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
            ImageError: The page cannot be decoded, or RapidOCR fails on it (``engine-failed``).
            TransientError: There is not enough memory now.
        """
        image = picture_of(page.data)
        with self._taking_turns() as reader, faults_of_a_page():
            try:
                return reader.read(image)
            finally:
                give_back_free_memory()

    def self_test(self) -> str:
        """Load the models and have them read a drawn word.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
            PausingError: The models do not read what is plain to read.
            TransientError: There is not enough memory now.
        """
        return f"{self.identity.endpoint} read a drawn word (threads: {self._threads})"

    def close(self) -> None:
        """Give back the models' memory."""
        self._reader = None

    @contextmanager
    def _taking_turns(self) -> Iterator[PageReader]:
        with self._heartbeats.resting():
            self._turn.acquire()
        try:
            if self._reader is None:
                self._reader = load(
                    threads=self._threads, longest_side=_LONGEST_SIDE, further=self._further
                )
            yield self._reader
        finally:
            self._turn.release()
