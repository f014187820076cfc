"""Refuses pictures that would take too much memory or too many calls, before they are decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from ocr_watcher.errors import ImageError

if TYPE_CHECKING:
    from ocr_watcher.pages.types import Size

Image.MAX_IMAGE_PIXELS = None
"""Pillow's own limit is off, as it counts pixels and not bytes. It would refuse a large plan in
black and white, and accept a picture in colour that takes the same memory. It also only warns, up
to twice its limit."""

LARGEST_RASTER = 1_700_000_000
"""The most bytes that the pixels of one page may take, including all copies. A page of 35,000 x
35,000 pixels in black and white that is reduced to a side of 8192 stays just below."""

MAX_PAGES = 5000
"""The most pages of a file, as each page may cost a paid call."""


def bytes_per_pixel(mode: str) -> int:
    """Return the bytes of a pixel in Pillow's memory ("Concepts", section "Modes"; `Storage.c`)."""
    if mode in {"1", "L", "P"}:
        return 1
    return 2 if mode.startswith("I;16") else 4


def check_memory(size: Size, needed: float) -> None:
    """Refuse a page that would take too much memory.

    Args:
        size: The size of the page, for the message.
        needed: The bytes that decoding it takes.

    Raises:
        ImageError: ``too-many-pixels``.
    """
    if needed > LARGEST_RASTER:
        raise ImageError(
            "too-many-pixels",
            f"a page of {size[0]} x {size[1]} pixels would take {needed / 1e9:.1f} GB to decode, "
            f"and {LARGEST_RASTER / 1e9:.1f} GB are the most",
            advice="scan it at a lower resolution, or in grey or black and white",
        )


def check_pages(count: int) -> None:
    """Refuse a file with too many pages.

    Raises:
        ImageError: ``too-many-pages``.
    """
    if count > MAX_PAGES:
        raise ImageError(
            "too-many-pages",
            f"the file has more than {MAX_PAGES} pages",
            advice="split it into several files",
        )
