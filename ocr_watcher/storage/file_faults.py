"""The faults of files as errors of this program."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

from ocr_watcher.errors import StorageError
from ocr_watcher.storage.advice import storage_advice

if TYPE_CHECKING:
    from collections.abc import Iterator

GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
"""The errors for a file that is gone, or whose path contains a link now."""


@contextlib.contextmanager
def storage_errors(folder: str) -> Iterator[None]:
    """Raise errors of the file system as `StorageError`; ignore that a file is gone.

    Args:
        folder: The watched folder that the files are in, for the advice.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in GONE:
            reason = os.strerror(error.errno) if error.errno else type(error).__name__
            raise StorageError(reason, advice=storage_advice(error, folder)) from error
