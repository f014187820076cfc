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
"""The longer side to which RapidOCR reduces a page before it finds and reads lines, in pixels: its
own default (``Global.max_side_len``).

With it, RapidOCR reads 98.0 % of the characters of dense A4 pages at 300 dpi in print of 5 to 10
points. With 2500 pixels it would read 98.6 %, in 1.14 times the time and with more memory."""

_PAGE_SIDE = 2 * _LONGEST_SIDE
"""The longest side of a page that RapidOCR is given, in pixels; a longer page is reduced before.

RapidOCR reduces without a filter, which does little harm down to half the size. From small Chinese
print scanned at 600 dpi it loses 18 % of the characters in this way, but only 5 % if the page was
reduced with a filter before. A4 at 300 dpi, the common scan, is shorter than this."""

_LIMITS = Limits(
    # Bare pixels: the sandbox decodes every other format, so that no hostile picture is decoded in
    # this process.
    formats=frozenset({"BMP"}),
    shortest_side=32,  # the detector's grid; RapidOCR would enlarge a smaller page
    longest_side=_PAGE_SIDE,
    body_bytes=2**31,  # nothing is sent
    page_bytes=2**31,
    strip_side=_LONGEST_SIDE,  # no strip is reduced, and none is larger than it must be
)


class LocalEngine:
    """The engine that reads pages with RapidOCR.

    The models are loaded once, on first use, and must read a drawn word before they count as
    loaded. A fault of the installation is therefore never taken for a fault of a scan.

    RapidOCR is not documented as thread-safe, so there is one set of models, and only one call uses
    it at a time. On two processors, two sets with one thread each read 4 to 24 % more pages a
    minute; but they take 1.7 GB of memory instead of 1.0, and a single page takes nearly twice as
    long.

    Args:
        threads: The threads of one call; by default the number of processors that this process may
            use.
        heartbeats: The heartbeats of the threads; a thread's rests while it waits for its turn.
        further: The files of further recognition models, for lines that the shipped model is not
            sure of.
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
        """The names of the models that find and read the lines; asking for them loads the models.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
        """
        with self._taking_turns() as reader:
            return EngineIdentity("local", reader.names)

    @property
    def limits(self) -> Limits:
        """The limits of a page: a bitmap whose longer side has at most `_PAGE_SIDE` pixels."""
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
        """Load the models and let them read a drawn word.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
            PausingError: The models do not read the drawn word.
            TransientError: There is not enough memory now.
        """
        return f"{self.identity.endpoint} read a drawn word (threads: {self._threads})"

    def close(self) -> None:
        """Drop the models, which frees their memory."""
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
