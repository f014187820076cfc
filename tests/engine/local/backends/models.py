"""The files of the models in RapidOCR's wheel."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def model_file(stage: str) -> Path:
    """Return the file of a stage: ``det``, ``cls`` or ``rec``."""
    spec = find_spec("rapidocr")
    assert spec is not None
    assert spec.origin is not None
    (file,) = (Path(spec.origin).parent / "models").glob(f"*_{stage}_*.onnx")
    return file
