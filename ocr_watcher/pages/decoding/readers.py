"""Finds the formats that this installation can read.

Some formats need an extra, or a library that Pillow may be built without.
"""

from __future__ import annotations

from importlib import import_module

from PIL import features

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.file_type import FileType
from ocr_watcher.values.install_command import install_extra

_EXTRAS = {FileType.PDF: ("pypdfium2", "pdf"), FileType.HEIC: ("pillow_heif", "heic")}
"""The module that reads a format, and the extra that installs it."""

_BUILT_WITH = {FileType.WEBP: "webp", FileType.JPEG2000: "jpg_2000", FileType.AVIF: "avif"}
"""Features that Pillow may have been built without; its wheels have all of them."""


def remedy_for(found: FileType) -> str | None:
    """Return what to do so that a format can be read; None if it can be read already."""
    if found in _EXTRAS:
        module, extra = _EXTRAS[found]
        return None if _is_there(module) else install_extra(extra)
    if found in _BUILT_WITH and not features.check(_BUILT_WITH[found]):
        return "install Pillow from PyPI, as this one was built without it"
    return None


def require(found: FileType) -> None:
    """Refuse a file of a format that this installation cannot read.

    Raises:
        ImageError: ``missing-extra``.
    """
    if remedy := remedy_for(found):
        raise ImageError(
            "missing-extra",
            f"the file is a {found}, and the package that reads it is not installed",
            advice=f"do this: {remedy}; then: ocr-watcher retry --code missing-extra",
        )


def _is_there(module: str) -> bool:
    """Return whether a module can be imported, as the import of an installed module may fail."""
    try:
        import_module(module)
    except ImportError:
        return False
    return True
