"""Makes the pages of an image file fit what an engine takes, touching as little as it can."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image

from ocr_watcher.engine.interface import Page
from ocr_watcher.errors import ImageError
from ocr_watcher.pages import picture
from ocr_watcher.pages.geometry import Transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.engine.interface import Limits

_FIT_QUALITY = 95
"""Pillow's documentation calls this the highest JPEG quality worth its size."""

_SHRINK_QUALITY = 85
_SHRINK_STEPS = (1.0, 0.85, 0.7, 0.5, 0.35)
"""Shares of the sides that `shrink` tries in turn: encoding anew may be enough."""

_WORTHWHILE = 0.75
"""A rendering counts as clearly smaller at this share of the bytes before."""

_LEAST_LONG_SIDE = 512
"""A page whose longer side has fewer pixels shows no print that could be read."""

_DRAWING_MODES = frozenset({"1", "P"})
"""Few flat colours: as PNG smaller than as JPEG, and without its ripples around the letters."""


@dataclass(frozen=True, slots=True)
class FittedPage:
    """A page as an engine is given it, and what it was before.

    Attributes:
        page: What the engine is given.
        number: Which page of the file it is, from 1.
        width: Of the original page, in pixels.
        height: Likewise.
        to_original: From pixels of ``page`` to pixels of the original page.
    """

    page: Page
    number: int
    width: int
    height: int
    to_original: Transform


def open_pages(data: bytes, limits: Limits) -> Iterator[FittedPage]:
    """Opens an image file, page by page.

    The bytes of the file go untouched wherever the engine takes them. A page that is too large is
    reduced; one that is too small gets white paper to its right and below, where no coordinate
    moves; one in a format the engine does not take is encoded anew. How much an encoded page may
    weigh is the engine's to say: see `shrink`.

    Pixels stay as they are stored: a page encoded anew carries the EXIF orientation of its file.

    Args:
        data: The whole file.
        limits: What the engine takes; always JPEG among other formats.

    Yields:
        The pages, in order.

    Raises:
        ImageError: The file holds no picture that can be read; raised when its page is asked for.
        TransientError: There is not enough memory now.
    """
    original = picture.identify(data)
    size = (original.width, original.height)
    if original.format in limits.formats and _acceptable(size, limits):
        page = Page(data, original.format, *size)
        yield FittedPage(page, 1, *size, Transform())
    else:
        yield _fitted(original, limits)


def shrink(fitted: FittedPage, limits: Limits) -> FittedPage:
    """Renders a page clearly smaller, for an engine that found it too large.

    Args:
        fitted: The page that was too large; itself perhaps the result of an earlier call.
        limits: What the engine takes.

    Raises:
        ImageError: ``too-large``: a still smaller rendering could not be read.
    """
    page = fitted.page
    raster = picture.decode(picture.identify(page.data))
    for step in _SHRINK_STEPS:
        size = (round(page.width * step), round(page.height * step))
        if not _acceptable(size, limits) or max(size) < _LEAST_LONG_SIDE:
            break
        data = picture.encode(_resized(raster, size), "JPEG", quality=_SHRINK_QUALITY)
        if len(data) <= _WORTHWHILE * len(page.data):
            scale = _composed(fitted.to_original, (page.width, page.height), size)
            return replace(fitted, page=Page(data, "JPEG", *size), to_original=scale)
    raise ImageError(
        "too-large",
        f"the engine takes no page of {len(page.data)} bytes, and a smaller one is not legible",
        advice="Scan it in parts, or with less colour.",
    )


def _acceptable(size: tuple[int, int], limits: Limits) -> bool:
    return min(size) >= limits.shortest_side and max(size) <= limits.longest_side


def _fitted(original: picture.Picture, limits: Limits) -> FittedPage:
    whole = (original.width, original.height)
    inner = _reduced(whole, limits.longest_side)
    outer = (max(inner[0], limits.shortest_side), max(inner[1], limits.shortest_side))
    raster = _resized(picture.decode(original, near=inner), inner)
    drawing = original.mode in _DRAWING_MODES and "PNG" in limits.formats
    encoding = "PNG" if drawing else "JPEG"
    data = picture.encode(_on_white(raster, outer), encoding, quality=_FIT_QUALITY)
    scale = _composed(Transform(), whole, inner)
    return FittedPage(Page(data, encoding, *outer), 1, *whole, scale)


def _reduced(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    share = min(1.0, longest_side / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _resized(raster: picture.Raster, size: tuple[int, int]) -> picture.Raster:
    if raster.image.size == size:
        return raster
    # Of black and white Pillow would only drop pixels; as grey, thin strokes survive.
    image = raster.image.convert("L") if raster.image.mode == "1" else raster.image
    resized = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return replace(raster, image=resized)


def _on_white(raster: picture.Raster, size: tuple[int, int]) -> picture.Raster:
    if raster.image.size == size:
        return raster
    paper = Image.new(raster.image.mode, size, "white")
    paper.paste(raster.image, (0, 0))
    return replace(raster, image=paper)


def _composed(before: Transform, old: tuple[int, int], new: tuple[int, int]) -> Transform:
    return Transform(before.scale_x * old[0] / new[0], before.scale_y * old[1] / new[1])
