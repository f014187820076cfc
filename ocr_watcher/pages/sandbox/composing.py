"""The request for a searchable PDF.

The texts of all pages may be longer than the facts of a message, so they go in its body.
"""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import TYPE_CHECKING

from ocr_watcher.processes.wire import Message
from ocr_watcher.values.page_text import PageText, PlacedWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any


def composing(data: bytes, texts: Iterable[PageText], *, anew: bool) -> Message:
    """Return the request.

    Args:
        data: The whole file.
        texts: The texts of its pages.
        anew: Whether all pages are drawn and encoded anew.
    """
    told = json.dumps([astuple(text) for text in texts]).encode()
    return Message({"ask": "compose", "anew": anew, "texts": len(told)}, told + data)


def composition_from(request: Message) -> tuple[bytes, list[PageText]]:
    """Return the file and the texts of a request."""
    length, whole = request.facts["texts"], memoryview(request.body)
    told = json.loads(bytes(whole[:length]))
    return bytes(whole[length:]), [_text(*fields) for fields in told]


def _text(
    number: int, width: int, height: int, lines: Sequence[Sequence[Any]], shown: bool
) -> PageText:
    words = tuple(tuple(_word(*fields) for fields in line) for line in lines)
    return PageText(number, width, height, words, shown)


def _word(text: str, quad: Sequence[Sequence[float]], spaced: bool) -> PlacedWord:
    return PlacedWord(text, tuple((x, y) for x, y in quad), spaced)
