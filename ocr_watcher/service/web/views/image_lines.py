"""The lines of a page as a template shows them, and their places on the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.service.web.transcript.best_row import number_of_words, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.service.web.pictures.pictures import Picture
    from ocr_watcher.service.web.transcript.text_page import TextLine, TextPage
    from ocr_watcher.values.geometry import Quad, Transform


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line.

    Attributes:
        number: Its number on the page, from 1.
        text: Its text.
        corners: The corners of its place on the picture, as SVG's ``points``; empty if it is not
            known.
        percent: The engine's confidence in it, in percent; None if it gives none.
        is_doubtful: Whether that is low.
        is_found: Whether it has one of the words of a search, and no row has more of them than its
            row.
        begins_block: Whether a block of the page begins with it.
        begins_row: Whether a row begins with it.
    """

    number: int
    text: str
    corners: str
    percent: int | None
    is_doubtful: bool
    is_found: bool
    begins_block: bool
    begins_row: bool


def shown_lines(
    text: TextPage | None, picture: Picture | None, words: Sequence[str]
) -> list[ShownLine]:
    """Return the lines of a page.

    Places are given only if they fit the size of the page in the picture. Otherwise they are
    invalid, or belong to another content.

    Args:
        text: The text of the page; None if there is none.
        picture: The picture of the page; None if there is none.
        words: The words of a search, as `words_of` of the index returns them.
    """
    if text is None:
        return []
    fits = picture is not None and text.size == picture.stored
    to_picture = picture.to_picture if picture is not None and fits else None
    rows = rows_of(text.lines)
    numbers = [number_of_words(row, words) for row in rows]
    most = max(numbers, default=0)
    best = (
        most > 0 and number == most for number, row in zip(numbers, rows, strict=True) for _ in row
    )
    return [
        _shown(number, line, to_picture, is_found=is_in_best and number_of_words([line], words) > 0)
        for number, (line, is_in_best) in enumerate(zip(text.lines, best, strict=True), 1)
    ]


def _shown(
    number: int, line: TextLine, to_picture: Transform | None, *, is_found: bool
) -> ShownLine:
    return ShownLine(
        number,
        line.text,
        _corners(line.quad, to_picture) if line.quad and to_picture else "",
        None if line.score is None else int(100 * line.score),  # 99.9 must not become 100
        line.is_doubtful,
        is_found,
        line.begins_block,
        line.begins_row,
    )


def _corners(quad: Quad, to_picture: Transform) -> str:
    points = (to_picture.point(*corner) for corner in quad)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
