"""The notation of values in the JSON files of this program: its sidecars and error files."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ocr_watcher.escapes import escaped_in_json, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.document.document import Source

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


def encoded(value: Mapping[str, Any], *, compact: bool = False) -> bytes:
    """Encode an object as JSON that is safe to print, with a line feed at its end.

    Args:
        value: The object.
        compact: Whether it is written on one line.
    """
    indent, separators = (None, (",", ":")) if compact else (2, None)
    text = json.dumps(
        value, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False
    )
    return (escaped_in_json(text) + "\n").encode("utf-8", "replace")


def described(source: Source) -> dict[str, Any]:
    """Return the object that describes the file of an image."""
    return {
        "name": printable(source.name),
        "size": source.size,
        "modified": modified(source.mtime_ns),
        "sha256": source.sha256,
    }


def modified(mtime_ns: int) -> str:
    """Return the modification time of an image, as the files beside it contain it."""
    return rfc3339(_moment(mtime_ns))


def rfc3339(moment: datetime) -> str:
    """Return a time in UTC as RFC 3339 writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _moment(nanoseconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:  # anybody can give a file a date beyond the calendar (utimensat(2))
        return _LATEST if nanoseconds > 0 else _EARLIEST
