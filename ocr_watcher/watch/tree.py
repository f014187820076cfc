"""The complete comparison of a watched folder with its sidecars; events are only hints."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.logs.fields import fields
from ocr_watcher.logs.repeats import repeating
from ocr_watcher.sidecars.state import State, state_of
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.storage.write import TEMPORARY_PREFIX, remove_if_abandoned
from ocr_watcher.values.image import Image, Stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.sidecars.state import Recall

    IsOwnFile = Callable[[Image, Stamp], bool]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """An image that a scan found.

    Attributes:
        image: The image.
        status: The status of its file.
        state: Its state by the files beside it.
    """

    image: Image
    status: os.stat_result
    state: State


def scan(
    folder: Folder,
    below: str = "",
    *,
    recall: Recall = lambda _: None,
    is_own_file: IsOwnFile = lambda *_: False,
    on_unread: Callable[[str], None] = lambda _: None,
    on_directory: Callable[[], None] = lambda: None,
) -> Iterator[Found]:
    """Walk a watched folder and yield its images, with one open directory at a time.

    Links are not followed. Unfinished files of killed processes are removed. A directory that
    cannot be entered is logged and skipped.

    Args:
        folder: The watched folder.
        below: The directory to walk, as a path relative to its root; empty for the whole folder.
        recall: A function that returns the content that an image had when its sidecars were
            written.
        is_own_file: A function that returns whether a content is known to be a copy of what the
            program wrote, which is no image. It is called only for images that wait.
        on_unread: Called with the path below the root of each directory that is skipped.
        on_directory: Called before each directory, as there may be many without an image.

    Raises:
        OSError: The root itself cannot be read.
    """
    directories = [below]
    while directories:
        directory = directories.pop()
        on_directory()
        try:
            for found in _scan_directory(folder, directory, directories, recall):
                waits = found.state is State.WAITING
                if not (waits and is_own_file(found.image, Stamp.of(found.status))):
                    yield found
        except OSError as error:
            if not directory:
                raise
            on_unread(directory)
            _log.warning(
                "a directory cannot be read, so its images wait: %s",
                error.strerror,
                extra=fields(directory=f"{folder.root}/{directory}") | repeating(error.strerror),
            )


def _scan_directory(
    folder: Folder, directory: str, directories: list[str], recall: Recall
) -> Iterator[Found]:
    prefix = f"{directory}/" if directory else ""
    with directory_below(folder.root, directory) as descriptor, os.scandir(descriptor) as entries:
        for entry in entries:
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if folder.recursive and folder.rules.prunes(name) is None:
                    directories.append(name)
            elif entry.name.startswith(TEMPORARY_PREFIX):
                remove_if_abandoned(descriptor, entry.name)
            elif folder.rules.ignores(name) is None and entry.is_file(follow_symlinks=False):
                yield from _look(folder, descriptor, entry, name, recall)


def _look(
    folder: Folder, descriptor: int, entry: os.DirEntry[str], name: str, recall: Recall
) -> Iterator[Found]:
    image = Image(folder.root, name)
    try:
        status = entry.stat(follow_symlinks=False)
        state = state_of(descriptor, image, Stamp.of(status), folder, recall)
    except FileNotFoundError:
        return  # it was removed while the directory was read
    yield Found(image, status, state)
