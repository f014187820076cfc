"""A file in memory of which a decoder is shown a few bytes that the file does not have."""

from __future__ import annotations

import io
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes that a decoder is given in the place of those of the file.

    Attributes:
        offset: Where they stand.
        content: The bytes.
    """

    offset: int
    content: bytes


class Overlay(io.BytesIO):
    """Reads as the changed file, and copies none of it.

    `read` alone shows the changes. What takes the whole by `getvalue` is given the file as it is:
    as libtiff is, which Pillow tells itself at which offset the page begins.

    Args:
        data: The whole file; shared, as `io.BytesIO` shares what nobody writes to.
        changes: What is shown otherwise.
    """

    def __init__(self, data: bytes, changes: tuple[Change, ...]) -> None:
        super().__init__(data)
        self._changes = changes

    def read(self, size: int | None = -1, /) -> bytes:
        """As `io.BytesIO` has it, with the changes."""
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
