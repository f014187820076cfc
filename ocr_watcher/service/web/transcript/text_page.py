"""The text of one page of an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.escapes import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocr_watcher.pages.types import Size
    from ocr_watcher.values.geometry import Quad
    from ocr_watcher.values.reading import Line

MOST_LINES, MOST_CHARACTERS = 3_000, 100_000
"""Lines of a page, and characters of all of them together, that are shown. A dense page of a
newspaper has a third of it."""

LOW_SCORE = 0.9
"""The score below which a line is marked. Lines of clear print have 0.93 and more, see
`ocr_watcher.work.confidence`."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line that was read.

    Attributes:
        text: Its text.
        quad: Its four corners, in pixels of the page as the file stores it; None if they are not
            known.
        score: How sure the engine is of it, from 0 to 1; None if it does not say.
        begins_block: Whether a block of the page begins with it.
        begins_row: Whether a row begins with it; otherwise it stands in the row of the line before.
    """

    text: str
    quad: Quad | None = None
    score: float | None = None
    begins_block: bool = False
    begins_row: bool = True

    @property
    def is_doubtful(self) -> bool:
        """Whether its score is low."""
        return self.score is not None and self.score < LOW_SCORE


@dataclass(frozen=True, slots=True)
class TextPage:
    """The text of one page.

    Attributes:
        lines: Its lines, in the order in which they are read.
        source: What they were taken from, in words.
        size: The width and height of the page as the file stores it; None if they are not known.
        pages: The number of pages that have a text; 0 if it is not known.
        is_cut: Whether the page has more lines than are shown.
        engine: What read them, in words; empty if it is not known.
        read_at: When they were read, in seconds since the epoch; None if it is not known.
        is_remembered: Whether the page is remembered, so that reading it again costs no call.
    """

    lines: tuple[TextLine, ...]
    source: str
    size: Size | None = None
    pages: int = 0
    is_cut: bool = False
    engine: str = ""
    read_at: float | None = None
    is_remembered: bool = False


def line_shown(line: Line, *, begins_block: bool = False, begins_row: bool = True) -> TextLine:
    """Return a line of a reading as it is shown."""
    quad = line.quad or (line.box and line.box.corners)
    return TextLine(line.text, quad, line.score, begins_block, begins_row)


def bounded(lines: Iterable[TextLine]) -> tuple[tuple[TextLine, ...], bool]:
    """Return the lines that are shown, and whether there are more."""
    taken: list[TextLine] = []
    left = MOST_CHARACTERS
    for line in lines:
        left -= len(line.text)
        if left < 0 or len(taken) == MOST_LINES:
            return tuple(taken), True
        taken.append(line)
    return tuple(taken), False


def short(told: object, most: int = 100) -> str:
    """Return what somebody tells as a short text of one line; empty if it is no text."""
    return printable(told[:most]) if isinstance(told, str) else ""
