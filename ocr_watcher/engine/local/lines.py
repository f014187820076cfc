"""Finds and reads the lines of a picture, in the time and memory that an ordinary page takes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.detection.column_gaps import parted
from ocr_watcher.engine.local.detection.line_ends import LineEnds
from ocr_watcher.engine.local.detection.missed_cells import MissedCells
from ocr_watcher.engine.local.detection.paper import on_paper
from ocr_watcher.engine.local.detection.row_ink import ink_of_rows
from ocr_watcher.engine.local.page_direction import run_of, run_of_a_cell
from ocr_watcher.engine.local.recognition.careful_reading import CarefulReading
from ocr_watcher.engine.local.recognition.line_direction import (
    Strip,
    first_corner,
    ways_to_read,
)
from ocr_watcher.engine.local.recognition.line_recogniser import LineRecogniser
from ocr_watcher.engine.local.recognition.missed_letters import is_ornament
from ocr_watcher.engine.local.recognition.unread import unread_characters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from ocr_watcher.engine.local.detection.paper import Paper
    from ocr_watcher.engine.local.page_direction import Run
    from ocr_watcher.engine.local.recognition.careful_reading import ReadLine
    from ocr_watcher.engine.local.recognition.further_models import FurtherModel
    from ocr_watcher.engine.local.recognition.word_places import WordPlace
    from ocr_watcher.engine.local.runtime.rapidocr_steps import RapidOcrSteps
    from ocr_watcher.values.geometry import Quad


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line that was found on a picture, and its text.

    Attributes:
        quad: Its corners in pixels of the picture, clockwise from the top left one.
        words: Its text.
        score: The confidence of the recogniser, from 0 to 1.
        run: The direction in which it runs over the picture.
        legible: Whether its text counts as read: it is not blank, nor are only marks read beside
            letters, and its score reaches the least score of RapidOCR.
        strip: The pixels that the recogniser got; None if they are no longer needed.
        places: The places of its words, in shares of the line; none if they are not known.
        first: The index of the corner where its text begins, above its letters.
        missed: The approximate number of letters that the recogniser skipped.
    """

    quad: Quad
    words: str
    score: float
    run: Run
    legible: bool = True
    strip: Any = field(default=None, compare=False)
    places: tuple[WordPlace, ...] = ()
    first: int = 0
    missed: int = 0


@dataclass(frozen=True, slots=True)
class PictureLines:
    """The lines of a picture.

    Attributes:
        seen: All lines that were found, and the single characters in rows of a table that the
            detector missed, in no particular order.
    """

    seen: tuple[SeenLine, ...] = ()

    @property
    def lines(self) -> tuple[SeenLine, ...]:
        """The legible lines."""
        return tuple(line for line in self.seen if line.legible)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The direction of each line, illegible ones included."""
        return tuple(line.run for line in self.seen)

    @property
    def unread(self) -> int:
        """The number of characters that were not read, estimated from the pixels of the lines."""
        cut = [line for line in self.seen if line.strip is not None]
        illegible = [line.strip for line in cut if not line.legible and not is_ornament(line.words)]
        heights = [line.strip.shape[0] for line in cut]
        return unread_characters(illegible, heights) + sum(line.missed for line in self.lines)


class LineReader:
    """The finder and reader of the lines of a picture; one thread may use it at a time.

    Args:
        steps: The steps of RapidOCR.
        further: The further recognition models, for lines that the shipped model is not sure of.
    """

    def __init__(self, steps: RapidOcrSteps, further: Sequence[FurtherModel] = ()) -> None:
        self._steps = steps
        self._recogniser = LineRecogniser(steps, further)
        self._read = CarefulReading(self._recogniser)
        self._missed_cells = MissedCells(self._recogniser)
        self._line_ends = LineEnds(self._recogniser, steps.cut)

    def at(self, image: Image.Image) -> PictureLines:
        """Find the lines of a picture, decide the direction of each, and read them.

        Returns:
            The lines, located in pixels of the picture.
        """
        paper = on_paper(image, self._steps.longest_side)
        found = self._steps.find(paper.image)
        if found is None:
            return PictureLines()
        found = self._line_ends(found, ink := ink_of_rows(found))
        missed = self._missed_cells(found, ink)
        boxes, strips = _parted(found.boxes, found.strips)
        classified = self._classified(boxes, strips)
        read = self._read(strips, ways_to_read(classified))
        places = found.in_picture(boxes)
        lines = [
            self._line(_quad(box), _on_picture(paper, image, _quad(place)), line, strip)
            for box, place, strip, line in zip(boxes, places, classified, read, strict=True)
        ]
        cells = [
            SeenLine(
                _on_picture(paper, image, quad),
                cell.words,
                cell.score,
                run_of_a_cell(cell.words),
                places=cell.places,
            )
            for quad, cell in missed
        ]
        return PictureLines((*lines, *cells))

    def _line(self, box: Quad, place: Quad, line: ReadLine, strip: Strip) -> SeenLine:
        """Return a line with its place and its direction.

        Args:
            box: Its corners in pixels of the reduced picture.
            place: Its corners in pixels of the picture.
            line: The line as it was read.
            strip: The result of the classifier for it.
        """
        run = run_of(box, line.way, line.words, line.score, sure=strip.sure)
        legible = line.is_text and line.score >= self._steps.least_score
        first = first_corner(line.way, is_tall=strip.is_tall)
        places = tuple(word.in_box(box, first) for word in line.places)
        return SeenLine(
            place, line.words, line.score, run, legible, line.pixels, places, first, line.missed
        )

    def _classified(self, boxes: Any, strips: Sequence[Any]) -> list[Strip]:
        """Let the classifier judge the direction of each line."""
        return [
            Strip(*_size(_quad(box)), upside_down=upside_down, sure=sure)
            for box, (upside_down, sure) in zip(boxes, self._steps.upside_down(strips), strict=True)
        ]

    def words_of(self, strips: Sequence[Any]) -> Sequence[str]:
        """Return the text of strips of pixels, each level and upright."""
        return [line.words for line in self._recogniser(strips)]


def _parted(boxes: Any, strips: Sequence[Any]) -> tuple[Any, list[Any]]:
    """Split the lines that run across two columns."""
    import numpy as np  # noqa: PLC0415  an extra

    quads, parts = zip(*parted([_quad(box) for box in boxes], strips), strict=True)
    return np.array(quads), list(parts)


def _on_picture(paper: Paper, image: Image.Image, quad: Quad) -> Quad:
    """Return the corners of a line in pixels of the picture, given those on its sheet."""
    return [
        (min(max(x - paper.left, 0.0), image.width), min(max(y - paper.top, 0.0), image.height))
        for x, y in quad
    ]


def _quad(box: Any) -> Quad:
    return [(float(x), float(y)) for x, y in box]


def _size(quad: Quad) -> tuple[float, float]:
    return math.dist(quad[0], quad[1]), math.dist(quad[0], quad[3])
