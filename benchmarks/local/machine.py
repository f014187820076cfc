"""The things on which the figures depend: the processor, and the versions of the readers."""

from __future__ import annotations

import subprocess
from importlib import metadata
from typing import TYPE_CHECKING

from benchmarks.report import Figure, machine

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGES = ("rapidocr", "onnxruntime", "openvino")
_MISSING = "not installed"


def figure(tesseract: str | None) -> Figure:
    """Return a row that names the processor and the versions of the readers.

    Args:
        tesseract: The path of tesseract; None if it is not installed.
    """
    versions, its = _versions(tesseract), machine()
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    processors = its["processors"]
    if not isinstance(processors, int):
        raise TypeError("the number of processors is no number")
    return Figure("processors", processors, "", f"{its['processor']}; {told}", None, versions)


def _versions(tesseract: str | None) -> Mapping[str, str]:
    packages = {name: _version(name) for name in _PACKAGES}
    return {**packages, "tesseract": _tesseract_version(tesseract)}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return _MISSING


def _tesseract_version(program: str | None) -> str:
    if program is None:
        return _MISSING
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return told.stdout.splitlines()[0].removeprefix("tesseract ")
