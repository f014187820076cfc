"""The files that people name for settings and secrets."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_READING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""The open does not wait, as on a FIFO it would last until somebody writes to it (fifo(7))."""


def read_named_file(file: Path, most_bytes: int) -> bytes:
    """Return the content of a file, without waiting for another program.

    Args:
        file: The file.
        most_bytes: The largest size of its content.

    Returns:
        Its content; one byte more than ``most_bytes`` if it is too large.

    Raises:
        OSError: It cannot be read, or it is a pipe or a device. Such a file is read more than once,
            and a pipe has its content only once.
    """
    descriptor = os.open(file, _READING)
    try:
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISFIFO(kind) or stat.S_ISCHR(kind) or stat.S_ISBLK(kind):
            raise OSError(0, "it is a pipe or a device; name a regular file", str(file))
        with os.fdopen(descriptor, "rb", closefd=False) as stream:  # it raises for a directory
            return stream.read(most_bytes + 1)
    finally:
        os.close(descriptor)
