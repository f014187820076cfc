"""Reads lines, and reads lines with a low score once more in other ways.

There are two other ways: turned over, and, for a single character, as three copies of it. The
reading of another way is kept only if its score is higher.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.recognition.line_direction import (
    Way,
    is_clearly_better,
    is_doubtful,
)
from ocr_watcher.engine.local.recognition.lone_characters import is_doubtful_character

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.local.recognition.line_recogniser import LineRecogniser
    from ocr_watcher.engine.local.recognition.word_places import WordPlace


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line as it was read, turned in one of its possible ways.

    Attributes:
        way: The way in which its pixels were turned.
        pixels: Its pixels, turned: height by width by 3.
        words: Its text.
        score: The confidence of the recogniser, from 0 to 1.
        places: The places of its words, in shares of it.
        missed: An estimate of the number of its letters that the recogniser passed over.
    """

    way: Way
    pixels: Any
    words: str
    score: float
    places: tuple[WordPlace, ...]
    missed: int = 0

    @property
    def is_text(self) -> bool:
        """Whether text was read: a letter or digit if letters were passed over, else any mark."""
        return any(map(str.isalnum, self.words)) if self.missed else bool(self.words.strip())


class CarefulReading:
    """The reader of lines that reads doubtful ones in other ways as well.

    Args:
        recognise: The recogniser, which reads the pixels of lines.
    """

    def __init__(self, recognise: LineRecogniser) -> None:
        self._recognise = recognise

    def __call__(self, strips: Sequence[Any], ways: Sequence[tuple[Way, Way]]) -> list[ReadLine]:
        """Read each line in the first of its ways; if the score is low, also in other ways.

        Args:
            strips: The pixels of each line as RapidOCR cut them out.
            ways: The two ways to turn each of them, the more likely one first.
        """
        read = self._read_turned(strips, [first for first, _ in ways])
        doubtful = [at for at, line in enumerate(read) if is_doubtful(line.score)]
        again = self._read_turned([strips[at] for at in doubtful], [ways[at][1] for at in doubtful])
        for at, line in zip(doubtful, again, strict=True):
            if is_clearly_better(line.score, read[at].score):
                read[at] = line
        return self._with_characters(read)

    def _read_turned(self, strips: Sequence[Any], ways: Sequence[Way]) -> list[ReadLine]:
        if not strips:
            return []
        turned = [_turned(strip, way) for strip, way in zip(strips, ways, strict=True)]
        return [
            ReadLine(way, pixels, line.words, line.score, line.places, line.missed)
            for way, pixels, line in zip(ways, turned, self._recognise(turned), strict=True)
        ]

    def _with_characters(self, read: Sequence[ReadLine]) -> list[ReadLine]:
        """Read doubtful single characters once more, and keep readings with a higher score."""
        lone = [line for line in read if is_doubtful_character(line.pixels, line.score)]
        again = iter(self._recognise.characters([line.pixels for line in lone]))
        return [
            _better(line, *next(again)) if is_doubtful_character(line.pixels, line.score) else line
            for line in read
        ]


def _better(line: ReadLine, character: str, score: float) -> ReadLine:
    """Return a line, read as one character if that reading has a higher score."""
    if score <= line.score:
        return line
    places = tuple(replace(place, text=character, score=score) for place in line.places[:1])
    return replace(line, words=character, score=score, places=places, missed=0)


def _turned(strip: Any, way: Way) -> Any:
    """Turn the pixels of a line as they are to be read.

    Args:
        strip: The pixels as RapidOCR cut them out: level; RapidOCR turns a tall box by a quarter to
            the left.
        way: How to turn them.
    """
    if way == Way.TURNED_OVER:
        return strip[::-1, ::-1]
    return strip.swapaxes(0, 1)[:, ::-1] if way == Way.STANDING else strip
