"""Blanks that keep apart what poppler would take for one block of text.

Poppler collects words into blocks (`TextPage::coalesce`), and begins each block with the word that
is farthest to the left among the highest ones. The size of the font of that word decides what else
the block takes:

- of the words whose base line is within half that size of a line of the block, and which are at
  most 0.7 of it beside the block, those whose own size differs by less than three fifths;
- of the words of the next line that stand above or below the block, those whose own size differs by
  less than a twentieth.

So a block that begins with a tie, a blank of a size of its own, takes the words of some sizes, and
passes over others. PDFium, which reads the words in the order of the file, ignores the ties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.place import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.pages.searchable.base_lines import Row


@dataclass(frozen=True, slots=True)
class Tie:
    """A blank that only poppler finds.

    Attributes:
        place: Where it is. A tie may have no length.
        size: The size of its font.
    """

    place: Place
    size: float

    @classmethod
    def at(
        cls, left: float, right: float, base: float, *, direction: float, size: float, height: float
    ) -> Tie:
        """Return a tie from its ends along the writing and its base line.

        Args:
            left: Where it begins.
            right: Where it ends.
            base: Its base line.
            direction: The direction of the writing.
            size: The size of its font.
            height: How far it reaches above the base line.
        """
        origin = Place((0, 0), direction, 0, 0).ahead(left, base)
        return cls(Place(origin, direction, right - left, height), size)


@dataclass(frozen=True, slots=True)
class TiedRow:
    """A row, and what ties it to its block.

    Attributes:
        row: The row.
        ties: The ties before it.
        begins_with_tie: Whether the last tie begins the line of the row.
    """

    row: Row
    ties: Sequence[Tie] = ()
    begins_with_tie: bool = False
