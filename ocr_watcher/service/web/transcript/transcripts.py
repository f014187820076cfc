"""The text of a page, from the best source that exists."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from ocr_watcher.errors import EngineError
from ocr_watcher.formats.json import FORMAT as JSON
from ocr_watcher.formats.txt import FORMAT as TEXT
from ocr_watcher.service.web.pictures.bounded_cache import BoundedCache
from ocr_watcher.service.web.pictures.picture_queue import BusyError
from ocr_watcher.service.web.pictures.time_share import TimeShare
from ocr_watcher.service.web.safe_file import FileChangedError
from ocr_watcher.service.web.transcript import from_json, from_ledger, from_text
from ocr_watcher.service.web.transcript.text_page import TextPage
from ocr_watcher.threads.patience import answered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.pages.sandbox.pool import SandboxPool
    from ocr_watcher.service.web.pictures.image_work import ImageWork
    from ocr_watcher.service.web.safe_file import SafeFile
    from ocr_watcher.values.page import PdfText

MOST_BYTES = 2 * 2**20
"""The most bytes of a sidecar that are read. The sidecar of a dense page has a tenth of that."""

_MOST_KEPT, _MOST_LINES_KEPT = 16, 6_000

_MOST_PARSING, _SHARE_OF_PARSING = 1.0, 0.01
"""The processor seconds for parsing without a pause, and the share of the time for parsing after
them. CPython's parser holds the interpreter lock, so no other thread of the program can run
meanwhile, whatever its priority. A usual sidecar takes a thousandth of a second."""


@dataclass(frozen=True, slots=True)
class Known:
    """The sources of the text of an image.

    Attributes:
        image: The file of the image.
        sidecars: Its sidecars that are current, by format.
        is_done: Whether its present content was recognised.
        engine: The engine that reads the images of the folder; None if it is not known.
        ledger: The ledger.
        pdf_text: The setting ``pdf.text``.
    """

    image: SafeFile
    sidecars: Mapping[str, SafeFile]
    is_done: bool
    engine: Engine | None
    ledger: Ledger
    pdf_text: PdfText = "auto"


class Transcripts:
    """Reads the texts of pages, and keeps those that were requested last."""

    def __init__(self, work: ImageWork, parsing: TimeShare | None = None) -> None:
        """Create it without texts.

        Args:
            work: The work that needs a sandbox.
            parsing: The share of the time for parsing sidecars.
        """
        self._work = work
        self._kept = BoundedCache[TextPage](_MOST_KEPT, _MOST_LINES_KEPT)
        self._one_parses = threading.Lock()
        self._parsing = parsing or TimeShare(_MOST_PARSING, _SHARE_OF_PARSING)

    async def of(self, known: Known, number: int) -> TextPage | None:
        """Return the text of a page; None if it has none yet.

        Args:
            known: The sources of the text.
            number: The number of the page, from 1.

        Raises:
            BusyError: It would have to be read, and too much work waits already.
            Stopped: The work was closed.
        """
        key = (known.image, tuple(known.sidecars.items()), known.is_done, number)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        found = await run_in_threadpool(self._from_json, known, number)
        if found is None and known.is_done and known.engine is not None:
            found = await self._from_ledger(known, known.engine, number)
        if found is None:
            found = await run_in_threadpool(self._from_text, known, number)
        if found is not None:
            self._kept.put(key, found, len(found.lines))
        return found

    def _from_json(self, known: Known, number: int) -> TextPage | None:
        sidecar = known.sidecars.get(JSON.name)
        if sidecar is None or sidecar.content.size > MOST_BYTES:
            return None
        with contextlib.suppress(OSError, FileChangedError):
            content = answered(sidecar.read, of=sidecar.root)
            return self._parsed(lambda: from_json.text_page_from(content, number))
        return None

    async def _from_ledger(self, known: Known, engine: Engine, number: int) -> TextPage | None:
        def work(data: bytes, sandbox: SandboxPool) -> TextPage | None:
            return from_ledger.text_page_from(data, sandbox, engine, known.ledger, number)

        with contextlib.suppress(OSError, FileChangedError, EngineError):
            return await self._work.do(known.image, ("text", number), work, known.pdf_text)
        return None

    def _from_text(self, known: Known, number: int) -> TextPage | None:
        sidecar = known.sidecars.get(TEXT.name)
        if sidecar is None:
            return None
        with contextlib.suppress(OSError, FileChangedError):
            content = answered(lambda: sidecar.read(0, MOST_BYTES), of=sidecar.root)
            is_whole = sidecar.content.size <= MOST_BYTES
            return self._parsed(
                lambda: from_text.text_page_from(content, number, is_whole=is_whole)
            )
        return None

    def _parsed(self, parse: Callable[[], TextPage | None]) -> TextPage | None:
        with self._one_parses:
            if self._parsing.wait():
                raise BusyError
            began = time.thread_time()
            try:
                return parse()
            finally:
                self._parsing.worked(time.thread_time() - began)
