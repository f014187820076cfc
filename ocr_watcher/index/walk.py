"""The images that a walk through a folder finds, and the present status of images of events."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from typing import TYPE_CHECKING, Protocol

from ocr_watcher.storage.directory import directory_below
from ocr_watcher.storage.file_faults import GONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.sidecars.state import State
    from ocr_watcher.values.image import Image


class Seen(Protocol):
    """An image that a scan found, such as `ocr_watcher.watch.tree.Found`."""

    @property
    def image(self) -> Image:
        """The image."""

    @property
    def status(self) -> os.stat_result:
        """The status of its file."""

    @property
    def state(self) -> State:
        """Its state by the files beside it."""


class Scan(Protocol):
    """A walk through a folder, such as `ocr_watcher.watch.tree.scan`."""

    def __call__(
        self,
        folder: Folder,
        /,
        *,
        on_unread: Callable[[str], None],
        on_directory: Callable[[], None],
    ) -> Iterable[Seen]:
        """Yield the images of a folder, those of one directory after the other.

        Args:
            folder: The folder.
            on_unread: Called with the path below the root of each directory that is skipped.
            on_directory: Called before each directory.

        Raises:
            OSError: The folder itself cannot be read.
        """


def directory_of(image: Image) -> str:
    """Return the directory of an image below its folder; empty for the folder itself."""
    return image.name.rpartition("/")[0]


def statuses_of(
    root: str, images: Iterable[Image]
) -> Iterator[tuple[Image, int, os.stat_result | None]]:
    """Yield images with their status and a descriptor of their directory, valid until the next.

    The status is None if no regular file has the name of the image any more.
    """
    for directory, within in itertools.groupby(sorted(images, key=directory_of), directory_of):
        with contextlib.ExitStack() as stack:
            try:
                descriptor = stack.enter_context(directory_below(root, directory))
            except OSError as error:
                if error.errno in GONE:
                    yield from ((image, -1, None) for image in within)
                continue
            for image in within:
                yield image, descriptor, _regular(descriptor, image.base_name)


def _regular(directory: int, name: str) -> os.stat_result | None:
    with contextlib.suppress(OSError):
        status = os.stat(name, dir_fd=directory, follow_symlinks=False)
        return status if stat.S_ISREG(status.st_mode) else None
    return None
