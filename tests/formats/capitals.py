"""A format in a module of its own, as somebody would write it who adds one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.document.text import text_of
from ocr_watcher.formats.format import Format
from ocr_watcher.formats.registry import FORMATS

if TYPE_CHECKING:
    from ocr_watcher.document.document import Document


def render(document: Document) -> bytes:
    """Render the text in capitals."""
    return text_of(document.pages, document.options.layout).upper()


FORMATS.register(Format("capitals", ".capitals.pdf", render))
