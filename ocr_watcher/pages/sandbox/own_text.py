"""The notation of the lines of text that a page of a PDF has, in the messages of a sandbox.

The author of the PDF may control the sandbox, so every line is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr_watcher.pages.types import MOST_OWN_CHARACTERS, MOST_OWN_LINES
from ocr_watcher.values import line_facts
from ocr_watcher.values.line_facts import TextBounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.pages.types import Size
    from ocr_watcher.values.reading import Line

_BOUNDS = TextBounds(MOST_OWN_LINES, MOST_OWN_CHARACTERS)


def facts_of(lines: Sequence[Line]) -> list[list[Any]]:
    """Return the facts of lines that have a box and a quad.

    The places of the words in a line are left out. PDFium needs as long for them as for all the
    rest, and they can be estimated from the place of the line.
    """
    return line_facts.told(lines)


def lines_from(facts: Any, size: Size) -> tuple[Line, ...] | None:
    """Return lines from their facts.

    Args:
        facts: The facts; None if the page has no text in the file.
        size: The width and height of the page, in pixels.

    Raises:
        Exception: One of `NONSENSE`: the facts are invalid.
    """
    if facts is None:
        return None
    lines = line_facts.lines_from(facts, size, _BOUNDS)
    if not lines or any(line.words or line.score is not None for line in lines):
        raise ValueError
    return lines
