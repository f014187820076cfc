"""The text of a PDF as the search of a viewer finds it, with the text of an invisible layer."""

from __future__ import annotations

from contextlib import closing

from ocr_watcher.pages.decoding.bounds import MAX_PAGES
from ocr_watcher.pages.decoding.decode_errors import decoding
from ocr_watcher.pages.decoding.pdf_runs import HYPHEN
from ocr_watcher.pages.decoding.readers import require
from ocr_watcher.pages.file_type import FileType


def text_of_pdf(data: bytes, most_characters: int) -> str:
    """Return the text of all pages, in PDFium's order, with a form feed between two pages.

    A word that is parted at the end of a line stays parted, as in the other formats.

    Args:
        data: The whole file.
        most_characters: The most characters that are returned; the rest is left out.

    Raises:
        ImageError: ``missing-extra`` or ``damaged``; also of a file that needs a password.
        TransientError: There is not enough memory now.
    """
    require(FileType.PDF)
    import pypdfium2  # noqa: PLC0415  an extra

    pages: list[str] = []
    left = most_characters
    with decoding(), closing(pypdfium2.PdfDocument(data)) as document:
        for index in range(min(len(document), MAX_PAGES)):
            with closing(document[index]) as page, closing(page.get_textpage()) as words:
                pages.append(words.get_text_range().replace(HYPHEN, "-\n"))
            left -= len(pages[-1]) + 1
            if left <= 0:
                break
    return "\f".join(pages)[:most_characters]
