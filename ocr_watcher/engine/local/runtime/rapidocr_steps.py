"""The steps of RapidOCR, one by one. This is the only module that uses its internal parts.

RapidOCR reads a page in one call. Here its steps are separate calls, because between them the lines
are split and turned. ``tests/engine/local/runtime/test_rapidocr_steps.py`` lists the internal parts
that are used, and ``pyproject.toml`` bounds the version.
"""

from __future__ import annotations

import copy
import os
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.recognition.glyphs import GlyphDecoder
from ocr_watcher.engine.local.runtime.installation import INSTALL
from ocr_watcher.errors import EngineMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from PIL import Image

    from ocr_watcher.engine.local.recognition.glyphs import Glyph

_SILENT = 4
"""onnxruntime's severity ``fatal``: its notes on missing GPUs are of no use to an operator."""

_UPSIDE_DOWN = "180"
"""The classifier's label of a line that is upside down; the other label is ``0``."""

_LINE_SHAPE = (3, 48)
"""Planes and height of the pixels that the recogniser takes (``Rec.rec_img_shape``)."""


@dataclass(frozen=True, slots=True)
class FoundLines:
    """The lines that the detector found on a picture.

    Attributes:
        boxes: The four corners of each line, clockwise from the top left one, in pixels of the
            reduced picture with its margins: an array of n by 4 by 2.
        strips: The pixels of each line, cut out level.
        page: The reduced picture, without the margins that RapidOCR adds for the detector.
        margins: The width of the margins on the left and above, in pixels.
        ratios: The factors by which the width and the height were divided.
        record: RapidOCR's own record of these steps.
        size: The height and width of the picture before it was reduced, in pixels.
    """

    boxes: Any
    strips: Sequence[Any]
    page: Any
    margins: tuple[float, float]
    ratios: tuple[float, float]
    record: Mapping[str, Any]
    size: tuple[int, int]

    def in_picture(self, boxes: Any) -> Any:
        """Return boxes in pixels of the picture before it was reduced."""
        from rapidocr.utils.process_img import map_boxes_to_original  # noqa: PLC0415  an extra

        return map_boxes_to_original(boxes.astype("float32"), self.record, *self.size)


@dataclass(frozen=True, slots=True)
class RecognisedLines:
    """The lines that the recogniser read.

    Attributes:
        texts: The text of each line.
        scores: The confidence in each text, from 0 to 1.
        glyphs: The characters of each line; empty for a line without any.
    """

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    glyphs: tuple[Sequence[Glyph], ...]


