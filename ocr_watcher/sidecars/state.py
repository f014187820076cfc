"""The state of an image, by the files beside it: done, failed, or waiting.

A sidecar has the modification time of the content that it was made from. Comparing two dates
therefore shows whether the image has changed since, independent of any clock. A sidecar that a
person edits afterwards is only newer. The folder alone determines the state.

A content can be replaced by another one of the same date, as when an archive is unpacked over it.
The times of the last change of status (inode(7)) then show that the image was touched after its
sidecar was written. The ledger's record of the earlier content distinguishes the two. Where a file
system refuses dates, a sidecar has the date of its writing. If such a sidecar is older than its
image, it is current if it was written after the image was last touched.
"""

from __future__ import annotations

import enum
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ocr_watcher.folders.rules import is_image_name
from ocr_watcher.pages.file_type import SUPPORTED_EXTENSIONS
from ocr_watcher.sidecars.error_file import Failing, failing
from ocr_watcher.sidecars.names import error_name, fits_a_sidecar, sidecar_name
from ocr_watcher.sidecars.obstacle import obstacle_of
from ocr_watcher.storage.dates import is_rounding_of, later
from ocr_watcher.storage.trial import keeps_dates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.sidecars.obstacle import Obstacle
    from ocr_watcher.values.image import Image, Stamp

    Recall = Callable[[Image], Stamp | None]


