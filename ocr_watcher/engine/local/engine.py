"""The engine that reads pages with RapidOCR."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from ocr_watcher.engine.interface import Description, Limits
from ocr_watcher.engine.local.faults import faults_of_a_page
from ocr_watcher.engine.local.models import load
from ocr_watcher.pages.source import picture_of

if TYPE_CHECKING:
    from ocr_watcher.engine.interface import Page, Reading
    from ocr_watcher.engine.local.reader import Reader

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

    The models are loaded on first use, once, and read a drawn word before they count as loaded: a
    fault of the installation is so never taken for a fault of somebody's scan.

    There is one set of models, for which calls take turns, and not one for each processor: on two
    processors, two sets with one thread each read no more pages a minute (52 against 53), a page
    alone takes twice as long, and the peak of memory grows from 1.0 to 1.3 GB.

    Args:
        threads: Threads of one call; by default as many as this process may use processors.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads or len(os.sched_getaffinity(0))
        self._loading = threading.Lock()
        self._reader: Reader | None = None

    @property
    def description(self) -> Description:
        """Names the models that find and read the lines, for which they are loaded.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
        """
        return Description("local", self._loaded().names)

    @property
    def limits(self) -> Limits:
        """Next to none."""
        return _LIMITS

    def recognise(self, page: Page) -> Reading:
        """Reads one page; calls from several threads take turns, each using all processors.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
            ImageError: The page cannot be decoded, or RapidOCR fails on it (``engine-failed``).
            TransientError: There is not enough memory now.
        """
        reader = self._loaded()
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
        return f"{self._loaded().names} read a drawn word (threads: {self._threads})"

    def close(self) -> None:
        """Gives back the models' memory."""
        self._reader = None

    def _loaded(self) -> Reader:
        with self._loading:
            if self._reader is None:
                self._reader = load(threads=self._threads, longest_side=_LONGEST_SIDE)
            return self._reader
