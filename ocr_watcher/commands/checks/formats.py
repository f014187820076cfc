"""The check of the file types that can be read, and what to install for the others."""

from __future__ import annotations

from ocr_watcher.pages.decoding.readers import remedy_for
from ocr_watcher.pages.file_type import FileType
from ocr_watcher.values.check_result import Result


def check_formats() -> Result:
    """Return the formats that can be read, and the remedy for the others."""
    remedies = {name: remedy for name in FileType if (remedy := remedy_for(name))}
    finding = ", ".join(name for name in FileType if name not in remedies) + " can be read"
    if not remedies:
        return Result("ok", "formats", finding)
    missing = "; ".join(f"for {name}: {remedy}" for name, remedy in remedies.items())
    return Result("warn", "formats", f"{finding}; {missing}")
