"""The renaming of the files beside an image when the image is renamed."""

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

    A file that cannot be renamed stays where it is. The image then counts as one without a text,
    and its text is written again from the ledger, without a call.

    Args:
        folder: The watched folder.
        source: The old name of the image, as a path below the folder's root.
        destination: Its new name, as a path below the folder's root.
        over_another: Whether the image replaced another one, so that the files beside the new name
            were made from that one and are removed. Otherwise they may have been renamed together
            with the image, and are kept.
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
                # A link fails if the name exists; a rename would overwrite that file.
                os.link(old_name, new_name, src_dir_fd=old, dst_dir_fd=new, follow_symlinks=False)
                os.unlink(old_name, dir_fd=old)


def _names(directory: int, image: str, folder: Folder) -> list[str]:
    return [*sidecar_names(directory, image, folder).values(), error_name(image)]
