"""Recognises lines, within the memory of an ordinary page, and puts spaces between their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.further import improved
from ocr_watcher.engine.local.gaps import gaps_of
from ocr_watcher.engine.local.glyphs import GlyphDecoder
from ocr_watcher.engine.local.spaces import runs_to_the_left, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.local.further import Model
    from ocr_watcher.engine.local.glyphs import Glyph

_LONGEST_LINE = 150
"""How many times longer than high the recogniser is given a line at most. It makes every line 48
pixels high, however long that makes it. Of a page of 2000 pixels such a line is 13 high, with its
margins: what is longer has no letters that could be read."""

_SHAPE = (3, 48)
_SHORTEST = 320
"""Planes and height of what the recogniser takes, and its least width (``Rec.rec_img_shape``)."""

_BATCH = 6
_BATCH_LENGTH = 400
"""Most lines that are recognised at once (``Rec.rec_batch_num``), each as long as the longest of
them; and how many times longer than high they are together."""


class Recogniser:
    """RapidOCR's recogniser, whose model is loaded with the first line.

    Args:
        rapidocr: An instance of ``rapidocr.RapidOCR``.
        further: Further models, for lines that its own one is not sure of.
    """

    def __init__(self, rapidocr: Any, further: Sequence[Model] = ()) -> None:
        self._rapidocr = rapidocr
        self._further = further

    def __call__(self, strips: Sequence[Any], *, shortest: int = _SHORTEST) -> Any:
        """Read strips of pixels, each level and upright.

        Args:
            strips: The pixels of each line.
            shortest: Pixels that a line is padded to at least, of 48 of height.

        Returns:
            RapidOCR's own result, whose ``txts`` have the spaces of the paper.
        """
        lines = [_within_length(strip) for strip in strips]
        read = self._read(lines, shortest)
        if read.word_results and any(read.word_results):
            texts = zip(lines, read.word_results, read.txts, strict=True)
            read.txts = tuple(_with_spaces(*line) for line in texts)
        read.word_results = (None,) * len(lines)
        if self._further:
            read = improved(read, lines, self._further, self._rapidocr.text_rec.rec_batch_num)
        return read

    def _read(self, lines: Sequence[Any], shortest: int) -> Any:
        from rapidocr.ch_ppocr_rec import TextRecInput  # noqa: PLC0415  an extra

        recogniser = self._rapidocr.text_rec
        if recogniser is None:  # the first line is a drawn word
            return self._rapidocr.recognize_txt(lines)
        if not isinstance(recogniser.postprocess_op, GlyphDecoder):
            recogniser.postprocess_op = GlyphDecoder(recogniser.postprocess_op)
        longest = max(line.shape[1] / line.shape[0] for line in lines)
        recogniser.rec_batch_num = max(1, min(_BATCH, int(_BATCH_LENGTH / longest)))
        recogniser.rec_image_shape = [*_SHAPE, shortest]
        return recogniser(TextRecInput(img=lines, return_word_box=True))


def _with_spaces(strip: Any, glyphs: Sequence[Glyph], text: str) -> str:
    if not glyphs or runs_to_the_left(text):
        return text
    return text_of(glyphs, gaps_of(strip, glyphs))


def _within_length(strip: Any) -> Any:
    """Squeeze a line that is too long for what it shows."""
    import cv2  # noqa: PLC0415  an extra

    height, width = strip.shape[:2]
    longest = _LONGEST_LINE * height
    return strip if width <= longest else cv2.resize(strip, (longest, height))
