"""Keep a row that stands aside before the next one.

On a receipt, what was bought stands at the left of one row, and its price at the right of the next.
If the boxes of a row at the right and of the next one at the left overlap in height by a little,
poppler reads the one at the left first (`TextBlock::isBeforeByRule2`). Rows that stand above each
other are read from top to bottom. So a blank leads to the row from above the beginning of the next.
"""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.ties import Tie, TiedRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.pages.searchable.base_lines import Row
    from ocr_watcher.pages.searchable.place import Place

_BELOW = 0.5
"""The least distance of the next row below a row, as a fraction of the size of the font."""
_BAND = 0.5
"""The least distance of other rows from the blank, as a fraction of the size of the font. Poppler
takes rows that are nearer for one block with it."""
_THIN = 1 / 15
"""The height of a blank, by the size of its font."""
_MOST = 100
"""The most blanks of a page; each is compared with all rows."""


def rows_in_turn(rows: Sequence[Row]) -> list[TiedRow]:
    """Return the rows of a straight page, with a blank before each that stands aside.

    Args:
        rows: The rows, each on one base line.
    """
    aside = (pair for pair in pairwise(rows) if _is_aside(*pair))
    ties = {id(row): _lead(row, following) for row, following in islice(aside, _MOST)}
    tied = []
    for row in rows:
        tie = ties.get(id(row))
        tied.append(TiedRow(row, [tie] if tie and not _is_crossed(tie, rows) else []))
    return tied


def _is_aside(row: Row, following: Row) -> bool:
    """Return whether poppler would read the following row first."""
    if not (_runs_to_the_right(row) and _runs_to_the_right(following)):
        return False
    place = row.pieces[0].place
    if place.direction != following.pieces[0].place.direction:
        return False
    top = max(_foot(piece.place) + piece.place.height for piece in following.pieces)
    end = max(piece.place.start + piece.place.length for piece in following.pieces)
    foot = min(_foot(piece.place) for piece in row.pieces)
    below = place.base - following.pieces[0].place.base
    return end < place.start and foot < top and below > _BELOW * row.size


def _lead(row: Row, following: Row) -> Tie:
    place = row.pieces[0].place
    return Tie.at(
        min(piece.place.start for piece in following.pieces),
        place.start,
        place.base,
        direction=place.direction,
        size=row.size,
        height=_THIN * row.size,
    )


def _is_crossed(tie: Tie, rows: Sequence[Row]) -> bool:
    """Return whether any word stands where a tie is, beside its row."""
    return any(_crosses(piece.place, tie) for row in rows for piece in row.pieces)


def _crosses(place: Place, tie: Tie) -> bool:
    lead = tie.place
    beside = place.start < lead.start + lead.length and lead.start < place.start + place.length
    return beside and abs(place.base - lead.base) < _BAND * tie.size


def _runs_to_the_right(row: Row) -> bool:
    return row.is_level and not row.to_the_left


def _foot(place: Place) -> float:
    return place.base - place.below
