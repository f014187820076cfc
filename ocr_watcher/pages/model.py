"""The values that a picture is on its way from a file to an engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator

    from PIL import Image

    from ocr_watcher.values.geometry import Transform
    from ocr_watcher.values.page import Limits, Page

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Raster:
    """Decoded pixels, the way up that a viewer shows them.

    Attributes:
        image: Black and white (``1``), grey (``L``) or colour (``RGB``).
        to_stored: From its pixels to those of the page as the file stores it.
        lossless: Whether nothing was lost so far, so that an encoding without loss is worth it.
    """

    image: Image.Image = field(repr=False)
    to_stored: Transform
    lossless: bool


class SourcePage(Protocol):
    """One page of a file, of which the head was read and nothing was decoded."""

    @property
    def number(self) -> int:
        """Which page of the file it is, from 1."""
        ...

    @property
    def total(self) -> int:
        """How many pages the file has."""
        ...

    @property
    def stored(self) -> Size:
        """Its size as the file stores it: what every location is told in."""
        ...

    @property
    def upright(self) -> Size:
        """Its size the way up that a viewer shows it, with pixels as wide as they are high."""
        ...

    def decode(self, near: Size) -> Raster:
        """Decode it.

        Args:
            near: The size it will be reduced to. What is decoded is at least as large, as far as
                the page is, and may be much smaller than ``upright``, which saves time and memory.

        Raises:
            ImageError: It cannot be decoded.
            TransientError: There is not enough memory now.
        """
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A page, or a strip of a long one, as an engine is given it.

    Attributes:
        page: What the engine is given.
        to_stored: From pixels of ``page`` to pixels of the page as the file stores it.
        shares_lines: Whether it may show again what the end of the piece before it shows; else
            nothing is written where the two were cut.
    """

    page: Page
    to_stored: Transform
    shares_lines: bool = False


@dataclass(frozen=True, slots=True)
class FittedPage:
    """A page as an engine is given it, and what it was before.

    Attributes:
        number: Which page of the file it is, from 1.
        width: Of the page as the file stores it, in pixels.
        height: Likewise.
        pieces: One, or the strips from the upper or left end on.
        total: How many pages the file has; 0 where that is not known.
    """

    number: int
    width: int
    height: int
    pieces: tuple[Piece, ...]
    total: int = 0


class Pages(Protocol):
    """Opens the pages of files for an engine. Any number of threads may call it at once."""

    def open(self, data: bytes, limits: Limits) -> Generator[FittedPage]:
        """Open a file, page by page; nothing of a page is done before it is asked for.

        Args:
            data: The whole file.
            limits: What the engine takes.

        Yields:
            The pages, in order.

        Raises:
            EngineError: The page that was asked for cannot be had.
            Stopped: The program was asked to stop.
        """
        ...

    def shrink(self, piece: Piece, limits: Limits) -> Piece:
        """Make a piece clearly smaller, for an engine that found it too large.

        Raises:
            ImageError: ``too-large``: a still smaller picture could not be read.
            EngineError: Of another class: it cannot be had now.
            Stopped: The program was asked to stop.
        """
        ...
