"""Finds out whether a text object of a PDF is visible, from the object alone."""

from __future__ import annotations

import ctypes
import enum
from typing import Any

from ocr_watcher.pages.decoding.pdf_shapes import colour_of

_INVISIBLE = {3, 7}
"""The text rendering modes that paint nothing: neither fill nor stroke, and clip only (ISO 32000-1,
table 106)."""
_STROKED = {1, 5}
"""The text rendering modes that paint only outlines."""

_TRANSPARENT = 13
"""The opacity, up to 255, below which nobody sees text: a twentieth."""
_PALE = 224
"""The value of the darkest component from which text may be white on white."""


class Shows(enum.Enum):
    """The visibility of text."""

    YES = enum.auto()
    NO = enum.auto()
    PERHAPS = enum.auto()


def showing_of(address: int) -> Shows:
    """Return whether a text object is visible if nothing else is painted near it."""
    if not address:
        return Shows.PERHAPS
    raw = _raw()
    text = ctypes.cast(address, raw.FPDF_PAGEOBJECT)
    if raw.FPDFTextObj_GetTextRenderMode(text) in _INVISIBLE:
        return Shows.NO
    colour = colour_of_text(address)
    if not colour:
        return Shows.PERHAPS
    *components, opacity = colour
    if opacity < _TRANSPARENT:
        return Shows.NO
    # A mark may belong to optional content, such as a layer that is switched off.
    is_simple = not (
        _is_optional(text)
        or raw.FPDFPageObj_HasTransparency(text)  # a soft mask, for example
        or raw.FPDFClipPath_CountPaths(raw.FPDFPageObj_GetClipPath(text)) > 0
    )
    return Shows.YES if is_simple and min(components) < _PALE else Shows.PERHAPS


def colour_of_text(address: int) -> tuple[int, ...]:
    """Return the red, green, blue and opacity of a text object; none if they are unknown."""
    raw = _raw()
    text = ctypes.cast(address, raw.FPDF_PAGEOBJECT)
    return colour_of(text, is_stroked=raw.FPDFTextObj_GetTextRenderMode(text) in _STROKED)


def is_drawn(page: Any, address: int) -> bool:
    """Return whether a text object paints anything where it is drawn by itself.

    Args:
        page: A page of pypdfium2.
        address: The address of the object; 0 for none.
    """
    raw = _raw()
    if not address:
        return False
    text = ctypes.cast(address, raw.FPDF_PAGEOBJECT)
    bitmap = raw.FPDFTextObj_GetRenderedBitmap(page.pdf, page, text, 1.0)
    if not bitmap:
        return False
    try:
        size = raw.FPDFBitmap_GetStride(bitmap) * raw.FPDFBitmap_GetHeight(bitmap)
        return any(ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), size))
    finally:
        raw.FPDFBitmap_Destroy(bitmap)


def _is_optional(text: Any) -> bool:
    raw = _raw()
    return any(
        _mark_name(raw.FPDFPageObj_GetMark(text, index)) == "OC"
        for index in range(raw.FPDFPageObj_CountMarks(text))
    )


def _mark_name(mark: Any) -> str:
    raw = _raw()
    buffer, length = (ctypes.c_ushort * 16)(), ctypes.c_ulong()
    raw.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), length)
    return "".join(map(chr, buffer)).partition("\0")[0]


def _raw() -> Any:
    import pypdfium2.raw  # noqa: PLC0415  an extra

    return pypdfium2.raw
