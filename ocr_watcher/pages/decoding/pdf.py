"""The pages of a PDF, rendered by PDFium.

A page is rendered as a viewer shows it, annotations and the contents of form fields included, and
whether it has a layer of text or not. Scripts are never run: PDFium is built without JavaScript.
"""

from __future__ import annotations

import math
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.decoding.bounds import LARGEST_RASTER, check_pages
from ocr_watcher.pages.decoding.faults import cut_off, decoding, missing_extra
from ocr_watcher.pages.formats import Format
from ocr_watcher.pages.geometry import Transform
from ocr_watcher.pages.model import Raster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

    from ocr_watcher.pages.model import Size

_PDFIUM = threading.RLock()
"""PDFium may be called by one thread at a time ("Getting Started with PDFium"). Re-entrant, as a
document may be collected, and thereby closed, in the middle of a call on another."""

_POINTS_PER_INCH = 72
_DRAWN = 300 / _POINTS_PER_INCH
"""Pixels a point of a page that is not a scan: what offices scan at."""

_BYTES_PER_PIXEL = 7
"""Three of PDFium's bitmap and four of Pillow's picture."""
_MOST_PIXELS = LARGEST_RASTER // _BYTES_PER_PIXEL

_SCANNED_SHARE = 0.5
"""Share of a page that its largest image covers, from which on it may be a scan of that page."""
_SCANNED = 150 / _POINTS_PER_INCH
"""Pixels a point from which on it is one; with fewer it is a background with writing on it."""
_OBJECTS = 1000
"""So many objects of a page are looked at for its image: with a text layer there are many more."""

_PASSWORD, _SECURITY = 4, 5
"""``FPDF_ERR_PASSWORD`` and ``FPDF_ERR_SECURITY`` of ``fpdfview.h``."""

_LINEARIZED = re.compile(rb"/Linearized\b[^>]{0,500}?/L\s+(\d{1,15})\b")


def pdf_pages(data: bytes) -> Iterator[PdfPage]:
    """Opens a PDF.

    Yields:
        Its pages.

    Raises:
        ImageError: ``missing-extra``, ``cut-off``, ``encrypted``, ``damaged`` or
            ``too-many-pages``.
        TransientError: There is not enough memory now.
    """
    if not _is_whole(data):
        raise cut_off()
    document = _Document(data)
    check_pages(document.pages)
    for index in range(document.pages):
        yield PdfPage(document, index + 1, document.grid(index))


def _is_whole(data: bytes) -> bool:
    """Whether the end is there; a file made for the web has a mark of the end near its beginning.

    Such a file tells its length (ISO 32000-1, annex F), or that of its first version.
    """
    linearized = _LINEARIZED.search(data[:2048])
    whole = int(linearized[1]) <= len(data) if linearized else True
    return whole and data.rfind(b"%%EOF") >= 0


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page of a PDF; its grid is that of the scan it shows, or of 300 dots an inch."""

    document: _Document
    number: int
    stored: Size

    @property
    def upright(self) -> Size:
        """As `SourcePage` has it: turning is part of the page."""
        return self.stored

    def render(self, near: Size) -> Raster:
        """As `SourcePage` has it; PDFium renders it at the size that is wanted.

        Raises:
            ImageError: ``damaged``.
            TransientError: There is not enough memory now.
        """
        size = (min(near[0], self.stored[0]), min(near[1], self.stored[1]))
        image = self.document.rendered(self.number - 1, size)
        scale = Transform.scaling(self.stored[0] / size[0], self.stored[1] / size[1])
        return Raster(image, scale, lossless=False)


class _Document:
    """A PDF that is open in PDFium until it is collected.

    Args:
        data: The whole file.
    """

    def __init__(self, data: bytes) -> None:
        pdfium = _pdfium()
        with _PDFIUM, decoding():
            self._pdf = _opened(pdfium, data)
            self._pdf.init_forms()
            self.pages = len(self._pdf)

    def grid(self, index: int) -> Size:
        """The size of a page in pixels."""
        with self._page(index) as page:
            width, height = (max(side, 1.0) for side in page.get_size())
            scale = min(_resolution(page), math.sqrt(_MOST_PIXELS / (width * height)))
            return max(1, round(width * scale)), max(1, round(height * scale))

    def rendered(self, index: int, size: Size) -> Image.Image:
        """Draws a page, of exactly that many pixels, on white paper."""
        raw = _pdfium().raw
        with self._page(index) as page:
            bitmap = _pdfium().PdfBitmap.new_native(*size, raw.FPDFBitmap_BGR)
            try:
                bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
                target = (bitmap, page, 0, 0, *size, 0, raw.FPDF_ANNOT)
                raw.FPDF_RenderPageBitmap(*target)
                if self._pdf.formenv:
                    raw.FPDF_FFLDraw(self._pdf.formenv, *target)
                image: Image.Image = bitmap.to_pil()  # a copy, as the order of colours differs
                return image
            finally:
                bitmap.close()

    @contextmanager
    def _page(self, index: int) -> Iterator[Any]:
        with _PDFIUM, decoding():
            page = self._pdf[index]
            try:
                yield page
            finally:
                page.close()

    def __del__(self) -> None:
        with _PDFIUM:
            if pdf := getattr(self, "_pdf", None):  # else it never was open
                pdf.close()


def _pdfium() -> Any:
    try:
        import pypdfium2  # noqa: PLC0415  an extra
    except ImportError:
        raise missing_extra(Format.PDF, "pdf") from None
    return pypdfium2


def _opened(pdfium: Any, data: bytes) -> Any:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code not in {_PASSWORD, _SECURITY}:
            raise
    raise ImageError(
        "encrypted",
        "the PDF is encrypted, and opens with a password only",
        advice="Save a copy of it without a password.",
    )


def _resolution(page: Any) -> float:
    """Pixels a point at which a page shows all that there is to see."""
    best, largest = 0.0, 0.0
    for image in islice(page.get_objects(max_depth=1), _OBJECTS):
        if isinstance(image, _pdfium().PdfImage):
            matrix = image.get_matrix()
            width, height = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
            if width * height > largest:
                across, down = image.get_px_size()
                largest, best = width * height, max(across / width, down / height)
    covered = largest >= _SCANNED_SHARE * math.prod(page.get_size())
    return best if covered and best >= _SCANNED else _DRAWN
