"""The file of an image, as one try found it, and the files beside it."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.errors import DoubtfulImageError, ImageError
from ocr_watcher.image import Stamp
from ocr_watcher.sidecar.render import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocr_watcher.image import Image

LONGEST_FILE = 256 * 2**20
"""Bytes. A scan is a hundredth of it; what is larger would only fill the memory."""

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a FIFO must not block us


@dataclass(frozen=True, slots=True)
class ImageFile:
    """The file of an image, as a try found it.

    Attributes:
        image: Which one.
        directory: A descriptor of its directory.
        stamp: Its content.
        missing: The names of the sidecars that are not there, or are of another content, by
            format.
    """

    image: Image
    directory: int
    stamp: Stamp
    missing: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its name in its directory."""
        return self.image.base_name

    def source(self, data: bytes | None) -> Source:
        """Describes it in a sidecar.

        Args:
            data: Its content, for the hash; None where it could not be read.
        """
        sha256 = None if data is None else hashlib.sha256(data).hexdigest()
        return Source(self.name, self.stamp.size, self.stamp.mtime_ns, sha256)

    def changed(self) -> bool:
        """Tells whether another content has taken its place.

        Raises:
            OSError: It is gone.
        """
        status = os.stat(self.name, dir_fd=self.directory, follow_symlinks=False)
        return Stamp.of(status) != self.stamp

    def remove(self, sidecar: str) -> None:
        """Removes a file beside it, where there is one."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(sidecar, dir_fd=self.directory)

    def remove_newer(self) -> None:
        """Removes the sidecars of a content that was replaced by an older one."""
        for sidecar in self.missing.values():
            with contextlib.suppress(FileNotFoundError):
                status = os.stat(sidecar, dir_fd=self.directory, follow_symlinks=False)
                if status.st_mtime_ns > self.stamp.mtime_ns:
                    os.unlink(sidecar, dir_fd=self.directory)

    def read(self) -> bytes | None:
        """Reads it whole.

        Returns:
            Its content; None where another one has taken its place.

        Raises:
            ImageError: It may not be read (``unreadable``), or is larger than any scan
                (``too-large``).
            OSError: It is gone, or cannot be read.
        """
        try:
            descriptor = os.open(self.name, _READ, dir_fd=self.directory)
        except PermissionError as error:
            raise DoubtfulImageError(
                "unreadable",
                "the file may not be read",
                advice="give the user that the program runs as permission to read it",
            ) from error
        try:
            if Stamp.of(os.fstat(descriptor)) != self.stamp:
                return None
            if self.stamp.size > LONGEST_FILE:
                raise ImageError(
                    "too-large",
                    f"the file has {self.stamp.size} bytes; at most {LONGEST_FILE} are read",
                    advice="scan at a lower resolution, or split the file",
                )
            data = b"".join(_blocks(descriptor, self.stamp.size))
            return data if Stamp.of(os.fstat(descriptor)) == self.stamp else None
        finally:
            os.close(descriptor)


def _blocks(descriptor: int, size: int) -> Iterator[bytes]:
    """Reads so many bytes, or those that there are: of a local file in one piece."""
    while size and (block := os.read(descriptor, size)):
        size -= len(block)
        yield block
