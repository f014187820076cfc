"""Reads single characters in the rows of a table that the detector missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.detection.ink_components import components_of
from ocr_watcher.engine.local.detection.table_cells import Box, box_of, cells_of, is_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.local.recognition.further_models import Read
    from ocr_watcher.engine.local.recognition.line_recogniser import LineRecogniser
    from ocr_watcher.engine.local.runtime.rapidocr_steps import FoundLines
    from ocr_watcher.values.geometry import Quad

_LEAST_PIECE = 3
"""The least longer side of a piece of ink, in pixels."""

_LEAST_SCORE = 0.85
"""The least score of a character that is kept; a stain, a corner or a box to tick has a lower one,
or is read as nothing."""


class MissedCells:
    """The finder and reader of single characters in rows of a table.

    Args:
        recognise: A function that reads the pixels of the characters.
    """

    def __init__(self, recognise: LineRecogniser) -> None:
        self._recognise = recognise

    def __call__(self, found: FoundLines, ink: Any) -> list[tuple[Quad, Read]]:
        """Return the corners of each character, in pixels of the picture, and its reading.

        Args:
            found: The lines that the detector found.
            ink: The ink of the page, as `ink_of_rows` returns it.
        """
        page = found.page
        quads = (found.boxes - found.margins).tolist()
        cells = [cell for cell in _cells(ink, quads) if _is_within(cell, page)]
        if not cells:
            return []
        read = self._recognise([_cut(page, cell) for cell in cells])
        return [
            (_corners(cell, *found.ratios), line)
            for cell, line in zip(cells, read, strict=True)
            if line.score >= _LEAST_SCORE and any(map(str.isalnum, line.words))
        ]


def _cells(ink: Any, quads: Sequence[Quad]) -> list[Box]:
    rows = [box_of(quad) for quad in quads if is_row(quad)]
    lines = [box_of(quad) for quad in quads]
    return cells_of(rows, lines, _pieces(ink, rows, lines)) if rows else []


def _pieces(ink: Any, rows: Sequence[Box], lines: Sequence[Box]) -> list[Box]:
    """Return the boxes of the connected pieces of ink on the rows that no line covers."""
    import numpy as np  # noqa: PLC0415  comes with an extra

    found = components_of(np.where(_mask(ink, rows, lines), 0, ink).astype("uint8"))
    large = found[found[:, 2:4].max(axis=1) >= _LEAST_PIECE]
    return [
        Box(left, top, left + width, top + height)
        for left, top, width, height, _ in large.astype("float64").tolist()
    ]


def _mask(ink: Any, rows: Sequence[Box], lines: Sequence[Box]) -> Any:
    """Mark the pixels that are on no row, or within a line that was found."""
    import numpy as np  # noqa: PLC0415  comes with an extra

    outside = np.ones(ink.shape, dtype=bool)
    for row in rows:
        outside[_slice(row.top, row.bottom)] = False
    for line in lines:
        outside[_slice(line.top, line.bottom), _slice(line.left, line.right)] = True
    return outside


def _slice(start: float, end: float) -> slice:
    return slice(max(0, int(start)), int(end) + 1)


def _cut(page: Any, cell: Box) -> Any:
    return page[_slice(cell.top, cell.bottom), _slice(cell.left, cell.right)]


def _is_within(cell: Box, page: Any) -> bool:
    """Return whether a cell lies within the page; a shadow at the edge of a page runs off it."""
    height, width = page.shape[:2]
    return min(cell.left, cell.top) >= 0 and cell.right < width and cell.bottom < height


def _corners(cell: Box, across: float, down: float) -> Quad:
    left, right = cell.left * across, cell.right * across
    top, bottom = cell.top * down, cell.bottom * down
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
