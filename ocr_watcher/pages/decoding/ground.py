"""The ground that a page with transparent parts is laid on: white, or black where more shows on it.

White text on nothing is a blank page on white paper. What shows of a picture on a ground is
measured by the steps in brightness from each pixel to the next: those within its opaque parts are
the same on any ground, and those where it borders on the ground are not. So white text asks for
black, and black text beside white figures for white.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from collections.abc import Iterable

WHITE, BLACK = 255, 0

_CLEARLY = 1.25
"""How many times more must show on black, as paper is white. The outline of a white sheet with text
on it shows on black alone, and adds less than that to the text."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of a page above its ground.

    Attributes:
        picture: Its pixels in grey (``L``) or colour (``RGB``), whatever they are where nothing of
            them shows.
        alpha: How opaque each of them is (``L``).
    """

    picture: Image.Image
    alpha: Image.Image

    def on(self, ground: int) -> Image.Image:
        """Lay it on a ground, in the mode of its picture."""
        paper = Image.new(self.picture.mode, self.picture.size, (ground,) * _bands(self.picture))
        paper.paste(self.picture, mask=self.alpha)
        return paper


def ground_of(layers: Iterable[Layer]) -> int:
    """Choose the ground for a page: `BLACK` where clearly more shows on it than on `WHITE`.

    Args:
        layers: All parts of the page.
    """
    on_white = on_black = 0
    for layer in layers:
        if not _is_opaque(layer.alpha):
            grey = Layer(layer.picture.convert("L"), layer.alpha)
            on_white += _steps(grey.on(WHITE))
            on_black += _steps(grey.on(BLACK))
    return darker_ground(on_white, on_black)


def darker_ground(on_white: int, on_black: int) -> int:
    """Choose the ground by what shows on either."""
    return BLACK if on_black > _CLEARLY * on_white else WHITE


def shown(picture: Image.Image) -> int:
    """Measure what shows of an opaque picture, in steps of brightness."""
    return _steps(picture.convert("L"))


def _is_opaque(alpha: Image.Image) -> bool:
    return alpha.getextrema() == (WHITE, WHITE)


def _bands(picture: Image.Image) -> int:
    return len(picture.getbands())


def _steps(grey: Image.Image) -> int:
    """Add up the differences of each pixel from the next: any writing has upright strokes."""
    width, height = grey.size
    one, other = grey.crop((0, 0, width - 1, height)), grey.crop((1, 0, width, height))
    levels = ImageChops.difference(one, other).histogram()
    return sum(level * number for level, number in enumerate(levels))
