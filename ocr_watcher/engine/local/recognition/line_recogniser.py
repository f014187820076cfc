"""Recognises lines, within the memory of an ordinary page, and finds their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.recognition.further_models import Read, improved
from ocr_watcher.engine.local.recognition.gaps import gaps_of, ink_of
from ocr_watcher.engine.local.recognition.word_places import places_of
from ocr_watcher.engine.local.recognition.word_spaces import joined, marks_between
from ocr_watcher.values.word import runs_to_the_left

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.local.recognition.further_models import Model
    from ocr_watcher.engine.local.recognition.glyphs import Glyph
    from ocr_watcher.engine.local.runtime.rapidocr_steps import RapidOcrSteps

_LONGEST_LINE = 150
"""How many times longer than high the recogniser is given a line at most. It makes every line 48
pixels high, however long that makes it. Of a page of 2000 pixels such a line is 13 high, with its
margins: what is longer has no letters that could be read."""

_SHORTEST = 320
"""The least width of what the recogniser takes, in pixels (``Rec.rec_img_shape``)."""

_BATCH = 6
_BATCH_LENGTH = 400
"""Most lines that are recognised at once (``Rec.rec_batch_num``), each as long as the longest of
them; and how many times longer than high they are together."""


class LineRecogniser:
    """The shipped recognition model, and further ones for what it is not sure of.

    Args:
        steps: RapidOCR, step by step.
        further: Further models, for lines that its own one is not sure of.
    """

    def __init__(self, steps: RapidOcrSteps, further: Sequence[Model] = ()) -> None:
        self._steps = steps
        self._further = further

    def __call__(self, strips: Sequence[Any], *, shortest: int = _SHORTEST) -> list[Read]:
        """Read strips of pixels, each level and upright.

        Args:
            strips: The pixels of each line.
            shortest: Pixels that a line is padded to at least, of 48 of height.

        Returns:
            The lines, with the spaces of the paper.
        """
        lines = [_within_length(strip) for strip in strips]
        batch = _batch_of(lines)
        read = self._steps.recognise(lines, batch=batch, shortest=shortest)
        readings = list(map(_with_words, lines, read.glyphs, read.texts, read.scores))
        return improved(readings, lines, self._further, batch)


def _batch_of(lines: Sequence[Any]) -> int:
    """Return how many lines are recognised at once."""
    longest = max(line.shape[1] / line.shape[0] for line in lines)
    return max(1, min(_BATCH, int(_BATCH_LENGTH / longest)))


def _with_words(strip: Any, glyphs: Sequence[Glyph], text: str, score: float) -> Read:
    """Put spaces between the words of a line, and find where these stand."""
    if not glyphs or runs_to_the_left(text):
        return Read(text, score)
    ink = ink_of(strip)
    marks = marks_between(glyphs, gaps_of(ink, glyphs))
    return Read(joined(glyphs, marks), score, places_of(ink, glyphs, marks))


def _within_length(strip: Any) -> Any:
    """Squeeze a line that is too long for what it shows."""
    import cv2  # noqa: PLC0415  an extra

    height, width = strip.shape[:2]
    longest = _LONGEST_LINE * height
    return strip if width <= longest else cv2.resize(strip, (longest, height))
