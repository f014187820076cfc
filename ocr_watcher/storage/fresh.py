"""The status of a file as its server knows it, past what the kernel remembers of it."""

from __future__ import annotations

import ctypes
import os

_AT_SYMLINK_NOFOLLOW = 0x100
_AT_STATX_FORCE_SYNC = 0x2000
_STATX_BASIC_STATS = 0x7FF
_LONGEST_STATUS = 256
"""Values and the size of ``struct statx``, of ``linux/stat.h`` and ``linux/fcntl.h``."""

_statx = getattr(ctypes.CDLL(None), "statx", None)


def fresh_status(directory: int, name: str) -> os.stat_result:
    """Return the status of a file, after having its file system ask its server.

    NFS, CIFS and FUSE remember the attributes of a file for a second and more, in which stat(2)
    does not show that another host has replaced it. statx(2) with ``AT_STATX_FORCE_SYNC`` asks
    the server, and renews what is remembered. On a local disk it costs a system call.

    Args:
        directory: A descriptor of its directory.
        name: Its name there; a link is not followed.

    Raises:
        OSError: It is not there, or cannot be looked at.
    """
    if _statx is not None:
        flags = _AT_SYMLINK_NOFOLLOW | _AT_STATX_FORCE_SYNC
        # Whatever it answers, a fault too, stat(2) below says it as Python does.
        answer = ctypes.create_string_buffer(_LONGEST_STATUS)
        _statx(directory, os.fsencode(name), flags, _STATX_BASIC_STATS, answer)
    return os.stat(name, dir_fd=directory, follow_symlinks=False)
