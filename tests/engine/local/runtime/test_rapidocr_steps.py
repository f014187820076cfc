"""The internal parts of RapidOCR that `ocr_watcher.engine.local.runtime` uses."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

rapidocr = pytest.importorskip("rapidocr")

from ocr_watcher.engine.local.backends.onnxruntime_backend import make  # noqa: E402  after the extra
from ocr_watcher.engine.local.runtime.rapidocr_steps import load_steps  # noqa: E402  after the extra
from tests.engine.local.pictures import drawn  # noqa: E402  likewise


def parameters(function) -> list[str]:
    return list(inspect.signature(function).parameters)


@pytest.fixture(scope="module")
def steps():
    return load_steps(make(1, "cpu"), longest_side=2000)


def test_its_steps_can_be_called_one_by_one():
    engine = rapidocr.RapidOCR
    assert parameters(engine.preprocess_img) == ["self", "ori_img"]
    assert parameters(engine.crop_text_regions) == ["self", "img", "det_boxes"]
    from rapidocr.utils import process_img  # noqa: PLC0415  an extra

    padding = ["img", "op_record", "width_height_ratio", "min_height"]
    assert parameters(process_img.apply_vertical_padding) == padding
    back = ["dt_boxes", "op_record", "ori_h", "ori_w"]
    assert parameters(process_img.map_boxes_to_original) == back


def test_a_line_is_found_where_it_is_and_read_with_its_glyphs(steps):
    found = steps.find(drawn("Harbour 14", size=(600, 200)))
    assert found is not None
    assert found.boxes.shape == (1, 4, 2)
    (place,) = found.in_picture(found.boxes)
    assert place.min() >= 0
    assert place.max() <= 600
    assert steps.upside_down(found.strips)[0][0] is False
    (line,) = steps.recognise(found.strips)
    assert line.text == "Harbour 14"
    assert line.score > steps.least_score
    assert "".join(glyph.character for glyph in line.glyphs) == "Harbour14"


@pytest.mark.slow
def test_the_head_of_a_page_is_found_that_has_more_than_a_thousand_words(steps):
    page = Image.new("L", (1800, 1800), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    cells = [(x, y) for y in range(10, 1800, 40) for x in range(10, 1800, 60)]
    for cell in cells:
        draw.text(cell, "ab", font=font, fill="black")
    found = steps.find(page)
    assert len(found.boxes) > 0.99 * len(cells) > 1_300
    assert found.in_picture(found.boxes)[..., 1].min() < 40


def test_where_there_is_no_line_nothing_is_found(steps):
    assert steps.find(drawn("", size=(200, 100))) is None
    assert isinstance(steps.pixels_of(drawn("")), np.ndarray)


def test_a_model_without_an_alphabet_reads_no_lines(steps):
    with pytest.raises(LookupError):
        steps.recogniser(steps._files["Det"])
