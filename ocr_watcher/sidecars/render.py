"""What the files beside an image hold: pure, from values to bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ocr_watcher import __version__
from ocr_watcher.document.analysis import analyse
from ocr_watcher.escapes import escaped_in_json, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.errors import EngineError
    from ocr_watcher.values.reading import Description

_LOW = "low_confidence"
"""The name of what is told of a page whose text is to be doubted, and of no other."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Source:
    """The image that a sidecar speaks of.

    Attributes:
        name: Its name, without its directory.
        size: In bytes.
        mtime_ns: When its content last changed.
        sha256: The hash of its content, in hexadecimal; None where it could not be read.
    """

    name: str
    size: int
    mtime_ns: int
    sha256: str | None


def answer(
    pages: Sequence[RecognisedPage],
    source: Source,
    engine: Description,
    at: datetime,
    *,
    compact: bool = False,
) -> bytes:
    """Render the JSON sidecar: Baidu's own field names, whatever the engine.

    Args:
        pages: What was read.
        source: The image.
        engine: Who read it.
        at: When.
        compact: Whether it is one line.
    """
    log_id = {
        key: page.details[key] for page in pages[:1] for key in ["log_id"] if key in page.details
    }
    return _encode(
        {
            **log_id,
            "words_result_num": sum(len(page.lines) for page in pages),
            "words_result": [item for page in pages for item in _items(page)],
            "pages": [_page(page) for page in pages],
            "source": _source(source),
            "engine": {
                "name": engine.name,
                "endpoint": engine.endpoint,
                "options": dict(engine.options),
            },
            "recognized_at": _rfc3339(at),
            "ocr_watcher": __version__,
        },
        compact=compact,
    )


def failure(error: EngineError, source: Source, attempts: int, at: datetime) -> bytes:
    """Renders the file that says why an image failed for good."""
    return _encode(
        {
            "source": _source(source),
            "error": {"code": error.code, "message": str(error), "advice": error.advice},
            "attempts": attempts,
            "failed_at": _rfc3339(at),
        }
    )


def modified(mtime_ns: int) -> str:
    """Render when a content was last changed, as the files beside its image tell it."""
    return _rfc3339(_moment(mtime_ns))


def _items(page: RecognisedPage) -> Iterator[dict[str, Any]]:
    """Yield the lines, each with the number of its block and of its row in the block, from 1.

    Lines without places have no such numbers.
    """
    found = analyse(page)
    numbers = found.numbers() if found else {}
    for index, line in enumerate(page.lines):
        places = zip(("block", "row"), numbers.get(index, ()), strict=False)
        yield {**line.fields, "words": line.words, "page": page.number, **dict(places)}


def _page(page: RecognisedPage) -> dict[str, Any]:
    low = {} if page.low_confidence is None else {_LOW: page.low_confidence}
    return {
        **{name: value for name, value in page.details.items() if name != _LOW},
        "page": page.number,
        "width": page.width,
        "height": page.height,
        "words_result_num": len(page.lines),
        **low,
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "name": printable(source.name),
        "size": source.size,
        "modified": modified(source.mtime_ns),
        "sha256": source.sha256,
    }


def _moment(nanoseconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:  # anybody can give a file a date beyond the calendar (utimensat(2))
        return _LATEST if nanoseconds > 0 else _EARLIEST


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _encode(value: Mapping[str, Any], *, compact: bool = False) -> bytes:
    indent, separators = (None, (",", ":")) if compact else (2, None)
    encoded = json.dumps(
        value, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False
    )
    return (escaped_in_json(encoded) + "\n").encode("utf-8", "replace")