class State(enum.Enum):
    """The state of an image, as the files beside it show it."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Beside:
    """The sidecars of an image that have to be written.

    Attributes:
        outdated: The names of the sidecars that are missing, or were certainly made from another
            content, by format.
        doubtful: The names of the sidecars to write if the hash of the content differs from the
            one in the ledger, by format; empty if there is no doubt.
        another_file: Whether another file of the same size and date has the image's name.
    """

    outdated: Mapping[str, str]
    doubtful: Mapping[str, str] = field(default_factory=dict)
    another_file: bool = False


_CURRENT = Beside({})


def sidecar_names(directory: int, image: str, folder: Folder) -> dict[str, str]:
    """Return the names of the sidecars of an image, by format.

    Where the format replaces the extension and ``a.jpg`` lies beside ``a.png``, both would own
    ``a.txt``. The suffix is then appended for both, so that neither text overwrites the other.

    Args:
        directory: A descriptor of the image's directory.
        image: Its name there, or the name that it had there.
        folder: The watched folder it belongs to.
    """
    replace = folder.replace and not _shares_its_stem(directory, image)
    return {
        output_format: sidecar_name(image, output_format, replace=replace)
        for output_format in folder.formats
    }


def look_beside(
    directory: int,
    image: Image,
    stamp: Stamp,
    folder: Folder,
    recall: Recall,
    *,
    thorough: bool = False,
) -> Beside:
    """Compare the sidecars of an image with the content that it has.

    Args:
        directory: A descriptor of the image's directory.
        image: The image.
        stamp: The content that it has.
        folder: The watched folder it belongs to.
        recall: A function that returns the content that an image had when its sidecars were
            written. A scan calls it only if a sidecar is newer than the image, or if the image was
            touched since. A sidecar is newer if a person edited it, or if the image was replaced by
            an older one.
        thorough: Whether it is called in any case, as after an event for the image.
    """
    names = sidecar_names(directory, image.base_name, folder)
    if not thorough and _are_plainly_current(directory, names.values(), stamp):
        return _CURRENT  # the usual case, so that a scan of finished images is cheap
    statuses = {name: _status(directory, name) for name in names.values()}
    dates = _Dates(directory, image, stamp, recall)
    outdated = {
        output_format: name
        for output_format, name in names.items()
        if not dates.are_current(statuses[name])
    }
    there = [status for status in statuses.values() if status is not None]
    touched = any(later(stamp.ctime_ns, status.st_ctime_ns) for status in there)
    newer = any(status.st_mtime_ns > stamp.mtime_ns for status in there)
    if len(outdated) == len(names) or not (thorough or touched or newer):
        return Beside(outdated)
    before = recall(image)
    if before is None:
        return Beside(outdated)
    if not before.is_of_the_same_content(stamp):
        return Beside(names)
    another_file = before.inode != stamp.inode
    # If the ledger knows the time of this last change, the content is certainly the same.
    seen = before.ctime_ns == stamp.ctime_ns if before.ctime_ns else not another_file
    doubt = (touched and not seen) or (thorough and (another_file or not seen))
    return Beside(outdated, names if doubt else {}, another_file=another_file)


def state_of(directory: int, image: Image, stamp: Stamp, folder: Folder, recall: Recall) -> State:
    """Return the state of an image, by the files beside it.

    Args:
        directory: A descriptor of the image's directory.
        image: The image.
        stamp: The content that it has.
        folder: The watched folder it belongs to.
        recall: The memory of earlier contents, see `look_beside`.
    """
    if not fits_a_sidecar(image.base_name):
        return State.FAILED
    beside = look_beside(directory, image, stamp, folder, recall)
    if not beside.outdated and not beside.doubtful:
        return State.DONE
    if obstacle_beside(directory, image.base_name, folder) is not None:
        return State.FAILED
    if beside.outdated and failing(directory, image, stamp) is Failing.YES:
        return State.FAILED
    return State.WAITING


def obstacle_beside(directory: int, image: str, folder: Folder) -> Obstacle | None:
    """Return the obstacle in the place of a file beside an image; None if there is none.

    Args:
        directory: A descriptor of the image's directory.
        image: Its name there.
        folder: The watched folder it belongs to.
    """
    names = sidecar_names(directory, image, folder)
    return obstacle_of(directory, [*names.values(), error_name(image)])


@dataclass(frozen=True, slots=True)
class _Dates:
    """The judgement on the dates of the sidecars of one image."""

    directory: int
    image: Image
    stamp: Stamp
    recall: Recall

    def are_current(self, status: os.stat_result | None) -> bool:
        """Return whether a sidecar was made from the current content, or edited later."""
        if status is None or not stat.S_ISREG(status.st_mode):
            return False
        if status.st_mtime_ns >= self.stamp.mtime_ns:
            return True
        if later(self.stamp.ctime_ns, status.st_ctime_ns):
            return self._is_remembered() and self._cannot_be_set()
        return is_rounding_of(status.st_mtime_ns, self.stamp.mtime_ns) or self._cannot_be_set()

    def _cannot_be_set(self) -> bool:
        """Return whether sidecars cannot have the date of the image on this file system."""
        try:
            return not keeps_dates(self.directory, self.stamp.mtime_ns)
        except OSError:  # this user may not write there
            return self._is_remembered()

    def _is_remembered(self) -> bool:
        before = self.recall(self.image)
        return before is not None and before.is_of_the_same_content(self.stamp)


def _are_plainly_current(directory: int, names: Iterable[str], stamp: Stamp) -> bool:
    for name in names:
        status = _status(directory, name)
        if (
            status is None
            or status.st_mtime_ns != stamp.mtime_ns
            or status.st_ctime_ns < stamp.ctime_ns
            or not stat.S_ISREG(status.st_mode)
        ):
            return False
    return True


def _shares_its_stem(directory: int, image: str) -> bool:
    own = _status(directory, image)
    stem, own_extension = os.path.splitext(image)  # noqa: PTH122  a name, not a path
    if own_extension not in _spellings(own_extension.lower()):
        return True  # such as .JpG: too many spellings to check, so it counts as shared
    for extension in SUPPORTED_EXTENSIONS:
        for name in map(stem.__add__, _spellings(extension)):
            other = _status(directory, name) if is_image_name(name) else None
            # On a share that ignores case, a.JPG is the same file as a.jpg.
            if other is not None and (own is None or not os.path.samestat(other, own)):
                return True
    return False


def _spellings(extension: str) -> tuple[str, str, str]:
    return extension, extension.upper(), "." + extension[1:].capitalize()


def _status(directory: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=directory, follow_symlinks=False)
    except OSError:
        return None
