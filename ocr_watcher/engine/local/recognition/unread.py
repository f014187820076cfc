"""How much of a page was found to be lines, and could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr_watcher.values.reading import UNREAD_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LONGEST = 60
"""Characters of a line at most. What is longer for its height is a ruled line, or several."""


def unread_characters(strips: Iterable[Any]) -> int:
    """Return how many characters the strips of some lines show, roughly.

    Args:
        strips: The pixels of each, level. They are as many times longer than high as they have
            Chinese characters, and Latin letters are half as wide.
    """
    return sum(min(_LONGEST, round(strip.shape[1] / strip.shape[0])) for strip in strips)


def detail_of(unread: int) -> Mapping[str, int]:
    """Return what is told of it in the details of a page: nothing where there is nothing."""
    return {UNREAD_CHARACTERS: unread} if unread else {}
