"""The text of a page as it is laid over the page: words and their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.geometry import Quad


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word and its place.

    Attributes:
        text: The characters, in the order in which they are read.
        quad: The four corners, in pixels of the page as the file stores it: first where the word
            begins above its letters, then along the writing, and back below the letters.
        spaced: Whether a space follows it.
    """

    text: str
    quad: Quad
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class PageText:
    """The text that is laid over one page.

    Attributes:
        number: The number of the page in the file, from 1.
        width: The width of the page as the file stores it, in pixels.
        height: The height of the page as the file stores it, in pixels.
        lines: The words of each row, in reading order. A row has all that stands side by side in a
            block, such as an article and its price. A word may have spaces in it.
        shown: Whether the page in the file has these words itself, and shows them. Only a picture
            of the page needs them then.
    """

    number: int
    width: int
    height: int
    lines: tuple[tuple[PlacedWord, ...], ...]
    shown: bool = False
