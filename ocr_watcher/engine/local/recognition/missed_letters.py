"""Estimates the number of letters that the recogniser passed over, and finds ornaments.

A recogniser passes over letters of a script that it does not know, and gives a high score: in a
line of Cyrillic it reads only the commas and the full stops, with a score of .97. The ink shows the
missing letters: it is as high as letters where no letter was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.local.recognition.line_ink import HEIGHT, MARGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.local.recognition.glyphs import Glyph
    from ocr_watcher.engine.local.recognition.line_ink import Ink

_LOW_MARKS = frozenset(".,'`´‘’‚\"“”„-–—_~·・•…:;*^°=、。，．：；一")  # noqa: RUF001
"""Marks that are lower than letters or consist of two such marks, and the Chinese character for
one, as a dash may be read as it. Such a mark does not count as a reading of the letters beside
it."""

_HIGH = 0.23
"""The least height of the ink of a small letter, in heights of the line; a dot, a dash or a star is
lower."""

_REACH = 0.6
"""The greatest distance of the ink of a character from its middle, in heights of the line: half the
width of a Chinese character or of a letter of double width, plus the error of the middle."""
_REACH_OF_A_MARK = 0.25
"""The same for a low mark."""

_LETTER = 0.3
"""The width of the high ink of a letter, in heights of the line."""

_LEAST_WIDTH = 1.0
_LEAST_SHARE = 0.4
"""Letters are missed if the width of their high ink is at least `_LEAST_WIDTH` heights of the line,
and at least the share `_LEAST_SHARE` of all high ink of the line. Less ink may be a rule, a stamp
or a blot."""

_DASHES = frozenset("-–—_~一=")  # noqa: RUF001
_ORNAMENT = 5
"""The least number of marks in an ornament, such as a dashed rule or a row of stars: dashes alone,
or equal low marks. The box of such a row is low, so the marks are as high in it as letters."""


def missed_letters(ink: Ink, glyphs: Sequence[Glyph]) -> int:
    """Return an estimate of the number of letters that a line shows where none was read.

    Args:
        ink: The ink of the line.
        glyphs: The characters that were read.

    Returns:
        The number, estimated from the width of the ink; 0 if only a small part of it was missed.
    """
    import numpy as np  # noqa: PLC0415  an extra

    if is_ornament("".join(glyph.character for glyph in glyphs)):
        return 0
    rows = ink.pixels[MARGIN:-MARGIN]
    inked = rows.any(axis=0)
    height = np.where(inked, len(rows) - rows.argmax(axis=0) - rows[::-1].argmax(axis=0), 0)
    letters = height >= _HIGH * HEIGHT
    missed = letters.copy()
    for glyph in glyphs:
        is_mark = glyph.character in _LOW_MARKS
        reach = round(HEIGHT * (_REACH_OF_A_MARK if is_mark else _REACH))
        middle = ink.middle_of(glyph)
        missed[max(0, middle - reach) : middle + reach + 1] = False
    width = int(missed.sum())
    if width < max(_LEAST_WIDTH * HEIGHT, _LEAST_SHARE * letters.sum()):
        return 0
    return round(width / (_LETTER * HEIGHT))


def is_ornament(words: str) -> bool:
    """Return whether a line is a dashed rule, or a row of stars or other equal low marks."""
    row = "".join(words.split())
    marks = frozenset(row)
    is_row = marks <= _DASHES or (len(marks) == 1 and marks <= _LOW_MARKS)
    return is_row and len(row) >= _ORNAMENT
