"""Encodes pixels within a number of bytes, with the least loss."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from ocr_watcher.values.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

QUALITIES = (95, 90, 85, 75)
"""The qualities of a JPEG. The highest is the largest that Pillow's documentation recommends. At
the lowest, engines begin to read artefacts around small letters as strokes."""

_FULL_COLOUR = 85
"""The quality from which colours keep their full resolution; without it, coloured print on a
coloured background blurs."""

_COMPRESSION = 2
"""The compression level of a PNG, from 0 to 9. For a page of print at 300 dpi, level 2 is as fast
as level 1 and twice as fast as level 6, which saves a fifth of the bytes. For a noisy scan, level 6
takes three times as long and saves nothing."""

_SAMPLES = 12
_SAMPLE_ROWS = 16  # the height of a JPEG's blocks where colours have half the resolution

_HOPELESS = 1.2
"""The factor by which bands of a page may be too large; above it, an encoding is not tried on the
whole page."""

_FLAT = 10
"""The factor by which PNG makes a drawing or plain print smaller, so that its JPEG would be
larger."""

_GREY_NOISE = 6
"""The largest difference of two channels of a grey pixel, up to 255, after JPEG rounded its colours
by one or two steps. The palest marker pen on white paper differs by 25."""

_GREY_ROWS = 512
"""The number of rows that are compared at once, so that a large page in colour is not in memory
twice."""


def encode(
    image: Image.Image,
    most_bytes: int,
    formats: Collection[str],
    *,
    lossless: bool,
    qualities: Iterable[int] = QUALITIES,
) -> Page | None:
    """Encode a picture.

    The same pixels always give the same bytes, and the bytes contain nothing but the pixels.

    Args:
        image: The picture in black and white, grey or colour.
        most_bytes: The greatest size of the result.
        formats: The allowed formats, by Pillow's names; JPEG or BMP is among them.
        lossless: Whether the picture has lost nothing so far. If so, a lossless encoding is
            preferred if it fits.
        qualities: The qualities of a JPEG, in the order in which they are tried.

    Returns:
        The encoded picture; None if no encoding is small enough.
    """
    image = image.copy()
    image.info = {}  # Pillow would write comments, profiles and other metadata to the result
    sample, share = _sample(image)
    for name, encoder in _encoders(formats, qualities):
        estimate = len(encoder(sample)) / share
        bound = _HOPELESS * most_bytes
        if name == "PNG" and not lossless:
            bound = min(bound, image.width * image.height * len(image.getbands()) / _FLAT)
        data = encoder(image) if estimate <= bound else None
        if data is not None and len(data) <= most_bytes:
            return Page(data, name, *image.size)
    return None


def grey_if_grey(image: Image.Image) -> Image.Image:
    """Convert a picture without colours to grey, which takes a third of the work and of the bytes.

    The channels need not be equal: a grey page that was a JPEG in colour before, as scanners and
    cameras write it, has a little noise in its colours. Every pixel must be grey, so that a small
    stamp or signature keeps its colour.
    """
    if image.mode != "RGB" or not _is_grey(image.reduce(8)):
        return image
    width, height = image.size
    bands = (
        image.crop((0, top, width, min(height, top + _GREY_ROWS)))
        for top in range(0, height, _GREY_ROWS)
    )
    return image.convert("L") if all(map(_is_grey, bands)) else image


def _is_grey(image: Image.Image) -> bool:
    red, green, blue = image.split()
    steps = ImageChops.lighter(
        ImageChops.difference(red, green), ImageChops.difference(blue, green)
    )
    return not any(steps.histogram()[_GREY_NOISE + 1 :])


def _encoders(
    formats: Collection[str], qualities: Iterable[int]
) -> Iterator[tuple[str, Callable[[Image.Image], bytes]]]:
    if "PNG" in formats:
        yield "PNG", _png
    if "JPEG" not in formats:
        yield "BMP", _bmp
        return
    for quality in qualities:
        yield "JPEG", partial(_jpeg, quality=quality)


def _sample(image: Image.Image) -> tuple[Image.Image, float]:
    """Join bands from all over a picture.

    Returns:
        The bands, and their share of the picture.
    """
    width, height = image.size
    step = max(_SAMPLE_ROWS, height // _SAMPLES)
    tops = range(0, height, step)
    sample = Image.new(image.mode, (width, len(tops) * _SAMPLE_ROWS))
    for number, top in enumerate(tops):
        band = image.crop((0, top, width, min(height, top + _SAMPLE_ROWS)))
        sample.paste(band, (0, number * _SAMPLE_ROWS))
    return sample, _SAMPLE_ROWS / step


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=_COMPRESSION)
    return stream.getvalue()


def _bmp(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "BMP")
    return stream.getvalue()


def _jpeg(image: Image.Image, quality: int) -> bytes:
    subsampling = "4:4:4" if quality >= _FULL_COLOUR else "4:2:0"
    save = partial(image.save, format="JPEG", quality=quality, subsampling=subsampling)
    stream = io.BytesIO()
    try:
        # Optimised tables make it a tenth smaller, and its byte values as evenly distributed as
        # `page_bytes` expects.
        save(stream, optimize=True)
    except OSError:  # with these Pillow has a buffer of a byte or two a pixel; noise may need more
        stream = io.BytesIO()
        save(stream)
    return stream.getvalue()
