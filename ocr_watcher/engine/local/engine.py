"""The engine that reads pages with RapidOCR."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from ocr_watcher.engine.interface import Description, Limits
from ocr_watcher.engine.local.faults import faults_of_a_page
from ocr_watcher.engine.local.models import load
from ocr_watcher.pages.source import picture_of
from ocr_watcher.service.pulse import Pulses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.engine.interface import Page, Reading
    from ocr_watcher.engine.local.reader import Reader
    from ocr_watcher.engine.local.share import Share

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
    # Bare pixels: all else is decoded by the renderers, and no hostile picture in this process.
    formats=frozenset({"BMP"}),
    shortest_side=32,  # the detector's grid; below it RapidOCR would blow the page up
    longest_side=_PAGE_SIDE,
    body_bytes=2**31,  # nothing is sent
    page_bytes=2**31,
    strip_side=_LONGEST_SIDE,  # no strip is reduced, and none is larger than it must be
)


class LocalEngine:
    """Reads pages with RapidOCR.

    RapidOCR promises nothing to threads, so a set of its models serves one caller at a time. It is
    loaded when all others are in use, and reads a drawn word before it counts as loaded: a fault
    of the installation is so never taken for a fault of somebody's scan.

    Args:
        share: How many sets there may be, and how many threads each has.
        pulses: Is told that a thread rests while it waits for a set.
    """

    def __init__(self, share: Share, *, pulses: Pulses | None = None) -> None:
        self._threads = share.threads
        self._pulses = pulses or Pulses()
        self._sets = threading.Semaphore(share.sets)
        self._loading = threading.Lock()
        self._idle: deque[Reader] = deque()

    @cached_property
    def description(self) -> Description:
        """Names the models that find and read the lines, for which they are loaded.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
        """
        with self._reader() as reader:
            return Description("local", reader.names)

    @property
    def limits(self) -> Limits:
        """Next to none."""
        return _LIMITS

    def recognise(self, page: Page) -> Reading:
        """Reads one page; a thread that finds all sets in use waits for its turn.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
            ImageError: The page cannot be decoded, or RapidOCR fails on it (``engine-failed``).
            TransientError: There is not enough memory now.
        """
        with self._reader() as reader:
            image = picture_of(page.data)
            with faults_of_a_page():
                return reader.read(image)

    def probe(self) -> str:
        """Loads the models and lets them read a drawn word.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
            PausingError: The models do not read what is plain to read.
            TransientError: There is not enough memory now.
        """
        return f"{self.description.endpoint} read a drawn word (threads: {self._threads})"

    def close(self) -> None:
        """Gives back the models' memory."""
        self._idle.clear()

    @contextmanager
    def _reader(self) -> Iterator[Reader]:
        with self._pulses.resting():
            self._sets.acquire()
        try:
            reader = self._idle_or_loaded()
            try:
                yield reader
            finally:
                self._idle.append(reader)
        finally:
            self._sets.release()

    def _idle_or_loaded(self) -> Reader:
        try:
            return self._idle.pop()
        except IndexError:
            with self._loading:
                return load(threads=self._threads, longest_side=_LONGEST_SIDE)
