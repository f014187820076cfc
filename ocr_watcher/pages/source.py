"""Open an image file of any supported format, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.pages.decoding.pdf import pdf_pages
from ocr_watcher.pages.decoding.still import still_page
from ocr_watcher.pages.decoding.tiff import tiff_pages
from ocr_watcher.pages.file_type import FileType, file_type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

    from ocr_watcher.pages.types import SourcePage


def open_source(data: bytes) -> Iterator[SourcePage]:
    """Open an image file and yield its pages.

    All faults that can be found without decoding are raised before the first page. A page may be
    decoded at any time, also after later pages were asked for.

    Args:
        data: The whole file.

    Yields:
        The pages, in order; at least one.

    Raises:
        ImageError: ``empty-file``, ``not-an-image``, ``cut-off``, ``damaged``, ``encrypted``,
            ``unsupported-format``, ``too-many-pages`` or ``missing-extra``.
        OwnFileError: This program wrote all pages of the file.
        TransientError: There is not enough memory now.
    """
    match file_type_of(data):
        case FileType.PDF:
            yield from pdf_pages(data)
        case FileType.TIFF:
            yield from tiff_pages(data)
        case still:
            yield still_page(data, still)


def picture_of(data: bytes) -> Image.Image:
    """Decode the first page of an image file as a whole.

    Returns:
        A picture in black and white (``1``), grey (``L``) or colour (``RGB``), upright as a viewer
        shows it.

    Raises:
        ImageError: As `open_source`, or ``too-many-pixels``.
        TransientError: There is not enough memory now.
    """
    page = next(open_source(data))
    return page.decode(page.upright).image
