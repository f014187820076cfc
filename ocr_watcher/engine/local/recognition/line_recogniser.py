"""Recognises the lines of a page, and finds their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.recognition.further_models import Read, improved
from ocr_watcher.engine.local.recognition.line_ink import (
    gaps_of,
    ink_of,
)
from ocr_watcher.engine.local.recognition.lone_characters import character_of, copies_of
from ocr_watcher.engine.local.recognition.lookalikes import like_their_words
from ocr_watcher.engine.local.recognition.missed_letters import missed_letters
from ocr_watcher.engine.local.recognition.recurring_words import like_their_page
from ocr_watcher.engine.local.recognition.word_places import places_of
from ocr_watcher.engine.local.recognition.word_spaces import joined, marks_between
from ocr_watcher.values.word import runs_to_the_left

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.local.recognition.further_models import FurtherModel
    from ocr_watcher.engine.local.recognition.glyphs import Glyph
    from ocr_watcher.engine.local.recognition.line_ink import Ink
    from ocr_watcher.engine.local.runtime.rapidocr_steps import RapidOcrSteps
    from ocr_watcher.engine.local.runtime.stages import LineText

_LONGEST_LINE = 150
"""The greatest ratio of length to height of a line; longer lines are compressed, to limit memory.
The recogniser scales every line to a height of 48 pixels, however long the line becomes. On a page
of 2000 pixels a line of this ratio is 13 pixels high, with its margins; the letters of a longer one
cannot be read."""


@dataclass(frozen=True, slots=True)
class _SpacedLine:
    """The characters of a line, and the marks between them.

    Attributes:
        ink: The ink of the line; None for a line that runs to the left, or has no characters. Such
            a line stays as it was read.
        glyphs: Its characters.
        marks: The mark between each two of them: a space, a decimal point or nothing.
    """

    ink: Ink | None = None
    glyphs: Sequence[Glyph] = ()
    marks: Sequence[str] = ()


class LineRecogniser:
    """The shipped recognition model, and further models for lines that it is not sure of.

    Args:
        steps: The steps of RapidOCR.
        further: The further models.
    """

    def __init__(self, steps: RapidOcrSteps, further: Sequence[FurtherModel] = ()) -> None:
        self._steps = steps
        self._further = further

    def __call__(self, strips: Sequence[Any]) -> list[Read]:
        """Read the pixels of lines, each level and upright.

        Args:
            strips: The pixels of each line of a page, or of a few.

        Returns:
            The readings, with the spaces that the paper shows.
        """
        lines = [_within_length(strip) for strip in strips]
        read = _with_words(lines, self._steps.recognise(lines))
        return [improved(one, line, self._further) for line, one in zip(lines, read, strict=True)]

    def characters(self, strips: Sequence[Any]) -> list[tuple[str, float]]:
        """Read single characters, each as several copies of it beside each other.

        Args:
            strips: The pixels of each character, level and upright.

        Returns:
            Each character with its score; no character and 0 if the copies do not agree.
        """
        return [character_of(line) for line in self._steps.recognise(list(map(copies_of, strips)))]


def _with_words(strips: Sequence[Any], lines: Sequence[LineText]) -> list[Read]:
    """Return lines with the spaces and words that their ink shows."""
    spaced = [_spaced(strip, line) for strip, line in zip(strips, lines, strict=True)]
    words = like_their_page([(line.glyphs, line.marks) for line in spaced])
    return [_read(*of_line) for of_line in zip(lines, spaced, words, strict=True)]


def _spaced(strip: Any, line: LineText) -> _SpacedLine:
    if not line.glyphs or runs_to_the_left(line.text):
        return _SpacedLine()
    ink = ink_of(strip)
    marks = marks_between(line.glyphs, gaps_of(ink, line.glyphs))
    return _SpacedLine(ink, like_their_words(line.glyphs, marks), marks)


def _read(line: LineText, spaced: _SpacedLine, glyphs: Sequence[Glyph]) -> Read:
    ink, marks = spaced.ink, spaced.marks
    if ink is None:
        return Read(line.text, line.score)
    return Read(
        joined(glyphs, marks),
        line.score,
        places_of(ink, glyphs, marks),
        missed_letters(ink, glyphs),
    )


def _within_length(strip: Any) -> Any:
    """Compress a line that is longer than any legible line."""
    import cv2  # noqa: PLC0415  an extra

    height, width = strip.shape[:2]
    longest = _LONGEST_LINE * height
    return strip if width <= longest else cv2.resize(strip, (longest, height))
