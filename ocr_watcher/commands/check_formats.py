"""Which kinds of scans can be read here: some need an extra."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from ocr_watcher.commands.check_result import Result
from ocr_watcher.pages.formats import Format

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXTRAS: Mapping[Format, tuple[str, str]] = {
    Format.PDF: ("pypdfium2", "pdf"),
    Format.HEIC: ("pillow_heif", "heic"),
}
"""What reads a format, and the extra that it comes with."""


def check_formats() -> Result:
    """Tells which formats are read, and what to install for the others."""
    missing = {
        name: extra for name, (module, extra) in _EXTRAS.items() if find_spec(module) is None
    }
    finding = ", ".join(name for name in Format if name not in missing) + " can be read"
    if not missing:
        return Result("ok", "formats", finding)
    extras = ",".join(missing.values())
    return Result(
        "warn",
        "formats",
        f"{finding}; for {' and '.join(missing)}: pip install 'ocr-watcher[{extras}]'",
    )
