"""Finds the files that go to an engine byte for byte, without decoding and without Pillow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.pages.fit_plan import Layout, layout_of
from ocr_watcher.pages.head import head_of
from ocr_watcher.pages.types import FittedPage, Piece
from ocr_watcher.values.geometry import Transform
from ocr_watcher.values.page import Page

if TYPE_CHECKING:
    from ocr_watcher.pages.head import Head
    from ocr_watcher.values.page import Limits


def passthrough(data: bytes, limits: Limits) -> FittedPage | None:
    """Return the page of a file that an engine accepts as it is.

    A file with clearly too many bytes is decoded. Below that, only the engine can decide whether it
    has too many bytes, as that depends on the encoding of the request.

    Args:
        data: The whole file.
        limits: The limits of the engine.

    Returns:
        The only page of the file; None if the file must be decoded.

    Raises:
        ImageError: ``empty-file`` or ``not-an-image``.
    """
    head = head_of(data)
    if head is None or len(data) > limits.body_bytes or not _is_acceptable(head, limits):
        return None
    page = Page(data, head.format, *head.size)
    return FittedPage(1, *head.size, (Piece(page, Transform()),), 1, head.resolution)


def _is_acceptable(head: Head, limits: Limits) -> bool:
    return (
        head.plain
        and head.format in limits.formats
        and min(head.size) >= limits.shortest_side
        and layout_of(head.size, limits) == Layout(head.size)
    )
