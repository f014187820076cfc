"""Work with the content of an image, in a sandbox of the page's own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from ocr_watcher.errors import ImageError, Stopped
from ocr_watcher.pages.sandbox.pool import SandboxPool
from ocr_watcher.processes.heap import give_back_large_blocks_at_once
from ocr_watcher.service.web.pictures.picture_queue import PictureQueue
from ocr_watcher.threads.patience import answered
from ocr_watcher.work.memory_limit import memory_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from ocr_watcher.service.web.safe_file import SafeFile
    from ocr_watcher.values.page import PdfText

_Value = TypeVar("_Value")

PAGE_SECONDS = 15.0
"""The longest time for decoding a page, in seconds. The workers' sandboxes may take longer, but
nobody waits that long for a picture in a browser."""

_READ_SECONDS = 15.0
"""The longest time for reading a file, in seconds."""

_LEAST, _MOST = 32 * 2**20, 128 * 2**20
"""The bounds of the size of a file whose pages are shown, in bytes. A usual scan has three
megabytes, a page of A4 at 600 dpi in colour without compression a hundred."""
_SHARE = 16
"""The part of the memory that such a file may take: a sixteenth. The file is in memory twice, here
and in the sandbox."""


def most_bytes_for(memory: int) -> int:
    """Return the most bytes of a file whose pages are shown, for so many bytes of memory."""
    return max(_LEAST, min(_MOST, memory // _SHARE))


class ImageWork:
    """Work with images, one after the other, on a thread of low priority.

    The sandbox is another one than those of the workers, so that no visitor delays an image. It
    ends soon after the last piece of work.
    """

    def __init__(
        self,
        queue: Callable[[Callable[[], None]], PictureQueue] = PictureQueue,
        most_bytes: int | None = None,
    ) -> None:
        """Create it; nothing is started before there is work.

        Args:
            queue: A function that creates the queue, given a function to call when the queue is
                idle.
            most_bytes: The most bytes of a file; None for as many as suit the memory of the
                machine.
        """
        self._most_bytes = most_bytes or most_bytes_for(memory_limit())
        self._queue = queue(self._close_sandbox)
        self._lock = threading.Lock()
        self._pool: SandboxPool | None = None
        self._pdf_text: PdfText = "auto"
        self._closed = False

    async def do(
        self,
        file: SafeFile,
        what: Hashable,
        work: Callable[[bytes, SandboxPool], _Value],
        pdf_text: PdfText = "auto",
    ) -> _Value:
        """Do a piece of work with the content of an image.

        Args:
            file: The file of the image, with the expected content.
            what: A key of the work; equal work with the same content is done once.
            work: Called with the content and the sandbox.
            pdf_text: The setting ``pdf.text``.

        Raises:
            BusyError: Too much work waits already.
            FileChangedError: The file has another content now.
            OSError: It is gone, cannot be read, or does not answer.
            ImageError: It is too large to be shown.
            Stopped: The work was closed.
            Exception: Any exception that the work raises.
        """

        def whole() -> _Value:
            give_back_large_blocks_at_once()
            return work(_content_of(file, self._most_bytes), self._sandbox(pdf_text))

        return await self._queue.do((file, pdf_text, what), whole)

    def close(self) -> None:
        """End all work, including work that was begun."""
        with self._lock:
            self._closed = True
        self._queue.close()
        self._close_sandbox()

    def _sandbox(self, pdf_text: PdfText) -> SandboxPool:
        if pdf_text != self._pdf_text:
            self._close_sandbox()
        with self._lock:
            if self._closed:
                raise Stopped
            if self._pool is None:
                self._pool = SandboxPool(1, PAGE_SECONDS, pdf_text=pdf_text)
                self._pdf_text = pdf_text
            return self._pool

    def _close_sandbox(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()


def _content_of(file: SafeFile, most_bytes: int) -> bytes:
    if file.content.size > most_bytes:
        raise ImageError(
            "too-large-to-show",
            f"files of more than {most_bytes // 2**20} MiB are not shown",
            advice="its text and its sidecars are there all the same",
        )
    return answered(file.read, of=file.root, seconds=_READ_SECONDS)
