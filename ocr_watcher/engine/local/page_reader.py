"""Reads pictures with RapidOCR, whichever way up the page lies."""

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
    from ocr_watcher.engine.local.recognition.further_models import Model
    from ocr_watcher.engine.local.runtime.rapidocr_steps import RapidOcrSteps
    from ocr_watcher.engine.local.second_look import Search

_BACK = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}
"""What makes a page of each direction upright; Pillow, too, turns counter-clockwise."""

_LEAST_SAMPLE = 3
_SAMPLE = 8
"""Characters that are read one by one: fewer may be alike by chance, and each takes 30 ms."""


class PageReader:
    """RapidOCR with its models, for one caller at a time.

    RapidOCR promises nothing to threads, and keeps what belongs to one call on its instance
    (``TextDetector.preprocess_op``, each option of a call).

    Args:
        steps: RapidOCR, step by step.
        names: Of its models.
        further: Further models, for lines that its own one is not sure of.
    """

    def __init__(self, steps: RapidOcrSteps, names: str, further: Sequence[Model] = ()) -> None:
        self.names = names
        self._looking = LineReader(steps, further)

    def read(self, image: Image.Image) -> Reading:
        """Read a picture of any mode that RapidOCR takes (``1``, ``L``, ``RGB``).

        A page that lies on its side or its head is turned upright and read once more: its lines
        come in order, and those are read well that had been taken for upright. Vertical writing is
        read in place; where its page lies so that the columns are level, it counts as upright.

        Returns:
            The lines as a person reads them, located in pixels of the picture, the page's
            ``direction``, how many characters could not be read, and whether there is ink where
            nothing was read on it all.
        """
        searches = self._searches(image)
        look = searches[UPRIGHT].look
        best = best_direction({way: search.look.runs for way, search in searches.items()})
        direction = best or direction_of(look.runs)
        if direction <= UPRIGHT:
            return _reading(look.lines, Transform(), direction, _unread(searches[UPRIGHT]))
        to_page = onto_page(direction, image.size)
        if self._in_columns(look, direction):
            rows = _as_rows(look.lines, direction, image.size)
            return _reading(rows, to_page, (direction + 1) % 4, _unread(searches[UPRIGHT]))
        upright = searches.get(direction) or self._turned_back(image, direction, searches[UPRIGHT])
        return _reading(upright.look.lines, to_page, direction, _unread(upright))

    def _searches(self, image: Image.Image) -> dict[int, Search]:
        """Look at a page as it lies, and where that leaves doubt, as it may have to lie."""
        first = search(self._looking, image)
        further = directions_to_try(first.look.runs)
        return {UPRIGHT: first} | {way: self._turned_back(image, way, first) for way in further}

    def _turned_back(self, image: Image.Image, direction: int, first: Search) -> Search:
        """Look at a page again; as a whole only if anything was found on the whole before."""
        return search(self._looking, image.transpose(_BACK[direction]), whole=first.at_first)

    def _in_columns(self, look: PictureLines, direction: int) -> bool:
        """Tell vertical writing, as of Chinese and Japanese, from lines of a page on its side.

        The recogniser reads such characters whether they stand or lie. But taken one by one, as
        they are on the page, those of a column are read again as the same, and those of a line on
        its side are not.
        """
        columns = [
            (line.words, line.strip)
            for line in look.seen
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
        again = self._looking.words_of(cells)
        same = [one == other for one, other in zip(again, words, strict=False)]
        return sum(same) > len(same) / 2


def _is_ideographic(words: str) -> bool:
    wide = [unicodedata.east_asian_width(character) in "WF" for character in words]
    return len(wide) >= _LEAST_SAMPLE and all(wide)


def _as_rows(lines: Sequence[SeenLine], direction: int, size: tuple[int, int]) -> list[SeenLine]:
    """Lay columns level, in the pixels of the page turned to where they are rows.

    Columns run down the page like the lines of one that lies on its side, and follow each other
    like them, too: from the right to the left.
    """
    back = -direction % 4
    to_rows = onto_page(back, size[::-1] if direction % 2 else size)
    return [
        replace(line, quad=mapped(line.quad, to_rows, first=back), first=(line.first - back) % 4)
        for line in lines
    ]


def _unread(search: Search) -> Mapping[str, Any]:
    """Return what is told of a page that was not read, or not wholly."""
    is_empty = search.has_ink and not search.look.lines
    return {**detail_of(search.look.unread), **({UNREAD_INK: True} if is_empty else {})}


def _reading(
    lines: Sequence[SeenLine], to_page: Transform, direction: int, unread: Mapping[str, Any]
) -> Reading:
    """Put lines in order, as they lie, and then where they are on the page."""
    ordered = [lines[index] for index in reading_order([line.quad for line in lines])]
    return Reading(
        tuple(_line(line, to_page) for line in ordered),
        {DIRECTION: direction, **unread},
    )


def _line(seen: SeenLine, to_page: Transform) -> Line:
    quad = mapped(seen.quad, to_page)
    corners = tuple((round(x), round(y)) for x, y in quad)
    left, top = (min(axis) for axis in zip(*corners, strict=True))
    right, bottom = (max(axis) for axis in zip(*corners, strict=True))
    return Line(
        seen.words,
        Rectangle(left, top, right - left, bottom - top),
        corners,
        seen.score,
        words=tuple(place.on(quad, seen.first).mapped(Transform()) for place in seen.places),
    )
