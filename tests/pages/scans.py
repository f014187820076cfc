"""Scans made for the tests of how they are opened."""

import functools
import io
import struct
import zlib
from collections.abc import Callable, Iterable

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat
from pillow_heif import from_pillow

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.source import open_source
from ocr_watcher.pages.types import Raster

SIZE = (121, 87)


def encoded(image: Image.Image, encoding: str, **options) -> bytes:
    target = io.BytesIO()
    if encoding == "HEIF":
        from_pillow(image).save(target, **options)
    else:
        image.save(target, encoding, **options)
    return target.getvalue()


def form() -> Image.Image:
    """A page in grey that looks different from each side."""
    page = Image.new("L", SIZE, 255)
    draw = ImageDraw.Draw(page)
    draw.text((5, 5), "Invoice 4711", fill=0)
    draw.rectangle((20, 40, 70, 60), fill=90)
    draw.line((0, 80, 120, 84), fill=30, width=2)
    return page


def coloured() -> Image.Image:
    grey = form()
    gradient = Image.linear_gradient("L").resize(SIZE)
    return Image.merge("RGB", (grey, gradient, grey.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))


def oriented(orientation: int) -> bytes:
    """An EXIF block with nothing but an orientation."""
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\x00\x00II*\x00" + struct.pack("<IH", 8, 1) + entry + bytes(4)


def png(
    size: tuple[int, int],
    depth: int,
    colours: int,
    rows: Iterable[bytes],
    *extra: tuple[bytes, bytes],
    late: Iterable[tuple[bytes, bytes]] = (),
) -> bytes:
    """A PNG chunk by chunk, for what Pillow does not write."""
    pixels = zlib.compress(b"".join(b"\x00" + row for row in rows))
    head = struct.pack(">IIBBBBB", *size, depth, colours, 0, 0, 0)
    chunks = [(b"IHDR", head), *extra, (b"IDAT", pixels), *late, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def first(data: bytes) -> Raster:
    """The first page at its full size."""
    page = next(open_source(data))
    return page.decode(page.upright)


def code_of(data: bytes) -> str:
    with pytest.raises(ImageError) as caught:
        first(data)
    return str(caught.value.code)


def distance(image: Image.Image, other: Image.Image) -> float:
    """The mean difference of the two, from 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(image, other)).mean)


def every_format() -> dict[str, Callable[[], bytes]]:
    """One file of each format that is read, and of each important kind of it."""
    bilevel = form().convert("1")
    made: dict[str, Callable[[], bytes]] = {
        "JPEG": lambda: encoded(coloured(), "JPEG"),
        "progressive JPEG": lambda: encoded(coloured(), "JPEG", progressive=True),
        "CMYK JPEG": lambda: encoded(coloured().convert("CMYK"), "JPEG"),
        "PNG": lambda: encoded(coloured(), "PNG"),
        "BMP": lambda: encoded(coloured(), "BMP"),
        "GIF": lambda: encoded(coloured(), "GIF"),
        "WebP": lambda: encoded(coloured(), "WEBP"),
        "lossless WebP": lambda: encoded(coloured(), "WEBP", lossless=True),
        "TIFF": lambda: encoded(coloured(), "TIFF"),
        "LZW TIFF": lambda: encoded(coloured(), "TIFF", compression="tiff_lzw"),
        "JPEG TIFF": lambda: encoded(coloured(), "TIFF", compression="jpeg"),
        "G3 TIFF": lambda: encoded(bilevel, "TIFF", compression="group3"),
        "G4 TIFF": lambda: encoded(bilevel, "TIFF", compression="group4"),
        "BigTIFF": lambda: encoded(bilevel, "TIFF", compression="group4", big_tiff=True),
        "JPEG 2000": lambda: encoded(coloured(), "JPEG2000"),
        "JPEG 2000 codestream": lambda: encoded(coloured(), "JPEG2000", no_jp2=True),
        "HEIC": lambda: encoded(coloured(), "HEIF"),
        "AVIF": lambda: encoded(coloured(), "AVIF", speed=10),
        "PDF": lambda: encoded(coloured(), "PDF", resolution=300),
    }
    return {kind: functools.cache(make) for kind, make in made.items()}
