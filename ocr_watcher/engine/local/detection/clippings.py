"""Puts parts of a page on a sheet of their own, on which the detector finds lines that it missed.

The detector enlarges smaller pictures to 736 pixels. On a sheet of 736 pixels, it finds every
single word whose print is 24 to 120 pixels high. On a sheet of 1024 pixels, it finds short words
only if they are at least 32 pixels high.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from PIL import Image, ImageStat

from ocr_watcher.engine.local.detection.paper import DETECTOR_SIDE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ocr_watcher.engine.local.detection.ink import Region
    from ocr_watcher.pages.types import Size
    from ocr_watcher.values.geometry import Point, Quad

_LETTER = 32
"""The height of a letter on the sheet in pixels: that of most letters of a word."""

_MARGIN = 1.0
"""The margin that is cut out around each part, in heights of a letter."""

_LONGEST = 2 * DETECTOR_SIDE
_HIGHEST = 3 * DETECTOR_SIDE // 2
"""The greatest width and height of a sheet, in pixels. Reading one of this size takes at most half
of the time of a full page."""


@dataclass(frozen=True, slots=True)
class Clipping:
    """A part of a page and its place on a sheet.

    Attributes:
        box: Its left, upper, right and lower edge on the page, in pixels.
        scale: The pixels of the sheet for each pixel of the page.
        left: Its left edge on the sheet, in pixels.
        top: Its upper edge on the sheet, in pixels.
    """

    box: tuple[int, int, int, int]
    scale: float
    left: int = 0
    top: int = 0

    @property
    def size(self) -> Size:
        """Its width and height on the sheet."""
        left, top, right, bottom = self.box
        width, height = self.scale * (right - left), self.scale * (bottom - top)
        return max(1, round(width)), max(1, round(height))

    def on_page(self, point: Point) -> Point:
        """Return the place on the page of a point of the sheet; it is never outside of the part."""
        left, top, right, bottom = self.box
        x = left + (point[0] - self.left) / self.scale
        y = top + (point[1] - self.top) / self.scale
        return min(max(x, left), right), min(max(y, top), bottom)


@dataclass(frozen=True, slots=True)
class ClippingSheet:
    """Parts of a page, one below the other on one picture.

    Attributes:
        image: The picture.
        clippings: The parts from top to bottom; at least one.
    """

    image: Image.Image
    clippings: tuple[Clipping, ...]

    def on_page(self, quad: Quad) -> Quad:
        """Return the corners on the page of a line of the sheet."""
        middle = sum(y for _, y in quad) / len(quad)
        above = [clipping for clipping in self.clippings if clipping.top <= middle]
        clipping = above[-1] if above else self.clippings[0]
        return [clipping.on_page(point) for point in quad]


def sheet_of(image: Image.Image, regions: Sequence[Region]) -> ClippingSheet:
    """Put parts of a page in the middle of a sheet that has the colour of the page's background.

    Args:
        image: The page, of mode ``1``, ``L`` or ``RGB``.
        regions: The parts; at least one. The first one without room and those after it are left
            out.
    """
    cut = _those_with_room([_clipping(region, image.size) for region in regions])
    width = max(DETECTOR_SIDE, *(clipping.size[0] for clipping in cut))
    total = sum(clipping.size[1] for clipping in cut)
    height = max(DETECTOR_SIDE, total)
    placed = tuple(_placed(cut, width, (height - total) // 2))
    page = image.convert("L") if image.mode == "1" else image
    ground = tuple(ImageStat.Stat(page.crop(placed[0].box)).median)
    sheet = Image.new(page.mode, (width, height), ground if len(ground) > 1 else ground[0])
    for clipping in placed:
        part = page.resize(clipping.size, Image.Resampling.BICUBIC, box=clipping.box)
        sheet.paste(part, (clipping.left, clipping.top))
    return ClippingSheet(sheet, placed)


def _clipping(region: Region, size: Size) -> Clipping:
    margin = round(_MARGIN * region.letter)
    box = (
        max(0, region.left - margin),
        max(0, region.top - margin),
        min(size[0], region.right + margin),
        min(size[1], region.bottom + margin),
    )
    width, height = box[2] - box[0], box[3] - box[1]
    return Clipping(box, min(_LETTER / region.letter, _LONGEST / width, _HIGHEST / height))


def _those_with_room(clippings: Sequence[Clipping]) -> list[Clipping]:
    """Return the parts before the first that would make the sheet too high."""
    heights = accumulate(clipping.size[1] for clipping in clippings)
    return [
        clipping for clipping, height in zip(clippings, heights, strict=True) if height <= _HIGHEST
    ]


def _placed(clippings: Iterable[Clipping], width: int, top: int) -> Iterator[Clipping]:
    """Yield the parts with their places, one below the other and centred in the width."""
    for clipping in clippings:
        yield replace(clipping, left=(width - clipping.size[0]) // 2, top=top)
        top += clipping.size[1]
