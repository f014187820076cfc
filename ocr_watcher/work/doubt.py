"""The search for images that were replaced by another content of the same size and date."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ocr_watcher.sidecars.error_file import Failing, failing, failure_of
from ocr_watcher.sidecars.names import error_name
from ocr_watcher.storage.write import where_supported

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ocr_watcher.sidecars.state import Beside
    from ocr_watcher.values.image import Image, Stamp
    from ocr_watcher.work.image_file import ImageFile

    RecallHash = Callable[[Image], str | None]
    NoteDone = Callable[[Image, Stamp, str], None]


class Doubts:
    """The decision about doubtful images by their hashes; the result is kept for the next time."""

    def __init__(self, recall_hash: RecallHash, note_done: NoteDone) -> None:
        """Create it.

        Args:
            recall_hash: A function that returns the hash of the content that an image's sidecars
                were made from.
            note_done: Called with a file that has the same content as the one before it.
        """
        self._recall_hash = recall_hash
        self._note_done = note_done

    def missing(self, found: ImageFile, beside: Beside) -> Mapping[str, str]:
        """Return the names of the sidecars that have to be written, by format."""
        if not beside.doubtful:
            return beside.outdated
        known = self._recall_hash(found.image)
        if known is None:
            # Edited sidecars are kept: the other file may have the same content.
            unedited = found.unedited(beside.doubtful) if beside.another_file else {}
            return {**unedited, **beside.outdated}
        now = found.sha256()
        if now is not None and now != known:
            return beside.doubtful
        if now is not None and not beside.outdated:
            self._note_done(found.image, found.stamp, known)
        return beside.outdated

    @staticmethod
    def has_failed(found: ImageFile) -> bool:
        """Return whether this content failed for good, by the error file beside it."""
        verdict = failing(found.directory, found.image, found.stamp)
        if verdict is not Failing.PERHAPS:
            return verdict is Failing.YES
        content = failure_of(found.directory, found.name).content
        if content is None or found.sha256() != content.sha256:
            return False
        _touch(found.directory, error_name(found.name))  # the next scan then needs no hash
        return True


def _touch(directory: int, name: str) -> None:
    status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    dates = (status.st_atime_ns, status.st_mtime_ns)
    where_supported(os.utime, name, ns=dates, dir_fd=directory, follow_symlinks=False)
