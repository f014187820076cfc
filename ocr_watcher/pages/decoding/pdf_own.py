"""Finds out whether this program wrote all pages of a PDF."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any

from ocr_watcher.errors import OwnFileError
from ocr_watcher.pages.own_mark import EARLIER_FONT, FONT, LAYER_FONT, PAGE_MARK

if TYPE_CHECKING:
    from collections.abc import Callable


def is_all_ours(data: bytes, count: int, shows_text: Callable[[int], bool]) -> bool:
    """Return whether this program wrote each page of a PDF that has the mark of a file.

    A page that has the mark of a page, or a text layer of this program, is ours. If no page has
    that mark, all of them may have lost it on the way through another program. Then a page that
    shows its text is ours as well, as such a page gets no layer.

    Args:
        data: The whole file.
        count: The number of pages that PDFium finds.
        shows_text: Return whether a page, by its index, shows text that is in the file.

    Returns:
        False also for a file that qpdf does not understand, or understands differently: it is
        better to read a page twice than never.
    """
    from pikepdf import Pdf  # noqa: PLC0415  an extra

    with contextlib.suppress(Exception), Pdf.open(io.BytesIO(data)) as pdf:  # hostile, or odd
        pages = [*pdf.pages]
        unmarked = {index: page for index, page in enumerate(pages) if PAGE_MARK not in page.obj}
        others = [index for index, page in unmarked.items() if not _has_layer(page)]
        if len(pages) != count:
            return False
        return not others or (len(unmarked) == count and all(map(shows_text, others)))
    return False


def own_file() -> OwnFileError:
    """Return the error of a PDF that this program wrote."""
    return OwnFileError(
        "not-an-image",
        "ocr-watcher wrote this PDF, as its metadata say",
        advice="take the file that it was made from",
    )


def _has_layer(page: Any) -> bool:
    fonts = page.resources.get("/Font", {})
    names = (name for name in fonts if name.startswith(LAYER_FONT))
    return any(fonts[name].get("/BaseFont") in {FONT, EARLIER_FONT} for name in names)
