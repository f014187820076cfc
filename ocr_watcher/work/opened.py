"""The image that an attempt is made at: opened once, and passed on to all that look at it."""

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
"""The stamp of an image that cannot be looked at."""


@dataclass(frozen=True, slots=True)
class OpenedImage:
    """An image in its directory, as it was found at the begin of an attempt.

    The directory stays open: what is read and written for the attempt lies in it, wherever it is
    moved meanwhile.

    Attributes:
        image: The image.
        directory: A descriptor of its directory.
        stamp: The content that it had; `UNKNOWN` where there is a fault.
        fault: Why it cannot be looked at; None where it can.
    """

    image: Image
    directory: int
    stamp: Stamp
    fault: OSError | None = None

    def raise_fault(self) -> None:
        """Raise the fault, if there is one.

        Raises:
            OSError: The image is gone, or cannot be looked at.
        """
        if self.fault is not None:
            raise self.fault

    def again(self) -> OpenedImage:
        """Return the image with the content that it has now.

        Raises:
            OSError: It is gone, or cannot be looked at.
        """
        self.raise_fault()
        return replace(self, stamp=_stamp(self.directory, self.image.base_name))


@contextlib.contextmanager
def open_image(image: Image) -> Iterator[OpenedImage]:
    """Open the directory of an image, and look at the image; a fault is kept for who works on it.

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
