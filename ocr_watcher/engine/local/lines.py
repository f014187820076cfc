"""Finds and reads the lines of a picture, within the time and memory of an ordinary page."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.detection.column_gaps import parted
from ocr_watcher.engine.local.detection.missed_cells import MissedCells
from ocr_watcher.engine.local.detection.paper import on_paper
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
from ocr_watcher.engine.local.recognition.unread import unread_characters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from ocr_watcher.engine.local.detection.paper import Paper
    from ocr_watcher.engine.local.page_direction import Run
    from ocr_watcher.engine.local.recognition.further_models import Model
    from ocr_watcher.engine.local.recognition.word_places import WordPlace
    from ocr_watcher.engine.local.runtime.rapidocr_steps import RapidOcrSteps
    from ocr_watcher.values.geometry import Quad


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line as it lies on a picture.

    Attributes:
        quad: Its corners clockwise, from the top left one.
        words: Its text.
        score: How sure the recogniser is, of 1.
        run: How it runs.
        legible: Whether RapidOCR would give it out.
        strip: Its pixels, as they were read; None where they are not needed any more.
        places: Where its words stand, as it was laid to be read; none where that is not known.
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
    """What RapidOCR sees on a picture.

    Attributes:
        seen: Every line that it met, and each single character that the detector missed, in no
            order.
    """

    seen: tuple[SeenLine, ...] = ()

    @property
    def lines(self) -> tuple[SeenLine, ...]:
        """The legible ones."""
        return tuple(line for line in self.seen if line.legible)

    @property
    def runs(self) -> tuple[Run, ...]:
        """How each line runs, illegible ones included."""
        return tuple(line.run for line in self.seen)

    @property
    def unread(self) -> int:
        """How many characters the illegible ones have, roughly."""
        illegible = (line.strip for line in self.seen if not line.legible)
        return unread_characters(strip for strip in illegible if strip is not None)


@dataclass(frozen=True, slots=True)
class _Read:
    """A line as it was read, laid in one of its ways."""

    way: Way
    pixels: Any
    words: str
    score: float
    places: tuple[WordPlace, ...]


class LineReader:
    """Finds and reads lines, for one caller at a time.

    Args:
        steps: RapidOCR, step by step.
        further: Further models, for lines that its own one is not sure of.
    """

    def __init__(self, steps: RapidOcrSteps, further: Sequence[Model] = ()) -> None:
        self._steps = steps
        self._recognised = LineRecogniser(steps, further)
        self._missed = MissedCells(self._recognised)

    def at(self, image: Image.Image) -> PictureLines:
        """Find the lines of a picture, decide how each is laid, and read them."""
        paper = on_paper(image, self._steps.longest_side)
        found = self._steps.find(paper.image)
        if found is None:
            return PictureLines()
        missed = self._missed(found)
        boxes, strips = _parted(found.boxes, found.strips)
        known = self._known(boxes, strips)
        read = self._read(strips, ways_to_read(known))
        places = found.in_picture(boxes)
        met = zip(boxes, places, known, read, strict=True)
        lines = [
            self._seen(_quad(box), _off(paper, image, _quad(place)), line, strip)
            for box, place, strip, line in met
        ]
        cells = [
            SeenLine(_off(paper, image, quad), words, score, run_of_a_cell(words))
            for quad, words, score in missed
        ]
        return PictureLines((*lines, *cells))

    def _seen(self, box: Quad, place: Quad, line: _Read, strip: Strip) -> SeenLine:
        """Describe a line by its box on the reduced picture and its place on the picture."""
        run = run_of(box, line.way, line.words, line.score, sure=strip.sure)
        legible = bool(line.words.strip()) and line.score >= self._steps.least_score
        first = first_corner(line.way, is_tall=strip.is_tall)
        return SeenLine(
            place, line.words, line.score, run, legible, line.pixels, line.places, first
        )

    def _known(self, boxes: Any, strips: Sequence[Any]) -> list[Strip]:
        return [
            Strip(*_size(_quad(box)), upside_down=upside_down, sure=sure)
            for box, (upside_down, sure) in zip(boxes, self._steps.upside_down(strips), strict=True)
        ]

    def _read(self, strips: Sequence[Any], ways: Sequence[tuple[Way, Way]]) -> list[_Read]:
        """Recognise each line in the first of its ways, and where that fails, in the other."""
        read = self._read_laid(strips, [first for first, _ in ways])
        doubtful = [at for at, line in enumerate(read) if is_doubtful(line.score)]
        again = self._read_laid([strips[at] for at in doubtful], [ways[at][1] for at in doubtful])
        for at, line in zip(doubtful, again, strict=True):
            if is_clearly_better(line.score, read[at].score):
                read[at] = line
        return read

    def _read_laid(self, strips: Sequence[Any], ways: Sequence[Way]) -> list[_Read]:
        if not strips:
            return []
        laid = [_laid(strip, way) for strip, way in zip(strips, ways, strict=True)]
        read = self._recognised(laid)
        return [
            _Read(way, pixels, line.words, line.score, line.places)
            for way, pixels, line in zip(ways, laid, read, strict=True)
        ]

    def words_of(self, strips: Sequence[Any]) -> Sequence[str]:
        """Return the text of strips of pixels, each level and upright."""
        return [line.words for line in self._recognised(strips)]


def _parted(boxes: Any, strips: Sequence[Any]) -> tuple[Any, list[Any]]:
    import numpy as np  # noqa: PLC0415  an extra

    quads, parts = zip(*parted([_quad(box) for box in boxes], strips), strict=True)
    return np.array(quads), list(parts)


def _laid(strip: Any, way: Way) -> Any:
    """Turn pixels that lie level; those of a tall box were laid so by a quarter to the left."""
    if way == Way.TURNED_OVER:
        return strip[::-1, ::-1]
    return strip.swapaxes(0, 1)[:, ::-1] if way == Way.STANDING else strip


def _off(paper: Paper, image: Image.Image, quad: Quad) -> Quad:
    """Bring a line back from the sheet to the picture that lies on it."""
    return [
        (min(max(x - paper.left, 0.0), image.width), min(max(y - paper.top, 0.0), image.height))
        for x, y in quad
    ]


def _quad(box: Any) -> Quad:
    return [(float(x), float(y)) for x, y in box]


def _size(quad: Quad) -> tuple[float, float]:
    return math.dist(quad[0], quad[1]), math.dist(quad[0], quad[3])
