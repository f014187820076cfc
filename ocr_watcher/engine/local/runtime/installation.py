"""The check that the extra ``local`` is installed, and the command that installs it."""

from __future__ import annotations

from importlib.util import find_spec

from ocr_watcher.errors import EngineMissingError

INSTALL = "install it with: pip install 'ocr-watcher[local]'"

_MODULES = ("onnxruntime", "rapidocr")


def missing() -> EngineMissingError | None:
    """Return the error for a missing module; None if all are installed. Import nothing."""
    absent = next((name for name in _MODULES if find_spec(name) is None), None)
    if absent is None:
        return None
    return EngineMissingError(
        f"the local engine is not installed (No module named '{absent}'); {INSTALL}"
    )
