"""Turns decoded pixels into the picture that a viewer shows: opaque, upright and reduced."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from ocr_watcher.pages.decoding.bounds import bytes_per_pixel
from ocr_watcher.pages.decoding.ground import Layer, ground_of
from ocr_watcher.pages.types import Raster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.pages.headers.view import View
    from ocr_watcher.pages.types import Size

_FLAT = frozenset({"1", "L", "RGB"})
_COLOURLESS = ("1", "L", "I")
"""The first letters of the modes without colour; ``LAB`` also begins with one of them."""

_BAND_PIXELS = 4_000_000
"""The number of pixels that are flattened at a time, so that the copies stay small."""

_ROW = 4
"""One of this many rows is examined to choose the background of a large page."""

_SPARE = 2
"""A picture is first reduced to at least this many times the wanted size: averaging whole pixels is
coarse, and a better filter does the last step."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Levels:
    """The meaning of samples of more than eight bits as grey.

    Attributes:
        bits: The number of used bits, of sixteen.
        white_is_zero: Whether the greatest number is black.
    """

    bits: int = 16
    white_is_zero: bool = False


@dataclass(frozen=True, slots=True)
class Finish:
    """The steps from the decoded pixels of a page to its picture.

    Attributes:
        view: The way in which a viewer shows the pixels.
        reduced: The factor by which the decoded pixels are fewer, on each side, than the grid of
            the view.
        factor: The number of pixels that become one, across and down.
    """

    view: View
    reduced: float
    factor: int

    def memory(self, image: Image.Image) -> float:
        """Return the bytes that the result takes, including every copy on the way to it."""
        flat = _is_flat(image) and self.factor == 1
        stretched, turned = self.view.stretch != (1.0, 1.0), self.view.orientation in _TURNS
        copies = (not flat) + stretched + turned
        width, height = self.view.squared
        share = (self.reduced * self.factor) ** 2
        return copies * width * height * bytes_per_pixel(_flat_mode(image)) / share

    def applied(self, image: Image.Image, levels: Levels, *, lossless: bool) -> Raster:
        """Apply the steps to decoded pixels.

        Args:
            image: The decoded pixels.
            levels: The meaning of its samples, if they have more than eight bits.
            lossless: Whether decoding lost nothing.
        """
        flat = _flattened(image, self.factor, levels)
        scale = self.reduced * self.factor
        square = _stretched(flat, self.view.stretch)
        turn = _TURNS.get(self.view.orientation)
        shown = square if turn is None else square.transpose(turn)
        exact = (scale * flat.width / square.width, scale * flat.height / square.height)
        return Raster(shown, self.view.to_stored(square.size, exact), lossless)


def finish_for(view: View, decoded: Size, near: Size, reduced: float) -> Finish:
    """Return the steps for a page.

    Args:
        view: The way in which a viewer shows the page.
        decoded: The size at which the page will be decoded, before it is turned or stretched.
        near: The wanted size of the upright page.
        reduced: The factor by which the decoded size is smaller than the grid of the view.
    """
    wanted = spare(view, near)
    return Finish(view, reduced, max(1, min(decoded[0] // wanted[0], decoded[1] // wanted[1])))


def spare(view: View, near: Size) -> Size:
    """Return the least size at which to decode a page that is reduced afterwards.

    The size is that before the page is turned.
    """
    across, down = view.turned(near)
    wide, high = view.stretch
    return max(1, round(_SPARE * across / wide)), max(1, round(_SPARE * down / high))


def _stretched(flat: Image.Image, stretch: tuple[float, float]) -> Image.Image:
    size = (round(flat.width * stretch[0]), round(flat.height * stretch[1]))
    if size == flat.size:
        return flat
    return _as_grey(flat).resize(size, Image.Resampling.BICUBIC)


def _is_flat(image: Image.Image) -> bool:
    return image.mode in _FLAT and not image.has_transparency_data


def _flat_mode(image: Image.Image) -> str:
    return "L" if image.mode.startswith(_COLOURLESS) and image.mode != "LAB" else "RGB"


def _flattened(image: Image.Image, factor: int, levels: Levels) -> Image.Image:
    """Flatten and reduce band by band, so that a large picture is not in memory twice."""
    if _is_flat(image) and factor == 1:
        return image
    flat = _flattener(image, levels)
    target = Image.new(_flat_mode(image), (-(-image.width // factor), -(-image.height // factor)))
    for top, band in _bands(image, factor):
        opaque = flat(band)
        target.paste(opaque.reduce(factor) if factor > 1 else opaque, (0, top // factor))
    return target


def _bands(image: Image.Image, factor: int) -> Iterator[tuple[int, Image.Image]]:
    """Yield the bands of a picture, each with its top.

    All heights but the last are multiples of the factor.
    """
    rows = factor * max(1, _BAND_PIXELS // (image.width * factor))
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _flattener(image: Image.Image, levels: Levels) -> Callable[[Image.Image], Image.Image]:
    sixteen = image.mode.startswith("I;16")
    if image.has_transparency_data:
        layer = _sixteen_bit_layer if sixteen else _layer
        ground = ground_of(layer(_thinned(band)) for _, band in _bands(image, 1))
        return lambda band: layer(band).on(ground)
    if sixteen:
        return partial(_from_sixteen_bits, levels)
    return _as_grey if _flat_mode(image) == "L" else _in_colour


def _thinned(band: Image.Image) -> Image.Image:
    """Return some rows of a band; these are enough, as legible writing is several rows high."""
    rows = -(-band.height // _ROW) if band.height > _ROW**3 else band.height
    return band.resize((band.width, rows), Image.Resampling.NEAREST)


def _from_sixteen_bits(levels: Levels, band: Image.Image) -> Image.Image:
    """Scale samples to eight bits; Pillow's own conversion would clip them."""
    scale = 2.0 ** (8 - levels.bits)
    grey = band.convert("I").point(lambda value: value * scale).convert("L")
    return ImageChops.invert(grey) if levels.white_is_zero else grey


def _sixteen_bit_layer(band: Image.Image) -> Layer:
    """Return the layer of a band of sixteen bits.

    Pillow drops the grey that a PNG declares transparent when it converts to eight bits.
    """
    grey = _from_sixteen_bits(Levels(), band)
    hidden = band.info["transparency"]
    return Layer(grey, grey.point([0 if value == hidden else 255 for value in range(256)]))


def _layer(band: Image.Image) -> Layer:
    above = band.convert("RGBA")
    return Layer(above.convert(_flat_mode(band)), above.getchannel("A"))


def _as_grey(band: Image.Image) -> Image.Image:
    """Convert black and white to grey: reducing and stretching would only drop its pixels."""
    return band.convert("L") if band.mode == "1" else band


def _in_colour(band: Image.Image) -> Image.Image:
    return band.convert("RGB")
