"""Both backends run the same models alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ocr_watcher.engine.local.backends.registry import BACKENDS
from ocr_watcher.engine.local.installation import is_installed
from ocr_watcher.errors import EngineMissingError
from tests.engine.local.backends.models import model_file

pytest.importorskip("rapidocr")
if not all(is_installed(backend.module) for backend in BACKENDS):
    pytest.skip("needs both backends", allow_module_level=True)


@pytest.fixture(scope="module")
def backends():
    made = {backend.name: backend.make(1, "cpu") for backend in BACKENDS}
    # Where the processor has bfloat16, OpenVINO takes it ("CPU Device"): scores then differ by .1.
    made["openvino"]._core.set_property("CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return made


@pytest.fixture(scope="module", params=[backend.name for backend in BACKENDS])
def backend(request, backends):
    return backends[request.param]


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(7).uniform(-1, 1, shape).astype("float32")


def page(height: int, width: int) -> np.ndarray:
    """Return a blank page with bars like lines of print on it."""
    pixels = np.full((height, width, 3), 255, "uint8")
    for top in range(64, height - 64, 96):
        pixels[top : top + 24, 64 : width - 64 : 12] = 0
        pixels[top : top + 24, 65 : width - 64 : 12] = 0
    return pixels


@pytest.mark.parametrize(
    "size",
    [
        (736, 736),
        pytest.param((960, 768), marks=pytest.mark.slow),
        pytest.param((1312, 1056), marks=pytest.mark.slow),
    ],
)
def test_both_find_writing_in_the_same_places(backends, size):
    pixels = page(*size)
    maps = [each.model(model_file("det")).detector()(pixels) for each in backends.values()]
    assert [found.shape for found in maps] == [(1, 1, *size)] * 2
    differing = (maps[0] > 0.3) != (maps[1] > 0.3)
    assert differing.mean() < 0.002  # what is beside the picture differs where it is padded


def test_both_classify_lines_alike(backends):
    lines = noise(3, 3, 48, 192)
    one, other = (each.model(model_file("cls")).classifier()(lines) for each in backends.values())
    assert one.shape == (3, 2)
    assert one == pytest.approx(other, abs=1e-3)


@pytest.mark.parametrize(
    "width",
    [
        pytest.param(192, marks=pytest.mark.slow),
        320,
        pytest.param(640, marks=pytest.mark.slow),
    ],
)
def test_both_read_lines_alike(backends, width):
    line = noise(1, 3, 48, width)
    further = (0, 18_709)
    one, other = (
        each.model(model_file("rec")).recogniser(further)(line) for each in backends.values()
    )
    assert one.winners.shape == one.best.shape == (width // 8,)
    assert one.further.shape == (width // 8, 2)
    assert one.winners.tolist() == other.winners.tolist()
    assert one.best == pytest.approx(other.best, abs=1e-2)
    assert one.further == pytest.approx(other.further, abs=1e-2)


def test_a_recognition_model_has_its_alphabet_and_others_have_none(backend):
    alphabet = backend.model(model_file("rec")).alphabet
    assert {"A", "7", "\u6c34"} <= set(alphabet)
    assert backend.model(model_file("det")).alphabet is None


def test_a_file_that_is_no_model_is_refused(backend, tmp_path):
    file = tmp_path / "rec.onnx"
    file.write_bytes(b"no model")
    with pytest.raises(Exception, match=r"\S"):  # of classes of the runtimes' own
        backend.model(file).classifier()


@pytest.mark.parametrize("description", BACKENDS, ids=lambda each: each.name)
def test_a_device_that_is_not_there_is_named_with_those_that_are(description):
    with pytest.raises(EngineMissingError, match=r"no device NOSUCH here, but .*CPU"):
        description.make(1, "NOSUCH")


@pytest.mark.slow
def test_calls_of_several_threads_do_not_mix(backend):
    detect = backend.model(model_file("det")).detector()
    pages = [page(736, 736), page(736, 800), page(1120, 992), page(736, 736)] * 2
    one_by_one = [detect(pixels) for pixels in pages]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(detect, pages))
    for one, other in zip(one_by_one, at_once, strict=True):
        assert np.array_equal(one, other)
