"""Chooses the background of a page with transparent parts: white, or black if more shows on it.

White text on a transparent background would be a blank page on white. The visible amount of a
picture on a background is the sum of the steps in brightness from each pixel to the next. Steps
within its opaque parts are the same on any background; steps at its border with the background
differ. White text therefore gets a black background, and black text beside white figures a white
one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from collections.abc import Iterable

WHITE, BLACK = 255, 0

_CLEARLY = 1.25
"""The factor by which more must show on black than on white, as paper is white. The outline of a
white sheet with text on it shows only on black, and adds less than this factor."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of a page that lies on the background.

    Attributes:
        picture: The pixels in grey (``L``) or colour (``RGB``); transparent ones may have any
            value.
        alpha: The opacity of each pixel (``L``).
    """

    picture: Image.Image
    alpha: Image.Image

    def on(self, ground: int) -> Image.Image:
        """Lay the layer on a background, in the mode of its picture."""
        paper = Image.new(self.picture.mode, self.picture.size, (ground,) * _bands(self.picture))
        paper.paste(self.picture, mask=self.alpha)
        return paper


def ground_of(layers: Iterable[Layer]) -> int:
    """Choose the background of a page: `BLACK` if clearly more shows on it than on `WHITE`.

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
    """Choose the background by the visible amounts on white and on black."""
    return BLACK if on_black > _CLEARLY * on_white else WHITE


def shown(picture: Image.Image) -> int:
    """Return the visible amount of an opaque picture, in steps of brightness."""
    return _steps(picture.convert("L"))


def _is_opaque(alpha: Image.Image) -> bool:
    return alpha.getextrema() == (WHITE, WHITE)


def _bands(picture: Image.Image) -> int:
    return len(picture.getbands())


def _steps(grey: Image.Image) -> int:
    """Add up the differences between neighbours in each row, as any writing has upright strokes."""
    width, height = grey.size
    one, other = grey.crop((0, 0, width - 1, height)), grey.crop((1, 0, width, height))
    levels = ImageChops.difference(one, other).histogram()
    return sum(level * number for level, number in enumerate(levels))
