"""A file in memory of which a decoder reads other bytes in a few places."""

from __future__ import annotations

import io
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes that replace those of the file for a decoder.

    Attributes:
        offset: The offset of the first byte.
        content: The new bytes.
    """

    offset: int
    content: bytes


class Overlay(io.BytesIO):
    """A stream of the changed file that does not copy the file.

    Only `read` shows the changes; `getvalue` returns the unchanged file. Pillow passes the latter
    to libtiff, together with the offset at which the page begins.

    Args:
        data: The whole file; `io.BytesIO` does not copy it as long as the stream is not written to.
        changes: The bytes to replace.
    """

    def __init__(self, data: bytes, changes: tuple[Change, ...]) -> None:
        super().__init__(data)
        self._changes = changes

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as `io.BytesIO` does, with the changes."""
        start = self.tell()
        content = super().read(size)
        for change in self._changes:
            content = _changed(content, start, change)
        return content


def _changed(content: bytes, start: int, change: Change) -> bytes:
    first = max(start, change.offset)
    end = min(start + len(content), change.offset + len(change.content))
    if first >= end:
        return content
    shown = change.content[first - change.offset : end - change.offset]
    return content[: first - start] + shown + content[end - start :]
