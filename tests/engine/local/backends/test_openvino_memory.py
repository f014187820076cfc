"""Of the large networks in OpenVINO only the last one holds the memory in which it computes."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import numpy as np
import pytest

from ocr_watcher.engine.local.backends import openvino_backend
from ocr_watcher.engine.local.backends.openvino_lines import PreciseLines, with_winners
from ocr_watcher.engine.local.backends.openvino_memory import WorkingMemory
from ocr_watcher.processes.heap import give_back_free_memory
from tests.engine.local.backends.models import model_file
from tests.proc import memory_of

pytest.importorskip("rapidocr")
if find_spec("openvino") is None:
    pytest.skip("openvino is not installed", allow_module_level=True)


class Network:
    """A compiled network that notes in a list what is asked of it."""

    def __init__(self, name: str, noted: list[str]) -> None:
        self._name = name
        self._noted = noted

    def __call__(self) -> Network:
        self._noted.append(f"compile {self._name}")
        return self

    def create_infer_request(self) -> str:
        self._noted.append(f"take {self._name}")
        return self._name

    def release_memory(self) -> None:
        self._noted.append(f"free {self._name}")


@pytest.fixture
def noted() -> list[str]:
    return []


@pytest.fixture
def memory() -> WorkingMemory:
    return WorkingMemory()


def held_now() -> int:
    """The memory of this process, in MB."""
    give_back_free_memory()
    return memory_of(os.getpid()) // 2**20


def test_a_network_that_computes_again_keeps_its_memory(memory, noted):
    network = Network("page", noted)
    for _ in range(3):
        with memory.request_of("page", network) as request:
            assert request == "page"
    assert noted == ["compile page", "take page"]


def test_memory_is_freed_before_another_network_is_compiled(memory, noted):
    for name in ("page", "sheet"):
        with memory.request_of(name, Network(name, noted)):
            pass
    assert noted == ["compile page", "take page", "free page", "compile sheet", "take sheet"]


def test_memory_is_freed_before_anything_computes_in_its_own(memory, noted):
    network = Network("page", noted)
    with memory.request_of("page", network):
        pass
    with memory.freed():
        assert noted == ["compile page", "take page", "free page"]
        assert memory.turn.locked()
    with memory.request_of("page", network):
        assert noted[3:] == ["compile page", "take page"]


def test_a_network_that_could_not_be_compiled_is_compiled_the_next_time(memory, noted):
    def compiled():
        raise MemoryError

    with pytest.raises(MemoryError), memory.request_of("page", compiled):
        pass
    with memory.request_of("page", Network("page", noted)) as request:
        assert request == "page"


def test_what_can_be_spared_is_dropped_before_a_network_that_takes_much(memory, noted):
    memory.can_spare(lambda: noted.append("drop"))
    for name, needed in (("page", 240_000_000), ("poster", 275_000_000), ("page", 0)):
        with memory.request_of(name, Network(name, noted), needed):
            pass
    assert noted.count("drop") == 1
    assert noted.index("drop") < noted.index("compile poster")


def test_nothing_is_dropped_for_a_network_that_has_its_memory(memory, noted):
    network = Network("poster", noted)
    with memory.request_of("poster", network, 275_000_000):
        pass
    memory.can_spare(lambda: noted.append("drop"))
    with memory.request_of("poster", network, 275_000_000):
        pass
    assert "drop" not in noted


def test_lines_of_many_widths_leave_little_in_the_precise_network():
    backend = openvino_backend.make(1, "cpu")
    backend._processor = frozenset({"avx512_vnni"})
    read = backend.model(model_file("rec")).recogniser((0,))._precise
    line = np.zeros((1, 3, 48, 960), "float32")
    for width in (960, *range(192, 512, 64)):  # as many as are kept
        read(line[..., :width])
    before = held_now()
    for width in range(512, 960, 64):
        read(line[..., :width])
    assert held_now() < before + 10


class TestPreciseLines:
    @pytest.fixture
    def model(self):
        backend = openvino_backend.make(1, "cpu")
        model = with_winners(backend._core.read_model(model_file("rec")), (0,))
        return lambda: backend._compiled(model)

    def test_are_compiled_once_for_all_threads(self, model, memory):
        made = []

        def compiled():
            made.append(1)
            return model()

        read = PreciseLines(compiled, memory)
        line = np.random.default_rng(7).uniform(-1, 1, (1, 3, 48, 320)).astype("float32")
        with ThreadPoolExecutor(4) as pool:
            found = {tuple(one.winners) for one in pool.map(read, [line] * 8)}
        assert found == {tuple(read.alone(line).winners)}
        assert made == [1]

    def test_are_dropped_for_a_network_that_takes_much_and_come_back(self, model, memory):
        read = PreciseLines(model, memory)
        line = np.random.default_rng(7).uniform(-1, 1, (1, 3, 48, 320)).astype("float32")
        found = tuple(read(line).winners)
        before = held_now()
        with memory.request_of("page", Network("page", []), 275_000_000):
            assert held_now() < before - 12
        assert tuple(read(line).winners) == found

    def test_hold_no_memory_of_a_line_of_160_megabytes(self, model, memory):
        read = PreciseLines(model, memory)
        line = np.zeros((1, 3, 48, 7200), "float32")
        read(line[..., :320])
        before = held_now()
        assert len(read.alone(line).winners) == 900
        assert held_now() < before + 40
