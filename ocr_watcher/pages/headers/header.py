"""The facts in the header of an image file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.pages.headers.view import AS_STORED

if TYPE_CHECKING:
    from ocr_watcher.pages.types import Resolution, Size


@dataclass(frozen=True, slots=True)
class Header:
    """The facts in the header of a JPEG, PNG or BMP.

    Attributes:
        size: The size as the file stores it.
        ordinary: Whether its pixels are of a kind that every decoder shows alike: up to eight bits
            of grey, a palette, or red, green and blue; nothing transparent.
        whole: Whether the file has its end.
        orientation: The value of the tag of that name; 1 for pixels that are stored upright.
        resolution: The resolution of its pixels as they are stored, where it tells a credible one.
    """

    size: Size
    ordinary: bool
    whole: bool
    orientation: int = AS_STORED
    resolution: Resolution | None = None
