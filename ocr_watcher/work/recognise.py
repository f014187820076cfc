"""One try at one image, from its file to its sidecars."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ocr_watcher.errors import DoubtfulImageError, ImageError, StorageError
from ocr_watcher.image import Image, Stamp, directory_below
from ocr_watcher.sidecar import render
from ocr_watcher.sidecar.names import error_name, fits_a_sidecar
from ocr_watcher.sidecar.state import is_current, sidecar_names
from ocr_watcher.sidecar.write import PendingFile
from ocr_watcher.work.outcome import Changed, Failed, Outcome, Recognised, Skipped
from ocr_watcher.work.reading import read_pages
from ocr_watcher.work.verdict import is_final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.folder import Folder

LONGEST_FILE = 256 * 2**20
"""Bytes. A scan is a hundredth of it; what is larger would only fill the memory."""

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a FIFO must not block us
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Found:
    """The image as this try found it."""

    image: Image
    directory: int
    stamp: Stamp
    missing: Mapping[str, str]
    """The names of the sidecars that are not there, or are of another content, by format."""

    @property
    def name(self) -> str:
        return self.image.base_name

    def source(self, data: bytes | None) -> render.Source:
        sha256 = None if data is None else hashlib.sha256(data).hexdigest()
        return render.Source(self.name, self.stamp.size, self.stamp.mtime_ns, sha256)

    def changed(self) -> bool:
        status = os.stat(self.name, dir_fd=self.directory, follow_symlinks=False)
        return Stamp.of(status) != self.stamp

    def remove(self, sidecar: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(sidecar, dir_fd=self.directory)


class Recogniser:
    """Sees images from their files to their sidecars.

    Every step that may fail for a reason that lies outside of the image comes before the engine
    is asked: a call may be paid for, and what it answers must find its place.
    """

    def __init__(
        self,
        folders: Mapping[str, Folder],
        engine: Engine,
        attempts: int,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Takes its collaborators.

        Args:
            folders: The watched folders, by root.
            engine: Reads the pages.
            attempts: How many tries a doubtful fault of an image is given.
            now: The time that sidecars bear.
        """
        self._folders = folders
        self._engine = engine
        self._attempts = attempts
        self._now = now

    def __call__(self, image: Image, earlier_tries: int = 0) -> Outcome:
        """Makes one try.

        Args:
            image: The image.
            earlier_tries: Tries before this one that ended with a fault of the image.

        Raises:
            EngineError: The page was not read, and no file beside the image says so.
            StorageError: A file could not be read or written.
            Stopped: The program was asked to stop.
        """
        try:
            with directory_below(image.root, image.name.rpartition("/")[0]) as directory:
                status = os.stat(image.base_name, dir_fd=directory, follow_symlinks=False)
                if not stat.S_ISREG(status.st_mode):
                    return Skipped("not a regular file")
                return self._try(self._find(image, directory, Stamp.of(status)), earlier_tries)
        except OSError as error:
            if error.errno in _GONE:
                return Skipped("vanished")
            raise _storage_error(error) from error

    def _find(self, image: Image, directory: int, stamp: Stamp) -> _Found:
        names = sidecar_names(directory, image.base_name, self._folders[image.root])
        missing = {
            output_format: name
            for output_format, name in names.items()
            if not is_current(directory, name, stamp.mtime_ns)
        }
        return _Found(image, directory, stamp, missing)

    def _try(self, found: _Found, earlier_tries: int) -> Outcome:
        if not found.missing:
            return Skipped("done")
        if is_current(found.directory, error_name(found.name), found.stamp.mtime_ns):
            return Skipped("failed")
        if not fits_a_sidecar(found.name):
            raise ImageError(
                "name-too-long",
                "the names of its sidecars would be longer than the file system takes",
                advice="give the image a shorter name",
            )
        with contextlib.ExitStack() as stack:
            pending = {
                output_format: stack.enter_context(PendingFile(found.directory, name))
                for output_format, name in found.missing.items()
            }
            return self._recognise(found, pending, earlier_tries + 1)

    def _recognise(self, found: _Found, pending: Mapping[str, PendingFile], tries: int) -> Outcome:
        data: bytes | None = None
        try:
            data = _read(found)
            if data is None:
                return Changed()
            pages = read_pages(data, self._engine)
        except ImageError as error:
            if not is_final(error, tries, self._attempts):
                raise
            return Changed() if found.changed() else self._fail(found, error, tries, data)
        if found.changed():
            return Changed()
        self._write(found, pending, pages, data)
        return Recognised(len(pages), sum(len(page.lines) for page in pages))

    def _write(
        self,
        found: _Found,
        pending: Mapping[str, PendingFile],
        pages: tuple[render.RecognisedPage, ...],
        data: bytes,
    ) -> None:
        found.remove(error_name(found.name))
        source = found.source(data)
        for output_format, file in pending.items():
            if output_format == "txt":
                content = render.text(pages)
            else:
                content = render.answer(pages, source, self._engine.description, self._now())
            file.commit(content, found.stamp.mtime_ns)
        os.fsync(found.directory)

    def _fail(self, found: _Found, error: ImageError, tries: int, data: bytes | None) -> Outcome:
        content = render.failure(error, found.source(data), tries, self._now())
        with PendingFile(found.directory, error_name(found.name)) as file:
            file.commit(content, found.stamp.mtime_ns)
        for outdated in found.missing.values():  # the text of a content that is no longer there
            found.remove(outdated)
        return Failed(error, tries)


def _read(found: _Found) -> bytes | None:
    """Reads the file that was found; None where another one has taken its place."""
    try:
        descriptor = os.open(found.name, _READ, dir_fd=found.directory)
    except PermissionError as error:
        raise DoubtfulImageError(
            "unreadable",
            "the file may not be read",
            advice="give the user that the program runs as permission to read it",
        ) from error
    with open(descriptor, "rb") as file:  # noqa: PTH123  a descriptor has no Path
        if Stamp.of(os.fstat(descriptor)) != found.stamp:
            return None
        if found.stamp.size > LONGEST_FILE:
            raise ImageError(
                "too-large",
                f"the file has {found.stamp.size} bytes; at most {LONGEST_FILE} are read",
                advice="scan at a lower resolution, or split the file",
            )
        data = file.read(LONGEST_FILE)
        return data if Stamp.of(os.fstat(descriptor)) == found.stamp else None


def _storage_error(error: OSError) -> StorageError:
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return StorageError(reason, advice=_ADVICE.get(error.errno or 0, ""))


_ADVICE = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room within the quota",
    errno.EACCES: "let the user that the program runs as write in the folder",
    errno.EPERM: "let the user that the program runs as write in the folder",
    errno.EROFS: "the folder is mounted read-only; mount it for writing",
}
