"""Reads the header of a file that an engine may accept as it is, without decoding anything.

The module only computes with bytes, so the program itself may run it on a hostile file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.pages.file_type import FileType, file_type_of
from ocr_watcher.pages.headers import bmp, jpeg, png
from ocr_watcher.pages.headers.view import AS_STORED

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.pages.headers.header import Header
    from ocr_watcher.pages.types import Resolution, Size

_READERS: dict[FileType, Callable[[bytes], Header | None]] = {
    FileType.JPEG: jpeg.read_header,
    FileType.PNG: png.read_header,
    FileType.BMP: bmp.read_header,
}


@dataclass(frozen=True, slots=True)
class Head:
    """The facts in the header of a file that an engine depends on.

    Attributes:
        format: The encoding, by Pillow's name: ``JPEG``, ``PNG`` or ``BMP``.
        size: The size as the file stores it.
        plain: Whether every engine sees the picture as a viewer shows it: upright, opaque, in grey,
            a palette or colour of eight bits, and complete to the end of the file.
        resolution: The resolution of its pixels, if it has a credible one.
    """

    format: str
    size: Size
    plain: bool
    resolution: Resolution | None = None


def head_of(data: bytes) -> Head | None:
    """Read the header of a JPEG, PNG or BMP.

    Returns:
        The facts; None for every other format and for an invalid header.

    Raises:
        ImageError: ``empty-file`` or ``not-an-image``.
    """
    found = file_type_of(data)
    header = _READERS[found](data) if found in _READERS else None
    if header is None:
        return None
    plain = header.ordinary and header.whole and header.orientation == AS_STORED
    return Head(found.value, header.size, plain, header.resolution)
