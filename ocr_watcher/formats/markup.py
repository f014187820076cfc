"""The notation of texts, numbers and whole files in the XML formats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from ocr_watcher.document.document import Document

_NO_CHARACTERS = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML must not contain (XML 1.0, section 2.2, ``Char``), such as lone
surrogates, and the control characters that it should not contain."""

_REPLACEMENT = "\ufffd"

_LEAST_ANGLE = 0.5
"""The least angle in degrees; a smaller one counts as zero."""


def clean(text: str) -> str:
    """Return a text in which U+FFFD replaces characters that XML cannot contain."""
    return _NO_CHARACTERS.sub(_REPLACEMENT, text)


def degrees(angle: float) -> str:
    """Return an angle in degrees with one decimal; empty if it is nearly zero."""
    return f"{angle:.1f}".removesuffix(".0") if abs(angle) >= _LEAST_ANGLE else ""


def engine_of(document: Document) -> str:
    """Return the name, the endpoint and the options of the engine of a document, in one line."""
    engine = document.engine
    options = [f"{name}={value}" for name, value in engine.options.items()]
    return clean(" ".join([engine.name, engine.endpoint, *options]))


def written(root: ET.Element, doctype: str = "") -> bytes:
    """Write a file of XML in UTF-8.

    Args:
        root: The root element; its texts are clean.
        doctype: The document type declaration before it.
    """
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}{body}\n'.encode()
