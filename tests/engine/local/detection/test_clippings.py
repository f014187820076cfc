from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from ocr_watcher.engine.local.detection.clippings import sheet_of
from ocr_watcher.engine.local.detection.ink import Region

REGIONS = [Region(100, 300, 220, 330, 25.0), Region(1500, 3000, 1700, 3100, 80.0)]


def page(mode: str = "L") -> Image.Image:
    paper = Image.new("L", (2480, 3508), 240)
    for number, region in enumerate(REGIONS):
        box = (region.left, region.top, region.right - 1, region.bottom - 1)
        ImageDraw.Draw(paper).rectangle(box, fill=40 * number)
    return paper.convert(mode)


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_parts_of_a_page_lie_on_a_small_sheet_of_the_pages_ground(mode):
    sheet = sheet_of(page(mode), REGIONS)
    assert sheet.image.size == (736, 736)
    corner = Image.new(sheet.image.mode, (1, 1), sheet.image.getpixel((0, 0)))
    assert corner.convert("L").getpixel((0, 0)) == (255 if mode == "1" else 240)


def test_letters_of_every_size_have_the_size_that_is_found_best():
    sheet = sheet_of(page(), REGIONS)
    heights = [
        clipping.scale * region.letter
        for clipping, region in zip(sheet.clippings, REGIONS, strict=True)
    ]
    assert heights == pytest.approx([32, 32])


def test_what_lies_on_the_sheet_is_brought_back_to_the_page():
    sheet = sheet_of(page(), REGIONS)
    for clipping, region in zip(sheet.clippings, REGIONS, strict=True):
        left = clipping.left + clipping.scale * (region.left - clipping.box[0])
        top = clipping.top + clipping.scale * (region.top - clipping.box[1])
        right = left + clipping.scale * (region.right - region.left)
        bottom = top + clipping.scale * (region.bottom - region.top)
        inner = sheet.image.crop((round(left) + 1, round(top) + 1, round(right), round(bottom)))
        assert inner.getextrema()[1] < 200
        quad = [(left, top), (right, top), (right, bottom), (left, bottom)]
        assert sheet.on_page(quad)[0] == pytest.approx((region.left, region.top))
        assert sheet.on_page(quad)[2] == pytest.approx((region.right, region.bottom))


def test_a_sheet_costs_no_more_than_half_a_page_however_much_there_is():
    wide = [Region(50, 60 * row, 2430, 60 * row + 40, 8.0) for row in range(1, 55)]
    sheet = sheet_of(page(), wide)
    assert sheet.image.width * sheet.image.height <= 0.6 * 2000 * 1414
    assert 1 <= len(sheet.clippings) < len(wide)
