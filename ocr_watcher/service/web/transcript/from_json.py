"""The text of a page from a JSON sidecar, which may hold anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ocr_watcher.service.web.transcript.text_page import (
    TextPage,
    bounded,
    line_shown,
    short,
)
from ocr_watcher.values.dialect import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.pages.types import Size
    from ocr_watcher.service.web.transcript.text_page import TextLine

SOURCE = "the JSON beside the image"

_PLACES = ("location", "vertexes_location", "probability")
"""What is taken of a line beside its text."""
_MOST_PAGES = 10_000
_MOST_PIXELS = 10**7
_MOST_BLOCKS = 10**6
_MOST_CONTAINERS = 2**16
"""Objects and arrays. Python makes up to 232 bytes of one that has two in the file, and looks
through all of them again and again meanwhile. A dense page has a tenth of it."""


def text_page_from(content: bytes, number: int) -> TextPage | None:
    """Return the text of a page.

    Args:
        content: The content of the sidecar.
        number: The number of the page, from 1.

    Returns:
        The text; None if the sidecar does not have the documented shape, or too many parts.
    """
    if content.count(b"{") + content.count(b"[") > _MOST_CONTAINERS:
        return None
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return None
    items = told.get("words_result") if isinstance(told, Mapping) else None
    if not isinstance(items, list):
        return None
    lines, is_cut = bounded(_lines(_of_page(items, number)))
    pages = _list(told.get("pages"))
    engine = told.get("engine")
    return TextPage(
        lines,
        SOURCE,
        _size(pages, number),
        min(len(pages), _MOST_PAGES),
        is_cut,
        _engine(engine) if isinstance(engine, Mapping) else "",
        short(told.get("recognized_at")),
    )


def _of_page(items: list[Any], number: int) -> list[Mapping[str, Any]]:
    """Return the lines of a page, in the order in which a person reads them."""
    found = [
        item
        for item in items
        if isinstance(item, Mapping)
        and _whole(item.get("page"), _MOST_PAGES) == number
        and isinstance(item.get("words"), str)
    ]
    return sorted(found, key=lambda item: (_block(item), _whole(item.get("row"), _MOST_BLOCKS)))


def _lines(items: list[Mapping[str, Any]]) -> Iterator[TextLine]:
    before = None
    for item in items:
        told = {name: item[name] for name in _PLACES if name in item}
        line = line_of(item["words"], told)
        block = _block(item)
        yield line_shown(line, begins_block=before is not None and block != before)
        before = block


def _block(item: Mapping[str, Any]) -> int:
    return _whole(item.get("block"), _MOST_BLOCKS)


def _size(pages: list[Any], number: int) -> Size | None:
    for page in pages:
        if isinstance(page, Mapping) and _whole(page.get("page"), _MOST_PAGES) == number:
            size = (
                _whole(page.get("width"), _MOST_PIXELS),
                _whole(page.get("height"), _MOST_PIXELS),
            )
            return size if all(size) else None
    return None


def _engine(told: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (short(told.get("name")), short(told.get("endpoint")))))


def _list(told: object) -> list[Any]:
    return told if isinstance(told, list) else []


def _whole(told: object, most: int) -> int:
    """Return a positive whole number; 0 for anything else, and for a number beyond all use."""
    return told if type(told) is int and 0 < told <= most else 0
