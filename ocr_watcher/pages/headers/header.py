"""What the header of an image file tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.pages.headers.view import AS_STORED

if TYPE_CHECKING:
    from ocr_watcher.pages.model import Size


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a JPEG, PNG or BMP tells.

    Attributes:
        size: As the file stores it.
        ordinary: Whether its pixels are of a kind that every decoder shows alike: up to eight bits
            of grey, a palette, or red, green and blue; nothing transparent.
        whole: Whether the file has its end.
        orientation: The tag of that name; 1 for pixels that lie as they are shown.
    """

    size: Size
    ordinary: bool
    whole: bool
    orientation: int = AS_STORED