class RapidOcrSteps:
    """RapidOCR with its models; each model is loaded when it is first used.

    Args:
        rapidocr: An instance of ``rapidocr.RapidOCR`` that only finds lines (without
            ``Global.use_cls`` and ``Global.use_rec``).
    """

    def __init__(self, rapidocr: Any) -> None:
        self._rapidocr = rapidocr

    @property
    def longest_side(self) -> int:
        """The longer side to which RapidOCR reduces a picture, in pixels."""
        longest: int = self._rapidocr.max_side_len
        return longest

    @property
    def least_score(self) -> float:
        """The score from which on RapidOCR counts a line as legible, from 0 to 1."""
        least: float = self._rapidocr.text_score
        return least

    def pin_models(self) -> str:
        """Set the path of each model, so that RapidOCR neither checks nor downloads it.

        Returns:
            The names of the models that find and read lines.
        """
        from rapidocr.inference_engine.base import FileInfo, InferSession  # noqa: PLC0415  an extra

        settings = self._rapidocr.cfg
        for stage in (settings.Det, settings.Cls, settings.Rec):
            shipped = InferSession.get_model_url(
                FileInfo(
                    engine_type=stage.engine_type,
                    ocr_version=stage.ocr_version,
                    task_type=stage.task_type,
                    lang_type=stage.lang_type,
                    model_type=stage.model_type,
                )
            )
            name = PurePosixPath(shipped["model_dir"]).name
            stage.model_path = str(settings.Global.model_root_dir / name)
        paths = (settings.Det.model_path, settings.Rec.model_path)
        return " + ".join(PurePosixPath(path).stem for path in paths)

    def pixels_of(self, image: Image.Image) -> Any:
        """Return the pixels of a picture in the form that the models take."""
        return self._rapidocr.load_img(image)

    def find(self, image: Image.Image) -> FoundLines | None:
        """Find the lines of a picture; return None if there is none."""
        pixels = self.pixels_of(image)
        page, record = self._rapidocr.preprocess_img(pixels)
        found, _, _, strips = self._rapidocr.run_ocr_steps(page, record)
        if not strips:
            return None
        padding, ratio = record["padding_1"], record["preprocess"]
        return FoundLines(
            found.boxes,
            strips,
            page,
            (padding["left"], padding["top"]),
            (ratio["ratio_w"], ratio["ratio_h"]),
            record,
            pixels.shape[:2],
        )

    def upside_down(self, strips: Sequence[Any]) -> list[tuple[bool, bool]]:
        """Return whether each line is upside down, and whether the classifier is sure of it."""
        _, labels = self._rapidocr.cls_and_rotate(strips)
        surely = self._rapidocr.text_cls.cls_thresh
        return [(label == _UPSIDE_DOWN, score > surely) for label, score in labels.cls_res]

    def recognise(self, lines: Sequence[Any], *, batch: int, shortest: int) -> RecognisedLines:
        """Read lines.

        Args:
            lines: The pixels of each line, level and upright.
            batch: The number of lines that are read at once.
            shortest: The width to which a shorter line is padded, in pixels, at a height of 48.
        """
        from rapidocr.ch_ppocr_rec import TextRecInput  # noqa: PLC0415  an extra

        recogniser = self._recogniser(lines[0])
        recogniser.rec_batch_num = batch
        recogniser.rec_image_shape = [*_LINE_SHAPE, shortest]
        read = recogniser(TextRecInput(img=list(lines), return_word_box=True))
        glyphs = read.word_results if any(read.word_results or ()) else ((),) * len(lines)
        return RecognisedLines(tuple(read.txts), tuple(map(float, read.scores)), tuple(glyphs))

    def further_recogniser(self, file: Path) -> Callable[[Sequence[Any], int], RecognisedLines]:
        """Load another recognition model, with the settings of the shipped one.

        Args:
            file: The file in ONNX format with its alphabet, as RapidOCR publishes it.

        Returns:
            A function that reads the pixels of lines, a given number of them at once, and returns
            no glyphs.
        """
        from rapidocr.ch_ppocr_rec import TextRecInput, TextRecognizer  # noqa: PLC0415  an extra

        cfg = self._rapidocr.cfg
        settings = copy.deepcopy(cfg.Rec)
        settings.model_path = str(file)
        settings.engine_cfg = cfg.EngineConfig[settings.engine_type.value]
        settings.font_path = cfg.Global.font_path
        recogniser = TextRecognizer(settings)

        def recognise(lines: Sequence[Any], batch: int) -> RecognisedLines:
            recogniser.rec_batch_num = batch
            read = recogniser(TextRecInput(img=list(lines), return_word_box=False))
            return RecognisedLines(
                tuple(read.txts), tuple(map(float, read.scores)), ((),) * len(lines)
            )

        return recognise

    def _recogniser(self, line: Any) -> Any:
        if self._rapidocr.text_rec is None:  # RapidOCR loads it with the first line
            self._rapidocr.recognize_txt([line])
        recogniser = self._rapidocr.text_rec
        if not isinstance(recogniser.postprocess_op, GlyphDecoder):
            recogniser.postprocess_op = GlyphDecoder(recogniser.postprocess_op)
        return recogniser


def load_steps(*, threads: int, longest_side: int) -> RapidOcrSteps:
    """Import RapidOCR and set it up; each model is loaded when it is first used.

    Args:
        threads: The number of threads of one call.
        longest_side: The longer side to which RapidOCR reduces a page, in pixels.

    Raises:
        EngineMissingError: The extra is not installed, or incomplete.
    """
    try:
        # From its import on, onnxruntime sends data about its use to its makers (its Privacy.md).
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime  # noqa: PLC0415  heavy, and present only with the extra

        onnxruntime.set_default_logger_severity(_SILENT)
        from rapidocr import RapidOCR  # noqa: PLC0415  likewise
    except (ImportError, OSError) as error:
        # A missing shared library of the system that the wheels need (libGL) raises either class.
        raise EngineMissingError(
            f"the local engine is not installed ({error}); {INSTALL}"
        ) from error
    # With a given number of threads onnxruntime also does not pin them to processors. Sandboxes
    # forbid pinning, and onnxruntime then complains on stderr.
    rapidocr = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": longest_side,
            "Global.use_cls": False,  # `LineReader` turns and recognises the lines
            "Global.use_rec": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        }
    )
    return RapidOcrSteps(rapidocr)
