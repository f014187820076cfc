"""Open directories below a watched folder without following a link."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from ocr_watcher.values.image import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.values.image import Image

READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""The flags to read a file of a watched folder: neither a link nor a FIFO harms (open(2))."""

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@contextlib.contextmanager
def directory_below(root: str, name: str) -> Iterator[int]:
    """Open a directory below a root without following a link below the root.

    A user who may write in the folder may replace a directory by a link at any moment. Opening the
    path part by part with ``O_NOFOLLOW`` never leaves the root (open(2)).

    Args:
        root: The watched folder. Its own path may contain links.
        name: The path of the directory below the root; empty for the root.

    Yields:
        A file descriptor for ``dir_fd`` arguments.

    Raises:
        OSError: A part of the path is missing, is a link, or may not be entered.
    """
    descriptor = os.open(root, _DIRECTORY)
    try:
        for part in filter(None, name.split("/")):
            inner = os.open(part, _DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def stamp_of(image: Image) -> Stamp | None:
    """Return the stamp of an image; None if its status cannot be read, or it is gone."""
    try:
        with directory_below(image.root, image.name.rpartition("/")[0]) as directory:
            return Stamp.of(os.stat(image.base_name, dir_fd=directory, follow_symlinks=False))
    except OSError:
        return None
