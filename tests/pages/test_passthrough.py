from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.passthrough import passthrough
from ocr_watcher.values.geometry import Transform
from ocr_watcher.values.page import Limits

LIMITS = Limits(frozenset({"JPEG", "PNG", "BMP"}), 15, 1000, 8_000_000, 5_500_000, 1000)


def encoded(image: Image.Image, encoding: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, encoding, **options)
    return target.getvalue()


@pytest.mark.parametrize("size", [(300, 200), (1000, 15), (15, 1000)])
@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "BMP"])
def test_what_an_engine_takes_goes_byte_for_byte(encoding, size):
    data = encoded(Image.new("RGB", size, "navy"), encoding)
    fitted = passthrough(data, LIMITS)
    (piece,) = fitted.pieces
    assert piece.page.data is data
    assert (piece.page.format, piece.page.width, piece.page.height) == (encoding, *size)
    assert (fitted.number, fitted.width, fitted.height) == (1, *size)
    assert piece.to_stored == Transform()
    assert not piece.shares_lines


@pytest.mark.parametrize("size", [(1001, 100), (100, 1001), (14, 100), (100, 14)])
def test_what_is_too_large_or_too_small_does_not(size):
    assert passthrough(encoded(Image.new("L", size), "PNG"), LIMITS) is None


def test_what_is_to_be_cut_does_not():
    limits = replace(LIMITS, longest_side=9000)
    receipt = encoded(Image.new("L", (100, 2000)), "PNG")
    assert passthrough(receipt, limits) is None
    assert passthrough(receipt, replace(limits, strip_side=2000)) is not None


def test_what_weighs_more_than_an_engine_sends_does_not():
    data = encoded(Image.new("L", (500, 500)), "BMP")
    assert passthrough(data, replace(LIMITS, body_bytes=len(data))) is not None
    assert passthrough(data, replace(LIMITS, body_bytes=len(data) - 1)) is None


def test_what_engines_may_see_otherwise_than_a_viewer_does_not():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert passthrough(encoded(Image.new("L", (90, 60)), "JPEG", exif=exif), LIMITS) is None
    assert passthrough(encoded(Image.new("CMYK", (90, 60)), "JPEG"), LIMITS) is None
    assert passthrough(encoded(Image.new("RGBA", (90, 60)), "PNG"), LIMITS) is None


def test_a_format_that_the_engine_or_nobody_here_knows_by_its_head_does_not():
    png = encoded(Image.new("L", (90, 60)), "PNG")
    assert passthrough(png, replace(LIMITS, formats=frozenset({"JPEG"}))) is None
    assert passthrough(encoded(Image.new("L", (90, 60)), "TIFF"), LIMITS) is None


def test_what_is_no_picture_is_said_at_once():
    with pytest.raises(ImageError):
        passthrough(b"text", LIMITS)


def test_nothing_is_loaded_that_decodes():
    script = "import sys, ocr_watcher.pages.passthrough; sys.exit('PIL' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0
