"""Lays pictures that are long and narrow on paper of a page's shape.

RapidOCR's detector enlarges a picture until its shorter side has 736 pixels
(``Det.limit_side_len`` with ``limit_type: min``), however long the other becomes: of 32 x 2000
pixels it makes 736 x 46,000, which take a minute and 5 GB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageStat

if TYPE_CHECKING:
    from ocr_watcher.pages.types import Size

DETECTOR_SIDE = 736
"""Pixels that the detector is given of the shorter side at least."""

_LEAST = 32
"""Pixels of a side, below which RapidOCR enlarges a picture before all else
(``Global.min_side_len``, made a multiple of 32)."""

_SHEET = math.sqrt(2)
"""The ratio of the sides of a sheet of paper (ISO 216)."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A picture in the middle of a sheet.

    Attributes:
        image: The sheet.
        left: Where the picture begins on it.
        top: Likewise.
    """

    image: Image.Image
    left: int = 0
    top: int = 0


def paper_size(size: Size, longest_side: int) -> Size:
    """Find the sheet for a picture of which the detector would make more than of a full page.

    A full page is a sheet whose longer side RapidOCR need not reduce. What the detector makes of a
    narrow picture has ``DETECTOR_SIDE`` squared pixels, times the ratio of its sides. Where that is
    more, the picture gets the whole width of a sheet: enlarged less, its letters are found better
    than on one that is just wide enough.

    Args:
        size: Of the picture.
        longest_side: To which RapidOCR reduces a page, in pixels.

    Returns:
        The size of the picture itself, where it needs no sheet.
    """
    width, height = (max(side, _LEAST) for side in size)
    short, long = sorted((width, height))
    full_page = longest_side**2 / _SHEET
    if DETECTOR_SIDE**2 * long / short <= full_page:
        return width, height
    least = math.ceil(long / _SHEET)
    return max(width, least), max(height, least)


def on_paper(image: Image.Image, longest_side: int) -> Paper:
    """Lay a picture on a sheet, where it needs one.

    The sheet has the colour that half of the picture is lighter than, and half of it is darker:
    that of its own ground.

    Args:
        image: Of mode ``1``, ``L`` or ``RGB``.
        longest_side: To which RapidOCR reduces a page, in pixels.
    """
    size = paper_size(image.size, longest_side)
    if size == image.size:
        return Paper(image)
    ground = tuple(ImageStat.Stat(image).median)
    sheet = Image.new(image.mode, size, ground if len(ground) > 1 else ground[0])
    left, top = (size[0] - image.width) // 2, (size[1] - image.height) // 2
    sheet.paste(image, (left, top))
    return Paper(sheet, left, top)
