"""Whether an image is done, has failed, or waits: read from the files beside it.

A sidecar carries the modification time of the content that it was made from. So one look at two
dates tells whether the image has changed since, whatever any clock says, and a sidecar that a
person edits afterwards is only newer. The folder is the truth; nothing else needs to be remembered.
"""

from __future__ import annotations

import enum
import os
from typing import TYPE_CHECKING

from ocr_watcher.pages.formats import SUPPORTED_EXTENSIONS
from ocr_watcher.sidecar.names import error_name, fits_a_sidecar, sidecar_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.folder import Folder
    from ocr_watcher.image import Image, Stamp

    Recall = Callable[[Image], Stamp | None]


class State(enum.Enum):
    """What the folder says of an image."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


def sidecar_names(directory: int, image: str, folder: Folder) -> dict[str, str]:
    """Names the sidecars of an image, by format.

    Where the format replaces the extension and ``a.jpg`` lies beside ``a.png``, both would own
    ``a.txt``: then the format is appended for either, so that neither text overwrites the other.

    Args:
        directory: A descriptor of the image's directory.
        image: Its name there, or the one it had there.
        folder: The watched folder it belongs to.
    """
    replace = folder.replace and not _shares_its_stem(directory, image)
    return {
        output_format: sidecar_name(image, output_format, replace=replace)
        for output_format in folder.formats
    }


def outdated_sidecars(
    directory: int, image: Image, stamp: Stamp, folder: Folder, recall: Recall
) -> dict[str, str]:
    """Names the sidecars that are not there, or were made from another content, by format.

    Args:
        directory: A descriptor of the image's directory.
        image: The image.
        stamp: The content that it has.
        folder: The watched folder it belongs to.
        recall: Knows which content an image had when its sidecars were written. It is asked
            only where a sidecar is newer than the image: a person edited it, or the image was
            replaced by an older one.
    """
    names = sidecar_names(directory, image.base_name, folder)
    dates = {name: _date(directory, name) for name in names.values()}
    if set(dates.values()) == {stamp.mtime_ns}:
        return {}  # as nearly always; a scan of what is done has to be cheap
    if any(date > stamp.mtime_ns for date in dates.values()):
        before = recall(image)
        if before is not None and not before.is_of_the_same_content(stamp):
            return names
    return {
        output_format: name for output_format, name in names.items() if dates[name] < stamp.mtime_ns
    }


def state_of(directory: int, image: Image, stamp: Stamp, folder: Folder, recall: Recall) -> State:
    """Looks beside an image.

    Args:
        directory: A descriptor of the image's directory.
        image: The image.
        stamp: The content that it has.
        folder: The watched folder it belongs to.
        recall: As for `outdated_sidecars`.
    """
    if not fits_a_sidecar(image.base_name):
        return State.FAILED
    if not outdated_sidecars(directory, image, stamp, folder, recall):
        return State.DONE
    if has_failed(directory, image, stamp):
        return State.FAILED
    return State.WAITING


def has_failed(directory: int, image: Image, stamp: Stamp) -> bool:
    """Tells whether the file beside an image says that this content of it failed for good."""
    return _date(directory, error_name(image.base_name)) == stamp.mtime_ns


def _date(directory: int, sidecar: str) -> float:
    status = _status(directory, sidecar)
    return float("-inf") if status is None else status.st_mtime_ns


def _shares_its_stem(directory: int, image: str) -> bool:
    own = _status(directory, image)
    stem, own_extension = os.path.splitext(image)  # noqa: PTH122  a name, not a path
    if own_extension not in _spellings(own_extension.lower()):
        return True  # of such spellings there are too many to look for each: it is taken for shared
    for extension in SUPPORTED_EXTENSIONS:
        for name in map(stem.__add__, _spellings(extension)):
            other = _status(directory, name)
            # On a share that is blind to case, a.JPG is there wherever a.jpg is: itself.
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
