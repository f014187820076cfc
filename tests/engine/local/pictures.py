"""Pages for the local engine to read."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.values.page import Page

SAMPLES = Path(__file__).parents[3] / "samples"

TURNS = {
    0: None,
    1: Image.Transpose.ROTATE_90,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_270,
}
"""The turn that brings an upright picture into each of Baidu's directions."""


def page_of(image: Image.Image, encoding: str = "PNG") -> Page:
    target = io.BytesIO()
    image.save(target, encoding)
    return Page(target.getvalue(), encoding, *image.size)


def sample(name: str) -> Page:
    data = (SAMPLES / name).read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        return Page(data, image.format or "", *image.size)


def drawn(*lines: str, size: tuple[int, int] = (640, 480), print_size: int = 36) -> Image.Image:
    image = Image.new("L", size, "white")
    font = ImageFont.load_default(print_size)
    for number, line in enumerate(lines):
        at = (40, 30 + 2 * print_size * number)
        ImageDraw.Draw(image).text(at, line, fill="black", font=font)
    return image


def turned(image: Image.Image, direction: int) -> Image.Image:
    turn = TURNS[direction]
    return image if turn is None else image.transpose(turn)


def columns() -> Image.Image:
    """Draw the characters of two lines of a sample in columns, the first column at the right."""
    with Image.open(SAMPLES / "notice-zh.png") as notice:
        paper = Image.new("L", (500, 760), "white")
        for left, x, y, length in ((320, 1112, 816, 9), (160, 260, 416, 5)):
            for row in range(length):
                glyph = notice.crop((x + 52 * row, y, x + 52 * row + 52, y + 60)).convert("L")
                paper.paste(glyph, (left, 80 + 64 * row))
    return paper
