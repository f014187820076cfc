"""The file of an image, as an attempt found it, and the sidecars beside it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.document.document import Source
from ocr_watcher.errors import DoubtfulImageError, ImageError
from ocr_watcher.pages.file_type import LONGEST_MARK, file_type_of
from ocr_watcher.storage.advice import permission_advice
from ocr_watcher.storage.dates import later
from ocr_watcher.storage.directory import READ
from ocr_watcher.storage.fresh import fresh_status
from ocr_watcher.storage.trial import keeps_dates
from ocr_watcher.values.image import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ocr_watcher.values.image import Image

LONGEST_FILE = 256 * 2**20
"""The most bytes of a file. A usual scan has a hundredth of that; a larger file would only fill the
memory."""

_PART = 2**20
"""The number of bytes that are read at once."""


@dataclass(frozen=True, slots=True)
class ImageFile:
    """The file of an image, as an attempt found it.

    Attributes:
        image: The image.
        directory: A descriptor of its directory.
        stamp: The stamp of its content.
        missing: The names of the sidecars that are missing, or were made from another content, by
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

    def source(self, sha256: str | None) -> Source:
        """Return its description for a sidecar.

        Args:
            sha256: The hash of its content; None if it could not be read.
        """
        return Source(self.name, self.stamp.size, self.stamp.mtime_ns, sha256)

    def changed(self, data: bytes) -> bool:
        """Return whether another content has taken its place.

        A file of the same size and date is compared by its content if it is another file or was
        touched. Somebody may have changed only its permissions, or may have set its date back.

        Args:
            data: The content that was read.

        Raises:
            OSError: It is gone.
        """
        stamp = Stamp.of(fresh_status(self.directory, self.name))
        if not stamp.is_of_the_same_content(self.stamp):
            return True
        if stamp == self.stamp and stamp.ctime_ns == self.stamp.ctime_ns:
            return False
        return not self._holds(data)

    def remove(self, sidecar: str) -> None:
        """Remove a file beside it, if there is one; directories and links are not the program's."""
        status = self._status(sidecar)
        if status is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(sidecar, dir_fd=self.directory)

    def remove_misleading(self) -> None:
        """Remove the outdated sidecars that would count as current once this content is noted."""
        for sidecar in self.missing.values():
            status = self._status(sidecar)
            if status is not None and not self._is_plainly_older(status):
                self.remove(sidecar)

    def unedited(self, sidecars: Mapping[str, str]) -> dict[str, str]:
        """Return the sidecars that nobody has edited since they were written, by format."""
        return {
            output_format: name
            for output_format, name in sidecars.items()
            if (status := self._status(name)) is None or status.st_mtime_ns <= self.stamp.mtime_ns
        }

    def read(self) -> bytes | None:
        """Read the whole file.

        Returns:
            Its content; None if the file was replaced or changed.

        Raises:
            ImageError: It may not be read (``unreadable``), is larger than any scan
                (``too-large``), or does not begin like an image (``empty-file``, ``not-an-image``).
            OSError: It is gone, or cannot be read.
        """
        try:
            descriptor = os.open(self.name, READ, dir_fd=self.directory)
        except PermissionError as error:
            raise DoubtfulImageError(
                "unreadable",
                "the file may not be read",
                advice=permission_advice(self.image.root),
            ) from error
        try:
            if not self._is_in(descriptor):
                return None
            if self.stamp.size > LONGEST_FILE:
                raise ImageError(
                    "too-large",
                    f"the file has {self.stamp.size} bytes; at most {LONGEST_FILE} are read",
                    advice="scan at a lower resolution, or split the file",
                )
            file_type_of(os.pread(descriptor, LONGEST_MARK, 0))  # before the rest fills the memory
            data = b"".join(_blocks(descriptor, self.stamp.size))
            return data if self._is_in(descriptor) else None
        finally:
            os.close(descriptor)

    def sha256(self) -> str | None:
        """Return the hash of its content, which is read in blocks; None if it cannot be read."""
        digest = hashlib.sha256()
        try:
            descriptor = os.open(self.name, READ, dir_fd=self.directory)
        except PermissionError:
            return None
        try:
            if not self._is_in(descriptor) or self.stamp.size > LONGEST_FILE:
                return None
            for block in _blocks(descriptor, self.stamp.size, _PART):
                digest.update(block)
            return digest.hexdigest() if self._is_in(descriptor) else None
        finally:
            os.close(descriptor)

    def _is_in(self, descriptor: int) -> bool:
        # Without the inode: some file systems give a file another inode at each stat(2).
        status = os.fstat(descriptor)
        same = Stamp.of(status).is_of_the_same_content(self.stamp)
        return same and stat.S_ISREG(status.st_mode)

    def _holds(self, data: bytes) -> bool:
        descriptor = os.open(self.name, READ, dir_fd=self.directory)
        try:
            return self._is_in(descriptor) and _is_equal(
                _blocks(descriptor, len(data), _PART), data
            )
        finally:
            os.close(descriptor)

    def _is_plainly_older(self, status: os.stat_result) -> bool:
        return later(self.stamp.mtime_ns, status.st_mtime_ns) and keeps_dates(
            self.directory, self.stamp.mtime_ns
        )

    def _status(self, sidecar: str) -> os.stat_result | None:
        try:
            status = os.stat(sidecar, dir_fd=self.directory, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return status if stat.S_ISREG(status.st_mode) else None


def _blocks(descriptor: int, size: int, part: int | None = None) -> Iterator[bytes]:
    """Yield a file up to a number of bytes, in parts if the size of a part is given."""
    while size and (block := os.read(descriptor, min(size, part or size))):
        size -= len(block)
        yield block


def _is_equal(blocks: Iterable[bytes], data: bytes) -> bool:
    whole, begin = memoryview(data), 0
    for block in blocks:
        if whole[begin : begin + len(block)] != block:
            return False
        begin += len(block)
    return begin == len(data)
