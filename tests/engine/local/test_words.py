from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.engine.local.pictures import SAMPLES, page_of

pytestmark = pytest.mark.slow


def words(engine, image: Image.Image) -> list[str]:
    return [line.text for line in engine.recognise(page_of(image)).lines]


def test_words_of_coarse_print_keep_their_spaces(engine):
    lines = ["28 12 17 18:52 SH01 ZT09", "Reg No 002231061 T", "GST 6% 14.73", "1,234.50"]
    page = Image.new("L", (460, 220), "white")
    for number, line in enumerate(lines):
        font = ImageFont.load_default(13)
        ImageDraw.Draw(page).text((20, 15 + 32 * number), line, fill="black", font=font)
    assert words(engine, page) == lines


def test_chinese_and_numbers_keep_the_spaces_of_the_paper_and_get_no_others(engine):
    with Image.open(SAMPLES / "notice-zh.png") as notice:
        size = round(notice.width * 0.35), round(notice.height * 0.35)
        read = words(engine, notice.convert("L").resize(size, Image.Resampling.LANCZOS))
    assert "如有疑问，请拨打电话 5550 1234。" in read  # noqa: RUF001  Chinese punctuation
    assert "2025年4月2日" in read


NAMES = ["Rye bread", "Butter 250 g", "Coffee beans", "Green tea"]


def test_single_digits_of_a_column_are_read_and_stains_are_not(engine):
    page = Image.new("L", (620, 900), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(12)
    for row in range(10):
        top = 40 + 24 * row
        for left, text in ((12, "1"), (212, NAMES[row % 4]), (500, f"{row + 1}.95")):
            draw.text((left, top), text, fill="black", font=font)
        draw.rectangle((400, top + 6, 403, top + 9), fill="black")
    read = words(engine, page)
    assert read.count("1") == 10
    assert len(read) == 30
