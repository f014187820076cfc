"""The texts of sidecars that are PDFs, read in a sandbox."""

from __future__ import annotations

from concurrent.futures import Future, wait
from typing import TYPE_CHECKING

from ocr_watcher.index.folding import MOST_CHARACTERS
from ocr_watcher.pages.sandbox.pool import SandboxPool
from ocr_watcher.threads.expendable import ExpendableThread

if TYPE_CHECKING:
    from collections.abc import Callable

_BEAT_SECONDS = 1.0


class PdfTexts:
    """The reader of PDFs, for one thread. Its process runs from the first PDF until `close`."""

    def __init__(self) -> None:
        """Begin without a process."""
        self._sandbox: SandboxPool | None = None

    def text_of(self, data: bytes, beat: Callable[[], None]) -> str:
        """Return the text of a PDF, with a form feed between two pages.

        Args:
            data: The whole file.
            beat: Called every second until the text is there. Any exception of it ends the wait.

        Raises:
            ImageError: It is no PDF that can be read.
            TransientError: No process could be started.
        """
        sandbox = self._sandbox = self._sandbox or SandboxPool(1)
        text: Future[str] = Future()

        def read() -> None:
            try:
                text.set_result(sandbox.text(data, MOST_CHARACTERS))
            except BaseException as error:
                text.set_exception(error)

        ExpendableThread(read, name="text of a PDF").start()
        beat()
        while wait([text], _BEAT_SECONDS).not_done:
            beat()
        return text.result()

    def close(self) -> None:
        """End the process; the next PDF starts another one."""
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None
