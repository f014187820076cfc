"""Which formats can be read here: some need an extra, or what Pillow may be built without."""

from __future__ import annotations

from importlib import import_module

from PIL import features

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.formats import Format

_EXTRAS = {Format.PDF: ("pypdfium2", "pdf"), Format.HEIC: ("pillow_heif", "heic")}
"""What reads a format, and the extra that it comes with."""

_BUILT_WITH = {Format.WEBP: "webp", Format.JPEG2000: "jpg_2000", Format.AVIF: "avif"}
"""What Pillow may have been built without; its wheels have all of it."""


def remedy_for(found: Format) -> str | None:
    """Return what to do so that a format can be read; None where it can be."""
    if found in _EXTRAS:
        module, extra = _EXTRAS[found]
        return None if _is_there(module) else f"pip install 'ocr-watcher[{extra}]'"
    if found in _BUILT_WITH and not features.check(_BUILT_WITH[found]):
        return "install Pillow from PyPI, as this one was built without it"
    return None


def require(found: Format) -> None:
    """Refuse a file that nothing here can read.

    Raises:
        ImageError: ``missing-extra``.
    """
    if remedy := remedy_for(found):
        raise ImageError(
            "missing-extra",
            f"the file is a {found}, and what reads it is not installed",
            advice=f"Do this: {remedy}; then: ocr-watcher retry --code missing-extra",
        )


def _is_there(module: str) -> bool:
    """Whether a module can be imported, which one may fail that lies there."""
    try:
        import_module(module)
    except ImportError:
        return False
    return True
