"""The types of a picture on its way from a file to an engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from PIL import Image

    from ocr_watcher.values.geometry import Transform
    from ocr_watcher.values.page import Limits, Page, PdfText
    from ocr_watcher.values.page_text import PageText
    from ocr_watcher.values.reading import Line

Size = tuple[int, int]
"""The width and height in pixels."""

Resolution = tuple[float, float]
"""Dots per inch across and down."""

MOST_OWN_LINES, MOST_OWN_CHARACTERS = 3_000, 100_000
"""The most lines of text, and characters of all of them together, that are taken from a page. A
dense page of a newspaper has a third of it. A page with more is recognised."""


@dataclass(frozen=True, slots=True)
class Raster:
    """The decoded pixels of a page, upright as a viewer shows them.

    Attributes:
        image: Black and white (``1``), grey (``L``) or colour (``RGB``).
        to_stored: The transform from its pixels to those of the page as the file stores it.
        lossless: Whether no step has lost anything so far, so that a lossless encoding is worth
            its bytes.
    """

    image: Image.Image = field(repr=False)
    to_stored: Transform
    lossless: bool


class SourcePage(Protocol):
    """One page of a file whose header was read and whose pixels were not decoded yet."""

    @property
    def number(self) -> int:
        """The number of the page in the file, from 1."""
        ...

    @property
    def total(self) -> int:
        """The number of pages in the file."""
        ...

    @property
    def stored(self) -> Size:
        """The size as the file stores it; every location is given in these pixels."""
        ...

    @property
    def upright(self) -> Size:
        """The size as a viewer shows it: upright, with square pixels."""
        ...

    @property
    def resolution(self) -> Resolution | None:
        """The resolution of the page as the file stores it; None if it tells no credible one."""
        ...

    def decode(self, near: Size) -> Raster:
        """Decode the page.

        Args:
            near: The size that the page will be reduced to. The result is at least as large, unless
                the page itself is smaller, and may be much smaller than ``upright``, which saves
                time and memory.

        Raises:
            ImageError: The page cannot be decoded.
            TransientError: There is not enough memory now.
        """
        ...

    def own_lines(self, wanted: PdfText) -> tuple[Line, ...] | None:
        """Return the lines of text that the page has, in pixels as the file stores it.

        Args:
            wanted: The setting ``pdf.text``.

        Returns:
            The lines; None if the page is to be recognised, as every picture is.

        Raises:
            ImageError: The page cannot be opened.
            TransientError: There is not enough memory now.
        """
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A page, or a strip of a long page, as it goes to an engine.

    Attributes:
        page: The picture that goes to the engine.
        to_stored: The transform from pixels of ``page`` to pixels of the page as the file stores
            it.
        shares_lines: Whether it may show lines that the end of the piece before it shows too.
            Otherwise the cut between the two goes through a blank place.
    """

    page: Page
    to_stored: Transform
    shares_lines: bool = False


@dataclass(frozen=True, slots=True)
class FittedPage:
    """A page as it goes to an engine, and its size in the file.

    Attributes:
        number: The number of the page in the file, from 1.
        width: The width of the page as the file stores it, in pixels.
        height: The height of the page as the file stores it, in pixels.
        pieces: The whole page as one piece, or its strips from the upper or left end on; none
            where the page has ``own_lines``.
        total: The number of pages in the file; 0 where it is not known.
        resolution: The resolution of the page as the file stores it; None if it tells no
            credible one.
        own_lines: The lines of text that the page has in the file, in pixels as the file stores
            it. No engine is asked for such a page. None if the page is to be recognised.
    """

    number: int
    width: int
    height: int
    pieces: tuple[Piece, ...]
    total: int = 0
    resolution: Resolution | None = None
    own_lines: tuple[Line, ...] | None = None


class Pages(Protocol):
    """The source of pages for an engine. Any number of threads may call it at once."""

    def open(self, data: bytes, limits: Limits) -> Generator[FittedPage]:
        """Open a file and yield its pages; each page is prepared only when it is asked for.

        Args:
            data: The whole file.
            limits: The limits of the engine.

        Yields:
            The pages, in order.

        Raises:
            EngineError: The page that was asked for cannot be prepared.
            Stopped: The program was asked to stop.
        """
        ...

    def shrink(self, piece: Piece, limits: Limits) -> Piece:
        """Make a piece clearly smaller, for an engine that refused it as too large.

        Raises:
            ImageError: ``too-large``: a smaller picture would not be legible.
            EngineError: Another class: the smaller piece cannot be made now.
            Stopped: The program was asked to stop.
        """
        ...

    def searchable(self, data: bytes, texts: Sequence[PageText]) -> bytes:
        """Make a PDF that shows the pages of a file, with their text invisibly over the words.

        Args:
            data: The whole file.
            texts: The texts of its pages, one for each.

        Raises:
            ImageError: No such PDF can be made of the file.
            EngineError: Another class: it cannot be made now.
            Stopped: The program was asked to stop.
        """
        ...
