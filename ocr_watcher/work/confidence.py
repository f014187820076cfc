"""The decision whether the text of a page is doubtful, the same for every engine.

A model reads a script that it does not know as blanks, or as letters that look alike, and is not
sure of them. It tells so by the scores of its lines, and nobody who only sees the text can know.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ocr_watcher.engine.registry import ENGINES
from ocr_watcher.logs.fields import fields
from ocr_watcher.values.reading import UNREAD_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.values.reading import Reading

_log = logging.getLogger(__name__)

_LOW = 0.9
"""Of 1. Receipts and print in the scripts that the models on this machine know have .93 to 1, also
where it is small; print in other scripts has .88 at most, most of it less than .7."""

_NAMED = 10
"""Pages of an image that are named in a line of the log."""

_SPOTS = 10
"""Fewer unread characters than these may be specks, a logo, a signature."""


def low_confidence(reading: Reading) -> float | None:
    """Return the mean score of the characters of a page, rounded, where it is low.

    Characters that could not be read have the score zero: those of lines that were found and given
    up, and the blanks of lines that consist of little else.

    Args:
        reading: What was read on the page. Lines of which the engine tells no probability are left
            out.
    """
    unread = unread_characters(reading)
    characters, total = unread if unread >= _SPOTS else 0, 0.0
    for line in reading.lines:
        if line.score is not None:
            read = len(" ".join(line.text.split()))
            characters += len(line.text) if read < len(line.text) / 2 else read
            total += line.score * read
    mean = total / characters if characters else 1.0
    return round(mean, 2) if mean < _LOW else None


def unread_characters(reading: Reading) -> int:
    """Return how many characters the engine found on a page and could not read, roughly."""
    told = reading.details.get(UNREAD_CHARACTERS)
    return told if isinstance(told, int) and told > 0 else 0


def lowest(pages: Iterable[float | None]) -> float | None:
    """Return the lowest of the scores of those pages whose confidence is low."""
    return min((score for score in pages if score is not None), default=None)


def tell_low_confidence(image: object, pages: Sequence[RecognisedPage], engine: str) -> None:
    """Warn once of an image that has pages whose text is to be doubted.

    Args:
        image: Its name, as it is told.
        pages: All of its pages.
        engine: The name of the engine that read them.
    """
    low = [page for page in pages if page.low_confidence is not None]
    more = ["…"] if len(low) > _NAMED else []
    if low:
        _log.warning(
            "read with low confidence: the text is to be doubted",
            extra=fields(
                image=image,
                low_confidence=lowest(page.low_confidence for page in low),
                on_pages=", ".join([str(page.number) for page in low[:_NAMED]] + more),
                advice=_advice(engine),
            ),
        )


def _advice(engine: str) -> str:
    described = ENGINES.find(engine)
    return described.low_confidence_advice if described else ""
