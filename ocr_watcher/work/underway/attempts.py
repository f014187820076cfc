"""The attempts under way: which thread reads which page of which image."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ocr_watcher.escapes import printable
from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import PageBegan
from ocr_watcher.logs.fields import fields
from ocr_watcher.work.underway.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from ocr_watcher.pages.types import FittedPage, Pages, Piece
    from ocr_watcher.values.image import Image, Stamp
    from ocr_watcher.values.page import Limits
    from ocr_watcher.values.page_text import PageText
    from ocr_watcher.work.underway.suspects import Suspects
    from ocr_watcher.work.underway.underway_file import UnderwayFile

_log = logging.getLogger(__name__)

_LOG_SECONDS = 60.0
"""The seconds between two lines of the log on one long document."""


@dataclass(slots=True)
class _Attempt:
    image: Image
    segment: int
    entry: Entry
    logged_at: float


class Underway:
    """The image and page that each thread works on, kept in a file that outlives the process."""

    def __init__(
        self,
        file: UnderwayFile | None = None,
        *,
        bus: EventBus | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with threads that do nothing.

        Args:
            file: The file that it is written to; None for no file.
            bus: The bus for the event of each page of a document that is begun.
            clock: A function that returns the seconds of a clock that only goes forward.
        """
        self._file = file
        self._bus = bus or EventBus()
        self._clock = clock
        self._lock = threading.Lock()
        self._attempts: dict[int, _Attempt] = {}

    @contextlib.contextmanager
    def attempt(self, image: Image, stamp: Stamp) -> Iterator[None]:
        """Note that the calling thread works on an image, until the context ends."""
        thread = threading.get_ident()
        entry = Entry(image.path, stamp, time.time())
        with self._lock:
            used = {attempt.segment for attempt in self._attempts.values()}
            segment = next(number for number in range(len(used) + 1) if number not in used)
            self._attempts[thread] = _Attempt(image, segment, entry, self._clock())
        self._write(segment, entry)
        try:
            yield
        finally:
            if self._file is not None:
                self._file.clear(segment)
            with self._lock:
                del self._attempts[thread]

    @property
    def entry(self) -> Entry | None:
        """The entry of the calling thread; None if it works on no image."""
        attempt = self._attempts.get(threading.get_ident())
        return None if attempt is None else attempt.entry

    def page(self, number: int, pages: int) -> None:
        """Note which page the calling thread reads.

        Args:
            number: The number of the page, from 1.
            pages: The number of all pages; 0 if that is not known.
        """
        attempt = self._attempts.get(threading.get_ident())
        if attempt is None:
            return
        attempt.entry = replace(attempt.entry, page=number, pages=pages)
        self._write(attempt.segment, attempt.entry)
        self._bus.publish(PageBegan(attempt.image, number, pages))
        if self._clock() - attempt.logged_at >= _LOG_SECONDS:
            attempt.logged_at = self._clock()
            image = printable(attempt.entry.path)
            _log.info("being recognised: %s", attempt.entry.place, extra=fields(image=image))

    def _write(self, segment: int, entry: Entry) -> None:
        if self._file is not None:
            self._file.write(segment, entry)


class TrackedPages:
    """A wrapper of `Pages` that records which page each thread reads.

    The record of a page begins before it is decoded, so that a death of the program while the page
    is decoded counts as well as a death during its call.
    """

    def __init__(self, pages: Pages, underway: Underway, suspects: Suspects) -> None:
        """Create the wrapper.

        Args:
            pages: The decoder that opens the pages.
            underway: The record of the pages that are read.
            suspects: The images that are not read any more, because the program died with them.
        """
        self._pages = pages
        self._underway = underway
        self._suspects = suspects

    def open(self, data: bytes, limits: Limits) -> Generator[FittedPage]:
        """Open a file, page by page.

        Raises:
            ImageError: With the code ``kills-the-program``: the image is not read any more. Other
                codes as for `Pages.open`.
            EngineError: As for `Pages.open`.
            Stopped: The program was asked to stop.
        """
        entry = self._underway.entry
        if entry is not None and (fault := self._suspects.fault_of(entry.path, entry.stamp)):
            raise fault
        with contextlib.closing(self._pages.open(data, limits)) as opened:
            for page in opened:
                if page.total != 1:
                    self._underway.page(page.number, page.total)
                yield page
                if page.number != page.total:
                    self._underway.page(page.number + 1, page.total)

    def shrink(self, piece: Piece, limits: Limits) -> Piece:
        """Return a piece made clearly smaller."""
        return self._pages.shrink(piece, limits)

    def searchable(self, data: bytes, texts: Sequence[PageText]) -> bytes:
        """Make a searchable PDF from a file."""
        return self._pages.searchable(data, texts)
