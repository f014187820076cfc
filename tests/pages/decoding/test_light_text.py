"""Light text on nothing lies on black: on white paper its page would be blank."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.pages.source import picture_of
from tests.pages.decoding.test_pdf import drawn as pdf
from tests.pages.scans import encoded, png

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = (240, 100)  # of so many rows some are passed over
CLEAR = (0, 0, 0, 0)
Ink = tuple[int, int, int]
INK = {"white": (255, 255, 255), "yellow": (255, 255, 0), "pale": (235, 240, 245)}


def overlay(ink: Ink, clear: tuple[int, int, int, int] = CLEAR) -> Image.Image:
    image = Image.new("RGBA", SIZE, clear)
    ImageDraw.Draw(image).text((10, 10), "TOTAL 17.98", ink, ImageFont.load_default(30))
    return image


def palette(ink: Ink) -> bytes:
    """Two colours, of which the first is transparent."""
    mask = overlay(ink).getchannel("A").point(lambda value: value > 127, "1")
    rows = [mask.crop((0, top, SIZE[0], top + 1)).tobytes() for top in range(SIZE[1])]
    return png(SIZE, 1, 3, rows, (b"PLTE", bytes((*ink, *ink))), (b"tRNS", b"\x00\xff"))


def sixteen_bits(ink: Ink) -> bytes:
    """Greys of sixteen bits, of which one, elsewhere unused, is transparent."""
    grey = Image.merge("RGB", [Image.new("L", (1, 1), value) for value in ink]).convert("L")
    shade, nothing = grey.getpixel((0, 0)) * 257, 90 * 257
    alpha = overlay(ink).getchannel("A").tobytes()
    numbers = [shade if value > 127 else nothing for value in alpha]
    rows = [
        struct.pack(f">{SIZE[0]}H", *numbers[start : start + SIZE[0]])
        for start in range(0, len(numbers), SIZE[0])
    ]
    return png(SIZE, 16, 0, rows, (b"tRNS", struct.pack(">H", nothing)))


def page_of_a_pdf(ink: Ink) -> bytes:
    """Bars, as letters would need a font."""
    bars = " ".join(f"{left} 10 4 30 re" for left in range(10, 200, 10))
    shades = " ".join(str(value / 255) for value in ink)
    return pdf(SIZE, f"{shades} rg {bars} f")


KINDS: dict[str, Callable[[Ink], bytes]] = {
    "PNG": lambda ink: encoded(overlay(ink), "PNG"),
    "PNG whose nothing is white": lambda ink: encoded(overlay(ink, (*ink, 0)), "PNG"),
    "grey PNG": lambda ink: encoded(overlay(ink).convert("LA"), "PNG"),
    "palette PNG": palette,
    "16 bit PNG": sixteen_bits,
    "GIF": lambda ink: encoded(overlay(ink), "GIF"),
    "WebP": lambda ink: encoded(overlay(ink), "WEBP"),
    "lossless WebP": lambda ink: encoded(overlay(ink), "WEBP", lossless=True),
    "TIFF": lambda ink: encoded(overlay(ink), "TIFF"),
    "LZW TIFF": lambda ink: encoded(overlay(ink), "TIFF", compression="tiff_lzw"),
    "JPEG 2000": lambda ink: encoded(overlay(ink), "JPEG2000"),
    "AVIF": lambda ink: encoded(overlay(ink), "AVIF", speed=10),
    "HEIC": lambda ink: encoded(overlay(ink), "HEIF"),
    "PDF": page_of_a_pdf,
}


def shades_of(data: bytes) -> tuple[int, int, int]:
    """The shade of a corner, then the darkest and the lightest of the page."""
    grey = picture_of(data).convert("L")
    return (grey.getpixel((1, 1)), *grey.getextrema())


@pytest.mark.parametrize("ink", INK.values(), ids=INK)
@pytest.mark.parametrize("kind", KINDS)
def test_light_text_on_nothing_lies_on_black(kind: str, ink: Ink) -> None:
    corner, darkest, lightest = shades_of(KINDS[kind](ink))
    assert corner == darkest <= 10
    assert lightest >= 210


@pytest.mark.parametrize("ink", [(0, 0, 0), (120, 120, 120), (200, 0, 0)])
@pytest.mark.parametrize("kind", KINDS)
def test_dark_text_on_nothing_lies_on_white(kind: str, ink: Ink) -> None:
    corner, darkest, lightest = shades_of(KINDS[kind](ink))
    assert corner == lightest >= 245
    assert darkest <= 140


@pytest.mark.parametrize("shade", [0, 255])
def test_a_page_of_which_nothing_is_transparent_stays_what_it_is(shade: int) -> None:
    page = Image.new("RGB", SIZE, (shade,) * 3)
    ImageDraw.Draw(page).text((10, 10), "TOTAL", (255 - shade,) * 3, ImageFont.load_default(30))
    assert picture_of(encoded(page.convert("RGBA"), "PNG")).tobytes() == page.tobytes()


@pytest.mark.parametrize("kind", ["PNG", "PDF"])
def test_a_page_without_anything_stays_white(kind: str) -> None:
    blank = pdf() if kind == "PDF" else encoded(Image.new("RGBA", SIZE, CLEAR), "PNG")
    assert shades_of(blank) == (255, 255, 255)


def test_black_text_beside_white_figures_lies_on_white() -> None:
    diagram = overlay((0, 0, 0))
    ImageDraw.Draw(diagram).rectangle((180, 5, 235, 55), "white", "black")
    assert shades_of(encoded(diagram, "PNG")) == (255, 0, 255)


def test_a_white_card_with_text_on_it_keeps_its_white_surroundings() -> None:
    card = Image.new("RGBA", (400, 400), CLEAR)
    draw = ImageDraw.Draw(card)
    draw.rounded_rectangle((5, 5, 395, 395), 20, "white")
    for top in range(20, 380, 30):
        draw.text((30, top), "thirty rye breads", "black", ImageFont.load_default(24))
    assert shades_of(encoded(card, "PNG"))[0] == 255


def test_white_text_is_shown_beside_a_lesser_black_sign() -> None:
    page = overlay((255, 255, 255))
    ImageDraw.Draw(page).rectangle((215, 20, 225, 30), "black")
    assert shades_of(encoded(page, "PNG")) == (0, 0, 255)


def test_a_page_that_is_decoded_in_bands_has_one_ground() -> None:
    page = Image.new("RGBA", (4000, 3000), CLEAR)
    ImageDraw.Draw(page).text((50, 2900), "the last line", "white", ImageFont.load_default(60))
    image = picture_of(encoded(page, "PNG", compress_level=1))
    assert image.getpixel((10, 10)) == image.getpixel((10, 2990)) == (0, 0, 0)
