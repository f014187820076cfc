"""The detector in OpenVINO takes pages as bytes, and of those of many sizes nothing is left."""

from __future__ import annotations

import os
from importlib.util import find_spec

import numpy as np
import pytest

from ocr_watcher.engine.local.backends import openvino_backend
from ocr_watcher.engine.local.backends.colours import planes_of
from ocr_watcher.engine.local.backends.openvino_memory import WorkingMemory
from ocr_watcher.engine.local.backends.openvino_pages import PageNetwork
from ocr_watcher.processes.heap import give_back_free_memory
from tests.engine.local.backends.models import model_file
from tests.proc import memory_of

pytest.importorskip("rapidocr")
if find_spec("openvino") is None:
    pytest.skip("openvino is not installed", allow_module_level=True)

LARGE = (1024, 1152)
"""A size that is not padded, and has a network of its own."""


@pytest.fixture
def backend():
    made = openvino_backend.make(1, "cpu")
    made._core.set_property("CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return made


@pytest.fixture
def detect(backend):
    return backend.model(model_file("det")).detector()


def held_now() -> int:
    """The memory of this process, in MB."""
    give_back_free_memory()
    return memory_of(os.getpid()) // 2**20


@pytest.mark.parametrize("size", [(768, 896), pytest.param(LARGE, marks=pytest.mark.slow)])
def test_bytes_are_searched_like_the_floats_that_rapidocr_makes_of_them(backend, detect, size):
    pixels = np.random.default_rng(7).integers(0, 256, (*size, 3), "uint8")
    pixels[200:240, 100:600:12] = 0
    floats = backend._compiled(backend._core.read_model(model_file("det")))
    (expected,) = floats(planes_of(pixels)).values()
    assert np.abs(detect(pixels) - expected).max() < 1e-4


def test_the_edges_of_a_page_go_on_where_it_is_padded(detect):
    pixels = np.random.default_rng(7).integers(0, 256, (1024, 1120, 3), "uint8")
    continued = np.pad(pixels, ((0, 0), (0, 32), (0, 0)), mode="edge")
    assert np.array_equal(detect(pixels), detect(continued)[..., :1120])


@pytest.mark.slow
def test_networks_of_many_sizes_leave_nothing_behind(detect):
    def search(height):
        detect(np.full((height, 896, 3), 255, "uint8"))

    for height in (1280, 1408):  # as many as are kept
        search(height)
    before = held_now()
    for height in (1536, 1664, 1792, 1920, 2048, 1280, 1408):
        search(height)
    assert held_now() < before + 12


def test_only_the_networks_of_a_very_large_page_upright_and_turned_are_kept(backend):
    compiled = []
    model = backend._core.read_model(model_file("det"))
    detect = PageNetwork(model, lambda *_, **__: compiled.append(1), WorkingMemory())
    kept = []
    for size in (
        (1024, 1024),
        (1024, 1152),
        (1664, 1920),
        (1920, 1664),
        (1664, 1920),
        (1024, 1024),
    ):
        detect._for(size)
        kept.append(list(detect._fixed))
    assert kept[1:] == [
        [(1024, 1024), (1024, 1152)],
        [(1664, 1920)],
        [(1664, 1920), (1920, 1664)],
        [(1920, 1664), (1664, 1920)],
        [(1664, 1920), (1024, 1024)],
    ]
    assert len(compiled) == 6  # the network for any size among them


@pytest.mark.slow
def test_small_pages_of_many_sizes_leave_little_behind(detect):
    def search(*size):
        detect(np.full((*size, 3), 255, "uint8"))

    search(768, 1280)  # the largest of them
    before = held_now()
    for size in ((768, 768), (768, 896), (768, 1024), (768, 1152), (896, 896), (768, 1280)):
        search(*size)
    assert held_now() < before + 12
