"""Decodes a page on a worker in a sandbox, like the daemon on its own machine."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from ocr_watcher.errors import ImageError

if TYPE_CHECKING:
    from ocr_watcher.pages.sandbox.pool import SandboxPool
    from ocr_watcher.values.page import Limits, Page


def fit(page: Page, limits: Limits, sandboxes: SandboxPool) -> Page:
    """Return a page in a format that an engine accepts.

    Args:
        page: The page as it was sent.
        limits: The limits of the engine.
        sandboxes: The processes that decode.

    Raises:
        ImageError: The page cannot be decoded, or is no page that the daemon sends.
        TransientError: No process could be started.
    """
    if page.format in limits.formats:
        return page
    with closing(sandboxes.open(page.data, limits)) as opened:
        pieces = next(opened).pieces
    bitmap = pieces[0].page
    if len(pieces) > 1 or (bitmap.width, bitmap.height) != (page.width, page.height):
        raise ImageError("not-a-page", "what came to the worker is not a page that fits its models")
    return bitmap
