"""The internal parts of RapidOCR that `ocr_watcher.engine.local.runtime.rapidocr_steps` uses."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

rapidocr = pytest.importorskip("rapidocr")

from ocr_watcher.engine.local.runtime.rapidocr_steps import load_steps  # noqa: E402  after the extra
from tests.engine.local.pictures import drawn  # noqa: E402  likewise


def parameters(function) -> list[str]:
    return list(inspect.signature(function).parameters)


def test_its_steps_can_be_called_one_by_one():
    engine = rapidocr.RapidOCR
    assert parameters(engine.preprocess_img) == ["self", "ori_img"]
    assert parameters(engine.run_ocr_steps) == ["self", "img", "op_record"]
    assert parameters(engine.cls_and_rotate) == ["self", "img"]
    assert parameters(engine.recognize_txt) == ["self", "img"]


def test_its_recogniser_takes_lines_and_a_request_for_words():
    from rapidocr.ch_ppocr_rec import TextRecInput  # noqa: PLC0415  an extra

    assert {"img", "return_word_box"} <= set(parameters(TextRecInput))


def test_boxes_are_brought_back_by_the_record_of_the_steps():
    from rapidocr.utils.process_img import map_boxes_to_original  # noqa: PLC0415  an extra

    assert parameters(map_boxes_to_original) == ["dt_boxes", "op_record", "ori_h", "ori_w"]


def test_a_line_is_found_where_it_is_and_read_with_its_glyphs():
    steps = load_steps(threads=1, longest_side=2000)
    steps.pin_models()
    found = steps.find(drawn("Harbour 14", size=(600, 200)))
    assert found is not None
    assert found.boxes.shape == (1, 4, 2)
    (place,) = found.in_picture(found.boxes)
    assert place.min() >= 0
    assert place.max() <= 600
    assert steps.upside_down(found.strips)[0][0] is False
    read = steps.recognise(found.strips, batch=1, shortest=320)
    assert read.texts == ("Harbour 14",)
    assert read.scores[0] > steps.least_score
    assert "".join(glyph.character for glyph in read.glyphs[0]) == "Harbour14"


def test_where_there_is_no_line_nothing_is_found():
    steps = load_steps(threads=1, longest_side=2000)
    steps.pin_models()
    assert steps.find(drawn("", size=(200, 100))) is None
    assert isinstance(steps.pixels_of(drawn("")), np.ndarray)
