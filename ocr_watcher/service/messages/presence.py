"""Shows the other processes with the same state directory that a process is running."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NEW_SECONDS = 60.0
"""The seconds after which a file without a lock belongs to a process that has ended."""


class Presence:
    """A file that is locked as long as its process runs.

    The kernel releases the lock however the process ends (flock(2)). If the file system has no
    locks, all other processes count as ended.

    Attributes:
        owner: A random token of letters and digits, which identifies the process.
    """

    def __init__(self, directory: Path) -> None:
        """Create it for a directory, in which no file is used before `begin`."""
        self.owner = secrets.token_hex(8)
        self._directory = directory
        self._descriptor: int | None = None

    def begin(self) -> None:
        """Create and lock the file, unless that was done before.

        Raises:
            OSError: The file cannot be created.
        """
        if self._descriptor is not None:
            return
        self._remove_ended()
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        self._descriptor = os.open(self._path(self.owner), flags, 0o600)
        with contextlib.suppress(OSError):  # there are no locks
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def end(self) -> None:
        """Remove the file."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                self._path(self.owner).unlink()
            os.close(self._descriptor)
            self._descriptor = None

    def lives(self, owner: str) -> bool:
        """Return whether the process with a token is running."""
        return owner == self.owner or (owner.isalnum() and _is_held(self._path(owner)))

    def _path(self, owner: str) -> Path:
        return self._directory / f"messages.{owner}.lock"

    def _remove_ended(self) -> None:
        for path in self._directory.glob("messages.*.lock"):
            with contextlib.suppress(OSError):
                if time.time() - path.lstat().st_mtime > _NEW_SECONDS and not _is_held(path):
                    path.unlink()


def _is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False
