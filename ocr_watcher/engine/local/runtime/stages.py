"""The three stages of RapidOCR around their networks: detector, classifier, recogniser.

The input of each network, and the use of its output, are as in RapidOCR. RapidOCR's own code is
used if it is fast and can be called without RapidOCR's own runtimes, otherwise faster code that
does the same. ``tests/engine/local/runtime/test_stages.py`` compares the results with RapidOCR's.

A stage has no state, so several threads may use it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.colours import planes_of
from ocr_watcher.engine.local.backends.picture_sizes import padded_line
from ocr_watcher.engine.local.recognition.glyphs import GlyphDecoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.local.backends.interface import Model
    from ocr_watcher.engine.local.recognition.glyphs import Glyph

_CLASSIFIER_SIZE = (48, 192)
"""The height and width of a line for the classifier (``Cls.cls_image_shape``), in pixels."""
_CLASSIFIER_BATCH = 8
"""The most lines that are classified at once."""

_HEIGHT = 48
"""The height of a line for the recogniser (``Rec.rec_img_shape``), in pixels."""
_SHORTEST = 192
"""The width to which a shorter line is padded, in pixels. With the 320 of RapidOCR
(``Rec.rec_img_shape``) a receipt takes 5 % longer and is read no better: of 2,760 words of 24
scanned receipts 101 were missed, and 92 with 192."""


class DetectorStage:
    """The finder of lines.

    Args:
        model: The detection model.
        settings: RapidOCR's settings of it (``Det``).
    """

    def __init__(self, model: Model, settings: Any) -> None:
        from rapidocr.ch_ppocr_det.main import TextDetector  # noqa: PLC0415  an extra
        from rapidocr.ch_ppocr_det.utils import DBPostProcess, DetPreProcess  # noqa: PLC0415

        self._network = model.detector()
        self._sized = DetPreProcess(settings.limit_side_len, settings.limit_type).resize
        self._boxes_of = DBPostProcess(
            settings.thresh,
            settings.box_thresh,
            settings.max_candidates,
            settings.unclip_ratio,
            settings.score_mode,
            settings.use_dilation,
        )
        self._sorted = TextDetector.sorted_boxes

    def __call__(self, picture: Any) -> Any:
        """Return the corners of each line: n by 4 by 2; an empty array if there is none.

        Args:
            picture: The pixels, height by width by 3.
        """
        writing = self._network(self._sized(picture))
        boxes, _scores = self._boxes_of(writing, picture.shape[:2])
        return self._sorted(boxes)


class ClassifierStage:
    """The judge of the direction of lines.

    Args:
        model: The classification model, whose classes are upright and upside down.
        surely: The probability above which it is sure.
    """

    def __init__(self, model: Model, surely: float) -> None:
        self._network = model.classifier()
        self._surely = surely

    def __call__(self, strips: Sequence[Any]) -> list[tuple[bool, bool]]:
        """Return for each line whether it is upside down, and whether that is sure."""
        import numpy as np  # noqa: PLC0415  comes with an extra

        judged: list[tuple[bool, bool]] = []
        for start in range(0, len(strips), _CLASSIFIER_BATCH):
            batch = strips[start : start + _CLASSIFIER_BATCH]
            probabilities = self._network(np.concatenate([_start_of(strip) for strip in batch]))
            judged.extend(
                (bool(over > upright), bool(max(over, upright) > self._surely))
                for upright, over in probabilities
            )
        return judged


@dataclass(frozen=True, slots=True)
class LineText:
    """A line as the recogniser reads it.

    Attributes:
        text: Its text.
        score: The confidence in it, from 0 to 1.
        glyphs: Its characters.
    """

    text: str
    score: float
    glyphs: Sequence[Glyph]


class RecogniserStage:
    """The reader of lines.

    A line is read by itself and not in a batch, where it would be padded to the longest line. On a
    processor, six lines take as long one by one as together. Several threads may read lines at
    once.

    Args:
        model: A recognition model.
        alphabet: Its characters.
    """

    def __init__(self, model: Model, alphabet: Sequence[str]) -> None:
        from rapidocr.ch_ppocr_rec.utils import CTCLabelDecode  # noqa: PLC0415  an extra

        self._decode = GlyphDecoder(CTCLabelDecode(character=[*alphabet]))
        self._network = model.recogniser(self._decode.further)

    def __call__(self, strip: Any) -> LineText:
        """Read a line.

        Args:
            strip: Its pixels, level and upright: height by width by 3.
        """
        height, width = strip.shape[:2]
        length = math.ceil(_HEIGHT * width / height)
        whole = padded_line(max(_SHORTEST, length))
        return LineText(*self._decode(self._network(_padded(strip, (_HEIGHT, whole), length))))


def _start_of(strip: Any) -> Any:
    """Return the input of the classifier for a line; of a long line only the beginning."""
    height, width = strip.shape[:2]
    whole_height, whole_width = _CLASSIFIER_SIZE
    length = min(whole_width, math.ceil(whole_height * width / height))
    return _padded(strip, _CLASSIFIER_SIZE, length)


def _padded(strip: Any, size: tuple[int, int], length: int) -> Any:
    """Return the planes of a line, padded with grey on its right.

    Args:
        strip: Its pixels: height by width by 3.
        size: The height and width with the padding.
        length: The width without.
    """
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  comes with it

    planes = np.zeros((1, 3, *size), np.float32)
    planes[..., :length] = planes_of(cv2.resize(np.ascontiguousarray(strip), (length, size[0])))
    return planes
