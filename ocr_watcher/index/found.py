"""The result of a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.index.entry import Entry


@dataclass(frozen=True, slots=True)
class Hit:
    """An image whose text has all the words.

    Attributes:
        entry: The image.
        page: The number of the page with the line, from 1.
        line: The line with the most of the words, shortened for a list.
        words: The words that were searched for.
    """

    entry: Entry
    page: int
    line: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search.

    Attributes:
        hits: The images, newest first.
        complete: Whether the search reached its end; False if its time was over.
    """

    hits: tuple[Hit, ...]
    complete: bool = True
