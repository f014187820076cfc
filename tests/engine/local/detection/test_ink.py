"""Ink that looks like writing is found without a model; dirt, rules and shadows are not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.local.detection.ink import writing_on

A4 = {300: (2480, 3508), 200: (1654, 2339), 150: (1240, 1754)}
"""The size of a sheet in pixels, by its resolution."""

PLACES = [(0.12, 0.1), (0.45, 0.5), (0.7, 0.93), (0.15, 0.8)]


def blank(dpi: int = 150, ground: int = 255) -> Image.Image:
    return Image.new("L", A4[dpi], ground)


def written(words: str, dpi: int, points: int, place: tuple[float, float]) -> Image.Image:
    page = blank(dpi)
    at = (round(place[0] * page.width), round(place[1] * page.height))
    font = ImageFont.load_default(points * dpi / 72)
    ImageDraw.Draw(page).text(at, words, fill=0, font=font)
    return page


def ink_of(page: Image.Image) -> tuple[int, int, int, int]:
    left, top, right, bottom = page.convert("L").point(lambda grey: 255 - grey).getbbox()
    return left, top, right, bottom


@pytest.mark.parametrize("dpi", A4)
@pytest.mark.parametrize("points", [8, 10, 12, 18, 28])
def test_a_lone_word_is_found_wherever_it_stands(dpi, points):
    for words, place in zip(["Page 12", "Confidential", "OK", "see over"], PLACES, strict=True):
        page = written(words, dpi, points, place)
        (region,) = writing_on(page)
        found = (region.left, region.top, region.right, region.bottom)
        assert found == pytest.approx(ink_of(page), abs=dpi / 20)
        assert 0.4 * points * dpi / 72 < region.letter < 1.2 * points * dpi / 72


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_light_writing_on_dark_paper_is_found_in_every_mode(mode):
    page = written("Harbour", 150, 12, PLACES[1]).point(lambda grey: 255 - grey)
    assert len(writing_on(page.convert(mode))) == 1


def test_a_figure_alone_is_found():
    assert len(writing_on(written("7", 150, 12, PLACES[2]))) == 1


def test_what_is_covered_by_lines_counts_as_read():
    page = written("Page 12", 150, 12, PLACES[1])
    left, top, right, bottom = ink_of(page)
    line = [(left, top), (right, top), (right, bottom), (left, bottom)]
    assert writing_on(page, [line]) == []


def speckled() -> Image.Image:
    pixels = np.full(blank().size[::-1], 250, "uint8")
    random = np.random.default_rng(1)
    pixels[random.random(pixels.shape) < 0.001] = 0
    return Image.fromarray(pixels)


def noisy() -> Image.Image:
    random = np.random.default_rng(2)
    pixels = 240 + random.normal(0, 6, blank().size[::-1])
    return Image.fromarray(pixels.clip(0, 255).astype("uint8"))


def shadowed() -> Image.Image:
    across = np.linspace(120, 255, blank().width).astype("uint8")
    return Image.fromarray(np.tile(across, (blank().height, 1)))


def folded() -> Image.Image:
    page = blank()
    for y in (580, 1170):
        ImageDraw.Draw(page).line((0, y, page.width, y + 12), fill=150, width=2)
    return page


def bordered() -> Image.Image:
    page = blank()
    for margin, width in ((80, 5), (100, 2)):
        box = (margin, margin, page.width - margin, page.height - margin)
        ImageDraw.Draw(page).rectangle(box, outline=0, width=width)
    return page


def edged() -> Image.Image:
    page = blank()
    ImageDraw.Draw(page).rectangle((0, 0, 31, page.height), fill=20)
    ImageDraw.Draw(page).rectangle((0, page.height - 29, page.width, page.height), fill=40)
    for y in (650, 1105):  # where it was punched
        ImageDraw.Draw(page).ellipse((62, y, 97, y + 35), fill=30)
    return page


@pytest.mark.parametrize("draw", [blank, speckled, noisy, shadowed, folded, bordered, edged])
def test_dirt_shadows_folds_borders_and_edges_are_no_writing(draw):
    assert writing_on(draw()) == []
