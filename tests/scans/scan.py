"""Scans as they arrive, with the truth about them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import ImageOps

if TYPE_CHECKING:
    from PIL import Image

    from tests.scans.drawing import Drawing, Size, Word

_LONG = 8
"""How much longer than wide till receipts are, and no other page is."""

_ENCODED = 1.5
"""What base64 and the escapes of a URL make of a byte, and a little more."""


@dataclass(frozen=True, slots=True)
class TruePage:
    """What is on one page, in pixels of the page as its file stores it.

    Attributes:
        size: Width and height.
        words: The words in reading order; None if it does not matter what a reader makes of it.
        direction: The number of quarters by which a viewer shows it turned counter-clockwise.
    """

    size: Size
    words: tuple[Word, ...] | None
    direction: int = 0


@dataclass(frozen=True, slots=True)
class Scan:
    """A file.

    Attributes:
        name: The name of the file.
        data: Its content.
        pages: What is on it; nothing where it cannot be read.
        plain: Whether the service reads it as it is, so that it has to get just that, unless it is
            too large or too small.
        refusal: The code of the failure that it must end in; empty for a scan that can be read.
    """

    name: str
    data: bytes = field(repr=False)
    pages: tuple[TruePage, ...]
    plain: bool = False
    refusal: str = ""

    @property
    def in_pieces(self) -> bool:
        """Whether what is read of it has to be put together: of pages, or of strips of one."""
        return len(self.pages) > 1 or any(_LONG * min(p.size) < max(p.size) for p in self.pages)

    def acceptable(self, *, longest_side: int, shortest_side: int, body_bytes: int) -> bool:
        """Whether the service reads it as it is, with margin for how it is encoded for the way."""
        sides = self.pages[0].size if self.pages else (0, 0)
        return (
            self.plain
            and max(sides) <= longest_side
            and min(sides) >= shortest_side
            and len(self.data) * _ENCODED <= body_bytes
        )


def page(drawing: Drawing, direction: int | None = None) -> TruePage:
    """The truth about a page that stores a drawing as it is.

    Args:
        drawing: What is stored.
        direction: The direction in which a viewer shows it, if it differs from what is stored.
    """
    shown = drawing.direction if direction is None else direction
    return TruePage(drawing.image.size, drawing.words, shown)


def scan(name: str, data: bytes, drawing: Drawing, *, plain: bool = False) -> Scan:
    """A file of one page that stores a drawing as it is."""
    return Scan(name, data, (page(drawing),), plain)


def encoded(image: Image.Image, encoding: str, **options: Any) -> bytes:
    """A picture as the content of a file."""
    stream = io.BytesIO()
    image.save(stream, encoding, **options)
    return stream.getvalue()


def coloured(grey: Image.Image) -> Image.Image:
    """The same in blue ink on yellowish paper."""
    return ImageOps.colorize(grey, (0, 0, 110), (255, 252, 225))
