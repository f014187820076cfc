"""How the formats in XML write texts and numbers, and the file as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from ocr_watcher.document.document import Document

_NO_CHARACTERS = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold (XML 1.0, section 2.2, ``Char``), such as lone surrogates, and the control
characters that it may hold and should not."""

_REPLACEMENT = "\ufffd"

_LEAST_ANGLE = 0.5
"""Degrees: a page that lies straighter is straight."""


def clean(text: str) -> str:
    """Return a text in which the replacement character stands for what XML cannot hold."""
    return _NO_CHARACTERS.sub(_REPLACEMENT, text)


def degrees(angle: float) -> str:
    """Return an angle with one decimal; nothing if it is as good as none."""
    return f"{angle:.1f}".removesuffix(".0") if abs(angle) >= _LEAST_ANGLE else ""


def engine_of(document: Document) -> str:
    """Return who read a document, and how, in one line."""
    engine = document.engine
    options = [f"{name}={value}" for name, value in engine.options.items()]
    return clean(" ".join([engine.name, engine.endpoint, *options]))


def written(root: ET.Element, doctype: str = "") -> bytes:
    """Write a file of XML in UTF-8.

    Args:
        root: Its texts are clean.
        doctype: What stands before it.
    """
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}{body}\n'.encode()
