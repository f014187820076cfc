"""Lines are read with 8 bits where that gives the same text, and is faster."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image

from ocr_watcher.engine.local.backends import openvino_backend
from ocr_watcher.engine.local.backends.eight_bits import is_sure, ranges_of, with_eight_bits
from ocr_watcher.engine.local.backends.interface import LineScores
from ocr_watcher.engine.local.backends.openvino_lines import SureLines
from ocr_watcher.engine.local.runtime.stages import RecogniserStage
from tests.engine.local.backends.models import model_file
from tests.engine.local.pictures import SAMPLES, drawn

pytest.importorskip("rapidocr")


def lines() -> list[np.ndarray]:
    words = ("Thank you for the two ledgers", "Total 1,328.00 EUR", "harbour lane 14")
    printed = [drawn(one, size=(640, 100)).crop((30, 28, 600, 76)) for one in words]
    with Image.open(SAMPLES / "notice-zh.png") as notice:
        printed.append(notice.crop((1112, 816, 1112 + 52 * 9, 876)))
    return [np.asarray(line.convert("RGB")) for line in printed]


def scores(*best: float, winner: int = 7) -> LineScores:
    columns = np.array(best, "float32")
    return LineScores(np.full(len(best), winner), columns, columns[:, None])


def grey(level: float, width: int) -> np.ndarray:
    return np.full((1, 3, 48, width), level, "float32")


@pytest.mark.parametrize("instruction", ["avx512_vnni", "avx_vnni"])
def test_the_shipped_model_has_ranges_where_the_processor_sums_8_bit_products(instruction):
    assert ranges_of(model_file("rec"), {instruction, "avx2"})


def test_nothing_is_known_of_another_model_or_for_an_older_processor(tmp_path):
    another = tmp_path / "rec.onnx"
    another.write_bytes(model_file("rec").read_bytes() + b"\0")
    assert ranges_of(another, {"avx512_vnni"}) is None
    assert ranges_of(model_file("rec"), {"avx2", "avx512f"}) is None


def test_a_line_is_sure_if_its_characters_are():
    assert is_sure(scores(0.99, 0.96))
    assert not is_sure(scores(0.99, 0.60))
    assert not is_sure(scores(0.99, 0.99, winner=0))  # nothing was read


def test_a_line_that_is_not_sure_is_read_again_by_the_precise_network():
    def quick(pixels):
        return scores(float(pixels[0, 0, 0, 0]))

    network = SureLines(quick, lambda _: scores(0.5, winner=9), quick)
    assert network(grey(0.99, 320)).winners[0] == 7
    assert network(grey(0.3, 320)).winners[0] == 9


def test_a_very_long_line_is_read_once_and_alone():
    asked = []

    def other(pixels):
        asked.append(pixels.shape[3])
        return scores(0.99)

    network = SureLines(other, other, lambda _: scores(0.5, winner=9))
    assert network(grey(0.9, 7200)).winners[0] == 9
    assert asked == []


@pytest.mark.skipif(find_spec("openvino") is None, reason="openvino is not installed")
class TestWithOpenVino:
    @pytest.fixture
    def openvino(self):
        openvino_backend.make(1, "cpu")  # imported by itself it would report to its makers
        return sys.modules["openvino"]

    def test_every_range_is_of_a_convolution_of_1_by_1(self, openvino):
        model = openvino.Core().read_model(model_file("rec"))
        shapes = {
            node.get_friendly_name(): list(node.input_value(1).get_shape())[2:]
            for node in model.get_ordered_ops()
            if node.get_type_name() == "Convolution"
        }
        ranges = ranges_of(model_file("rec"), {"avx512_vnni"})
        assert {tuple(shapes[name]) for name in ranges} == {(1, 1)}

    def test_a_copy_is_changed_and_not_the_model(self, openvino):
        model = openvino.Core().read_model(model_file("rec"))
        before = len(model.get_ordered_ops())
        ranges = ranges_of(model_file("rec"), {"avx512_vnni"})
        changed = with_eight_bits(model, ranges)
        assert len(model.get_ordered_ops()) == before
        kinds = [node.get_type_name() for node in changed.get_ordered_ops()]
        assert kinds.count("FakeQuantize") == 2 * len(ranges)

    def test_print_is_read_as_with_32_bits(self, openvino):
        texts = []
        for processor in (frozenset(), frozenset({"avx512_vnni"})):
            backend = openvino_backend.OpenVino(openvino, 1, "CPU", processor)
            model = backend.model(model_file("rec"))
            read = RecogniserStage(model, model.alphabet)
            texts.append([read(line).text for line in lines()])
        assert texts[0] == texts[1]
        assert "Thank you for the two ledgers" in texts[0]
