"""TIFF in the kinds that scanners and fax machines write."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import AppendingTiffWriter

from tests.scans.drawing import sheet
from tests.scans.scan import Scan, coloured, encoded, page, scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.scans.drawing import Drawing

# Tags and values of TIFF 6.0 (https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf).
_SUBFILE_TYPE, _REDUCED = 254, 1
_PHOTOMETRIC = b"\x06\x01\x03\x00\x01\x00\x00\x00"  # the tag's entry: one SHORT
_MIN_IS_WHITE, _MIN_IS_BLACK = b"\x00\x00", b"\x01\x00"


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One page of a file, and how it is written."""

    drawing: Drawing
    image: Image.Image
    options: dict[str, Any] = field(default_factory=dict)


def tiffs() -> Iterator[Scan]:
    """Every kind."""
    drawing = sheet()
    yield from _compressions(drawing)
    yield from _odd(drawing)
    yield _fax()
    yield _document()


def _compressions(drawing: Drawing) -> Iterator[Scan]:
    grey, colour = drawing.image, coloured(drawing.image)
    for image, compression in (
        (grey.convert("1"), "group3"),
        (grey.convert("1"), "group4"),
        (grey, "tiff_lzw"),
        (colour, "tiff_adobe_deflate"),
        (colour, "packbits"),
        (colour, "jpeg"),
    ):
        data = encoded(image, "TIFF", compression=compression, dpi=(100, 100))
        yield scan(f"{compression}.tiff", data, drawing)


def _odd(drawing: Drawing) -> Iterator[Scan]:
    grey, colour = drawing.image, coloured(drawing.image)
    yield scan("16-bit.tif", encoded(_deep(grey), "TIFF"), drawing)
    yield scan("cmyk.tif", encoded(colour.convert("CMYK"), "TIFF"), drawing)
    yield scan("big.tif", encoded(grey, "TIFF", big_tiff=True), drawing)
    yield scan("min-is-white.tif", _min_is_white(grey), drawing)
    yield scan("tiff-named.jpg", encoded(grey, "TIFF", compression="tiff_lzw"), drawing)
    sideways = drawing.transposed(Image.Transpose.ROTATE_90)
    turned = encoded(sideways.image, "TIFF", tiffinfo={ExifTags.Base.Orientation: 6})
    yield Scan("orientation.tif", turned, (page(sideways, drawing.direction),))


def _fax() -> Scan:
    """Standard resolution, which is half as fine down the page as across (ITU-T T.4)."""
    stored = sheet((1728, 2290)).stretched((1728, 1100))
    image = stored.image.point(lambda value: 255 if value > 127 else 0).convert("1")
    data = encoded(image, "TIFF", compression="group3", dpi=(204, 98))
    return scan("fax.tif", data, stored)


def _document() -> Scan:
    """Pages of several sizes and kinds, and a thumbnail that is none of them."""
    first = sheet((1200, 1600), first=200)
    second = sheet((600, 800), first=300)
    third = sheet((1200, 800), first=400, columns=6, rows=5)
    small = first.stretched((300, 400))
    bilevel = {"compression": "group4", "dpi": (200, 200)}
    photo = {"compression": "jpeg", "quality": 90, "dpi": (100, 100)}
    leaves = (
        _Leaf(first, first.image.convert("1"), bilevel),
        _Leaf(small, small.image, {"tiffinfo": {_SUBFILE_TYPE: _REDUCED}}),
        _Leaf(second, coloured(second.image), photo),
        _Leaf(third, third.image, {"compression": "tiff_lzw", "dpi": (150, 150)}),
    )
    return Scan("document.tiff", _bound(leaves), (page(first), page(second), page(third)))


def _bound(leaves: Sequence[_Leaf]) -> bytes:
    stream = io.BytesIO()
    with AppendingTiffWriter(stream, new=True) as writer:
        for leaf in leaves:
            leaf.image.save(writer, "TIFF", **leaf.options)
            writer.newFrame()
        return stream.getvalue()


def _deep(grey: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)


def _min_is_white(grey: Image.Image) -> bytes:
    """Pillow writes only the other way round, so the negative gets the other tag."""
    negative = encoded(grey.point(lambda value: 255 - value).convert("1"), "TIFF")
    before, after = (_PHOTOMETRIC + value for value in (_MIN_IS_BLACK, _MIN_IS_WHITE))
    assert negative.count(before) == 1
    return negative.replace(before, after)
