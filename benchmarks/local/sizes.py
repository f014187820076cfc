"""Small pages, each of a size of its own, and pictures as thin as a line."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from tests.scans.prose import english

if TYPE_CHECKING:
    from pathlib import Path

_WHITE, _BLACK = 255, 20
_NARROWEST, _WIDEST, _LOWEST, _HIGHEST = 300, 2000, 300, 2800
_GOLDEN, _ROOT = 0.6180339887, 0.4142135624  # no multiples of them come close to each other
_LETTERS = 28
_WORDS = 5
_ALL = 10_000

LINE_SHAPES = ((32, 2000), (2000, 32), (15, 4000), (717, 51))
"""The widths and heights, in pixels, of pictures that are shaped like a line."""


def sizes(number: int) -> list[tuple[int, int]]:
    """Choose sizes, no two of them alike, small ones more often than large ones.

    The first two are the largest, so later pages are no larger than the first. Any part of the
    sequence is as diverse as the whole. One of the first two is square. It has fewer pixels than
    the other, but gives the detector the most pixels, as each page is reduced to a longest side.
    """
    chosen = [(_WIDEST, _HIGHEST), (_WIDEST, _WIDEST)]
    chosen += [
        (
            _between(_NARROWEST, _WIDEST, at * _GOLDEN % 1),
            _between(_LOWEST, _HIGHEST, at * _ROOT % 1),
        )
        for at in range(2, number)
    ]
    if len(set(chosen)) != number:
        raise ValueError(f"two of {number} sizes are alike")
    return chosen


def page(directory: Path, name: str, size: tuple[int, int], seed: int = 0) -> Path:
    """Draw a page of a size with a few words.

    Args:
        directory: The directory that it is written to.
        name: The name of the page, without an extension.
        size: The width and height, in pixels.
        seed: A number that makes its words and their places differ from those of other pages.
    """
    chance = random.Random(seed)
    image = Image.new("L", size, _WHITE)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(_LETTERS)
    for words in chance.sample(english(0, _ALL).split(), _WORDS):
        left, top = chance.randrange(size[0] - 150), chance.randrange(size[1] - 40)
        draw.text((left, top), words, _BLACK, font)
    return _saved(image, directory, name)


def line(directory: Path, size: tuple[int, int]) -> Path:
    """Draw a picture that a line of text along its longer side fills."""
    short, long = sorted(size)
    image = Image.new("L", (long, short), _WHITE)
    font = ImageFont.load_default(0.7 * short)
    ImageDraw.Draw(image).text((4, 0.05 * short), english(0, 200), _BLACK, font)
    upright = image if size[0] > size[1] else image.transpose(Image.Transpose.ROTATE_90)
    return _saved(upright, directory, "line-{}x{}".format(*size))


def _between(least: int, most: int, share: float) -> int:
    """Return a length between two; the square of the share makes short ones more frequent."""
    return round(least + (most - least) * share**2)


def _saved(image: Image.Image, directory: Path, name: str) -> Path:
    picture = directory / f"{name}.jpg"
    image.save(picture, quality=90)
    return picture
