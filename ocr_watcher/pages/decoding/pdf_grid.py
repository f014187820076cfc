"""How many pixels a page of a PDF is rendered with: those of its scan, where it shows one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.pages.model import Size

_POINTS_PER_INCH = 72
_DRAWN = 300 / _POINTS_PER_INCH
"""Pixels a point of a page that is not a scan: what offices scan at."""

_ROUNDED = 0.02
"""By how much, of 1, a page of whole points may differ from its scan: half a point on a side of
25 points, or a third of an inch. Of A4 it is a thousandth."""

_SCANNED_SHARE = 0.4
"""Share of a page that images cover together, from which on they may be a scan of that page."""
_SCANNED = 150 / _POINTS_PER_INCH * (1 - _ROUNDED)
"""Pixels a point from which on they are one; with fewer it is a background with writing on it."""
_OBJECTS = 10_000
"""So many objects of a page are looked at for its images. A layer of text, which may come first,
has one for each word."""
_DEPTH = 4
"""So deep lie images within forms (ISO 32000-1, 8.10) that are looked at; one or two are usual."""

_QUARTER = 90


@dataclass(frozen=True, slots=True)
class _Image:
    """An image as a page shows it.

    Attributes:
        resolution: Pixels a point, on the side where there are more.
        area: Square points that it covers.
        pixels: Across and down the page as it is shown.
    """

    resolution: float
    area: float
    pixels: Size


def grid_of(page: Any, most_pixels: int) -> Size:
    """Find the size of a page in pixels.

    An image that fills the page gives it exactly its own pixels, so that none is lost or doubled:
    the page's size in points alone is often rounded, and would give one more or one fewer.

    Args:
        page: Of pypdfium2.
        most_pixels: Of a page, for want of memory.
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
    """Pixels a point at which a page shows all that there is to see.

    That of its scan, be it one image, or strips of one, or a coarse background and fine writing on
    it: the finest that images which cover a fair share of the page together have, or exceed. What
    hides parts of an image may be finer than the image; PDFium does not tell.

    Args:
        images: The finest first.
        page_area: In square points.
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
    """Go through the images of a page that have an extent."""
    import pypdfium2  # noqa: PLC0415  an extra

    on_its_side = page.get_rotation() % (2 * _QUARTER) == _QUARTER
    for image in islice(page.get_objects(max_depth=_DEPTH), _OBJECTS):
        if isinstance(image, pypdfium2.PdfImage):
            matrix = _on_page(image)
            width, height = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
            across, down = image.get_px_size()
            if width and height:
                turned = (abs(matrix.b) > abs(matrix.a)) != on_its_side
                pixels = (down, across) if turned else (across, down)
                yield _Image(max(across / width, down / height), width * height, pixels)


def _on_page(image: Any) -> Any:
    """The matrix from an image, which is one wide and high, through all forms to its page."""
    matrix, form = image.get_matrix(), image.container
    while form:
        matrix, form = matrix.multiply(form.get_matrix()), form.container
    return matrix
