"""The reasons why the images of a list failed."""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import TYPE_CHECKING

from ocr_watcher.service.reasons import failure_beside
from ocr_watcher.sidecars.error_file import Failure
from ocr_watcher.sidecars.state import State
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.threads.patience import answered

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.index.entry import Entry
    from ocr_watcher.values.image import Image


def failures_of(
    entries: Iterable[Entry], folders: Mapping[str, Folder], hung: Collection[str]
) -> dict[str, Failure]:
    """Return the failures of those images that failed, by the id of the image.

    If the folder does not answer or the image is gone, only the code from the index is known.

    Args:
        entries: The images.
        folders: The watched folders, by root.
        hung: The folders that do not answer, which are not used.
    """
    failed: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.state is State.FAILED:
            failed[entry.image.root].append(entry)
    found: dict[str, Failure] = {}
    for root, of_root in failed.items():
        found |= {entry.id: Failure(entry.code, "", "") for entry in of_root}
        if root in folders and root not in hung:
            try:
                found |= answered(functools.partial(_read, of_root, folders[root]), of=root)
            except OSError:  # no answer in time, so only the codes are known
                continue
    return found


def _read(entries: Iterable[Entry], folder: Folder) -> dict[str, Failure]:
    found = {}
    for entry in entries:
        try:
            found[entry.id] = failure_in(entry.image, folder)
        except OSError:  # its directory is gone
            continue
    return found


def failure_in(image: Image, folder: Folder) -> Failure:
    """Return why an image failed, by the files beside it.

    Args:
        image: The image.
        folder: The watched folder that it belongs to.

    Raises:
        OSError: Its directory is gone, or cannot be read.
    """
    directory_name, _, name = image.name.rpartition("/")
    with directory_below(image.root, directory_name) as directory:
        return failure_beside(directory, name, folder)
