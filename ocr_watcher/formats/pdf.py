"""The pages of the file, with their text as an invisible layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.document.page_texts import page_texts
from ocr_watcher.formats.format import Format

if TYPE_CHECKING:
    from ocr_watcher.document.document import Document

_GROWN = (".heic", ".heif", ".hif", ".avif", ".webp")
"""Lossy formats that a PDF cannot embed; they are re-encoded without loss and grow."""
_GROWTH = 16
"""The factor by which files in these formats grow."""

_LAYER = 2**18
"""The bytes of the text of several dense pages."""
_SPARE = 1.05


def render(document: Document) -> bytes:
    """Render the pages with their text.

    Raises:
        EngineError: No searchable PDF can be made from the file, or not now.
    """
    return document.searchable(page_texts(document.pages))


def room(name: str, size: int) -> int:
    """Return the largest expected size of the PDF of a file, in bytes."""
    growth = _GROWTH if name.lower().endswith(_GROWN) else _SPARE
    return round(size * growth) + _LAYER


FORMAT = Format(
    "pdf",
    ".ocr.pdf",
    render,
    needs_places=True,
    is_text=False,
    is_pdf=True,
    extra="pdf",
    modules=("img2pdf", "pikepdf", "pypdfium2"),
    room=room,
)
