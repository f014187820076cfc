"""Has RapidOCR look at a picture, within the time and memory of an ordinary page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.direction import run_of
from ocr_watcher.engine.local.paper import on_paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from ocr_watcher.engine.local.direction import Run
    from ocr_watcher.engine.local.paper import Paper
    from ocr_watcher.pages.geometry import Quad

_LONGEST_LINE = 150
"""How many times longer than high the recogniser is given a line at most. It makes every line 48
pixels high, however long that makes it. Of a page of 2000 pixels such a line is 13 high, with its
margins: what is longer has no letters that could be read."""

_BATCH = 6
_BATCH_LENGTH = 400
"""Most lines that are recognised at once (``Rec.rec_batch_num``), each as long as the longest of
them; and how many times longer than high they are together."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A line as it lies on a picture."""

    quad: Quad
    words: str
    score: float


@dataclass(frozen=True, slots=True)
class Look:
    """What RapidOCR sees on a picture.

    Attributes:
        lines: What it gives out, in no order.
        runs: How each line that it met runs, those that it then dropped as illegible included.
        strips: The pixels of each run, level.
    """

    lines: tuple[Seen, ...]
    runs: tuple[Run, ...] = ()
    strips: Sequence[Any] = ()


class Looking:
    """RapidOCR with its models, for one caller at a time.

    Args:
        rapidocr: An instance of ``rapidocr.RapidOCR`` that leaves out recognition
            (``Global.use_rec``), for lines are recognised here.
    """

    def __init__(self, rapidocr: Any) -> None:
        self._rapidocr = rapidocr

    def at(self, image: Image.Image) -> Look:
        """Goes through RapidOCR's own steps, one of which knows how each line had to be laid."""
        rapidocr = self._rapidocr
        paper = on_paper(image, rapidocr.max_side_len)
        pixels = rapidocr.load_img(paper.image)
        reduced, record = rapidocr.preprocess_img(pixels)
        found, labelled, _, strips = rapidocr.run_ocr_steps(reduced, record)
        if not labelled.img_list:
            return Look(())
        read = self._recognised(labelled.img_list)
        met = zip(found.boxes, labelled.cls_res, read.txts, read.scores, strict=True)
        runs = [
            run_of(_quad(box), label, label_score, words, score)
            for box, (label, label_score), words, score in met
        ]
        result = rapidocr.build_final_output(pixels, found, labelled, read, strips, record)
        lines = zip(result.boxes, result.txts, result.scores, strict=True) if result.txts else ()
        return Look(
            tuple(
                Seen(_off(paper, image, _quad(box)), words, float(score))
                for box, words, score in lines
            ),
            tuple(runs),
            labelled.img_list,
        )

    def words_of(self, strips: Sequence[Any]) -> Sequence[str]:
        """Recognises strips of pixels, each level and upright."""
        words: Sequence[str] = self._recognised(strips).txts
        return words

    def _recognised(self, strips: Sequence[Any]) -> Any:
        lines = [_within_length(strip) for strip in strips]
        longest = max(line.shape[1] / line.shape[0] for line in lines)
        recogniser = self._rapidocr.text_rec
        if recogniser is not None:  # it is loaded with the first line, which is a drawn word
            recogniser.rec_batch_num = max(1, min(_BATCH, int(_BATCH_LENGTH / longest)))
        return self._rapidocr.recognize_txt(lines)


def _within_length(strip: Any) -> Any:
    """Squeezes a line that is too long for what it shows."""
    import cv2  # noqa: PLC0415  an extra

    height, width = strip.shape[:2]
    longest = _LONGEST_LINE * height
    return strip if width <= longest else cv2.resize(strip, (longest, height))


def _off(paper: Paper, image: Image.Image, quad: Quad) -> Quad:
    """Brings a line back from the sheet to the picture that lies on it."""
    return [
        (min(max(x - paper.left, 0.0), image.width), min(max(y - paper.top, 0.0), image.height))
        for x, y in quad
    ]


def _quad(box: Any) -> Quad:
    return [(float(x), float(y)) for x, y in box]
