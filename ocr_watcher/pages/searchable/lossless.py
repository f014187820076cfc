"""Encode pixels without loss, as small as a PDF can hold them."""

from __future__ import annotations

import io

from PIL import Image, ImageChops

_BLACK, _WHITE = 0, 255
_MOST_COLOURS = 256
_SAMPLE = 64
"""The number of rows of which one is looked at first, as a picture with many colours shows them
there."""


def lossless(image: Image.Image) -> bytes:
    """Encode a picture as a file that a PDF can hold without encoding it again.

    Black and white becomes a fax of group 4 (ITU-T T.6) in a TIFF; grey, a palette and colour
    become a PNG.

    Args:
        image: The picture in black and white, grey or colour.
    """
    smallest = _reduced(image)
    smallest.info = {}  # Pillow would write the metadata of the file to the result
    stream = io.BytesIO()
    if smallest.mode == "1":
        smallest.save(stream, "TIFF", compression="group4", strip_size=2**31 - 1)
    else:
        smallest.save(stream, "PNG")
    return stream.getvalue()


def _reduced(image: Image.Image) -> Image.Image:
    """Return the same pixels in the mode that needs the fewest bits for each."""
    grey = _as_grey(image)
    if grey is None:
        return _with_palette(image)
    levels = grey.histogram()[_BLACK + 1 : _WHITE] if grey.mode == "L" else []
    return grey if any(levels) else grey.convert("1", dither=Image.Dither.NONE)


def _as_grey(image: Image.Image) -> Image.Image | None:
    if image.mode != "RGB":
        return image.copy()
    red, green, blue = image.split()
    equal = all(ImageChops.difference(red, other).getbbox() is None for other in (green, blue))
    return red if equal else None


def _with_palette(image: Image.Image) -> Image.Image:
    sample = image.resize((image.width, -(-image.height // _SAMPLE)), Image.Resampling.NEAREST)
    if not (sample.getcolors(_MOST_COLOURS) and image.getcolors(_MOST_COLOURS)):
        return image.copy()
    exact = image.quantize(_MOST_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    return exact if exact.convert("RGB") == image else image.copy()
