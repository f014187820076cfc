"""JSON with the field names of Baidu's answers, whatever the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr_watcher.document.analysis import analyse
from ocr_watcher.formats import stored_text
from ocr_watcher.formats.format import Format
from ocr_watcher.formats.notation import described, encoded, rfc3339
from ocr_watcher.values.dialect import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.document.document import Document
    from ocr_watcher.document.page import RecognisedPage

_LOW = "low_confidence"
"""The key of the low score; only pages with doubtful text have it."""
_OWN = "own_text"
"""The key that is true for a page whose text was taken from the file; other pages lack it."""


def render(document: Document) -> bytes:
    """Render all that is known of a document."""
    pages, engine = document.pages, document.engine
    log_id = {
        key: page.details[key] for page in pages[:1] for key in ["log_id"] if key in page.details
    }
    return encoded(
        {
            **log_id,
            "words_result_num": sum(len(page.lines) for page in pages),
            "words_result": [item for page in pages for item in _items(page)],
            "pages": [_page(page) for page in pages],
            "source": described(document.source),
            "engine": {
                "name": engine.name,
                "endpoint": engine.endpoint,
                "options": dict(engine.options),
            },
            "recognized_at": rfc3339(document.recognised_at),
            "ocr_watcher": document.version,
        },
        compact=document.options.compact,
    )


def _items(page: RecognisedPage) -> Iterator[dict[str, Any]]:
    """Yield the lines, each with the number of its block and of its row in the block, from 1.

    Lines without places have no such numbers.
    """
    found = analyse(page)
    numbers = found.numbers() if found else {}
    for index, line in enumerate(page.lines):
        places = zip(("block", "row"), numbers.get(index, ()), strict=False)
        yield {**fields_of(line), "words": line.text, "page": page.number, **dict(places)}


def _page(page: RecognisedPage) -> dict[str, Any]:
    low = {} if page.low_confidence is None else {_LOW: page.low_confidence}
    return {
        **{name: value for name, value in page.details.items() if name not in {_LOW, _OWN}},
        "page": page.number,
        "width": page.width,
        "height": page.height,
        "words_result_num": len(page.lines),
        **low,
        **({_OWN: True} if page.own_text else {}),
    }


FORMAT = Format("json", ".json", render, text_in=stored_text.words_result)
