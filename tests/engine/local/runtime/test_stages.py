"""Each stage finds what RapidOCR's own class finds, with the same networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

rapidocr = pytest.importorskip("rapidocr")

from ocr_watcher.engine.local.backends.onnxruntime_backend import make  # noqa: E402  after the extra
from ocr_watcher.engine.local.runtime.rapidocr_steps import load_steps  # noqa: E402  likewise
from tests.engine.local.pictures import SAMPLES  # noqa: E402  likewise

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def steps():
    return load_steps(make(2, "cpu"), longest_side=2000)


@pytest.fixture(scope="module")
def own():
    """RapidOCR itself, with its own runtime."""
    engine = rapidocr.RapidOCR(params={"Global.log_level": "critical"})
    engine._load_det_model()
    engine._load_cls_model()
    engine._load_rec_model()
    return engine


@pytest.fixture(scope="module", params=["receipt.jpg", "invoice-zh.jpg"])
def picture(request, steps):
    return steps.pixels_of(Image.open(Path(SAMPLES, request.param)).convert("RGB"))


@pytest.fixture(scope="module")
def strips(picture, own):
    return own.crop_text_regions(picture, own.text_det(picture).boxes)


def test_lines_are_found_at_the_same_places(steps, own, picture):
    ours, theirs = steps._detect(picture), own.text_det(picture).boxes
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= 1


def test_lines_are_judged_to_be_the_same_way_up(steps, own, strips):
    theirs = [(label == "180", score) for label, score in own.text_cls(strips).cls_res]
    ours = steps.upside_down(strips)
    assert [is_over for is_over, _ in ours] == [is_over for is_over, _ in theirs]
    assert [sure for _, sure in ours] == [score > 0.9 for _, score in theirs]


def test_single_lines_are_read_alike(steps, own, strips):
    from rapidocr.ch_ppocr_rec import TextRecInput  # noqa: PLC0415  an extra

    for strip in strips:
        theirs = own.text_rec(TextRecInput(img=[strip], return_word_box=False))
        (ours,) = steps.recognise([strip])
        assert "".join(ours.text.split()) == "".join(theirs.txts[0].split())
        assert ours.score == pytest.approx(theirs.scores[0], abs=0.1)  # ours is padded less
