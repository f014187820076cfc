"""The order of lines in their rows, where it is only told which lines a row has."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.service.web.transcript.text_page import TextLine
    from ocr_watcher.values.geometry import Point


def step_of(rows: Iterable[Sequence[TextLine]]) -> Point:
    """Return the way from each line of a row to the next, all added up, in pixels.

    Engines tell most lines of a row in the order in which they are read. So this tells where the
    rows of the page run, also on one that the file stores turned or mirrored.

    Args:
        rows: The lines of each row, in the order in which the engine told them.
    """
    steps = [
        (after[0] - before[0], after[1] - before[1])
        for row in rows
        if len(row) > 1
        for before, after in pairwise(_middle(line) for line in row if line.quad)
    ]
    return sum(x for x, _ in steps), sum(y for _, y in steps)


def in_order(row: Sequence[TextLine], step: Point) -> list[TextLine]:
    """Return the lines of a row as they follow each other.

    Args:
        row: The lines. They keep their order if the place of one is not known.
        step: What `step_of` returned for the page.
    """
    if len(row) == 1 or not all(line.quad for line in row):
        return list(row)
    return sorted(row, key=lambda line: _beginning(line, step))


def _beginning(line: TextLine, step: Point) -> float:
    """Return how far along the rows a line begins."""
    return min(x * step[0] + y * step[1] for x, y in line.quad or ())


def _middle(line: TextLine) -> Point:
    across, down = zip(*line.quad or (), strict=True)
    return sum(across) / len(across), sum(down) / len(down)
