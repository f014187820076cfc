"""Lets the files beside an image follow it when it is renamed."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from ocr_watcher.sidecars.names import error_name
from ocr_watcher.sidecars.state import sidecar_names
from ocr_watcher.storage.directory import directory_below

if TYPE_CHECKING:
    from ocr_watcher.folders.folder import Folder


def follow(folder: Folder, source: str, destination: str, *, over_another: bool) -> None:
    """Rename the files beside an image as the image was renamed.

    What cannot be renamed stays: the image is then taken for one without a text, and gets it
    from memory.

    Args:
        folder: The watched folder.
        source: The image's name before, as a path below the folder's root.
        destination: Its name now, likewise.
        over_another: Whether what lies beside the new name was made from another image, whose
            place this one took: that goes. Otherwise it may have been renamed as the image was,
            and stays.
    """
    old_directory, _, old_image = source.rpartition("/")
    new_directory, _, new_image = destination.rpartition("/")
    with (
        contextlib.suppress(OSError),
        directory_below(folder.root, old_directory) as old,
        directory_below(folder.root, new_directory) as new,
    ):
        pairs = zip(_names(old, old_image, folder), _names(new, new_image, folder), strict=True)
        for old_name, new_name in pairs:
            if over_another:
                with contextlib.suppress(OSError):
                    os.unlink(new_name, dir_fd=new)
            with contextlib.suppress(OSError):
                # A link fails where the name is taken; a rename would take it.
                os.link(old_name, new_name, src_dir_fd=old, dst_dir_fd=new, follow_symlinks=False)
                os.unlink(old_name, dir_fd=old)


def _names(directory: int, image: str, folder: Folder) -> list[str]:
    return [*sidecar_names(directory, image, folder).values(), error_name(image)]
