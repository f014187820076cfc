"""Records when a file appears under its name, as the kernel reports it (inotify(7))."""

from __future__ import annotations

import ctypes
import os
import select
import struct
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_MOVED_TO = 0x80  # IN_MOVED_TO: sidecars appear by a rename
_EVENT = struct.Struct("iIII")
_BUFFER = 1 << 16


class Arrivals:
    """Tells when files are renamed into a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = os.fsencode(directory)
        self._descriptor = -1

    def __enter__(self) -> Self:
        libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = libc.inotify_init1(os.O_CLOEXEC)
        if libc.inotify_add_watch(self._descriptor, self._directory, _MOVED_TO) < 0:
            raise OSError(ctypes.get_errno(), "the directory cannot be watched")
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def wait_for(self, *names: str, within: float = 60.0) -> float:
        """Wait for files.

        Returns:
            The time at which the last of them came, by `time.monotonic`.

        Raises:
            TimeoutError: One of them did not come in time.
        """
        missing, deadline = set(names), time.monotonic() + within
        while True:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self._descriptor], [], [], left)[0]:
                raise TimeoutError(f"{', '.join(missing)} did not come")
            now = time.monotonic()
            missing.difference_update(self._names(os.read(self._descriptor, _BUFFER)))
            if not missing:
                return now

    @staticmethod
    def _names(events: bytes) -> list[str]:
        names, offset = [], 0
        while offset < len(events):
            *_, length = _EVENT.unpack_from(events, offset)
            offset += _EVENT.size
            names.append(os.fsdecode(events[offset : offset + length].rstrip(b"\0")))
            offset += length
        return names
