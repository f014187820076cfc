"""Rows that begin to the right of others without beginning a paragraph.

Such are the rows beside an initial, and those of a text that is indented as a whole, as a quotation
or an abstract is.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ocr_watcher.document.spacing import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ocr_watcher.document.row import Row

_SAME = 0.3
"""Rows of one text begin within such a distance, in heights of a row."""

_LEAST_OWN = 6
"""The least number of rows of a text that show where its right margin is."""

_LEAST_ROWS = 3
_LEAST_LENGTH = 50
_FULL = 0.8
"""Rows of an indented text, the characters of the longest of them, and the share of these that all
but the last have: each row of a list or of an address is a text of its own, and so is an indented
row between two others."""


def without_indents(rows: Sequence[Row], left: float) -> list[Row]:
    """Tell of rows that go on with an indented text that they begin at the margin.

    Args:
        rows: Rows that follow each other.
        left: Where the rows of their block begin, in pixels.
    """
    numbered = [*_numbered(_beside_initials(rows))]
    plain: list[Row] = []
    for _, group in groupby(numbered, lambda pair: pair[0]):
        first, *others = (row for _, row in group)
        plain += [*_as_text(first, others, left)] if _is_text(first, *others) else [first, *others]
    return plain


def _as_text(first: Row, others: Sequence[Row], left: float) -> Iterator[Row]:
    yield replace(first, is_full=True)
    for row in others[:-1]:
        yield replace(row, begin=left, is_full=True)
    yield replace(others[-1], begin=left)


def with_own_margin(
    rows: Sequence[Row], has_room: Callable[[Row, Row, float], bool]
) -> Sequence[Row]:
    """Tell of the rows of a text that is narrower than its block which of them are full.

    Args:
        rows: Rows that follow each other.
        has_room: A function that tells whether a row has room for the first word of the next one
            before a right margin, in pixels.
    """
    if len(rows) < _LEAST_OWN:
        return rows
    margin = max(row.box.right for row in rows)
    full = [not has_room(above, below, margin) for above, below in pairwise(rows)]
    if sum(full) < _FULL * len(full):
        return rows
    told = [
        replace(row, is_full=row.is_full or is_full)
        for row, is_full in zip(rows[:-1], full, strict=True)
    ]
    return [*told, rows[-1]]


def _is_text(*rows: Row) -> bool:
    """Return whether rows are one text, of which all but the last fill their column."""
    lengths = [columns_of(row.text) for row in rows]
    longest = max(lengths)
    return (
        len(rows) >= _LEAST_ROWS
        and longest > _LEAST_LENGTH
        and min(lengths[:-1]) >= _FULL * longest
    )


def _beside_initials(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; those beside an initial begin where it does."""
    left = bottom = None
    for row in rows:
        if row.initial is not None:
            left, bottom = row.initial.left, row.initial.bottom
            yield replace(row, begin=left)
        elif bottom is not None and row.box.middle < bottom:
            yield replace(row, begin=left)
        else:
            bottom = None
            yield row


def _numbered(rows: Iterator[Row]) -> Iterator[tuple[int, Row]]:
    """Yield each row with a number, which is the same for rows that begin below each other."""
    number, left = 0, None
    for row in rows:
        if left is None or abs(row.left - left) > _SAME * row.box.height:
            number, left = number + 1, row.left
        yield number, row
