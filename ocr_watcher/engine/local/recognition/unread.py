"""The number of characters that were found on a page and could not be read."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.recognition.line_ink import ink_of
from ocr_watcher.engine.local.recognition.missed_letters import missed_letters
from ocr_watcher.values.reading import UNREAD_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LONGEST = 60
"""The most characters that a line counts as. A line that is longer for its height is a ruled line,
or several lines."""

_LOW = 0.4
"""A line that is lower than this share of the typical line of its page is a rule."""


def unread_characters(strips: Iterable[Any], heights: Sequence[int]) -> int:
    """Return the number of characters of some lines, estimated from their pixels.

    A row of dots, as between an article and its price, counts as none, and so does a dashed rule.

    Args:
        strips: The pixels of each line, level. The ratio of length to height is the number of
            Chinese characters; Latin letters are half as wide.
        heights: The heights of all lines of the page in pixels.
    """
    least = _LOW * median(heights) if heights else 0.0
    return sum(
        min(_LONGEST, round(strip.shape[1] / strip.shape[0]))
        for strip in strips
        if strip.shape[0] >= least and _shows_letters(strip)
    )


def _shows_letters(strip: Any) -> bool:
    """Return whether a line has ink as high as letters."""
    return missed_letters(ink_of(strip), ()) > 0


def detail_of(unread: int) -> Mapping[str, int]:
    """Return the entry for the details of a page; none if the number is 0."""
    return {UNREAD_CHARACTERS: unread} if unread else {}
