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
"""Of a JPEG, from the highest that Pillow's documentation calls worth its size to one at which
ripples around small letters begin to be taken for strokes."""

_FULL_COLOUR = 85
"""From this quality on colours keep their full resolution, without which coloured print on
coloured ground blurs."""

_COMPRESSION = 2
"""Of a PNG, from 0 to 9. A page of print at 300 dpi takes the time of level 1, and half of that of
level 6, which saves a fifth of its bytes; for a noisy scan 6 takes thrice the time, for nothing."""

_SAMPLES = 12
_SAMPLE_ROWS = 16  # the height of a JPEG's blocks where colours are halved

_HOPELESS = 1.2
"""What comes out this many times too large for some bands of a page is not tried for all of it."""

_FLAT = 10
"""What PNG makes this many times smaller is a drawing or plain print: JPEG would be larger."""

_GREY_NOISE = 6
"""Two channels of a grey pixel differ by at most so much, of 255, after JPEG rounded its colours
by one or two steps. The palest marker pen on white paper differs by 25."""

_GREY_ROWS = 512
"""Are looked at at once, as a large page in colour is not to be held twice."""


def encode(
    image: Image.Image,
    most_bytes: int,
    formats: Collection[str],
    *,
    lossless: bool,
    qualities: Iterable[int] = QUALITIES,
) -> Page | None:
    """Encode a picture.

    The same pixels give the same bytes, and nothing but the pixels goes into them.

    Args:
        image: Black and white, grey or colour.
        most_bytes: Greatest size of the result.
        formats: What the result may be, by Pillow's names; JPEG or BMP is among them.
        lossless: Whether nothing was lost of it so far: then nothing shall be, if that fits.
        qualities: Of a JPEG, to be tried in this order.

    Returns:
        The encoded picture; None where none is small enough.
    """
    image = image.copy()
    image.info = {}  # comments, profiles and what else Pillow would pass on
    sample, share = _sample(image)
    for name, encoder in _ways(formats, qualities):
        estimate = len(encoder(sample)) / share
        bound = _HOPELESS * most_bytes
        if name == "PNG" and not lossless:
            bound = min(bound, image.width * image.height * len(image.getbands()) / _FLAT)
        data = encoder(image) if estimate <= bound else None
        if data is not None and len(data) <= most_bytes:
            return Page(data, name, *image.size)
    return None


def grey_if_grey(image: Image.Image) -> Image.Image:
    """Drop the colours of a picture that has none: a third of the work and of the bytes.

    Not only where the channels are equal: a grey page that was once a JPEG in colour, as scanners
    and cameras write them, has a little noise in its colours. Every pixel has to be grey, as a
    small stamp or signature must stay what it is.
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


def _ways(
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
    """Put bands from all over a picture together.

    Returns:
        The bands, and which share of the picture they are.
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
        # Optimised tables: a tenth smaller, and the bytes are as even as `page_bytes` expects.
        save(stream, optimize=True)
    except OSError:  # for these Pillow has room for a byte or two a pixel; noise may take more
        stream = io.BytesIO()
        save(stream)
    return stream.getvalue()
