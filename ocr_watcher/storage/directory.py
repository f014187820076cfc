"""Opens directories below a watched folder, and follows no link on the way."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from ocr_watcher.values.image import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.values.image import Image

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@contextlib.contextmanager
def directory_below(root: str, name: str) -> Iterator[int]:
    """Open a directory below a root, following no link on the way.

    Whoever may write in the folder may also swap a directory for a link while we look; a path
    walked part by part with ``O_NOFOLLOW`` cannot be led out of the root (open(2)).

    Args:
        root: The watched folder. It may itself be reached through links.
        name: The directory's path below it; empty for the root.

    Yields:
        A file descriptor for ``dir_fd`` arguments.

    Raises:
        OSError: A part of the way is missing, is a link, or may not be entered.
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
    """Take an image's stamp; None where it is not there or cannot be looked at."""
    try:
        with directory_below(image.root, image.name.rpartition("/")[0]) as directory:
            return Stamp.of(os.stat(image.base_name, dir_fd=directory, follow_symlinks=False))
    except OSError:
        return None
