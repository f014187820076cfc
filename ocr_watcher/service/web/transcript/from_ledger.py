"""The text of a page from the ledger.

The ledger identifies a page by its content, the engine and the engine's options. The page is
therefore prepared again, as for the engine, and its reading is looked up. The engine itself is
never called.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from ocr_watcher.document.analysis import analyse
from ocr_watcher.engine.page_key import PageKeys
from ocr_watcher.engine.wrapper import EngineWrapper
from ocr_watcher.service.web.transcript.text_page import TextPage, bounded, line_shown
from ocr_watcher.work.read_pages import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.pages.sandbox.pool import SandboxPool
    from ocr_watcher.service.web.transcript.text_page import TextLine
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading

SOURCE = "the stored readings of its pages"
OWN = "the text that the page has in the file"


class NotRememberedError(Exception):
    """The reading of a page, or of a piece of it, is not in the ledger."""


class RememberingEngine(EngineWrapper):
    """An engine that returns readings from the ledger, and makes no call."""

    def __init__(self, engine: Engine, ledger: Ledger) -> None:
        """Create it.

        Args:
            engine: The engine that read the pages; it is not called.
            ledger: The ledger.
        """
        super().__init__(engine)
        self._keys = PageKeys(engine.identity)
        self._ledger = ledger

    def recognise(self, page: Page) -> Reading:
        """Return the stored reading of a page.

        Raises:
            NotRememberedError: The ledger has none.
        """
        reading = self._ledger.reading(self._keys.of(page))
        if reading is None:
            raise NotRememberedError
        return reading


def text_page_from(
    data: bytes, sandbox: SandboxPool, engine: Engine, ledger: Ledger, number: int
) -> TextPage | None:
    """Return the text of a page; None if the ledger does not have it.

    Args:
        data: The content of the image's file.
        sandbox: The sandbox, which decodes the page.
        engine: The engine that reads the images of the folder; it is not called.
        ledger: The ledger.
        number: The number of the page, from 1.

    Raises:
        EngineError: The page cannot be decoded.
        Stopped: The sandbox was closed.
    """
    known = RememberingEngine(engine, ledger)
    with closing(sandbox.open(data, known.limits, skip=number - 1)) as pages:
        for page in pages:
            try:
                read = read_page(page, known, sandbox, data)
            except NotRememberedError:
                return None
            return _text_page(read, page.total, known)
    return None


def _text_page(page: RecognisedPage, pages: int, engine: RememberingEngine) -> TextPage:
    lines, is_cut = bounded(_in_order(page))
    identity = engine.identity
    return TextPage(
        lines,
        OWN if page.own_text else SOURCE,
        (page.width, page.height),
        pages,
        is_cut,
        "" if page.own_text else f"{identity.name} {identity.endpoint}",
        is_remembered=not page.own_text,
    )


def _in_order(page: RecognisedPage) -> Iterator[TextLine]:
    found = analyse(page)
    if found is None:
        yield from map(line_shown, page.lines)
        return
    for block, rows in enumerate(found.blocks):
        for number, row in enumerate(rows):
            for place, index in enumerate(row):
                yield line_shown(
                    page.lines[index],
                    begins_block=block > 0 and number == place == 0,
                    begins_row=place == 0,
                )
