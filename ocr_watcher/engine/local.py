"""The local engine: Baidu's open PP-OCR models, run on this machine by RapidOCR.

Models and code come with the extra ``local``. Nothing is fetched from anywhere: RapidOCR would
download a model that it misses, so it is told the path of each one in its own wheel.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.interface import Description, Limits, Line, Reading
from ocr_watcher.errors import EngineMissingError, ImageError, PausingError, TransientError
from ocr_watcher.pages import picture
from ocr_watcher.pages.geometry import reading_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ocr_watcher.engine.interface import Page

_INSTALL = "install it with: pip install 'ocr-watcher[local]'"
_REINSTALL = "reinstall it with: pip install --force-reinstall --no-deps rapidocr onnxruntime"

_LIMITS = Limits(
    formats=frozenset({"JPEG", "PNG", "BMP"}),
    shortest_side=32,  # the detector's grid; below it RapidOCR would blow the page up
    longest_side=65_500,  # the longest side that libjpeg writes; RapidOCR reduces pages by itself
    body_bytes=2**31,  # nothing is sent
)

_SILENT = 4
"""onnxruntime's severity ``fatal``: its notes on missing GPUs are no news to an operator."""

_OUT_OF_MEMORY = ("failed to allocate", "insufficient memory", "bad_alloc", "bad allocation")
"""How onnxruntime and OpenCV say it, whose exceptions have no class for it."""

_SAMPLE_WORD = "ocr-watcher"


@dataclass(frozen=True, slots=True)
class _Models:
    reader: Any
    names: str
    turn: threading.Lock = field(default_factory=threading.Lock)


class LocalEngine:
    """Reads pages with RapidOCR.

    The models are loaded on first use, once, and read a drawn word before they count as loaded: a
    fault of the installation is so never taken for a fault of somebody's scan.

    Args:
        threads: Threads of one call; by default as many as this process may use processors.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads or len(os.sched_getaffinity(0))
        self._loading = threading.Lock()
        self._models: _Models | None = None

    @property
    def description(self) -> Description:
        """Names the models that find and read the lines, for which they are loaded.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
        """
        return Description("local", self._loaded().names)

    @property
    def limits(self) -> Limits:
        """Next to none."""
        return _LIMITS

    def recognise(self, page: Page) -> Reading:
        """Reads one page; calls from several threads take turns, each using all processors.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
            ImageError: The page cannot be decoded, or RapidOCR fails on it (``engine-failed``).
            TransientError: There is not enough memory now.
        """
        models = self._loaded()
        image = picture.decode(picture.identify(page.data)).image
        with _faults_named():
            return _reading(models, image)

    def probe(self) -> str:
        """Loads the models and lets them read a drawn word.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
            PausingError: The models do not read what is plain to read.
            TransientError: There is not enough memory now.
        """
        return f"{self._loaded().names} read a drawn word (threads: {self._threads})"

    def close(self) -> None:
        """Gives back the models' memory."""
        self._models = None

    def _loaded(self) -> _Models:
        with self._loading:
            if self._models is None:
                self._models = _load(self._threads)
            return self._models


def _load(threads: int) -> _Models:
    """Loads the models and proves that they read."""
    reader = _installed_reader(threads)
    try:
        models = _Models(reader, _pin_models(reader.cfg))
        proof = _reading(models, _drawn(_SAMPLE_WORD))
    except Exception as error:
        if _is_out_of_memory(error):
            raise TransientError("out-of-memory", "not enough memory for the models") from error
        raise EngineMissingError(
            f"the models of RapidOCR cannot be loaded ({type(error).__name__}); {_REINSTALL}"
        ) from error
    if not proof.lines:
        raise PausingError(
            "engine-failed", "the models of RapidOCR do not read a drawn word", advice=_REINSTALL
        )
    return models


def _installed_reader(threads: int) -> Any:
    try:
        # onnxruntime tells its makers of its use, from its import on (its Privacy.md).
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime  # noqa: PLC0415  heavy, and present only with the extra

        onnxruntime.set_default_logger_severity(_SILENT)
        from rapidocr import RapidOCR  # noqa: PLC0415  likewise
    except (ImportError, OSError) as error:
        # A shared library that the wheels expect of the system (libGL) is missing as either class.
        raise EngineMissingError(
            f"the local engine is not installed ({error}); {_INSTALL}"
        ) from error
    # A number of threads set by us also keeps onnxruntime from pinning them to processors, which
    # sandboxes forbid and it complains about on stderr.
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        }
    )


def _pin_models(settings: Any) -> str:
    """Sets the path of each model, which RapidOCR then neither checks nor downloads.

    Returns:
        The names of the models that find and read lines.
    """
    from rapidocr.inference_engine.base import FileInfo, InferSession  # noqa: PLC0415  see above

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


def _drawn(word: str) -> Image.Image:
    image = Image.new("L", (100, 24), "white")
    ImageDraw.Draw(image).text((12, 6), word, fill="black", font=ImageFont.load_default())
    return image.resize((400, 96), Image.Resampling.LANCZOS)


def _reading(models: _Models, image: Image.Image) -> Reading:
    """Reads a picture.

    RapidOCR promises nothing to threads and keeps what belongs to one call on its instance
    (``TextDetector.preprocess_op``, each option of a call), so calls take turns. Nothing is lost by
    it: a call keeps all processors busy, and two at once would need twice the memory.
    """
    with models.turn:
        result = models.reader(image.convert("RGB"))
    if not getattr(result, "txts", None):
        return Reading(())
    quads = [[(float(x), float(y)) for x, y in box] for box in result.boxes]
    return Reading(
        tuple(
            Line(result.txts[index], _fields(quads[index], float(result.scores[index])))
            for index in reading_order(quads)
        )
    )


def _fields(quad: Sequence[tuple[float, float]], score: float) -> Mapping[str, Any]:
    """Describes a line in the shape of Baidu's answers."""
    corners = [(round(x), round(y)) for x, y in quad]
    left, top = (min(axis) for axis in zip(*corners, strict=True))
    right, bottom = (max(axis) for axis in zip(*corners, strict=True))
    return {
        "location": {"left": left, "top": top, "width": right - left, "height": bottom - top},
        "probability": {"average": score},
        "vertexes_location": [{"x": x, "y": y} for x, y in corners],
    }


@contextmanager
def _faults_named() -> Iterator[None]:
    """Translates what RapidOCR raises over a page: any class of four libraries."""
    try:
        yield
    except Exception as error:
        if _is_out_of_memory(error):
            raise TransientError("out-of-memory", "not enough memory for the page") from error
        raise ImageError("engine-failed", f"RapidOCR failed ({type(error).__name__})") from error


def _is_out_of_memory(error: BaseException) -> bool:
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(words in text for words in _OUT_OF_MEMORY)
