"""The hold of this process on the lock file of a folder, as long as the claim is ours."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.service.claim.holder import MOST_BYTES, encode
from ocr_watcher.service.claim.lock_file import lock, write
from ocr_watcher.service.claim.verdict import Lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.service.claim.holder import Holder
    from ocr_watcher.service.claim.lock_file import LockFile, Look

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_NEVER_UNMOUNTED = "/"


class Grip:
    """The hold on a lock file, which writes our name into the file and renews it.

    On the file system of the root directory, the file stays open and locked, and a renewal changes
    only the date of its status, which no sync client looks at. Any other file system may have to be
    unmounted, and an open file prevents that (umount(2), EBUSY). There, the file is opened for each
    renewal, and its content changes. It is locked during the renewal if the file system is local to
    this machine. On a share, a lock may be unknown to other hosts, or prevent them from reading
    (CIFS).

    Args:
        us: The description of this program, which is written into the file.
        has_locks: A function that returns whether the folder's file system is local to this
            machine.

    Attributes:
        took_with_lock: Whether our name was last written under the file's lock.
    """

    def __init__(self, us: Holder, has_locks: Callable[[], bool]) -> None:
        self._us = us
        self._has_locks = has_locks
        self._descriptor: int | None = None
        self._beat = 0
        self.took_with_lock = False

    @property
    def is_locked(self) -> bool:
        """Whether we hold the file's lock, so that no process of this kernel can take it over."""
        return self._descriptor is not None

    def is_on(self, look: Look) -> bool:
        """Return whether a file that was looked at is ours."""
        if look.holder is None:  # it was written on a full disk, so only the lock shows its owner
            return self.is_locked and look.content == b""
        return look.holder.token == self._us.token

    def lock(self, descriptor: int) -> Lock:
        """Try to lock an open file."""
        return lock(descriptor) if self._has_locks() else Lock.NONE

    def take(self, file: LockFile, descriptor: int, seen: bytes | None = None) -> bool:
        """Write our name into an open file, and keep it open where its lock can be kept.

        Args:
            file: The lock file of the folder.
            descriptor: The open file, which is closed where it is not kept.
            seen: The content of the file when it was judged; if it has changed, another process
                took the file first. None if the file is ours already.

        Returns:
            Whether the file is ours now; otherwise another process took it first.

        Raises:
            OSError: It could not be written.
        """
        try:
            acquired = self.lock(descriptor)
            # Without a lock, the next renewals show whether the file still names us.
            unchanged = seen is None or os.pread(descriptor, MOST_BYTES, 0) == seen
            taken = acquired is Lock.NONE or (
                acquired is Lock.FREE and file.is_at(descriptor) and unchanged
            )
            kept = taken and acquired is Lock.FREE and _may_stay_open(descriptor)
            if taken:
                self._write(descriptor, locked=kept)
        except BaseException:
            os.close(descriptor)
            raise
        if taken:
            self.let_go()
            self.took_with_lock = acquired is Lock.FREE
        if kept:
            self._descriptor = descriptor
        else:
            os.close(descriptor)
        return taken

    def renew(self, file: LockFile) -> bool:
        """Renew the claim; the file may have been replaced, as mounts come and go.

        Returns:
            Whether the file is still ours.

        Raises:
            OSError: It could not be written.
        """
        if self._descriptor is not None and file.is_at(self._descriptor):
            os.fchmod(self._descriptor, 0o600)
            return True
        try:
            descriptor = file.open() if file.look() else file.create()
        except FileExistsError:
            return False
        return descriptor is not None and self.take(file, descriptor)

    def let_go(self) -> None:
        """Release the lock; the file stays."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write(self, descriptor: int, *, locked: bool) -> None:
        self._beat += 1
        try:
            write(descriptor, encode(replace(self._us, locked=locked), self._beat))
        except OSError as error:
            # On a full disk, the file does not name the holder, but the lock still holds.
            if not (locked and error.errno in _NO_ROOM):
                raise


def _may_stay_open(descriptor: int) -> bool:
    return os.fstat(descriptor).st_dev == os.stat(_NEVER_UNMOUNTED).st_dev  # noqa: PTH116
