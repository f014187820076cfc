"""The text of a page from a JSON sidecar, which may have any content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ocr_watcher.service.web.transcript.row_order import in_order, step_of
from ocr_watcher.service.web.transcript.text_page import (
    MOST_LINES,
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
"""The fields of a line that are used, beside its text."""
_MOST_PAGES = 10_000
_MOST_PIXELS = 10**7
_MOST_BLOCKS = 10**6
_MOST_CONTAINERS = 2**16
"""The most objects and arrays. Python needs up to 232 bytes for one that has two bytes in the file,
and its garbage collector visits all of them repeatedly. A dense page has a tenth of that."""


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
        _moment(told.get("recognized_at")),
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
    return sorted(found, key=_place)


def _lines(items: list[Mapping[str, Any]]) -> Iterator[TextLine]:
    rows = list(_rows(items[: MOST_LINES + 1]))
    step = step_of(row for _, row in rows)
    before = None
    for block, row in rows:
        begins_block = before is not None and block != before
        first, *others = in_order(row, step)
        yield replace(first, begins_block=True) if begins_block else first
        yield from (replace(line, begins_row=False) for line in others)
        before = block


def _rows(items: list[Mapping[str, Any]]) -> Iterator[tuple[int, list[TextLine]]]:
    """Yield the rows, each with the number of its block.

    A line without a block or row is a row by itself.
    """

    def row_of(numbered: tuple[int, Mapping[str, Any]]) -> object:
        number, item = numbered
        place = _place(item)
        return place if all(place) else number

    for _, group in groupby(enumerate(items), key=row_of):
        row = [item for _, item in group]
        yield _place(row[0])[0], [_line(item) for item in row]


def _line(item: Mapping[str, Any]) -> TextLine:
    told = {name: item[name] for name in _PLACES if name in item}
    return line_shown(line_of(item["words"], told))


def _place(item: Mapping[str, Any]) -> tuple[int, int]:
    """Return the numbers of the block and the row of a line; 0 for a missing number."""
    return _whole(item.get("block"), _MOST_BLOCKS), _whole(item.get("row"), _MOST_BLOCKS)


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


def _moment(told: object) -> float | None:
    """Return a time of RFC 3339 in seconds since the epoch; None for anything else."""
    try:
        moment = datetime.fromisoformat(short(told))
        return moment.timestamp() if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _list(told: object) -> list[Any]:
    return told if isinstance(told, list) else []


def _whole(told: object, most: int) -> int:
    """Return a positive whole number; 0 for anything else, and for a number that is too large."""
    return told if type(told) is int and 0 < told <= most else 0
