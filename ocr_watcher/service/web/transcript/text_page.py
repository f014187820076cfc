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
"""The most lines of a page, and the most characters of all lines, that are shown. A dense page of a
newspaper has a third of that."""

LOW_SCORE = 0.9
"""The score below which a line is marked. Lines of clear print have 0.93 and more, see
`ocr_watcher.work.confidence`."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a page.

    Attributes:
        text: Its text.
        quad: Its four corners, in pixels of the page as the file stores it; None if they are not
            known.
        score: The engine's confidence in it, from 0 to 1; None if it gives none.
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
        source: The source of the lines, in words.
        size: The width and height of the page as the file stores it; None if they are not known.
        pages: The number of pages that have a text; 0 if it is not known.
        is_cut: Whether the page has more lines than are shown.
        engine: The engine that read them, in words; empty if it is not known.
        read_at: The time when they were read, in seconds since the epoch; None if not known.
        is_remembered: Whether the ledger has the page, so that reading it again costs no call.
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
    """Return the line of a page from a line of a reading."""
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
    """Return an untrusted value as a short text on one line; empty if it is no text."""
    return printable(told[:most]) if isinstance(told, str) else ""
