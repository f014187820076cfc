"""Pages of print, and the words on them with their places."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.values.page_text import PageText, PlacedWord
from tests.pages.searchable.pdf_tools import box_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.pages.searchable.pdf_tools import Box
    from tests.scans.drawing import Word
    from tests.scans.typeset import Paper

    Point = tuple[float, float]

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


def parted(row: Sequence[PlacedWord]) -> tuple[PlacedWord, ...]:
    """Each box of a row parted at its spaces, with a space between the boxes."""
    words = [word for box in row for word in _words_of_box(box)]
    return (*(replace(word, spaced=True) for word in words[:-1]), *words[-1:])


def _words_of_box(box: PlacedWord) -> list[PlacedWord]:
    words, at = box.text.split(), 0
    parted = []
    (x0, y0), (x1, _), (_, y1), _ = box.quad
    wide = (x1 - x0) / max(1, len(box.text))
    for number, word in enumerate(words, 1):
        at = box.text.index(word, at)
        left, right = x0 + at * wide, x0 + (at + len(word)) * wide
        quad = ((left, y0), (right, y0), (right, y1), (left, y1))
        if y1 - y0 > 1.5 * (x1 - x0):
            quad = ((x1, y0), (x1, y1), (x0, y1), (x0, y0))
        parted.append(PlacedWord(word, quad, number < len(words)))
        at += len(word)
    return parted


_LOW_LETTERS = frozenset("acegmnopqrsuvwxyz.,:;-_~")
_DEEP_LETTERS = frozenset("gjpqy,;()[]{}|/@$Q")


def inked(text: PageText) -> PageText:
    """The words with places as low as their ink: "are" is lower than "Breakfast"."""
    lines = tuple(
        tuple(PlacedWord(word.text, _ink(word), word.spaced) for word in words)
        for words in text.lines
    )
    return PageText(text.number, text.width, text.height, lines)


def _ink(word: PlacedWord) -> tuple[Point, ...]:
    upper = 0.27 if _LOW_LETTERS.issuperset(word.text) else 0.0
    lower = 1.0 if _DEEP_LETTERS.intersection(word.text) else 0.8
    above_left, above_right, right, left = word.quad
    return (
        _between(above_left, left, upper),
        _between(above_right, right, upper),
        _between(above_right, right, lower),
        _between(above_left, left, lower),
    )


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])


def text_on(paper: Paper, degrees: float) -> PageText:
    """The words of a drawn paper, on a page that is turned clockwise around its middle."""
    lines = tuple(map(parted, placed(paper.blocks)))
    return turned(PageText(1, *paper.drawing.image.size, lines), degrees)


def laid_on_white(text: PageText, dpi: int) -> bytes:
    """A searchable PDF of a white page."""
    sheet = Image.new("1", (text.width, text.height), 1)
    return searchable(encoded(sheet, "PNG", dpi=(dpi, dpi)), [text])


def moved(text: PageText, way: Callable[[float, float], Point]) -> PageText:
    lines = tuple(
        tuple(
            PlacedWord(word.text, tuple(way(*corner) for corner in word.quad), word.spaced)
            for word in words
        )
        for words in text.lines
    )
    return PageText(text.number, text.width, text.height, lines)


def turned(text: PageText, degrees: float) -> PageText:
    """The words where a page that is turned clockwise around its middle has them."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    x0, y0 = text.width / 2, text.height / 2

    def way(x: float, y: float) -> Point:
        x, y = x - x0, y - y0
        return x0 + x * cosine - y * sine, y0 + x * sine + y * cosine

    return moved(text, way)


def words_of(text: PageText) -> list[str]:
    return [word.text for words in text.lines for word in words]


def boxes_of(text: PageText, scale: float) -> list[tuple[str, Box]]:
    return [
        (word.text, box_of((x * scale, y * scale) for x, y in word.quad))
        for words in text.lines
        for word in words
    ]
