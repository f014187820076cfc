"""Follows the ink of a line to the words that its box leaves out.

The detector of PP-OCR cuts a line off if a stamp or a tick is close to it. The ink of its next
words continues at its height.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.detection.table_cells import Box, box_of, is_row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr_watcher.engine.local.recognition.further_models import Read
    from ocr_watcher.engine.local.recognition.line_recogniser import LineRecogniser
    from ocr_watcher.engine.local.runtime.rapidocr_steps import FoundLines
    from ocr_watcher.values.geometry import Quad

_CORE = 0.3
"""The height above and below the middle of a line that its letters cover, in heights of the
line."""

_SPACE = 0.8
"""The greatest gap between two words, in heights of the line."""

_LEAST_LENGTH = 1.5
"""The least length of words that are left out, in heights of the line; `missed_cells` finds single
characters."""

_LEAST_HEIGHT = 0.36
"""The least height of a capital or a digit, in heights of the line; dashes and stars are lower."""

_LEAST_INK = 0.5
"""The least share of the columns of pixels of words that have ink; of specks it is less."""

_MARGIN = 0.2
"""The margin behind the last letter, in heights of the line."""

_LEAST_SCORE = 0.9
"""The least score of a line with the words that were left out, and of each of these words."""

_LEAST_WORD = 3
"""The least number of letters and digits that are added to a line; a tick is read as one."""

_MOST_LINES = 20
"""The most lines of one page that are followed, because of the time that they take."""


class LineEnds:
    """The finder and reader of the words that are left out at the end of a line.

    Args:
        recognise: A function that reads the pixels of lines.
        cut: A function that cuts lines out of a page, each level, given the page and the corners of
            each.
    """

    def __init__(self, recognise: LineRecogniser, cut: Callable[[Any, Any], Sequence[Any]]) -> None:
        self._recognise = recognise
        self._cut = cut

    def __call__(self, found: FoundLines, ink: Any) -> FoundLines:
        """Return the lines of a page, with the words that their boxes left out.

        A line becomes longer only if its text then begins as before, and the recogniser is sure of
        the added words.

        Args:
            found: The lines that the detector found.
            ink: The ink of the page, as `ink_of_rows` returns it.
        """
        quads = (found.boxes - found.margins).tolist()
        longer = _longer(quads, ink)
        if not longer:
            return found
        cut = self._cut(found.page, list(longer.values()))
        read = zip(longer, cut, self._recognise(cut), strict=True)
        sure = [(at, strip, new) for at, strip, new in read if new.score >= _LEAST_SCORE]
        before = self._recognise([found.strips[at] for at, _, _ in sure]) if sure else []
        boxes, strips = found.boxes.copy(), list(found.strips)
        for (at, strip, new), old in zip(sure, before, strict=True):
            if _goes_on(old, new):
                boxes[at], strips[at] = longer[at] + found.margins, strip
        return replace(found, boxes=boxes, strips=strips)


def _longer(quads: Sequence[Quad], ink: Any) -> dict[int, Any]:
    """Return the corners of each line that may continue, with the words that its box leaves out."""
    import numpy as np  # noqa: PLC0415  an extra

    boxes = [box_of(quad) for quad in quads]
    longer = {}
    for at, (quad, box) in enumerate(zip(quads, boxes, strict=True)):
        length = _length_behind(box, boxes, ink) if is_row(quad) else 0.0
        if length >= _LEAST_LENGTH * box.height:
            right = length + _MARGIN * box.height
            fall = right * (quad[1][1] - quad[0][1]) / max(1.0, quad[1][0] - quad[0][0])
            corners = np.array(quad, dtype="float32")
            corners[1:3] += (right, fall)
            longer[at] = corners
            if len(longer) == _MOST_LINES:
                break
    return longer


def _length_behind(line: Box, lines: Sequence[Box], ink: Any) -> float:
    """Return the length of a line's ink after its box, up to the next line on its row."""
    import numpy as np  # noqa: PLC0415  an extra

    start, reach = max(0, int(line.right) + 1), _CORE * line.height
    row = ink[max(0, int(line.middle - reach)) : max(0, int(line.middle + reach) + 1), start:]
    if not row[:, : int(_SPACE * line.height) + 1].any():
        return 0.0
    behind = (other.left for other in lines if other.right > line.right and _on_row(other, line))
    behind_it = row[:, : max(0, int(min((ink.shape[1], *behind))) - start)]
    columns = np.flatnonzero(behind_it.any(axis=0))
    gaps = np.diff(columns, prepend=0)
    wide = np.flatnonzero(gaps > _SPACE * line.height)
    last = wide[0] if len(wide) else len(columns)
    if not last or not _is_writing(behind_it[:, columns[0] : columns[last - 1] + 1], line.height):
        return 0.0
    return float(start + columns[last - 1] + 1 - line.right)


def _is_writing(ink: Any, height: float) -> bool:
    """Return whether ink is as high and as dense as words of a line, given the line's height."""
    import numpy as np  # noqa: PLC0415  an extra

    rows = np.flatnonzero(ink.sum(axis=1) >= _LEAST_HEIGHT * height / 2)
    is_high = bool(len(rows)) and rows[-1] - rows[0] + 1 >= _LEAST_HEIGHT * height
    return bool(is_high and ink.any(axis=0).mean() >= _LEAST_INK)


def _on_row(other: Box, line: Box) -> bool:
    return other.top < line.middle < other.bottom


def _goes_on(old: Read, new: Read) -> bool:
    """Return whether a line begins as before, and words were surely added."""
    before, after = (line.words.replace(" ", "") for line in (old, new))
    added = after.removeprefix(before)
    if not before or added == after or sum(map(str.isalnum, added)) < _LEAST_WORD:
        return False
    words, length = [], 0
    for word in reversed(new.places):
        if length < len(added):
            words.append(word)
        length += len(word.text)
    return all(word.score >= _LEAST_SCORE for word in words)
