"""Finds the order of the lines in a row from their places."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.service.web.transcript.text_page import TextLine
    from ocr_watcher.values.geometry import Point


def step_of(rows: Iterable[Sequence[TextLine]]) -> Point:
    """Return the sum of the vectors from each line of a row to the next, in pixels.

    Engines return most lines of a row in the order in which they are read. The sum therefore shows
    the direction of the rows, also on a page that the file stores turned or mirrored.

    Args:
        rows: The lines of each row, in the order of the engine.
    """
    steps = [
        (after[0] - before[0], after[1] - before[1])
        for row in rows
        if len(row) > 1
        for before, after in pairwise(_middle(line) for line in row if line.quad)
    ]
    return sum(x for x, _ in steps), sum(y for _, y in steps)


def in_order(row: Sequence[TextLine], step: Point) -> list[TextLine]:
    """Return the lines of a row in the order in which they are read.

    Args:
        row: The lines. They keep their order if the place of one is not known.
        step: The result of `step_of` for the page.
    """
    if len(row) == 1 or not all(line.quad for line in row):
        return list(row)
    return sorted(row, key=lambda line: _beginning(line, step))


def _beginning(line: TextLine, step: Point) -> float:
    """Return the position of the beginning of a line along the rows."""
    return min(x * step[0] + y * step[1] for x, y in line.quad or ())


def _middle(line: TextLine) -> Point:
    across, down = zip(*line.quad or (), strict=True)
    return sum(across) / len(across), sum(down) / len(down)
