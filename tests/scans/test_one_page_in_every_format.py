"""The models on this machine read one page the same, in whatever format it was saved."""

from __future__ import annotations

import difflib
import io
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageOps
from PIL.ExifTags import Base
from pillow_heif import register_heif_opener

from tests.commands.program import command, environment

if TYPE_CHECKING:
    from collections.abc import Mapping

LETTER = Path(__file__).parents[2] / "samples" / "letter.jpg"
NEARLY = 0.98
"""Share of the text that a format leaves which loses detail: one odd character in fifty."""


def saved(image: Image.Image, encoding: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, encoding, **options)
    return stream.getvalue()


def turned(image: Image.Image, quarters: int) -> Image.Image:
    return image.rotate(90 * quarters, expand=True)


def on_its_side(image: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    return saved(turned(image, 1), "PNG", exif=exif)


def without_loss(page: Image.Image) -> Mapping[str, bytes]:
    grey = page.convert("L")
    transparent = Image.merge("LA", (Image.new("L", page.size, 0), ImageOps.invert(grey)))
    return {
        "plain.png": saved(page, "PNG"),
        "16-bit.png": saved(
            Image.frombytes("I;16", page.size, bytes(b for v in grey.tobytes() for b in (v, v))),
            "PNG",
        ),
        "transparent.png": saved(transparent, "PNG"),
        "exif.png": on_its_side(page),
        "plain.bmp": saved(page, "BMP"),
        "grey.gif": saved(grey, "GIF"),
        "lossless.webp": saved(page, "WEBP", lossless=True),
        "lzw.tif": saved(page, "TIFF", compression="tiff_lzw"),
        "deflate.tif": saved(grey, "TIFF", compression="tiff_adobe_deflate"),
        "lossless.jp2": saved(page, "JPEG2000", irreversible=False),
    }


def with_loss(page: Image.Image) -> Mapping[str, bytes]:
    register_heif_opener()
    black_and_white = page.convert("L").point(lambda value: 255 * (value > 160)).convert("1")
    return {
        "progressive.jpg": saved(page, "JPEG", quality=85, progressive=True),
        "cmyk.jpg": saved(page.convert("CMYK"), "JPEG", quality=90),
        "lossy.webp": saved(page, "WEBP", quality=85),
        "fax.tif": saved(black_and_white, "TIFF", compression="group4"),
        "jpeg.tif": saved(page, "TIFF", compression="jpeg"),
        "photo.avif": saved(page, "AVIF", quality=80),
        "photo.heic": saved(page, "HEIF", quality=80),
        "scan.pdf": saved(page, "PDF", resolution=150),
        "on-its-side.tif": saved(turned(page, 1), "TIFF", compression="tiff_lzw"),
        "on-its-head.jp2": saved(turned(page, 2), "JPEG2000", irreversible=False),
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_one_page_says_the_same_in_every_format(tmp_path: Path) -> None:
    with Image.open(LETTER) as image:
        page = image.convert("RGB")
    same, similar = without_loss(page), with_loss(page)
    folder = tmp_path / "scans"
    folder.mkdir()
    for name, data in {**same, **similar}.items():
        (folder / name).write_bytes(data)
    subprocess.run(
        command("run", "--once", "--engine", "local", folder),
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        timeout=500,
        check=True,
    )
    texts = {name: (folder / f"{name}.txt").read_text("utf-8") for name in (*same, *similar)}
    plain = texts["plain.png"]
    assert "Thank you for the two ledgers, which arrived on Monday." in plain
    assert {name for name in same if texts[name] != plain} == set()
    likeness = {
        name: difflib.SequenceMatcher(None, plain, texts[name], autojunk=False).ratio()
        for name in similar
    }
    assert {name: ratio for name, ratio in likeness.items() if ratio < NEARLY} == {}
    # Read in its order: the lines begin and end as they do on the plain page.
    assert {texts[name].splitlines()[0] for name in similar} == {plain.splitlines()[0]}
