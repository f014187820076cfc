"""TIFF of which each colour lies in a plane of its own."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.source import open_source, picture_of
from tests.pages.scans import coloured

RAW, LZW, DEFLATE = 1, 5, 8
GREY, RGB, CMYK = 1, 2, 5


def planar(
    image: Image.Image,
    photometric: int = RGB,
    *,
    bits: int = 16,
    order: str = "<",
    compression: int = RAW,
    predictor: int = 1,
    side: int = 0,
    further: dict[int, int] | None = None,
) -> bytes:
    """Writes a TIFF of planes, in two strips each, or in tiles with sides of ``side``."""
    width, height = image.size
    rows = (height + 1) // 2
    parts = [
        _packed(part, order, bits, compression, predictor)
        for band in image.split()
        for part in _cut(np.asarray(band), rows, side)
    ]
    samples = len(image.getbands())
    kind = (324, 325) if side else (273, 279)
    shape = {322: [side], 323: [side]} if side else {278: [rows]}
    tags = {
        256: [width],
        257: [height],
        258: [bits] * samples,
        259: [compression],
        262: [photometric],
        277: [samples],
        284: [2],
        317: [predictor],
        kind[1]: [len(part) for part in parts],
        kind[0]: [8 + sum(map(len, parts[:index])) for index in range(len(parts))],
        **shape,
        **{tag: [value] for tag, value in (further or {}).items()},
    }
    body = b"".join(parts)
    lists_at, lists, entries = 8 + len(body), b"", b""
    for tag, values in sorted(tags.items()):
        packed = struct.pack(f"{order}{len(values)}I", *values)
        if len(values) > 1:
            lists, packed = lists + packed, struct.pack(f"{order}I", lists_at + len(lists))
        entries += struct.pack(f"{order}HHI", tag, 4, len(values)) + packed
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(f"{order}HI", 42, lists_at + len(lists))
    return head + body + lists + struct.pack(f"{order}H", len(tags)) + entries + bytes(4)


def _cut(plane: np.ndarray, rows: int, side: int) -> list[np.ndarray]:
    if not side:
        return [plane[:rows], plane[rows:]]
    full = np.zeros([-(-length // side) * side for length in plane.shape], plane.dtype)
    full[: plane.shape[0], : plane.shape[1]] = plane
    across, down = range(0, full.shape[1], side), range(0, full.shape[0], side)
    return [full[top : top + side, left : left + side] for top in down for left in across]


def _packed(part: np.ndarray, order: str, bits: int, compression: int, predictor: int) -> bytes:
    numbers = part.astype("u2") * 257 if bits == 16 else part
    if predictor == 2:
        numbers = np.concatenate([numbers[:, :1], np.diff(numbers, axis=1)], axis=1)
    data = numbers.astype(f"{order}u{bits // 8}").tobytes()
    if compression == LZW:
        return _lzw(data)
    return zlib.compress(data) if compression == DEFLATE else data


def _lzw(data: bytes) -> bytes:
    """Packs bytes as libtiff does: as the one strip of a grey picture that is a pixel high."""
    stream = io.BytesIO()
    Image.frombytes("L", (len(data), 1), data).save(stream, "TIFF", compression="tiff_lzw")
    with Image.open(stream) as written:
        (start,), (length,) = written.tag_v2[273], written.tag_v2[279]
    return stream.getvalue()[start : start + length]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("compression", "predictor"), [(RAW, 1), (LZW, 1), (DEFLATE, 1), (DEFLATE, 2)]
)
@pytest.mark.parametrize("side", [0, 32], ids=["strips", "tiles"])
@pytest.mark.parametrize("bits", [8, 16])
def test_planes_are_read_pixel_by_pixel(bits, side, compression, predictor, order):
    data = planar(
        coloured(), bits=bits, side=side, compression=compression, predictor=predictor, order=order
    )
    (page,) = open_source(data)
    raster = page.decode(page.upright)
    assert (raster.image.mode, raster.lossless) == ("RGB", True)
    assert raster.image.tobytes() == coloured().tobytes()


@pytest.mark.parametrize("bits", [8, 16])
def test_planes_of_inks_are_read(bits):
    inks = coloured().convert("CMYK")
    assert picture_of(planar(inks, CMYK, bits=bits)).tobytes() == inks.convert("RGB").tobytes()


def test_a_plane_beyond_those_of_the_colours_is_left_out():
    with_alpha = coloured().convert("RGBA")
    assert picture_of(planar(with_alpha, further={338: 2})).tobytes() == coloured().tobytes()
    grey = Image.merge("LA", (coloured().getchannel(0), coloured().getchannel(1)))
    shown = picture_of(planar(grey, GREY, further={338: 2}))
    assert (shown.mode, shown.tobytes()) == ("L", coloured().getchannel(0).tobytes())


@pytest.mark.parametrize("photometric", [6, 8], ids=["YCbCr", "Lab"])
def test_planes_of_another_kind_of_colour_are_named(photometric):
    (page,) = open_source(planar(coloured(), photometric))
    with pytest.raises(ImageError) as caught:
        page.decode(page.upright)
    assert caught.value.code == "unsupported-format"


def test_planes_are_turned_and_reduced_like_any_page():
    (page,) = open_source(planar(coloured(), further={274: 6}))
    assert page.upright == coloured().size[::-1]
    shown = page.decode(page.upright).image
    assert shown.tobytes() == coloured().transpose(Image.Transpose.ROTATE_270).tobytes()
    assert page.decode((20, 30)).image.width < 87


@pytest.mark.parametrize(("tag", "value"), [(277, 5), (277, 2**31)])
def test_planes_that_are_not_there_are_damage(tag, value):
    (page,) = open_source(planar(coloured(), further={tag: value}))
    with pytest.raises(ImageError) as caught:
        page.decode(page.upright)
    assert caught.value.code == "damaged"


def test_parts_that_lie_over_each_other_are_not_multiplied():
    data = planar(coloured())
    lengths = struct.pack("<6I", *[44 * 121 * 2, 43 * 121 * 2] * 3)
    assert data.count(lengths) == 1
    starts = struct.pack("<6I", *[8] * 6)
    at = data.index(lengths) - len(starts)
    whole = struct.pack("<6I", *[len(data) - 8] * 6)
    changed = data[:at] + starts + data[at + 24 :].replace(lengths, whole)
    (page,) = open_source(changed)
    with pytest.raises(ImageError) as caught:
        page.decode(page.upright)
    assert caught.value.code == "damaged"
