"""Finds out whether a file has its end, without decoding it.

A file without its end may still be growing. A file that has its end and cannot be decoded is
damaged for good. Some decoders return the existing part of a picture without an error, so this is
checked first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.pages.file_type import FileType
from ocr_watcher.pages.headers import bmp, jpeg, png

if TYPE_CHECKING:
    from collections.abc import Callable

_CODESTREAM = b"\xff\x4f\xff\x51"
_END_OF_CODESTREAM = b"\xff\xd9"
"""The marker EOC of JPEG 2000, which no packet contains (ITU-T T.800, annex A.1)."""

_BOX_HEAD = 8
_LONG_BOX_HEAD = 16


def is_whole(data: bytes, found: FileType) -> bool:
    """Return whether a file of a still picture has its end."""
    return _CHECKS[found](data)


def _gif(data: bytes) -> bool:
    """Return whether the file reaches to the end of its first frame (GIF89a, section 12 ff.)."""
    at = 13 + _palette_length(data, 10)
    while at < len(data):
        if data[at] == ord("!"):
            at = _after_blocks(data, at + 2)
        elif data[at] == ord(","):
            return _after_blocks(data, at + 11 + _palette_length(data, at + 9)) <= len(data)
        else:  # the end, or invalid data: nothing is missing
            return True
    return False


def _palette_length(data: bytes, at: int) -> int:
    flags = data[at] if at < len(data) else 0
    return 3 << (flags % 8 + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while at < len(data):
        if not data[at]:
            return at + 1
        at += 1 + data[at]
    return len(data) + 1


def _riff(data: bytes) -> bool:
    return len(data) >= _BOX_HEAD + int.from_bytes(data[4:8], "little")


def _boxes(data: bytes) -> bool:
    """Return whether all outermost boxes are complete (ISO/IEC 14496-12, section 4.2)."""
    at, kinds = 0, set()
    while at + _BOX_HEAD <= len(data):
        length = int.from_bytes(data[at : at + 4])
        kinds.add(data[at + 4 : at + 8])
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + _LONG_BOX_HEAD])
        if length < _BOX_HEAD:  # the box reaches to the end of the file, or it is not a box
            return b"meta" in kinds
        at += length
    return at == len(data) and b"meta" in kinds


def _codestream(data: bytes) -> bool:
    start = data.find(_CODESTREAM)
    return start >= 0 and data.rfind(_END_OF_CODESTREAM, start) >= 0


_CHECKS: dict[FileType, Callable[[bytes], bool]] = {
    FileType.JPEG: jpeg.has_end,
    FileType.PNG: png.has_end,
    FileType.BMP: bmp.has_end,
    FileType.GIF: _gif,
    FileType.WEBP: _riff,
    FileType.JPEG2000: _codestream,
    FileType.HEIC: _boxes,
    FileType.AVIF: _boxes,
}
