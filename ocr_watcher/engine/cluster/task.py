"""The task that runs on a worker for each page."""

from __future__ import annotations

from ocr_watcher.engine.cluster import reader
from ocr_watcher.engine.cluster.wire import answer
from ocr_watcher.values.page import Page


def read(data: bytes, picture_format: str, width: int, height: int) -> bytes:
    """Read a page with the models of this worker.

    Args:
        data: The encoded picture.
        picture_format: Its encoding, by Pillow's name.
        width: Its width in pixels.
        height: Its height in pixels.

    Returns:
        The answer, see `wire`.
    """
    page = Page(data, picture_format, width, height)
    return answer(lambda: reader.read(page), page)
