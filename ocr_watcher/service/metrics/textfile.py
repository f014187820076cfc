"""The file for the textfile collector of node_exporter."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from typing import TYPE_CHECKING, Self

from ocr_watcher.escapes import printable
from ocr_watcher.logs.fields import fields
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.storage.write import TEMPORARY_PREFIX, PendingFile, remove_if_abandoned
from ocr_watcher.threads.expendable import ExpendableThread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_log = logging.getLogger(__name__)

WRITE_SECONDS = 15.0
_MODE = 0o644
"""The mode of the file, which node_exporter reads as another user."""
_END_SECONDS = 2.0


class Textfile:
    """A thread that replaces the whole file every 15 seconds.

    An error is logged once until the file can be written again. A file system that hangs blocks
    only this thread, which is then left behind.
    """

    def __init__(
        self, path: Path, text: Callable[[], bytes], seconds: float = WRITE_SECONDS
    ) -> None:
        """Create the thread; entering the context starts it, leaving the context ends it.

        Args:
            path: The file.
            text: A function that returns its content.
            seconds: The time between two writings.
        """
        self._path = path
        self._text = text
        self._seconds = seconds
        self._ending = threading.Event()
        self._logged = ""
        self._thread = ExpendableThread(self._run, name="metrics textfile")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the thread; the file stays."""
        self._ending.set()
        self._thread.join(_END_SECONDS)

    def write(self) -> None:
        """Write the file once; a failure is logged."""
        try:
            write_whole(self._path, self._text())
        except OSError as error:
            self._tell(error.strerror or type(error).__name__)
        except Exception as error:
            self._tell(f"a fault of this program ({type(error).__name__})", error)
        else:
            self._tell("")

    def _run(self) -> None:
        remove_leftovers(self._path)
        self.write()
        while not self._ending.wait(self._seconds):
            self.write()

    def _tell(self, fault: str, error: Exception | None = None) -> None:
        if fault == self._logged:
            return
        path = fields(file=printable(str(self._path)))
        if fault:
            _log.warning(
                "the metrics cannot be written, and the work goes on: %s",
                fault,
                exc_info=error,
                extra=path,
            )
        else:
            _log.info("the metrics are written again", extra=path)
        self._logged = fault


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, so that a reader finds the old or the new content.

    It is not flushed to the disk, as that would wake the disk every time. After a power cut, the
    next write replaces it.

    Raises:
        OSError: It could not be written; the old file stays.
    """
    with (
        directory_below(str(path.parent), "") as directory,
        PendingFile(directory, path.name) as file,
    ):
        file.fill(content)
        file.permit(_MODE)
        file.flush()
        file.put(None)


def remove_leftovers(path: Path) -> None:
    """Remove the unfinished files that killed processes left in the directory of the file."""
    with contextlib.suppress(OSError), directory_below(str(path.parent), "") as directory:
        with os.scandir(directory) as entries:
            names = [each.name for each in entries if each.name.startswith(TEMPORARY_PREFIX)]
        for name in names:
            remove_if_abandoned(directory, name)
