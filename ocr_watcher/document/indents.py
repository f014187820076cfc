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
"""The greatest distance between the beginnings of rows of one text, in heights of a row."""

_LEAST_OWN = 6
"""The least number of rows of a text that show where its right margin is."""

_LEAST_ROWS = 3
"""The least number of rows of an indented text: one or two may begin paragraphs of their own."""

_LEAST_LENGTH = 50
"""The length, in characters, above which the longest of these rows is no row of an address or of a
list, each of which is a text of its own."""

_FULL = 0.8
"""The least length of the other rows, without the last, as a share of the longest one. Also the
least share of the rows of a narrow text, without the last, that are full."""


def without_indents(rows: Sequence[Row], left: float) -> list[Row]:
    """Mark the rows within an indented text, so that their indentation begins no paragraph.

    Args:
        rows: Rows that follow each other.
        left: The place where the rows of their block begin, in pixels.

    Returns:
        All rows, in their order.
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
    """Mark the full rows of a text that is narrower than its block.

    Args:
        rows: Rows that follow each other.
        has_room: A function that tells whether a row has room for the first word of the next one
            before a right margin, in pixels.

    Returns:
        All rows, in their order.
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
