"""Stanzas: rows that end where their line ends, as those of an address or a poem do.

The rows of a text end where the next word has no room, so that a new row begins with any word. The
rows of a stanza are short, and end wherever their line does.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ocr_watcher.document.spacing import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr_watcher.document.row import Row

# Lengths are in characters: a full-width one has two.

_LONGEST = 50
"""The greatest length of a row: few addresses and poems have longer rows, most letters and books
do."""

_LEAST_BEGUN, _LEAST_ENDED = 3, 4
"""The least number of rows that show a stanza by how they begin, and by where they end. Two rows of
a text often begin with a capital, and the last row of a short paragraph may well be its third."""

_SHORT_SHARE = 0.5
"""The least share of the rows, without the last, that have room for the next word."""

_ENDED_SHARE = 0.5
"""The share of the rows, without the last, above which rows end with a name, a number or a sign, as
those of an address do."""

_JUSTIFIED = 0.8
"""The greatest distance between the ends of the rows of a justified text, without the last row."""


def is_stanza(rows: Sequence[Row], has_room: Callable[[Row, Row], bool], character: float) -> bool:
    """Return whether rows that follow each other are lines that end where they do on the paper.

    Args:
        rows: The rows, none of a table or a list.
        has_room: A function that tells whether a row has room for the first word of the next one.
        character: The width of a character, in pixels.
    """
    if any(columns_of(row.text) > _LONGEST for row in rows):
        return False
    return _begin_as_lines(rows, character) or _end_as_lines(rows, has_room)


def _begin_as_lines(rows: Sequence[Row], character: float) -> bool:
    """Return whether each row begins with a capital or a digit, as few rows of a text do.

    Those of a German text may do so, but then most rows end with a word that a sentence goes on
    behind. Rows that are all in capitals show nothing.
    """
    texts, ends = [row.text for row in rows], [row.box.right for row in rows[:-1]]
    return (
        len(rows) >= _LEAST_BEGUN
        and all(text[:1].isupper() or text[:1].isdecimal() for text in texts)
        and not "".join(text for text in texts if text[:1].isupper()).isupper()
        and sum(map(_ends_line, texts[:-1])) > _ENDED_SHARE * len(ends)
        and max(ends) - min(ends) > _JUSTIFIED * character
    )


def _ends_line(text: str) -> bool:
    """Return whether a row ends with a name, a number or a sign."""
    last = text.rstrip().rsplit(" ", 1)[-1]
    return not (last[:1].islower() and last[-1:].isalpha())


def _end_as_lines(rows: Sequence[Row], has_room: Callable[[Row, Row], bool]) -> bool:
    """Return whether many rows have room for the next word, and no two others follow each other."""
    if len(rows) < _LEAST_ENDED:
        return False
    short = [has_room(above, below) for above, below in pairwise(rows)]
    return (
        sum(short) >= _SHORT_SHARE * len(short)
        and all(one or other for one, other in pairwise(short))
        and not any(
            _go_on(above.text, below.text)
            for (above, below), is_short in zip(pairwise(rows), short, strict=True)
            if not is_short
        )
    )


def _go_on(text: str, more: str) -> bool:
    """Return whether a sentence without spaces goes on, a full row of which ends anywhere."""
    return all(
        columns_of(character) > 1 and character.isalpha() for character in (text[-1:], more[:1])
    )
