"""Pages of print, and the words on them with their places."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.values.page_text import PageText, PlacedWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.scans.drawing import Word

SIZE = (850, 1100)
HUNDRED_DPI = (100, 100)

PROSE = [
    "Dear Mrs Hartley",
    "Thank you for the two ledgers, which arrived on Monday.",
    "The second one lacks page 48, and a few more are torn.",
    "Yours 12,50 faithfully",
]


def text_of(
    rows: Iterable[str],
    size: tuple[int, int] = SIZE,
    *,
    number: int = 1,
) -> PageText:
    """Rows of words one below the other."""
    lines = tuple(_line(row.split(), 60 + 40 * index) for index, row in enumerate(rows))
    return PageText(number, *size, lines)


def _line(words: Sequence[str], top: int) -> tuple[PlacedWord, ...]:
    left, placed = 50, []
    for index, word in enumerate(words, 1):
        right = left + 14 * len(word)
        quad = ((left, top), (right, top), (right, top + 24), (left, top + 24))
        placed.append(PlacedWord(word, quad, spaced=index < len(words)))
        left = right + 10
    return tuple(placed)


def printed(text: PageText, mode: str = "L") -> Image.Image:
    """A page with the words in their places."""
    image = Image.new("RGB", (text.width, text.height), (255, 253, 250))
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(20)
    for words in text.lines:
        for word in words:
            draw.text(word.quad[0], word.text, fill=(20, 30, 60), font=font)
    return image.convert(mode)


def encoded(image: Image.Image, encoding: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, encoding, **options)
    return stream.getvalue()


def placed(blocks: Iterable[Iterable[Sequence[Word]]]) -> tuple[tuple[PlacedWord, ...], ...]:
    """The rows of drawn boxes as lines, each box one word."""
    return tuple(
        tuple(PlacedWord(box.words, box.corners) for box in row) for rows in blocks for row in rows
    )
