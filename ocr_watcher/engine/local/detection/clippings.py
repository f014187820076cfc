"""Lays parts of a page on a sheet of their own, where the detector finds what it missed.

Of a sheet of 736 pixels, to which it enlarges any smaller picture, the detector finds every lone
word whose print is 24 to 120 pixels high; of one of 1024 pixels, short words only from 32 on.
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
"""Pixels of a letter on the sheet, which is the height of most in a word."""

_MARGIN = 1.0
"""Heights of a letter around a part that are cut out with it."""

_LONGEST = 2 * DETECTOR_SIDE
_HIGHEST = 3 * DETECTOR_SIDE // 2
"""Pixels of the sheet at most, by which another look costs no more than half of a full page's."""


@dataclass(frozen=True, slots=True)
class Clipping:
    """A part of a page, laid on a sheet.

    Attributes:
        box: Its left, upper, right and lower edge on the page.
        scale: How many pixels of the sheet one of the page becomes.
        left: Where it begins on the sheet.
        top: Likewise.
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
        """Bring a point of the sheet to where it is on the page, or to the clipping's edge."""
        left, top, right, bottom = self.box
        x = left + (point[0] - self.left) / self.scale
        y = top + (point[1] - self.top) / self.scale
        return min(max(x, left), right), min(max(y, top), bottom)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Parts of a page, one below the other.

    Attributes:
        image: What is looked at.
        clippings: At least one, from top to bottom.
    """

    image: Image.Image
    clippings: tuple[Clipping, ...]

    def on_page(self, quad: Quad) -> Quad:
        """Bring a line of the sheet to where it is on the page."""
        middle = sum(y for _, y in quad) / len(quad)
        above = [clipping for clipping in self.clippings if clipping.top <= middle]
        clipping = above[-1] if above else self.clippings[0]
        return [clipping.on_page(point) for point in quad]


def sheet_of(image: Image.Image, regions: Sequence[Region]) -> Sheet:
    """Lay parts of a page in the middle of a sheet that has the colour of the page's ground.

    Args:
        image: The page, of mode ``1``, ``L`` or ``RGB``.
        regions: At least one; those for which there is no room are left out.
    """
    cut = _those_with_room([_clipping(region, image.size) for region in regions])
    width = max(DETECTOR_SIDE, *(clipping.size[0] for clipping in cut))
    total = sum(clipping.size[1] for clipping in cut)
    height = max(DETECTOR_SIDE, total)
    laid = tuple(_laid(cut, width, (height - total) // 2))
    page = image.convert("L") if image.mode == "1" else image
    ground = tuple(ImageStat.Stat(page.crop(laid[0].box)).median)
    sheet = Image.new(page.mode, (width, height), ground if len(ground) > 1 else ground[0])
    for clipping in laid:
        part = page.resize(clipping.size, Image.Resampling.BICUBIC, box=clipping.box)
        sheet.paste(part, (clipping.left, clipping.top))
    return Sheet(sheet, laid)


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
    """List them up to the first that would make the sheet too high."""
    heights = accumulate(clipping.size[1] for clipping in clippings)
    return [
        clipping for clipping, height in zip(clippings, heights, strict=True) if height <= _HIGHEST
    ]


def _laid(clippings: Iterable[Clipping], width: int, top: int) -> Iterator[Clipping]:
    for clipping in clippings:
        yield replace(clipping, left=(width - clipping.size[0]) // 2, top=top)
        top += clipping.size[1]
