"""The pages of a file as the sandboxes give them, without their processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.pages.fit import fit_page
from ocr_watcher.pages.passthrough import passthrough
from ocr_watcher.pages.source import open_source

if TYPE_CHECKING:
    from collections.abc import Generator

    from ocr_watcher.pages.types import FittedPage
    from ocr_watcher.values.page import Limits


def open_pages(data: bytes, limits: Limits) -> Generator[FittedPage]:
    """Opens a file, page by page."""
    page = passthrough(data, limits)
    if page is not None:
        yield page
    else:
        for source in open_source(data):
            yield fit_page(source, limits)
