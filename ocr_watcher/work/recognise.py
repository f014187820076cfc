"""One try at one image, from its file to its sidecars."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ocr_watcher.errors import ImageError, StorageError
from ocr_watcher.image import Image, Stamp, directory_below
from ocr_watcher.sidecar import render
from ocr_watcher.sidecar.names import NAME_TOO_LONG, error_name, fits_a_sidecar
from ocr_watcher.sidecar.state import has_failed, outdated_sidecars
from ocr_watcher.sidecar.write import PendingFile
from ocr_watcher.work.image_file import ImageFile
from ocr_watcher.work.outcome import Changed, Failed, Recognised, Skipped
from ocr_watcher.work.reading import read_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.folder import Folder
    from ocr_watcher.pages.model import Pages
    from ocr_watcher.sidecar.state import Recall

    NoteDone = Callable[[Image, Stamp], None]

_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


def _now() -> datetime:
    return datetime.now(UTC)


class Recogniser:
    """Sees images from their files to their sidecars.

    Every step that may fail for a reason that lies outside of the image comes before the engine
    is asked: a call may be paid for, and what it answers must find its place.
    """

    def __init__(
        self,
        folders: Mapping[str, Folder],
        engine: Engine,
        pages: Pages,
        *,
        recall: Recall,
        note_done: NoteDone,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Takes its collaborators.

        Args:
            folders: The watched folders, by root.
            engine: Reads the pages.
            pages: Opens files page by page.
            recall: Knows which content an image had when its sidecars were written.
            note_done: Is told of that content.
            now: The time that sidecars bear.
        """
        self._folders = folders
        self._engine = engine
        self._pages = pages
        self._recall = recall
        self._note_done = note_done
        self._now = now

    def recognise(self, image: Image) -> Recognised | Skipped | Changed:
        """Makes one try.

        Raises:
            EngineError: The image was not read.
            StorageError: A file could not be read or written.
            Stopped: The program was asked to stop.
        """
        with _storage_errors(), self._found(image) as found:
            if not found.missing:
                found.remove(error_name(found.name))  # it is of a content that was here before
                return Skipped("done")
            if has_failed(found.directory, image, found.stamp):
                return Skipped("failed")
            if not fits_a_sidecar(found.name):
                raise ImageError(
                    "name-too-long", NAME_TOO_LONG, advice="give the image a shorter name"
                )
            return self._recognise(found)
        return Skipped("vanished")

    def fail(
        self, image: Image, stamp: Stamp, error: ImageError, tries: int
    ) -> Failed | Skipped | Changed:
        """Writes beside an image that it failed for good, and why.

        Args:
            image: The image.
            stamp: The content that failed.
            error: The last fault.
            tries: How many tries it was given.

        Raises:
            StorageError: The file could not be written.
        """
        with _storage_errors(), self._found(image) as found:
            if found.stamp != stamp:
                return Changed()
            if fits_a_sidecar(found.name):  # else the log must do
                self._write_failure(found, error, tries)
            return Failed(error, tries)
        return Skipped("vanished")

    @contextlib.contextmanager
    def _found(self, image: Image) -> Iterator[ImageFile]:
        with directory_below(image.root, image.name.rpartition("/")[0]) as directory:
            status = os.stat(image.base_name, dir_fd=directory, follow_symlinks=False)
            if not stat.S_ISREG(status.st_mode):
                raise FileNotFoundError(errno.ENOENT, "not a regular file")
            stamp, folder = Stamp.of(status), self._folders[image.root]
            missing = outdated_sidecars(directory, image, stamp, folder, self._recall)
            yield ImageFile(image, directory, stamp, missing)

    def _recognise(self, found: ImageFile) -> Recognised | Changed:
        with contextlib.ExitStack() as stack:
            pending = {
                output_format: stack.enter_context(PendingFile(found.directory, name))
                for output_format, name in found.missing.items()
            }
            data = found.read()
            if data is None:
                return Changed()
            pages = read_pages(data, self._engine, self._pages)
            if found.changed():
                return Changed()
            self._write(found, pending, pages, data)
            return Recognised(len(pages), sum(len(page.lines) for page in pages))

    def _write(
        self,
        found: ImageFile,
        pending: Mapping[str, PendingFile],
        pages: tuple[render.RecognisedPage, ...],
        data: bytes,
    ) -> None:
        found.remove(error_name(found.name))
        # Noted before there is a sidecar: killed in between, the image would be done, and nobody
        # would know with which content. One that is newer than the image would count as edited.
        found.remove_newer()
        self._note_done(found.image, found.stamp)
        for output_format, file in pending.items():
            if output_format == "txt":
                content = render.text(pages)
            else:
                source = found.source(data)
                content = render.answer(pages, source, self._engine.description, self._now())
            file.commit(content, found.stamp.mtime_ns)
        os.fsync(found.directory)

    def _write_failure(self, found: ImageFile, error: ImageError, tries: int) -> None:
        try:
            data = found.read()
        except ImageError:
            data = None
        content = render.failure(error, found.source(data), tries, self._now())
        with PendingFile(found.directory, error_name(found.name)) as file:
            # The text of a content that is no longer there goes first: killed in between, the
            # image waits; the other way round it would have failed, and kept that text.
            for outdated in found.missing.values():
                found.remove(outdated)
            file.commit(content, found.stamp.mtime_ns)


@contextlib.contextmanager
def _storage_errors() -> Iterator[None]:
    """Translates what the file system says; that a file is gone is no error, and is passed over."""
    try:
        yield
    except OSError as error:
        if error.errno not in _GONE:
            raise _storage_error(error) from error


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
