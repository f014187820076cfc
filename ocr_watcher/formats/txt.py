"""Text in UTF-8, in one of the layouts of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.document.text import text_of
from ocr_watcher.formats import stored_text
from ocr_watcher.formats.format import Format

if TYPE_CHECKING:
    from ocr_watcher.document.document import Document


def render(document: Document) -> bytes:
    """Render the text of all pages, with a form feed between two."""
    return text_of(document.pages, document.options.layout)


FORMAT = Format("txt", ".txt", render, headed=True, text_in=stored_text.plain)
