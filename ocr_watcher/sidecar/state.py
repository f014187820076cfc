"""Whether an image is done, has failed, or waits: read from the files beside it.

A sidecar carries the modification time of the content that it was made from. So one look at two
dates tells whether the image has changed since, whatever any clock says, and a sidecar that a
person edits afterwards is only newer. The folder is the truth; nothing else needs to be remembered.
"""

from __future__ import annotations

import contextlib
import enum
import os
from typing import TYPE_CHECKING

from ocr_watcher.pages import SUPPORTED_EXTENSIONS
from ocr_watcher.sidecar.names import error_name, sidecar_name

if TYPE_CHECKING:
    from ocr_watcher.folder import Folder


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
        image: Its name there.
        folder: The watched folder it belongs to.

    Raises:
        OSError: The format replaces the extension, and the image is not there.
    """
    replace = folder.replace and not _shares_its_stem(directory, image)
    return {
        output_format: sidecar_name(image, output_format, replace=replace)
        for output_format in folder.formats
    }


def state_of(directory: int, image: str, mtime_ns: int, folder: Folder) -> State:
    """Looks beside an image.

    Args:
        directory: A descriptor of the image's directory.
        image: Its name there.
        mtime_ns: When its content last changed.
        folder: The watched folder it belongs to.

    Raises:
        OSError: As `sidecar_names`.
    """
    names = sidecar_names(directory, image, folder)
    if all(is_current(directory, name, mtime_ns) for name in names.values()):
        return State.DONE
    if is_current(directory, error_name(image), mtime_ns):
        return State.FAILED
    return State.WAITING


def is_current(directory: int, sidecar: str, mtime_ns: int) -> bool:
    """Tells whether a sidecar was made from the content of that date, or edited since."""
    try:
        status = os.stat(sidecar, dir_fd=directory, follow_symlinks=False)
    except OSError:
        return False
    return status.st_mtime_ns >= mtime_ns


def _shares_its_stem(directory: int, image: str) -> bool:
    own = os.stat(image, dir_fd=directory, follow_symlinks=False)
    stem = os.path.splitext(image)[0]  # noqa: PTH122  a name, not a path
    for extension in SUPPORTED_EXTENSIONS:
        for other in (stem + extension, stem + extension.upper()):
            with contextlib.suppress(OSError):
                status = os.stat(other, dir_fd=directory, follow_symlinks=False)
                # On a share that is blind to case, a.JPG is there wherever a.jpg is: itself.
                if not os.path.samestat(status, own):
                    return True
    return False
