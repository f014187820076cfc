"""Puts long narrow pictures on a sheet with the shape of a page.

RapidOCR's detector enlarges a picture until its shorter side has 736 pixels (``Det.limit_side_len``
with ``limit_type: min``), however long the other side becomes. For example, it enlarges 32 x 2000
pixels to 736 x 46,000, which take a minute and 5 GB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageStat

if TYPE_CHECKING:
    from ocr_watcher.pages.types import Size

DETECTOR_SIDE = 736
"""The least shorter side of the picture that the detector searches, in pixels."""

_LEAST = 32
"""The side below which RapidOCR enlarges a picture before any other step, in pixels
(``Global.min_side_len``, made a multiple of 32)."""

_PAGE = math.sqrt(2)
"""The ratio of the sides of a sheet of paper (ISO 216)."""
_SHEET = 2
"""The ratio of the sides of the sheet for a narrow picture. The detector then gets at most 2000 x
1000 pixels, fewer than those of A4 at 150 dots an inch."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A picture in the middle of a sheet.

    Attributes:
        image: The sheet with the picture on it.
        left: The left edge of the picture on the sheet, in pixels.
        top: The upper edge of the picture on the sheet, in pixels.
    """

    image: Image.Image
    left: int = 0
    top: int = 0


def paper_size(size: Size, longest_side: int) -> Size:
    """Return the size of the sheet for a picture.

    A full page is a sheet whose longer side RapidOCR does not reduce. The detector enlarges a
    narrow picture to ``DETECTOR_SIDE`` squared pixels times the ratio of its sides. Where that is
    more than a full page, the picture is put on a sheet that is as long as the picture and half as
    wide. The letters are found better on such a sheet, where they are enlarged less, than on one
    that is just wide enough.

    Args:
        size: The size of the picture.
        longest_side: The longer side to which RapidOCR reduces a page, in pixels.

    Returns:
        The size of the sheet; the size of the picture itself if it needs no sheet.
    """
    width, height = (max(side, _LEAST) for side in size)
    short, long = sorted((width, height))
    full_page = longest_side**2 / _PAGE
    if DETECTOR_SIDE**2 * long / short <= full_page:
        return width, height
    least = math.ceil(long / _SHEET)
    return max(width, least), max(height, least)


def on_paper(image: Image.Image, longest_side: int) -> Paper:
    """Put a picture on a sheet if it needs one.

    The sheet has the median colour of the picture, which is that of its own background.

    Args:
        image: The picture, of mode ``1``, ``L`` or ``RGB``.
        longest_side: The longer side to which RapidOCR reduces a page, in pixels.
    """
    size = paper_size(image.size, longest_side)
    if size == image.size:
        return Paper(image)
    ground = tuple(ImageStat.Stat(image).median)
    sheet = Image.new(image.mode, size, ground if len(ground) > 1 else ground[0])
    left, top = (size[0] - image.width) // 2, (size[1] - image.height) // 2
    sheet.paste(image, (left, top))
    return Paper(sheet, left, top)
