"""The pages as they were dropped, with their text invisibly over the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.document.page_texts import page_texts
from ocr_watcher.formats.format import Format

if TYPE_CHECKING:
    from ocr_watcher.document.document import Document

_GROWN = (".heic", ".heif", ".hif", ".avif", ".webp")
"""Extensions of formats whose pixels no PDF can hold as the file encodes them, and that lose some
to be small."""
_GROWTH = 16
"""By how much their pixels are larger when they are encoded without loss."""

_LAYER = 2**18
"""Bytes of the text of several dense pages."""
_SPARE = 1.05


def render(document: Document) -> bytes:
    """Render the pages with their text.

    Raises:
        EngineError: No such PDF can be made of the file, or not now.
    """
    return document.searchable(page_texts(document.pages))


def room(name: str, size: int) -> int:
    """Return the bytes that the PDF of a file may have."""
    growth = _GROWTH if name.lower().endswith(_GROWN) else _SPARE
    return round(size * growth) + _LAYER


FORMAT = Format(
    "pdf",
    ".ocr.pdf",
    render,
    needs_places=True,
    is_text=False,
    extra="pdf",
    modules=("img2pdf", "pikepdf", "pypdfium2"),
    room=room,
)
