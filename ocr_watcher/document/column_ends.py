"""Texts that go on from the end of a column at the beginning of the next one."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ocr_watcher.document.paragraphs import Block
    from ocr_watcher.document.row import Row

_SAME_SIZE = 1.3
"""The largest ratio of the heights of two rows of one size of print."""

_INDENT = 0.8
"""The least indentation of the first row of a paragraph, in heights of a row."""

_WITHIN = frozenset({"Ll", "Lo", "Pd", "Cf"})
"""Unicode categories of what stands within a sentence: a small letter, one of a script without
capitals, a hyphen or a soft one."""


def goes_on(above: Block, below: Block) -> bool:
    """Return whether a sentence goes on from the last row of a block to the next block.

    Args:
        above: A block of a page.
        below: The one that is read after it.
    """
    last, first = above.rows[-1], below.rows[0]
    low, high = sorted((last.box.height, first.box.height))
    return (
        last.is_text
        and first.is_text
        and high <= _SAME_SIZE * low
        and first.box.left <= below.measure.left + _INDENT * first.box.height
        and not above.measure.has_room(last, first)
        and (last.text.endswith((",", "\uff0c", "\u3001")) or _is_within(last.text[-1:]))
        and _is_within(first.text[:1])
    )


def _is_within(character: str) -> bool:
    return bool(character) and unicodedata.category(character) in _WITHIN


def paragraphs_of(blocks: Iterable[Block]) -> Iterator[list[Row]]:
    """Yield the rows of each paragraph or table of a page.

    Args:
        blocks: The blocks of the page, in reading order.
    """
    above: Block | None = None
    open_end: list[Row] = []
    for block in blocks:
        first, *others = block.paragraphs()
        if above and not (open_end[-1].ends_line or first[0].ends_line) and goes_on(above, block):
            open_end += first
        else:
            yield from filter(None, [open_end])
            open_end = first
        for paragraph in others:
            yield open_end
            open_end = paragraph
        above = block
    yield from filter(None, [open_end])
