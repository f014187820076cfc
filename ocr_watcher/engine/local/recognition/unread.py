"""The number of characters that were found on a page and could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr_watcher.values.reading import UNREAD_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LONGEST = 60
"""Most characters that a line counts for. A line that is longer for its height is a ruled line, or
several lines."""


def unread_characters(strips: Iterable[Any]) -> int:
    """Return the number of characters of some lines, estimated from their pixels.

    Args:
        strips: The pixels of each line, level. The ratio of length to height is the number of
            Chinese characters; Latin letters are half as wide.
    """
    return sum(min(_LONGEST, round(strip.shape[1] / strip.shape[0])) for strip in strips)


def detail_of(unread: int) -> Mapping[str, int]:
    """Return the entry for the details of a page; none if the number is 0."""
    return {UNREAD_CHARACTERS: unread} if unread else {}
