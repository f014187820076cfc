"""One page in every kind of picture file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pillow_heif
from PIL import ExifTags, Image

from tests.scans.drawing import sheet
from tests.scans.png import png
from tests.scans.scan import Scan, coloured, encoded, page, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_TO_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright page is stored under each EXIF orientation (Exif 2.32, 4.6.4.A)."""


def _jpeg() -> Iterator[Scan]:
    drawing = sheet()
    grey, colour = drawing.image, coloured(drawing.image)
    progressive = encoded(colour, "JPEG", quality=90, progressive=True)
    yield scan("baseline.jpg", encoded(colour, "JPEG", quality=90), drawing, plain=True)
    yield scan("progressive.jpeg", progressive, drawing, plain=True)
    yield scan("grey.jpg", encoded(grey, "JPEG", quality=90), drawing, plain=True)
    yield scan("cmyk.jpg", encoded(colour.convert("CMYK"), "JPEG", quality=90), drawing)
    other = coloured(sheet(first=100).image)
    stereo = encoded(colour, "MPO", quality=90, save_all=True, append_images=[other])
    yield scan("stereo.jpg", stereo, drawing, plain=True)


def _cameras() -> Iterator[Scan]:
    drawing = sheet()
    for orientation, method in _TO_STORED.items():
        stored = drawing if method is None else drawing.transposed(method)
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        data = encoded(stored.image, "JPEG", quality=90, exif=exif)
        truth = page(stored, drawing.direction)
        yield Scan(f"orientation-{orientation}.jpg", data, (truth,), plain=orientation == 1)
    photo = sheet((4240, 3000), columns=6, rows=5)
    yield scan("photo.jpg", encoded(coloured(photo.image), "JPEG", quality=90), photo, plain=True)
    yield scan(
        "noisy.jpg", encoded(_noisy(coloured(photo.image)), "JPEG", quality=97), photo, plain=True
    )


def _png() -> Iterator[Scan]:
    drawing = sheet()
    grey, colour = drawing.image, coloured(drawing.image)
    for name, data in (
        ("grey.png", encoded(grey, "PNG")),
        ("colour.png", encoded(colour, "PNG")),
        ("1-bit.png", encoded(grey.convert("1"), "PNG")),
        ("palette.png", encoded(colour.quantize(16), "PNG")),
        ("interlaced.png", png(colour, interlaced=True)),
    ):
        yield scan(name, data, drawing, plain=True)
    yield scan("16-bit-grey.png", png(grey, bits=16), drawing)
    yield scan("16-bit-colour.png", png(colour, bits=16, interlaced=True), drawing)


def _transparent_png() -> Iterator[Scan]:
    drawing = sheet()
    cut_out = _cut_out(drawing.image)
    yield scan("alpha.png", encoded(cut_out, "PNG"), drawing)
    yield scan("grey-alpha.png", encoded(cut_out.convert("LA"), "PNG"), drawing)
    white_is_clear = encoded(drawing.image.convert("RGB"), "PNG", transparency=(255, 255, 255))
    yield scan("trns.png", white_is_clear, drawing)
    palette = drawing.image.convert("P")
    yield scan("palette-trns.png", encoded(palette, "PNG", transparency=255), drawing)


def _bmp() -> Iterator[Scan]:
    drawing = sheet()
    grey, colour = drawing.image, coloured(drawing.image)
    yield scan("1-bit.bmp", encoded(grey.convert("1"), "BMP"), drawing, plain=True)
    yield scan("8-bit.bmp", encoded(grey, "BMP"), drawing, plain=True)
    yield scan("24-bit.bmp", encoded(colour, "BMP"), drawing, plain=True)
    padding = coloured(drawing.image)
    padding.putalpha(0)
    yield scan("32-bit.bmp", encoded(padding, "BMP"), drawing)


def _gif() -> Iterator[Scan]:
    drawing = sheet()
    yield scan("still.gif", encoded(coloured(drawing.image), "GIF"), drawing)
    other = sheet(first=100).image
    film = encoded(drawing.image, "GIF", save_all=True, append_images=[other], duration=100)
    yield scan("film.gif", film, drawing)
    yield scan("clear.gif", encoded(drawing.image.convert("P"), "GIF", transparency=255), drawing)


def _webp() -> Iterator[Scan]:
    drawing = sheet()
    colour, other = coloured(drawing.image), coloured(sheet(first=100).image)
    cut_out = _cut_out(drawing.image)
    film = encoded(colour, "WEBP", save_all=True, append_images=[other], method=0)
    yield scan("lossy.webp", encoded(colour, "WEBP", quality=90, method=0), drawing)
    yield scan("lossless.webp", encoded(colour, "WEBP", lossless=True, method=0), drawing)
    yield scan("alpha.webp", encoded(cut_out, "WEBP", lossless=True, method=0), drawing)
    yield scan("film.webp", film, drawing)


def _newer() -> Iterator[Scan]:
    drawing = sheet()
    colour = coloured(drawing.image)
    yield scan("box.jp2", encoded(colour, "JPEG2000"), drawing)
    yield scan("codestream.j2k", encoded(drawing.image, "JPEG2000", no_jp2=True), drawing)
    yield scan("still.avif", encoded(colour, "AVIF", quality=90, speed=10), drawing)
    heic = _heic(colour)
    yield scan("still.heic", heic, drawing)
    yield scan("heic-as-a-telephone-names-it.jpg", heic, drawing)


def _heic(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    # Not by registering it with Pillow: the program's own way to the format is to be tested.
    pillow_heif.from_pillow(image).save(stream, quality=90, enc_params={"preset": "ultrafast"})
    return stream.getvalue()


def _cut_out(grey: Image.Image) -> Image.Image:
    """Black ink on nothing: a reader that knows no transparency sees all black."""
    ink = Image.new("RGBA", grey.size)
    ink.putalpha(grey.point(lambda value: 255 - value))
    return ink


def _noisy(image: Image.Image) -> Image.Image:
    """The same photographed in the dark: much that no encoding can leave out."""
    chance = np.random.default_rng(1)
    pixels = np.asarray(image).astype(np.int16)
    pixels += chance.integers(-40, 41, pixels.shape, dtype=np.int16)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


STILLS: Mapping[str, Callable[[], Iterator[Scan]]] = {
    "JPEG": _jpeg,
    "cameras": _cameras,
    "PNG": _png,
    "transparent PNG": _transparent_png,
    "BMP": _bmp,
    "GIF": _gif,
    "WebP": _webp,
    "newer": _newer,
}
"""What makes the scans of each family, by its name."""
