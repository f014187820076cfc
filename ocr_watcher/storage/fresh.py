"""The current status of a file on its server, without the kernel's cache of attributes."""

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
    """Return the status of a file, after its file system has asked its server.

    NFS, CIFS and FUSE cache the attributes of a file for a second or more. During that time stat(2)
    does not show that another host has replaced the file. statx(2) with ``AT_STATX_FORCE_SYNC``
    asks the server and renews the cache. On a local disk it costs one system call.

    Args:
        directory: A descriptor of the directory.
        name: The name of the file in it; a link is not followed.

    Raises:
        OSError: The file is not there, or its status cannot be read.
    """
    if _statx is not None:
        flags = _AT_SYMLINK_NOFOLLOW | _AT_STATX_FORCE_SYNC
        # Its result and its errors are ignored, as stat(2) below returns the same to Python.
        answer = ctypes.create_string_buffer(_LONGEST_STATUS)
        _statx(directory, os.fsencode(name), flags, _STATX_BASIC_STATS, answer)
    return os.stat(name, dir_fd=directory, follow_symlinks=False)
