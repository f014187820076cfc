"""The pages of an image that is a PDF: each stays as it is, with its bookmarks and annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr_watcher.pages.searchable.invisible import remove_invisible_text
from ocr_watcher.pages.searchable.sheet import Sheet
from ocr_watcher.values.geometry import Transform

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.values.page_text import PageText

    Box = tuple[float, float, float, float]

_HALF, _FULL = 180, 360


def existing_sheets(pdf: Any, data: bytes, texts: Sequence[PageText]) -> Iterator[Sheet | None]:
    """Prepare the pages of a PDF for a layer of text.

    What another program read on a page, and wrote invisibly over it, goes: each word would be
    found twice.

    Args:
        pdf: The PDF, opened by pikepdf.
        data: The whole file.
        texts: The texts of the pages, one for each.

    Yields:
        The pages, in order; None for one that needs no layer, as it has no text or shows it.

    Raises:
        Exception: Any exception, where the two libraries understand the file differently.
    """
    import pypdfium2  # noqa: PLC0415  an extra

    if len(pdf.pages) != len(texts):
        raise ValueError
    shown = pypdfium2.PdfDocument(data)
    try:
        for page, text in zip(pdf.pages, texts, strict=True):
            if text.shown or not text.lines:
                yield None
                continue
            remove_invisible_text(page)
            box, rotation = _seen(shown[text.number - 1])
            to_page = to_user_space((text.width, text.height), box, rotation)
            yield Sheet(page, to_page, rotation)
    finally:
        shown.close()


def to_user_space(grid: tuple[int, int], box: Box, rotation: int) -> Transform:
    """Return the transform from the pixels of a page as it is drawn to its default user space.

    Args:
        grid: The width and height of the drawn page, in pixels.
        box: The left, lower, right and upper edge of the part of the page that is drawn.
        rotation: The degrees by which the page is turned clockwise when it is drawn.
    """
    left, bottom, right, top = box
    turned = {
        0: Transform(yy=-1, x0=left, y0=top),
        90: Transform(xx=0, xy=1, yx=1, yy=0, x0=left, y0=bottom),
        180: Transform(xx=-1, x0=right, y0=bottom),
        270: Transform(xx=0, xy=-1, yx=-1, yy=0, x0=right, y0=top),
    }[rotation]
    width, height = right - left, top - bottom
    if rotation % _HALF:
        width, height = height, width
    return turned.after(Transform.scaling(width / grid[0], height / grid[1]))


def _seen(page: Any) -> tuple[Box, int]:
    """Return the part of a page that PDFium draws, and by how much it turns it."""
    try:
        return page.get_bbox(), page.get_rotation() % _FULL
    finally:
        page.close()
