"""Pages drawn by script, and where each word lies on them."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image

from tests.simulator import markers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Size = tuple[int, int]
Point = tuple[float, float]

PAPER = 255


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its four corners, in pixels of the drawing."""

    words: str
    corners: tuple[Point, ...]

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the rectangle around it."""
        across, down = [x for x, _ in self.corners], [y for _, y in self.corners]
        return min(across), min(down), max(across), max(down)

    def moved(self, way: Callable[[float, float], Point]) -> Word:
        """The word where each of its points has moved."""
        return replace(self, corners=tuple(way(x, y) for x, y in self.corners))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page.

    Attributes:
        image: Its pixels, grey.
        words: What is written on it, in reading order.
        direction: The number of quarters by which it is turned counter-clockwise.
    """

    image: Image.Image
    words: tuple[Word, ...]
    direction: int = 0

    def moved(
        self, image: Image.Image, way: Callable[[float, float], Point], quarters: int = 0
    ) -> Drawing:
        """The drawing after its pixels have gone their way."""
        words = tuple(word.moved(way) for word in self.words)
        return Drawing(image, words, (self.direction + quarters) % 4)

    def transposed(self, method: Image.Transpose) -> Drawing:
        """The drawing turned by quarters, or mirrored."""
        image = self.image.transpose(method)
        return self.moved(image, _way(method, self.image.size), _QUARTERS.get(method, 0))

    def stretched(self, size: Size) -> Drawing:
        """The drawing with other lengths of its sides."""
        across, down = (new / old for new, old in zip(size, self.image.size, strict=True))
        image = self.image.resize(size, Image.Resampling.BOX)
        return self.moved(image, lambda x, y: (x * across, y * down))

    def crooked(self, degrees: float) -> Drawing:
        """The drawing turned counter-clockwise by a little, on a larger paper."""
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        width, height = self.image.size
        size = (
            math.ceil(width * cosine + height * sine),
            math.ceil(width * sine + height * cosine),
        )
        moved_down = width * sine
        # From the result to the source, as Image.transform wants it.
        affine = (cosine, -sine, moved_down * sine, sine, cosine, -moved_down * cosine)
        image = self.image.transform(
            size, Image.Transform.AFFINE, affine, Image.Resampling.BILINEAR, fillcolor=PAPER
        )
        return self.moved(
            image, lambda x, y: (x * cosine + y * sine, y * cosine - x * sine + moved_down)
        )


def sheet(size: Size = (900, 1200), *, columns: int = 5, rows: int = 6, first: int = 0) -> Drawing:
    """A page of words in rows, each somewhat out of line and larger or smaller than the next.

    Args:
        size: Width and height in pixels.
        columns: How many words a row has.
        rows: How many rows.
        first: The number of the first word; the others follow.
    """
    chance = random.Random(first)
    width, height = size[0] // columns, size[1] // rows
    words = []
    for number in range(columns * rows):
        row, column = divmod(number, columns)
        side = int(min(width, height) * chance.uniform(0.45, 0.62))
        left = column * width + chance.randrange(width // 8, width // 3)
        top = row * height + height // 5 + chance.randrange(height // 8)
        words.append((first + number, left, top, side))
    return drawn(size, words)


def drawn(size: Size, words: Iterable[tuple[int, int, int, int]]) -> Drawing:
    """A page with words, each given as its number, left, top and length of a side."""
    image = Image.new("L", size, PAPER)
    placed = []
    for number, left, top, least_side in words:
        # Of a whole number of pixels, each square's edge is where it is drawn.
        side = least_side // markers.MODULES * markers.MODULES
        image.paste(markers.draw(number, side), (left, top))
        corners = [(left, top), (left + side, top), (left + side, top + side), (left, top + side)]
        placed.append(Word(f"word-{number}", tuple(corners)))
    return Drawing(image, tuple(placed))


_QUARTERS = {
    Image.Transpose.ROTATE_90: 1,
    Image.Transpose.ROTATE_180: 2,
    Image.Transpose.ROTATE_270: 3,
}


def _way(method: Image.Transpose, size: Size) -> Callable[[float, float], Point]:
    width, height = size
    ways: dict[Image.Transpose, Callable[[float, float], Point]] = {
        Image.Transpose.FLIP_LEFT_RIGHT: lambda x, y: (width - x, y),
        Image.Transpose.FLIP_TOP_BOTTOM: lambda x, y: (x, height - y),
        Image.Transpose.ROTATE_90: lambda x, y: (y, width - x),
        Image.Transpose.ROTATE_180: lambda x, y: (width - x, height - y),
        Image.Transpose.ROTATE_270: lambda x, y: (height - y, x),
        Image.Transpose.TRANSPOSE: lambda x, y: (y, x),
        Image.Transpose.TRANSVERSE: lambda x, y: (height - y, width - x),
    }
    return ways[method]
