"""A page, or a part of it, as a picture for people: upright, of a bounded size, encoded anew."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.encoding import encode, grey_if_grey
from ocr_watcher.pages.showing_bounds import LONGEST_SIDE, LONGEST_STRIP, MOST_BYTES
from ocr_watcher.pages.types import FittedPage, Piece
from ocr_watcher.values.geometry import Rectangle, Transform

if TYPE_CHECKING:
    from ocr_watcher.pages.types import Raster, Size, SourcePage

_FORMATS = frozenset({"JPEG", "PNG"})
_QUALITIES = (80, 60)
_LONG = 4.0
"""The ratio of the sides from which on a page is long: see `fit_plan`."""
_MARGIN = 0.4
"""The margin that is shown around a part, as a share of its height."""


def page_for_people(source: SourcePage, part: Rectangle | None = None) -> FittedPage:
    """Decode a page, or a part of it, and encode it for a browser.

    The result has nothing of the file but its pixels.

    Args:
        source: The page.
        part: The part, in pixels of the page as the file stores it; None for all of the page.

    Returns:
        The page, with one piece.

    Raises:
        ImageError: The page cannot be decoded, or has nothing at that place (``no-such-place``).
        TransientError: There is not enough memory now.
    """
    raster = source.decode(_size_of(source.upright))
    if part is not None:
        raster = _cut(raster, part)
    raster = _reduced(replace(raster, image=grey_if_grey(raster.image)))
    page = encode(raster.image, MOST_BYTES, _FORMATS, lossless=False, qualities=_QUALITIES)
    if page is None:
        raise ImageError("too-large", "its picture is too large to be shown")
    pieces = (Piece(page, raster.to_stored),)
    return FittedPage(source.number, *source.stored, pieces, source.total, source.resolution)


def _size_of(upright: Size) -> Size:
    short, long = sorted(upright)
    if long < _LONG * short:
        scale = LONGEST_SIDE / long
    else:
        scale = min(LONGEST_SIDE / math.sqrt(short * long), LONGEST_STRIP / long)
    scale = min(1.0, scale)
    return max(1, math.floor(upright[0] * scale)), max(1, math.floor(upright[1] * scale))


def _cut(raster: Raster, part: Rectangle) -> Raster:
    left, top, width, height = part.mapped(raster.to_stored.inverse())
    margin = math.ceil(_MARGIN * min(width, height)) + 1
    box = (
        max(0, int(left) - margin),
        max(0, int(top) - margin),
        min(raster.image.width, int(left + width) + margin),
        min(raster.image.height, int(top + height) + margin),
    )
    if box[0] >= box[2] or box[1] >= box[3]:
        raise ImageError("no-such-place", "the page has nothing at that place")
    to_stored = raster.to_stored.after(Transform.shift(*box[:2]))
    return replace(raster, image=raster.image.crop(box), to_stored=to_stored)


def _reduced(raster: Raster) -> Raster:
    """Reduce a picture; decoding stops at a size that is at least the wanted one."""
    image = raster.image
    size = _size_of(image.size)
    if size == image.size:
        return raster
    grey = image.convert("L") if image.mode == "1" else image
    smaller = grey.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    scaling = Transform.scaling(image.width / size[0], image.height / size[1])
    return replace(raster, image=smaller, to_stored=raster.to_stored.after(scaling))
