"""Pages of print in open fonts, with the truth about their blocks, rows and boxes.

Pillow looks for the fonts where the system keeps them. On Debian they are in the packages
``fonts-dejavu-core`` and ``fonts-noto-cjk``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.scans.drawing import PAPER, Drawing, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

A4 = (595, 842)
"""In points, as every length here: 72 make an inch."""
INK = 40

_STROKE = 0.7
_GRAIN = 5.0
_PUNCTUATION = "，。"  # noqa: RUF001  the Chinese comma and full stop


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface: the name of its file, and its number in it."""

    file: str
    index: int = 0


SANS = Face("DejaVuSans.ttf")
BOLD = Face("DejaVuSans-Bold.ttf")
SERIF = Face("DejaVuSerif.ttf")
MONO = Face("DejaVuSansMono.ttf")
CHINESE = Face("NotoSansCJK-Regular.ttc", 2)
FACES = (SANS, BOLD, SERIF, MONO, CHINESE)


@dataclass(frozen=True, slots=True)
class Text:
    """What becomes one box.

    Attributes:
        left: Its left end, or its right end where `right` is set.
        top: The top of its first line.
        words: What it says.
        size: The size of the letters.
        face: Their typeface.
        right: Whether it is set flush right.
        down: Whether its characters stand one below the other.
    """

    left: float
    top: float
    words: str
    size: float = 11
    face: Face = SERIF
    right: bool = False
    down: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A printed page.

    Attributes:
        name: What kind of page it is.
        drawing: Its pixels, and its boxes in reading order.
        shape: The number of boxes in each row of each block, in reading order.
        dpi: Its resolution.
    """

    name: str
    drawing: Drawing
    shape: tuple[tuple[int, ...], ...]
    dpi: int

    @property
    def blocks(self) -> tuple[tuple[tuple[Word, ...], ...], ...]:
        """The boxes of each row of each block, in reading order."""
        boxes = iter(self.drawing.words)
        return tuple(
            tuple(tuple(next(boxes) for _ in range(number)) for number in rows)
            for rows in self.shape
        )


class Sheet:
    """A sheet that is printed on, block after block in reading order.

    Args:
        dpi: The resolution.
        size: Width and height, in points.
    """

    def __init__(self, dpi: int = 150, size: tuple[float, float] = A4) -> None:
        self._dpi = dpi
        width, height = self._pixels(*size)
        self._image = Image.new("L", (width, height), PAPER)
        self._draw = ImageDraw.Draw(self._image)
        self._words: list[Word] = []
        self._shape: list[tuple[int, ...]] = []

    def block(self, rows: Iterable[Sequence[Text]]) -> None:
        """Print a block: rows of texts, both in reading order."""
        printed = [[self._printed(text) for text in row] for row in rows]
        self._words += [word for row in printed for word in row]
        self._shape.append(tuple(map(len, printed)))

    def rule(self, left: float, top: float, right: float, bottom: float) -> None:
        """Draw a line."""
        width = max(1, round(_STROKE * self._dpi / 72))
        self._draw.line(self._pixels(left, top, right, bottom), fill=INK, width=width)

    def picture(self, left: float, top: float, right: float, bottom: float) -> None:
        """Print a picture in half-tones, without any text."""
        x, y, x_end, y_end = self._pixels(left, top, right, bottom)
        coarse = np.random.default_rng(7).integers(60, 220, (6, 8), np.uint8)
        tones = Image.fromarray(coarse).resize((x_end - x, y_end - y), Image.Resampling.BICUBIC)
        self._image.paste(tones, (x, y))

    def scanned(self, name: str, *, crooked: float = 0) -> Paper:
        """Scan the sheet: a little blurred, with a sensor's noise, the same each time.

        Args:
            name: What kind of page it is.
            crooked: The degrees by which it lies turned counter-clockwise.
        """
        drawing = Drawing(self._image, tuple(self._words))
        if crooked:
            drawing = _turned(drawing, crooked)
        seen = np.asarray(drawing.image.filter(ImageFilter.GaussianBlur(0.5)), np.float32)
        noise = np.random.default_rng(1).standard_normal(seen.shape, np.float32) * _GRAIN
        image = Image.fromarray((seen + noise).clip(0, PAPER).astype(np.uint8))
        return Paper(name, Drawing(image, drawing.words), tuple(self._shape), self._dpi)

    def _printed(self, text: Text) -> Word:
        boxes = [
            self._character(text, place, characters)
            for place, characters in enumerate(text.words if text.down else [text.words])
        ]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        return Word(text.words, corners)

    def _character(self, text: Text, place: int, characters: str) -> tuple[float, ...]:
        left, top = text.left, text.top + place * 1.08 * text.size
        if text.down and characters in _PUNCTUATION:
            # Set downwards, both stand at the upper right of their square.
            left, top = left + 0.55 * text.size, top - 0.55 * text.size
        at, anchor = self._pixels(left, top), "ra" if text.right else "la"
        font = _font(text.face, text.size * self._dpi / 72)
        self._draw.text(at, characters, fill=INK, font=font, anchor=anchor)
        return self._draw.textbbox(at, characters, font=font, anchor=anchor)

    def _pixels(self, *lengths: float) -> tuple[int, ...]:
        return tuple(round(length * self._dpi / 72) for length in lengths)


def column(
    words: str,
    left: float,
    top: float,
    width: float,
    *,
    size: float = 11,
    face: Face = SERIF,
) -> list[tuple[Text]]:
    """The rows of a running text, ragged right, a text each.

    Args:
        words: The text. Chinese may break anywhere.
        left: The left end of the column.
        top: The top of the column.
        width: The width of the column.
        size: The size of the letters.
        face: Their typeface.
    """
    lines = _wrapped(words, width, _font(face, size), "" if face is CHINESE else " ")
    leading = 1.7 if face is CHINESE else 1.4
    return [
        (Text(left, top + number * leading * size, line, size, face),)
        for number, line in enumerate(lines)
    ]


def has_fonts() -> bool:
    """Whether all typefaces are installed."""
    try:
        return all(_font(face, 10) for face in FACES)
    except OSError:
        return False


def _wrapped(words: str, width: float, font: ImageFont.FreeTypeFont, between: str) -> Iterator[str]:
    line = ""
    for word in words.split(between) if between else words:
        longer = f"{line}{between}{word}" if line else word
        if font.getlength(longer) > width and word not in _PUNCTUATION:
            yield line
            longer = word
        line = longer
    yield line


def _turned(drawing: Drawing, degrees: float) -> Drawing:
    """Turn a drawing either way, on a larger paper."""
    if degrees > 0:
        return drawing.crooked(degrees)
    mirror = Image.Transpose.FLIP_LEFT_RIGHT
    return drawing.transposed(mirror).crooked(-degrees).transposed(mirror)


@cache
def _font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.file, size, index=face.index)
