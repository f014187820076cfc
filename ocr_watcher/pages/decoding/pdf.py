"""The pages of a PDF, drawn by PDFium.

A page is drawn as a viewer shows it, including annotations and the contents of form fields, unless
its text is taken from it (`pdf_text`). Scripts never run, as PDFium is built without JavaScript.

Only one thread at a time may call PDFium ("Getting Started with PDFium"), so a PDF is opened in a
process of one thread.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.decoding.bounds import LARGEST_RASTER, check_pages
from ocr_watcher.pages.decoding.decode_errors import cut_off, decoding, dynamic_form
from ocr_watcher.pages.decoding.ground import BLACK, WHITE, darker_ground, shown
from ocr_watcher.pages.decoding.pdf_end import END, is_whole
from ocr_watcher.pages.decoding.pdf_grid import grid_of
from ocr_watcher.pages.decoding.pdf_own import is_all_ours, own_file
from ocr_watcher.pages.decoding.pdf_text import own_lines
from ocr_watcher.pages.decoding.readers import require
from ocr_watcher.pages.file_type import FileType
from ocr_watcher.pages.headers.resolution import credible
from ocr_watcher.pages.own_mark import OWN_MARK
from ocr_watcher.pages.types import Raster
from ocr_watcher.values.geometry import Transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

    from ocr_watcher.pages.types import Resolution, Size
    from ocr_watcher.values.page import PdfText
    from ocr_watcher.values.reading import Line

_BYTES_PER_PIXEL = 7
"""The bytes per pixel: three of PDFium's bitmap and four of Pillow's picture."""
_MOST_PIXELS = LARGEST_RASTER // _BYTES_PER_PIXEL

_POINTS_PER_INCH = 72

_PALE = 192
"""A grey value, up to 255. If no pixel of a page is darker, its writing hardly differs from white
paper."""
_SMALL = 1000
"""The longer side, in pixels, of a page that is drawn only to measure how much of it shows. Print
of ten points is ten pixels high then."""

_PASSWORD, _SECURITY = 4, 5
"""``FPDF_ERR_PASSWORD`` and ``FPDF_ERR_SECURITY`` of ``fpdfview.h``."""


def pdf_pages(data: bytes) -> Iterator[PdfPage]:
    """Open a PDF and yield its pages.

    Yields:
        The pages, in order.

    Raises:
        ImageError: ``missing-extra``, ``cut-off``, ``encrypted``, ``damaged``,
            ``unsupported-format`` or ``too-many-pages``.
        OwnFileError: This program wrote all pages of the file.
        TransientError: There is not enough memory now.
    """
    require(FileType.PDF)
    if not is_whole(data):
        raise cut_off()
    document = _open(data)
    if document.is_dynamic_form:
        raise dynamic_form()
    check_pages(document.pages)
    if document.has_own_mark and is_all_ours(data, document.pages, document.shows_text):
        raise own_file()
    for index in range(document.pages):
        yield document.page(index)


def _open(data: bytes) -> _Document:
    try:
        return _Document(data)
    except ImageError as error:
        if error.code == "damaged" and END not in data:
            raise cut_off() from None
        raise


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page of a PDF; its grid is that of the finest scan on it, or 300 dots per inch."""

    document: _Document
    number: int
    stored: Size
    resolution: Resolution | None

    @property
    def total(self) -> int:
        """The number of pages in the file."""
        return self.document.pages

    @property
    def upright(self) -> Size:
        """The same as the stored size, as turning is part of a PDF page."""
        return self.stored

    def decode(self, near: Size) -> Raster:
        """Decode the page as `SourcePage` does; PDFium draws it at the wanted size.

        Raises:
            ImageError: ``damaged``.
            TransientError: There is not enough memory now.
        """
        size = (min(near[0], self.stored[0]), min(near[1], self.stored[1]))
        image = self.document.picture(self.number - 1, size)
        scale = Transform.scaling(self.stored[0] / size[0], self.stored[1] / size[1])
        return Raster(image, scale, lossless=False)

    def own_lines(self, wanted: PdfText) -> tuple[Line, ...] | None:
        """Return the lines of text of the page as `SourcePage` does.

        Raises:
            ImageError: ``damaged``.
            TransientError: There is not enough memory now.
        """
        return self.document.own_lines(self.number - 1, self.stored, wanted)


class _Document:
    """A PDF that is open in PDFium; pypdfium2 closes it when it is garbage-collected.

    Args:
        data: The whole file.

    Attributes:
        pages: The number of its pages.
        has_own_mark: Whether this program wrote it, or the first of the files that it was made of.
        is_dynamic_form: Whether its pages are made from an XFA form when it is shown: the catalog
            has /NeedsRendering and the form has /XFA (`CPDF_InteractiveForm`, ``fpdf_formfill.h``).
    """

    def __init__(self, data: bytes) -> None:
        pdfium = _pdfium()
        with decoding():
            self._pdf = _opened(pdfium, data)
            self._pdf.init_forms()
            self.pages = len(self._pdf)
            form = self._pdf.get_formtype()
            self.is_dynamic_form = form == pdfium.raw.FORMTYPE_XFA_FULL
            self.has_own_mark = bool(self._pdf.get_metadata_value(OWN_MARK))

    def page(self, index: int) -> PdfPage:
        """Measure a page."""
        with self._page(index) as page:
            grid = grid_of(page, _MOST_PIXELS)
            across, down = (
                _POINTS_PER_INCH * pixels / max(points, 1.0)
                for pixels, points in zip(grid, page.get_size(), strict=True)
            )
        return PdfPage(self, index + 1, grid, credible((across, down), grid))

    def picture(self, index: int, size: Size) -> Image.Image:
        """Draw a page at exactly this size, on white, or on black if more of it shows.

        Nearly every page is drawn once. A page that hardly shows on white is drawn small on both
        backgrounds, to compare how much of it shows.
        """
        with self._page(index) as page:
            image = self._drawn(page, size, WHITE)
            if not _is_pale(image) or self._ground(page, size) == WHITE:
                return image
            del image  # two pictures at once might exceed the memory of a page
            return self._drawn(page, size, BLACK)

    def own_lines(self, index: int, size: Size, wanted: PdfText) -> tuple[Line, ...] | None:
        """Return the lines of text of a page, in pixels of a page of this size."""
        with self._page(index) as page:
            return own_lines(page, size, wanted, lambda near: self._drawn(page, near, WHITE))

    def shows_text(self, index: int) -> bool:
        """Return whether a page shows its text, so that it need not be recognised."""
        return self.page(index).own_lines("auto") is not None

    def _ground(self, page: Any, size: Size) -> int:
        small = _small(size)
        on_white, on_black = (shown(self._drawn(page, small, ground)) for ground in (WHITE, BLACK))
        return darker_ground(on_white, on_black)

    def _drawn(self, page: Any, size: Size, ground: int) -> Image.Image:
        raw = _pdfium().raw
        bitmap = _pdfium().PdfBitmap.new_native(*size, raw.FPDFBitmap_BGR)
        try:
            bitmap.fill_rect((ground, ground, ground, 255), 0, 0, *size)
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
        with decoding():
            page = self._pdf[index]
            try:
                yield page
            finally:
                page.close()


def _small(size: Size) -> Size:
    scale = min(1.0, _SMALL / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _is_pale(image: Image.Image) -> bool:
    darkest, _ = image.convert("L").getextrema()
    return isinstance(darkest, int) and darkest >= _PALE


def _pdfium() -> Any:
    import pypdfium2  # noqa: PLC0415  an extra

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
        advice="save a copy of it without a password",
    )
