"""RapidOCR's steps as separate calls: finds lines, judges their direction, reads them.

RapidOCR reads a page in one call. Here, the lines are split and turned between its steps, and its
models are run by a backend of this program. ``tests/engine/local/runtime/test_rapidocr_steps.py``
lists its internal parts that are used here and in `stages`, and ``pyproject.toml`` bounds the
version.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.installation import not_installed, reinstall
from ocr_watcher.engine.local.runtime.stages import (
    ClassifierStage,
    DetectorStage,
    RecogniserStage,
)
from ocr_watcher.errors import EngineMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PIL import Image

    from ocr_watcher.engine.local.backends.interface import Backend
    from ocr_watcher.engine.local.runtime.stages import LineText


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


class RapidOcrSteps:
    """RapidOCR's steps with its models, for any number of threads.

    Args:
        rapidocr: An instance of ``rapidocr.RapidOCR``, for its settings and its preparation of
            pictures; it loads no model.
        backend: The backend that runs the models.
    """

    def __init__(self, rapidocr: Any, backend: Backend) -> None:
        self._rapidocr = rapidocr
        self._backend = backend
        settings = rapidocr.cfg
        self._files = {stage: _file_of(settings, stage) for stage in ("Det", "Cls", "Rec")}
        # On two processors the models are ready a fifth sooner than one after the other.
        with ThreadPoolExecutor(len(self._files)) as pool:
            detect = pool.submit(self._detector, settings.Det)
            classify = pool.submit(self._classifier, settings.Cls)
            recognise = pool.submit(self.recogniser, self._files["Rec"])
        self._detect = detect.result()
        self._classify = classify.result()
        self._recognise = recognise.result()

    @property
    def names(self) -> str:
        """The names of the models that find and read lines."""
        return f"{self._files['Det'].stem} + {self._files['Rec'].stem}"

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

    def pixels_of(self, image: Image.Image) -> Any:
        """Return the pixels of a picture in the form that the models take."""
        return self._rapidocr.load_img(image)

    def find(self, image: Image.Image) -> FoundLines | None:
        """Find the lines of a picture; return None if there is none."""
        from rapidocr.utils.process_img import apply_vertical_padding  # noqa: PLC0415  an extra

        engine = self._rapidocr
        pixels = self.pixels_of(image)
        size = pixels.shape[:2]
        page, record = engine.preprocess_img(pixels)
        del pixels  # a large page is reduced: 10 to 40 MB less while it is searched
        padded, record = apply_vertical_padding(
            page, record, engine.width_height_ratio, engine.min_height
        )
        boxes = self._detect(padded)
        if not len(boxes):
            return None
        padding, ratio = record["padding_1"], record["preprocess"]
        return FoundLines(
            boxes,
            engine.crop_text_regions(padded, boxes),
            page,
            (padding["left"], padding["top"]),
            (ratio["ratio_w"], ratio["ratio_h"]),
            record,
            size,
        )

    def cut(self, page: Any, boxes: Sequence[Any]) -> list[Any]:
        """Cut lines out of a page, each level.

        Args:
            page: The pixels of the page.
            boxes: The four corners of each line: arrays of 4 by 2 in float32.
        """
        lines: list[Any] = self._rapidocr.crop_text_regions(page, boxes)
        return lines

    def upside_down(self, strips: Sequence[Any]) -> list[tuple[bool, bool]]:
        """Return whether each line is upside down, and whether the classifier is sure of it."""
        return self._classify(strips)

    def recognise(self, lines: Sequence[Any]) -> list[LineText]:
        """Read lines, as many at once as the backend has threads, so that no thread is idle.

        Args:
            lines: The pixels of each line, level and upright.
        """
        longest_first = sorted(range(len(lines)), key=lambda at: -lines[at].shape[1])
        with ThreadPoolExecutor(self._backend.threads) as pool:
            read = pool.map(lambda at: (at, self._recognise(lines[at])), longest_first)
        return [line for _, line in sorted(read, key=itemgetter(0))]

    def recogniser(self, file: Path) -> Callable[[Any], LineText]:
        """Load a recognition model.

        Args:
            file: The file in ONNX format with its alphabet, as RapidOCR publishes it.

        Returns:
            A function that reads the pixels of a line.

        Raises:
            LookupError: The file has no alphabet.
            Exception: The file is no model; the class depends on the backend.
        """
        model = self._backend.model(file)
        if model.alphabet is None:
            raise LookupError
        return RecogniserStage(model, model.alphabet)

    def _detector(self, settings: Any) -> DetectorStage:
        return DetectorStage(self._backend.model(self._files["Det"]), settings)

    def _classifier(self, settings: Any) -> ClassifierStage:
        return ClassifierStage(self._backend.model(self._files["Cls"]), settings.cls_thresh)


def load_steps(backend: Backend, *, longest_side: int) -> RapidOcrSteps:
    """Import RapidOCR and load its models.

    Args:
        backend: The backend that runs the models.
        longest_side: The longer side to which RapidOCR reduces a page, in pixels.

    Raises:
        EngineMissingError: The extra is not installed, or incomplete.
        Exception: A model cannot be loaded; the class depends on the backend.
    """
    try:
        from rapidocr import RapidOCR  # noqa: PLC0415  heavy, and present only with the extra
    except (ImportError, OSError) as error:
        raise not_installed(error) from error
    settings = {"Global.log_level": "critical", "Global.max_side_len": longest_side}
    return RapidOcrSteps(RapidOCR(params=settings), backend)


def _file_of(settings: Any, stage: str) -> Path:
    """Return the file of a model in RapidOCR's wheel, which RapidOCR itself would download.

    Args:
        settings: RapidOCR's settings.
        stage: The name of the stage in them: ``Det``, ``Cls`` or ``Rec``.

    Raises:
        EngineMissingError: It is not there.
    """
    from rapidocr.inference_engine.base import FileInfo, InferSession  # noqa: PLC0415  an extra

    of_stage = settings[stage]
    shipped = InferSession.get_model_url(
        FileInfo(
            engine_type=of_stage.engine_type,
            ocr_version=of_stage.ocr_version,
            task_type=of_stage.task_type,
            lang_type=of_stage.lang_type,
            model_type=of_stage.model_type,
        )
    )
    file = Path(settings.Global.model_root_dir, PurePosixPath(shipped["model_dir"]).name)
    if not file.is_file():
        raise EngineMissingError(
            f"the models of RapidOCR cannot be loaded (there is no {file}); {reinstall('rapidocr')}"
        )
    return file
