"""The check that the sidecars of an image can be written, before a call is paid for."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections import Counter
from typing import TYPE_CHECKING

from ocr_watcher.storage.trial import try_to_write

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 10_000
"""The number of directories whose result is kept; another trial costs little."""


class Room:
    """Tries each directory once, and asks for the free space before each image.

    Reservations are summed; otherwise two images would count the same free bytes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._proven: dict[tuple[int, int], tuple[int, int, int]] = {}
        self._promised: Counter[int] = Counter()

    @contextlib.contextmanager
    def kept_for(self, directory: int, needed: int, mtime_ns: int) -> Iterator[None]:
        """Reserve room for the files beside an image; other programs may still use it.

        Args:
            directory: A descriptor of the image's directory.
            needed: The bytes that they may need.
            mtime_ns: The date that they are to have.

        Raises:
            OSError: There is no room, or nothing may be written there.
        """
        device = os.fstat(directory).st_dev
        with self._lock:
            self._promised[device] += needed
            promised = self._promised[device]
        try:
            _raise_if_full(directory, promised)
            self._try(directory, mtime_ns)
            yield
        finally:
            with self._lock:
                self._promised[device] -= needed
                if not self._promised[device]:
                    del self._promised[device]

    def doubt(self, directory: int) -> None:
        """Forget that a directory was writable, as a file could not be written there."""
        with self._lock:
            self._proven.pop(_identity(os.fstat(directory)), None)

    def _try(self, directory: int, mtime_ns: int) -> None:
        status = os.fstat(directory)
        who_may = status.st_mode, status.st_uid, status.st_gid
        with self._lock:
            if self._proven.get(_identity(status)) == who_may:
                return
        try_to_write(directory, mtime_ns)
        with self._lock:
            if len(self._proven) >= _MOST:
                self._proven.clear()
            self._proven[_identity(status)] = who_may


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _raise_if_full(directory: int, needed: int) -> None:
    status = os.fstatvfs(directory)
    if status.f_flag & os.ST_RDONLY:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))
    # The space that is reserved for root is free for root alone (statvfs(3)).
    blocks = status.f_bavail if os.geteuid() else status.f_bfree
    if status.f_blocks and blocks * status.f_frsize < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
