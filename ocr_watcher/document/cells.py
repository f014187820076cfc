"""The cells of a table as they are meant, where engines read two as one, or print parts one.

An engine joins the heads of narrow columns to one line, and a long cell is printed on several rows.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate, combinations, pairwise
from typing import TYPE_CHECKING

from ocr_watcher.document.spacing import columns_of, continued
from ocr_watcher.document.words import width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.document.row import Cell, Row

    _Extent = tuple[float, float]
    _Texts = Sequence[str]

_ALIGNED = 1.0
"""The greatest distance between the beginnings of the rows of a cell, in heights of a row."""

_NEAR = 1.8
"""The greatest distance of two rows of a cell, in heights of a row: single-spaced print."""

_ROOM = 2.0
"""The number of characters that may be missing at the end of a full row."""

_MOST_WORDS = 12
"""The most words of a cell that may name several columns: 12 words are parted in 462
ways at most."""

_DIGIT = re.compile(r"\d")


def parted_heads(cells: Sequence[Cell], columns: Sequence[_Extent]) -> list[Cell]:
    """Part each cell of the head of a table that names several columns.

    Args:
        cells: The cells of the first row.
        columns: From where to where each column reaches.

    Returns:
        The cells; one with fewer words than the columns it stands above is left whole, and so is
        a row with numbers, which is no head.
    """
    if any(map(_DIGIT.search, (cell.text for cell in cells))):
        return [*cells]
    return [part for cell in cells for part in _parted(cell, columns)]


def _parted(cell: Cell, columns: Sequence[_Extent]) -> list[Cell]:
    above = [at for at, (left, right) in enumerate(columns) if _overlap(cell, left, right)]
    if len(above) < 2:  # noqa: PLR2004  it names one column, or none
        return [cell]
    words = [*_words(cell)]
    if not len(above) <= len(words) <= _MOST_WORDS:
        return [cell]
    parts = (
        [_joined(words[one:other]) for one, other in pairwise((0, *ends, len(words)))]
        for ends in combinations(range(1, len(words)), len(above) - 1)
    )
    return min(parts, key=lambda heads: sum(map(_distance, heads, (columns[at] for at in above))))


def _joined(words: Sequence[Cell]) -> Cell:
    text = " ".join(word.text for word in words)
    return replace(words[0], text=text, right=words[-1].right)


def _distance(head: Cell, column: _Extent) -> float:
    """Return how far a head is from the place above an end, or the middle, of its column."""
    begins, ends = head.left - column[0], head.right - column[1]
    return min(abs(begins), abs(ends), abs(begins + ends) / 2)


def _overlap(cell: Cell, left: float, right: float) -> bool:
    return cell.left < right and left < cell.right


def _words(cell: Cell) -> Iterator[Cell]:
    """Yield the words of a cell, each about where it stands."""
    ends = [0.0, *accumulate(map(width_of, cell.text))]
    scale, at = (cell.right - cell.left) / (ends[-1] or 1.0), 0
    for word in cell.text.split(" "):
        if word:
            end = at + len(word)
            yield replace(
                cell,
                text=word,
                left=cell.left + scale * ends[at],
                right=cell.left + scale * ends[end],
            )
        at += len(word) + 1


def whole_cells(rows: Sequence[Row], texts: Sequence[_Texts]) -> list[_Texts]:
    """Join the rows of a table that are the rest of a cell of the row above them.

    Such a row has one cell, which goes on with a sentence and begins below the cell above it, which
    has no room for its first word.

    Args:
        rows: The rows of the table.
        texts: Of each row the text of each column.
    """
    whole: list[_Texts] = [texts[0]]
    ends = _ends(rows, texts)
    above = dict(zip(_filled(texts[0]), rows[0].cells, strict=False))
    for before, row, cells in zip(rows, rows[1:], texts[1:], strict=False):
        at = next(iter(_filled(cells)), len(cells))
        is_rest = (
            len(row.cells) == 1
            and row.box.middle - before.box.middle < _NEAR * row.box.height
            and at in above
            and _goes_on(above[at], row.cells[0], ends[at], _ALIGNED * row.box.height)
        )
        if is_rest:
            joined = continued(whole[-1][at], cells[at])
            whole[-1] = [*whole[-1][:at], joined, *whole[-1][at + 1 :]]
            above = {at: row.cells[0]}
        else:
            whole.append(cells)
            above = dict(zip(_filled(cells), row.cells, strict=False))
    return whole


def _filled(texts: _Texts) -> list[int]:
    return [at for at, text in enumerate(texts) if text]


def _ends(rows: Sequence[Row], texts: Sequence[_Texts]) -> dict[int, float]:
    """Return the right end of each column."""
    ends: dict[int, float] = {}
    for row, cells in zip(rows, texts, strict=True):
        for at, cell in zip(_filled(cells), row.cells, strict=False):
            ends[at] = max(cell.right, ends.get(at, cell.right))
    return ends


def _goes_on(above: Cell, cell: Cell, end: float, reach: float) -> bool:
    """Return whether a cell is the next row of the one above it in a column that ends there."""
    first = cell.text.split(" ", 1)[0]
    is_within = first[:1].islower() or columns_of(first[:1]) > 1
    character = (cell.right - cell.left) / columns_of(cell.text)
    needed = (columns_of(first) if first.isascii() else 2) + _ROOM
    is_full = end - above.right < needed * character
    return is_within and is_full and abs(cell.left - above.left) < reach
