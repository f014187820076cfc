"""The decision whether the text of a page is doubtful, the same for every engine.

A model reads a script that it does not know as blanks, or as letters that look similar, with low
confidence. Only the scores of its lines show that; the text does not.
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
"""The mean score, at most 1, below which a page is doubtful. Receipts and print in the scripts that
the local models know have 0.93 to 1, also in small type. Print in other scripts has 0.88 at most,
most of it less than 0.7."""

_NAMED = 10
"""The largest number of pages of an image that a line of the log names."""

_SPOTS = 10
"""The number of unread characters from which they count. Fewer may be specks, a logo or a
signature."""


def low_confidence(reading: Reading) -> float | None:
    """Return the mean score of the characters of a page, rounded, if it is low; otherwise None.

    Characters that could not be read have the score zero: those of lines that were found but not
    read, and the blanks of lines that consist mostly of blanks.

    Args:
        reading: The reading of the page. Lines without a score are left out.
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
    """Return about how many characters the engine found on a page and could not read."""
    number = reading.details.get(UNREAD_CHARACTERS)
    return number if isinstance(number, int) and number > 0 else 0


def lowest(pages: Iterable[float | None]) -> float | None:
    """Return the lowest score of the pages with low confidence; None if there are none."""
    return min((score for score in pages if score is not None), default=None)


def tell_low_confidence(image: object, pages: Sequence[RecognisedPage], engine: str) -> None:
    """Log one warning for an image that has pages with low confidence.

    Args:
        image: Its name, for the log.
        pages: All of its pages.
        engine: The name of the engine that read them.
    """
    low = [page for page in pages if page.low_confidence is not None]
    more = ["…"] if len(low) > _NAMED else []
    if low:
        _log.warning(
            "read with low confidence: the text is doubtful",
            extra=fields(
                image=image,
                low_confidence=lowest(page.low_confidence for page in low),
                on_pages=", ".join([str(page.number) for page in low[:_NAMED]] + more),
                advice=_advice(engine),
            ),
        )


def _advice(engine: str) -> str:
    description = ENGINES.find(engine)
    return description.low_confidence_advice if description else ""
