"""Loads RapidOCR with the models in its wheel, and proves that they read.

Nothing is fetched from anywhere: RapidOCR would download a model that it misses, so it is told the
path of each one.
"""

from __future__ import annotations

import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.local.faults import is_out_of_memory
from ocr_watcher.engine.local.further import models_at
from ocr_watcher.engine.local.installation import INSTALL
from ocr_watcher.engine.local.reader import Reader
from ocr_watcher.errors import EngineMissingError, PausingError, TransientError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_REINSTALL = "reinstall it with: pip install --force-reinstall --no-deps rapidocr onnxruntime"

_SILENT = 4
"""onnxruntime's severity ``fatal``: its notes on missing GPUs are no news to an operator."""

_SAMPLE_WORD = "ocr-watcher"


def load(*, threads: int, longest_side: int, further: Sequence[Path] = ()) -> Reader:
    """Loads the models and proves that they read.

    Args:
        threads: Of one call.
        longest_side: To which RapidOCR reduces a page, in pixels.
        further: Files of further recognition models.

    Raises:
        EngineMissingError: The extra is not installed, or incomplete.
        PausingError: The models do not read what is plain to read.
        TransientError: There is not enough memory now.
    """
    rapidocr = _rapidocr(threads, longest_side)
    try:
        names = _pin_models(rapidocr.cfg)
        proof = Reader(rapidocr, names).read(_drawn(_SAMPLE_WORD))
        models = models_at(further, rapidocr, _drawn)
    except EngineMissingError:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            raise TransientError("out-of-memory", "not enough memory for the models") from error
        raise EngineMissingError(
            f"the models of RapidOCR cannot be loaded ({type(error).__name__}); {_REINSTALL}"
        ) from error
    if not proof.lines:
        raise PausingError(
            "engine-failed", "the models of RapidOCR do not read a drawn word", advice=_REINSTALL
        )
    return Reader(rapidocr, " + ".join([names, *(file.stem for file in further)]), models)


def _rapidocr(threads: int, longest_side: int) -> Any:
    try:
        # onnxruntime tells its makers of its use, from its import on (its Privacy.md).
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime  # noqa: PLC0415  heavy, and present only with the extra

        onnxruntime.set_default_logger_severity(_SILENT)
        from rapidocr import RapidOCR  # noqa: PLC0415  likewise
    except (ImportError, OSError) as error:
        # A shared library that the wheels expect of the system (libGL) is missing as either class.
        raise EngineMissingError(
            f"the local engine is not installed ({error}); {INSTALL}"
        ) from error
    # A number of threads set by us also keeps onnxruntime from pinning them to processors, which
    # sandboxes forbid and it complains about on stderr.
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": longest_side,
            "Global.use_cls": False,  # `Looking` lays and recognises the lines
            "Global.use_rec": False,
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
