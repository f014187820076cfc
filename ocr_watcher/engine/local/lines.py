"""Find and read the lines of a picture, within the time and memory that an ordinary page takes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.detection.column_gaps import parted
from ocr_watcher.engine.local.detection.line_ends import LineEnds
from ocr_watcher.engine.local.detection.missed_cells import MissedCells
from ocr_watcher.engine.local.detection.paper import on_paper
from ocr_watcher.engine.local.detection.row_ink import ink_of_rows
from ocr_watcher.engine.local.page_direction import run_of, run_of_a_cell
from ocr_watcher.engine.local.recognition.line_direction import (
    Strip,
    Way,
    first_corner,
    is_clearly_better,
    is_doubtful,
    ways_to_read,
)
from ocr_watcher.engine.local.recognition.line_recogniser import LineRecogniser
from ocr_watcher.engine.local.recognition.lone_characters import is_doubtful_character
from ocr_watcher.engine.local.recognition.unread import unread_characters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from ocr_watcher.engine.local.detection.paper import Paper
    from ocr_watcher.engine.local.page_direction import Run
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
        legible: Whether its text counts as read: it is not blank, and its score reaches the least
            score of RapidOCR.
        strip: Its pixels as the recogniser was given them; None if they are no longer needed.
        places: The places of its words, in shares of it; none if they are not known.
        first: Which of its corners is that where its text begins, above its letters.
    """

    quad: Quad
    words: str
    score: float
    run: Run
    legible: bool = True
    strip: Any = field(default=None, compare=False)
    places: tuple[WordPlace, ...] = ()
    first: int = 0


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
        """The number of characters of the illegible lines, estimated from their pixels."""
        illegible = (line.strip for line in self.seen if not line.legible)
        return unread_characters(strip for strip in illegible if strip is not None)


@dataclass(frozen=True, slots=True)
class _Read:
    """A line as it was read, turned in one of its possible ways."""

    way: Way
    pixels: Any
    words: str
    score: float
    places: tuple[WordPlace, ...]


class LineReader:
    """The finder and reader of the lines of a picture; one thread may use it at a time.

    Args:
        steps: The steps of RapidOCR.
        further: The further recognition models, for lines that the shipped model is not sure of.
    """

    def __init__(self, steps: RapidOcrSteps, further: Sequence[FurtherModel] = ()) -> None:
        self._steps = steps
        self._recogniser = LineRecogniser(steps, further)
        self._missed_cells = MissedCells(self._recogniser)
        self._line_ends = LineEnds(self._recogniser, steps.cut)

    def at(self, image: Image.Image) -> PictureLines:
        """Find the lines of a picture, decide which way up each is, and read them.

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

    def _line(self, box: Quad, place: Quad, line: _Read, strip: Strip) -> SeenLine:
        """Return a line with its place and its direction.

        Args:
            box: Its corners in pixels of the reduced picture.
            place: Its corners in pixels of the picture.
            line: The line as it was read.
            strip: What the classifier says of it.
        """
        run = run_of(box, line.way, line.words, line.score, sure=strip.sure)
        legible = bool(line.words.strip()) and line.score >= self._steps.least_score
        first = first_corner(line.way, is_tall=strip.is_tall)
        places = tuple(word.in_box(box, first) for word in line.places)
        return SeenLine(place, line.words, line.score, run, legible, line.pixels, places, first)

    def _classified(self, boxes: Any, strips: Sequence[Any]) -> list[Strip]:
        """Let the classifier judge which way up each line is."""
        return [
            Strip(*_size(_quad(box)), upside_down=upside_down, sure=sure)
            for box, (upside_down, sure) in zip(boxes, self._steps.upside_down(strips), strict=True)
        ]

    def _read(self, strips: Sequence[Any], ways: Sequence[tuple[Way, Way]]) -> list[_Read]:
        """Read each line in the first of its ways; where the score is low, also in the other."""
        read = self._read_turned(strips, [first for first, _ in ways])
        doubtful = [at for at, line in enumerate(read) if is_doubtful(line.score)]
        again = self._read_turned([strips[at] for at in doubtful], [ways[at][1] for at in doubtful])
        for at, line in zip(doubtful, again, strict=True):
            if is_clearly_better(line.score, read[at].score):
                read[at] = line
        return self._with_characters(read)

    def _with_characters(self, read: Sequence[_Read]) -> list[_Read]:
        """Read doubtful single characters once more, and keep what is read with a higher score."""
        lone = [line for line in read if is_doubtful_character(line.pixels, line.score)]
        again = iter(self._recogniser.characters([line.pixels for line in lone]))
        return [
            _better(line, *next(again)) if is_doubtful_character(line.pixels, line.score) else line
            for line in read
        ]

    def _read_turned(self, strips: Sequence[Any], ways: Sequence[Way]) -> list[_Read]:
        if not strips:
            return []
        turned = [_turned(strip, way) for strip, way in zip(strips, ways, strict=True)]
        read = self._recogniser(turned)
        return [
            _Read(way, pixels, line.words, line.score, line.places)
            for way, pixels, line in zip(ways, turned, read, strict=True)
        ]

    def words_of(self, strips: Sequence[Any]) -> Sequence[str]:
        """Return the text of strips of pixels, each level and upright."""
        return [line.words for line in self._recogniser(strips)]


def _better(line: _Read, character: str, score: float) -> _Read:
    """Return a line with another reading of it as one character, if that has a higher score."""
    if score <= line.score:
        return line
    places = tuple(replace(place, text=character, score=score) for place in line.places[:1])
    return replace(line, words=character, score=score, places=places)


def _parted(boxes: Any, strips: Sequence[Any]) -> tuple[Any, list[Any]]:
    """Split the lines that run across two columns."""
    import numpy as np  # noqa: PLC0415  an extra

    quads, parts = zip(*parted([_quad(box) for box in boxes], strips), strict=True)
    return np.array(quads), list(parts)


def _turned(strip: Any, way: Way) -> Any:
    """Turn the pixels of a line as they are to be read.

    Args:
        strip: The pixels as RapidOCR cut them out: level, those of a tall box turned by a quarter
            to the left.
        way: How to turn them.
    """
    if way == Way.TURNED_OVER:
        return strip[::-1, ::-1]
    return strip.swapaxes(0, 1)[:, ::-1] if way == Way.STANDING else strip


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
