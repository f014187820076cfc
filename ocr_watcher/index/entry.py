"""An image in the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.sidecars.state import State
    from ocr_watcher.values.image import Image


@dataclass(frozen=True, slots=True)
class Entry:
    """An image in the index.

    Attributes:
        id: A random name for addresses. It stays with the image as long as the index exists, and
            does not reveal the path.
        image: The image.
        state: Its state, by the files beside it.
        code: The code of its failure; empty if it has not failed.
        modified: The modification time of its file, in seconds since the epoch.
        came: The time when the index first saw it, in seconds since the epoch.
        changed: The time when its state or text last changed, in seconds since the epoch.
    """

    id: str
    image: Image
    state: State
    code: str
    modified: float
    came: float
    changed: float
