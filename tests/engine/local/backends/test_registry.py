import re

import pytest

from ocr_watcher.engine.local.backends.registry import candidates
from ocr_watcher.errors import EngineMissingError
from ocr_watcher.values.install_command import install_extra

MODERN = frozenset({"sse4_2", "avx2"})
OLD = frozenset({"sse4_2"})
BOTH = {"openvino", "onnxruntime"}


def names(wanted, installed, processor=MODERN):
    found = candidates(wanted, has=installed.__contains__, processor=lambda: processor)
    return [backend.name for backend in found]


@pytest.mark.parametrize(
    ("installed", "processor", "order"),
    [
        (BOTH, MODERN, ["openvino", "onnxruntime"]),
        (BOTH, OLD, ["onnxruntime", "openvino"]),
        (BOTH, frozenset(), ["onnxruntime", "openvino"]),
        ({"onnxruntime"}, MODERN, ["onnxruntime"]),
        ({"openvino"}, OLD, ["openvino"]),
    ],
)
def test_all_that_are_installed_are_tried_those_first_that_suit_the_processor(
    installed, processor, order
):
    assert names("auto", installed, processor) == order


@pytest.mark.parametrize("name", sorted(BOTH))
def test_a_backend_of_the_settings_is_tried_alone(name):
    assert names(name, BOTH, OLD) == [name]


def test_without_any_the_extra_is_named():
    with pytest.raises(EngineMissingError, match=re.escape(install_extra("local"))):
        names("auto", set())


@pytest.mark.parametrize("name", sorted(BOTH))
def test_a_backend_of_the_settings_that_is_not_installed_is_named(name):
    with pytest.raises(EngineMissingError, match=f"^local.backend: {name} is not installed"):
        names(name, BOTH - {name})
