"""Chooses the size in pixels at which a page of a PDF is drawn: that of its scan, if it has one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.pages.types import Size

_POINTS_PER_INCH = 72
_DRAWN = 300 / _POINTS_PER_INCH
"""The pixels per point of a page that is no scan: the usual resolution of scans in offices."""

_ROUNDED = 0.02
"""The largest relative difference between a page and its scan because of rounding to whole points:
half a point on a side of 25 points, which is a third of an inch. For A4 it is a thousandth."""

_SCANNED_SHARE = 0.4
"""The least share of a page that images must cover together to be a scan of the page."""
_SCANNED = 150 / _POINTS_PER_INCH * (1 - _ROUNDED)
"""The least pixels per point of such a scan; a coarser image is a background with writing on it."""
OBJECTS = 10_000
"""The most objects of a page among which images are searched. A layer of text may come first, with
one object for each word."""
DEPTH = 4
"""The greatest depth of forms (ISO 32000-1, 8.10) in which images are searched; one or two are
usual."""

_QUARTER = 90


@dataclass(frozen=True, slots=True)
class _Image:
    """An image as a page shows it.

    Attributes:
        resolution: The pixels per point, on the side where there are more.
        area: The area that it covers, in square points.
        pixels: The pixels across and down the page as a viewer shows it.
    """

    resolution: float
    area: float
    pixels: Size


def grid_of(page: Any, most_pixels: int) -> Size:
    """Return the size of a page in pixels.

    A page that an image fills gets exactly the pixels of that image, so that none is lost or
    doubled. The size of the page in points is often rounded, and would give one pixel more or less.

    Args:
        page: A page of pypdfium2.
        most_pixels: The greatest number of pixels that fits in memory.
    """
    width, height = (max(side, 1.0) for side in page.get_size())
    area = width * height
    images = sorted(_images(page), key=lambda image: image.resolution, reverse=True)
    scale = min(_resolution(images, area), math.sqrt(most_pixels / area))
    grid = (max(1, round(width * scale)), max(1, round(height * scale)))
    own = (image.pixels for image in images if _alike(image.area, area))
    return next((pixels for pixels in own if all(map(_alike, pixels, grid))), grid)


def _alike(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_ROUNDED)


def _resolution(images: Sequence[_Image], page_area: float) -> float:
    """Return the pixels per point at which a page shows every detail.

    This is the resolution of its scan, which may be one image, several strips, or a coarse
    background with fine writing on it. The result is the finest resolution that images have which
    together cover the least share of the page. A mask that hides parts of an image may be finer
    than the image; PDFium does not give its resolution.

    Args:
        images: The images of the page, the finest first.
        page_area: The area of the page in square points.
    """
    covered = 0.0
    for image in images:
        covered += image.area
        if image.resolution < _SCANNED:
            break
        if covered >= _SCANNED_SHARE * page_area:
            return image.resolution
    return _DRAWN


def _images(page: Any) -> Iterator[_Image]:
    """Yield the images of a page whose extent is not zero."""
    import pypdfium2  # noqa: PLC0415  an extra

    on_its_side = page.get_rotation() % (2 * _QUARTER) == _QUARTER
    for image in islice(page.get_objects(max_depth=DEPTH), OBJECTS):
        if isinstance(image, pypdfium2.PdfImage):
            matrix = on_page(image)
            width, height = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
            across, down = image.get_px_size()
            if width and height:
                turned = (abs(matrix.b) > abs(matrix.a)) != on_its_side
                pixels = (down, across) if turned else (across, down)
                yield _Image(max(across / width, down / height), width * height, pixels)


def on_page(image: Any) -> Any:
    """Return the matrix from an image, as a unit square, through all its forms to the page."""
    matrix, form = image.get_matrix(), image.container
    while form:
        matrix, form = matrix.multiply(form.get_matrix()), form.container
    return matrix
