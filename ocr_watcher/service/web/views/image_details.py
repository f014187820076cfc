"""The present facts of an image: its file, its state and the files beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.service.reasons import Post, reason_of
from ocr_watcher.service.web.safe_file import SafeFile
from ocr_watcher.service.web.views.failures import failure_in
from ocr_watcher.sidecars.names import fits_a_sidecar
from ocr_watcher.sidecars.state import State, look_beside, sidecar_names, state_of
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.values.image import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocr_watcher.ledger.low_confidence import LowConfidence
    from ocr_watcher.service.web.site import Site
    from ocr_watcher.sidecars.error_file import Failure
    from ocr_watcher.values.image import Image
    from ocr_watcher.values.tried import Tried


@dataclass(frozen=True, slots=True)
class ImageDetails:
    """The present facts of an image.

    Attributes:
        file: Its file.
        state: Its state, by the files beside it.
        why: The reason why it has its text or lacks it, as in the command ``why``.
        sidecars: The sidecars that were made from its content, by format.
        failure: Why it failed, if it did.
        tried: The failed tries with this content that will be repeated, if there are some.
        low: The low confidence of its text; None if it is not low.
    """

    file: SafeFile
    state: State
    why: str
    sidecars: Mapping[str, SafeFile]
    failure: Failure | None
    tried: Tried | None
    low: LowConfidence | None


def details_of(image: Image, site: Site) -> ImageDetails:
    """Look at an image.

    Raises:
        OSError: It is not there, is no regular file, or cannot be read.
    """
    folder, ledger = site.folders[image.root], site.ledger
    file = SafeFile.look(image.root, image.name)
    directory_name, _, name = image.name.rpartition("/")
    with directory_below(image.root, directory_name) as directory:
        stamp = Stamp.of(os.stat(name, dir_fd=directory, follow_symlinks=False))
        state = state_of(directory, image, stamp, folder, ledger.done_stamp_of)
        sidecars = dict(_current(directory, image, stamp, site)) if fits_a_sidecar(name) else {}
    tried, low = ledger.tries_of(image), ledger.confidence.of(image)
    return ImageDetails(
        file,
        state,
        _why(image, Post(folder, site.daemon, ledger)),
        sidecars,
        failure_in(image, folder) if state is State.FAILED else None,
        tried if tried is not None and tried.stamp.is_of_the_same_content(stamp) else None,
        low if low is not None and low.is_of(stamp) else None,
    )


def _current(
    directory: int, image: Image, stamp: Stamp, site: Site
) -> Iterator[tuple[str, SafeFile]]:
    folder = site.folders[image.root]
    beside = look_beside(directory, image, stamp, folder, site.ledger.done_stamp_of)
    before = image.name.removesuffix(image.base_name)
    for output_format, name in sidecar_names(directory, image.base_name, folder).items():
        if output_format not in beside.outdated and output_format not in beside.doubtful:
            try:
                yield output_format, SafeFile.look(image.root, before + name)
            except OSError:  # it is gone, or something else is in its place
                continue


def _why(image: Image, post: Post) -> str:
    try:
        return reason_of(image, post)
    except (OverflowError, ValueError):  # a date beyond all calendars
        return "not known, as the image has an invalid date"
