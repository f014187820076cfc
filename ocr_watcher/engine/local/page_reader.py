"""Reads pages with RapidOCR, in any direction."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import Image

from ocr_watcher.engine.local.lines import LineReader
from ocr_watcher.engine.local.page_direction import (
    UPRIGHT,
    best_direction,
    direction_of,
    directions_to_try,
    mapped,
    onto_page,
)
from ocr_watcher.engine.local.recognition.unread import detail_of
from ocr_watcher.engine.local.second_look import search
from ocr_watcher.values.geometry import Rectangle, Transform, reading_order
from ocr_watcher.values.reading import DIRECTION, UNREAD_INK, Line, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ocr_watcher.engine.local.lines import PictureLines, SeenLine
    from ocr_watcher.engine.local.recognition.further_models import FurtherModel
    from ocr_watcher.engine.local.runtime.rapidocr_steps import RapidOcrSteps
    from ocr_watcher.engine.local.second_look import Search

_BACK = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}
"""The turn that makes a page of each direction upright; Pillow turns counter-clockwise."""

_LEAST_SAMPLE = 3
_SAMPLE = 8
"""The least and greatest number of characters that are read one by one: fewer may agree by chance,
and each takes 30 ms."""


class PageReader:
    """The reader of whole pages; one thread may use it at a time.

    Args:
        steps: The steps of RapidOCR.
        names: The names of all models, for people.
        further: The further recognition models, for lines that the shipped model is not sure of.
    """

    def __init__(
        self, steps: RapidOcrSteps, names: str, further: Sequence[FurtherModel] = ()
    ) -> None:
        self.names = names
        self._line_reader = LineReader(steps, further)

    def read(self, image: Image.Image) -> Reading:
        """Read a picture of a mode that RapidOCR accepts (``1``, ``L``, ``RGB``).

        A page that is on its side or upside down is turned upright and read again. Its lines are
        then found in their right order, and lines that were wrongly considered upright are read
        well. Vertical writing is read in place: its page counts as upright if its columns, turned
        level, are rows.

        Returns:
            The lines in reading order, located in pixels of the picture. The details are the
            ``direction`` of the page, the number of characters that could not be read, and whether
            the page has ink although nothing was read on it.
        """
        searches = self._searches(image)
        found = searches[UPRIGHT].look
        best = best_direction({turn: search.look.runs for turn, search in searches.items()})
        direction = best or direction_of(found.runs)
        if direction <= UPRIGHT:
            return _reading(found.lines, Transform(), direction, _unread(searches[UPRIGHT]))
        to_page = onto_page(direction, image.size)
        if self._in_columns(found, direction):
            rows = _as_rows(found.lines, direction, image.size)
            return _reading(rows, to_page, (direction + 1) % 4, _unread(searches[UPRIGHT]))
        upright = searches.get(direction) or self._turned_back(image, direction, searches[UPRIGHT])
        return _reading(upright.look.lines, to_page, direction, _unread(upright))

    def _searches(self, image: Image.Image) -> dict[int, Search]:
        """Read a page as it is and, if that leaves its direction in doubt, turned.

        Returns:
            The results by the direction from which the page was turned back.
        """
        first = search(self._line_reader, image)
        further = directions_to_try(first.look.runs)
        return {UPRIGHT: first} | {turn: self._turned_back(image, turn, first) for turn in further}

    def _turned_back(self, image: Image.Image, direction: int, first: Search) -> Search:
        """Read a page turned upright; the whole page only if it had lines before it was turned."""
        return search(self._line_reader, image.transpose(_BACK[direction]), whole=first.at_first)

    def _in_columns(self, found: PictureLines, direction: int) -> bool:
        """Return whether lines are columns of vertical writing and not rows of a page on its side.

        The recogniser reads Chinese and Japanese characters upright and on their sides. They are
        therefore read again one by one, as they are on the page. The characters of a column are
        then read as the same ones, unlike those of a row on its side.
        """
        columns = [
            (line.words, line.strip)
            for line in found.seen
            if line.run.telling and line.run.quarters == direction and _is_ideographic(line.words)
        ]
        if not columns:
            return False
        words, strip = max(columns, key=lambda column: len(column[0]))
        width = strip.shape[1] / len(words)
        cells = [
            strip[:, round(at * width) : round((at + 1) * width)].transpose(1, 0, 2)[:, ::-1]
            for at in range(min(len(words), _SAMPLE))
        ]
        again = self._line_reader.words_of(cells)
        same = [one == other for one, other in zip(again, words, strict=False)]
        return sum(same) > len(same) / 2


def _is_ideographic(words: str) -> bool:
    """Return whether a text has enough characters, all of full width like Chinese ones."""
    wide = [unicodedata.east_asian_width(character) in "WF" for character in words]
    return len(wide) >= _LEAST_SAMPLE and all(wide)


def _as_rows(lines: Sequence[SeenLine], direction: int, size: tuple[int, int]) -> list[SeenLine]:
    """Return columns as rows, located in pixels of the page after a turn that makes them rows.

    Columns run down the page, and follow each other from right to left, like the lines of a page on
    its side.
    """
    back = -direction % 4
    to_rows = onto_page(back, size[::-1] if direction % 2 else size)
    return [
        replace(line, quad=mapped(line.quad, to_rows, first=back), first=(line.first - back) % 4)
        for line in lines
    ]


def _unread(search: Search) -> Mapping[str, Any]:
    """Return the details of a page that was not read, or only in part."""
    is_empty = search.has_ink and not search.look.lines
    return {**detail_of(search.look.unread), **({UNREAD_INK: True} if is_empty else {})}


def _reading(
    lines: Sequence[SeenLine], to_page: Transform, direction: int, unread: Mapping[str, Any]
) -> Reading:
    """Return the reading of a page.

    Args:
        lines: The lines, located in pixels of the upright picture, in which they are put in order.
        to_page: The transform to pixels of the page.
        direction: The direction of the page.
        unread: The details about unread characters.
    """
    ordered = [lines[index] for index in reading_order([line.quad for line in lines])]
    return Reading(
        tuple(_line(line, to_page) for line in ordered),
        {DIRECTION: direction, **unread},
    )


def _line(line: SeenLine, to_page: Transform) -> Line:
    quad = mapped(line.quad, to_page)
    corners = tuple((round(x), round(y)) for x, y in quad)
    left, top = (min(axis) for axis in zip(*corners, strict=True))
    right, bottom = (max(axis) for axis in zip(*corners, strict=True))
    return Line(
        line.words,
        Rectangle(left, top, right - left, bottom - top),
        corners,
        line.score,
        words=tuple(place.on(quad, line.first).mapped(Transform()) for place in line.places),
    )
