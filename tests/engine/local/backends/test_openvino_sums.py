"""The detector computes its sums in another order: it holds less, and finds the same."""

from __future__ import annotations

import os
from importlib.util import find_spec

import numpy as np
import pytest

from ocr_watcher.engine.local.backends import openvino_backend
from ocr_watcher.engine.local.backends.colours import planes_of
from ocr_watcher.engine.local.backends.openvino_sums import rearrange
from ocr_watcher.processes.heap import give_back_free_memory
from tests.engine.local.backends.models import model_file
from tests.engine.local.pictures import drawn
from tests.proc import memory_of

pytest.importorskip("rapidocr")
if find_spec("openvino") is None:
    pytest.skip("openvino is not installed", allow_module_level=True)


@pytest.fixture
def backend():
    return openvino_backend.make(1, "cpu")


def held_now() -> int:
    """The memory of this process, in bytes."""
    give_back_free_memory()
    return memory_of(os.getpid())


@pytest.mark.parametrize("size", [(352, 256), (224, 320)])
def test_a_rearranged_detector_finds_the_same(backend, size):
    pixels = planes_of(np.asarray(drawn("harbour", size=size).convert("RGB")))
    model = backend._core.read_model(model_file("det"))
    (before,) = backend._compiled(model)(pixels).values()
    rearrange(model)
    (after,) = backend._compiled(model)(pixels).values()
    assert before.max() > 0.3  # something is found
    assert np.abs(before - after).max() < 1e-4


@pytest.mark.parametrize(("size", "bytes_a_pixel"), [((1536, 1664), 80), ((768, 1280), 215)])
def test_a_page_takes_two_thirds_of_what_it_took(backend, size, bytes_a_pixel):
    detect = backend.model(model_file("det")).detector()
    pixels = np.full((*size, 3), 255, "uint8")
    detect(pixels)
    with backend._memory.freed():
        before = held_now()
    detect(pixels)
    assert held_now() - before < bytes_a_pixel * size[0] * size[1]


def test_a_model_without_such_layers_stays_as_it_is(backend):
    model = backend._core.read_model(model_file("cls"))
    before = [node.get_friendly_name() for node in model.get_ordered_ops()]
    rearrange(model)
    assert [node.get_friendly_name() for node in model.get_ordered_ops()] == before
