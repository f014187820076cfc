"""The image of an attempt, whose directory is opened once and passed on to all parts."""

from __future__ import annotations

import contextlib
import errno
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ocr_watcher.storage.directory import directory_below
from ocr_watcher.storage.fresh import fresh_status
from ocr_watcher.values.image import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.values.image import Image

UNKNOWN = Stamp(0, 0, 0)
"""The stamp of an image whose status cannot be read."""


@dataclass(frozen=True, slots=True)
class OpenedImage:
    """An image in its directory, at the beginning of an attempt.

    The directory stays open. The attempt reads and writes in this directory even if it is moved
    meanwhile.

    Attributes:
        image: The image.
        directory: A descriptor of its directory.
        stamp: The stamp of its content; `UNKNOWN` if there is a fault.
        fault: The error of reading its status; None if there was none.
    """

    image: Image
    directory: int
    stamp: Stamp
    fault: OSError | None = None

    def raise_fault(self) -> None:
        """Raise the fault, if there is one.

        Raises:
            OSError: The image is gone, or its status cannot be read.
        """
        if self.fault is not None:
            raise self.fault

    def again(self) -> OpenedImage:
        """Return the image with the stamp that it has now.

        Raises:
            OSError: The image is gone, or its status cannot be read.
        """
        self.raise_fault()
        return replace(self, stamp=_stamp(self.directory, self.image.base_name))


@contextlib.contextmanager
def open_image(image: Image) -> Iterator[OpenedImage]:
    """Open the directory of an image, and read its status; an error is kept as `fault`.

    Args:
        image: The image.
    """
    with contextlib.ExitStack() as stack:
        try:
            path = image.name.rpartition("/")[0]
            directory = stack.enter_context(directory_below(image.root, path))
            found = OpenedImage(image, directory, _stamp(directory, image.base_name))
        except OSError as error:
            found = OpenedImage(image, -1, UNKNOWN, error)
        yield found


def _stamp(directory: int, name: str) -> Stamp:
    status = fresh_status(directory, name)
    if not stat.S_ISREG(status.st_mode):
        raise FileNotFoundError(errno.ENOENT, "not a regular file")
    return Stamp.of(status)
