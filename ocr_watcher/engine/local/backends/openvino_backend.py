"""The backend OpenVINO, which is faster than onnxruntime on processors of the x86 family."""

from __future__ import annotations

import os
import sys
from functools import cached_property, partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.eight_bits import ranges_of, with_eight_bits
from ocr_watcher.engine.local.backends.interface import ALPHABET, BackendDescription
from ocr_watcher.engine.local.backends.openvino_lines import (
    PreciseLines,
    SureLines,
    scores_of,
    with_winners,
)
from ocr_watcher.engine.local.backends.openvino_memory import WorkingMemory
from ocr_watcher.engine.local.backends.openvino_pages import PageNetwork
from ocr_watcher.engine.local.backends.processor import abilities
from ocr_watcher.engine.local.backends.unusable import (
    without_code_memory,
    without_device,
    without_import,
)
from ocr_watcher.processes.code_memory import allows_code_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ocr_watcher.engine.local.backends.eight_bits import Ranges
    from ocr_watcher.engine.local.backends.interface import LineNetwork, LineScores, Network

_MOST_STREAMS = 4
"""The most lines that are read at once. Each line takes some 70 MB. So a machine with many
processors would run out of memory with a line for each; the threads are shared among the lines."""

_ABILITY = "avx2"
"""The instructions that a processor needs for OpenVINO to be the faster backend. OpenVINO's code
for older processors was not measured."""

_REPORTS = "openvino_telemetry"

_PRIMITIVES = "ONEDNN_PRIMITIVE_CACHE_CAPACITY"
"""The environment variable with the number of layers whose code oneDNN keeps after their network is
gone (its page "Primitive Cache"). oneDNN computes the layers for OpenVINO. With its default of
1024, each size of a page leaves 3 to 5 MB behind. With 0, it takes 0.04 s more to compile a network
again. A network that is kept keeps its code in any case."""

_SHAPES = "CPU_RUNTIME_CACHE_CAPACITY"
"""The option with the number of layers of each kind whose code and tables for earlier shapes a
network keeps (``internal_properties.hpp`` of OpenVINO's CPU plugin; the default is 5000)."""

_LAYERS = 750
"""The number of layers of each kind that the network for lines keeps for earlier widths, in each
stream. It is enough for some 22 widths, 4 MB each. On 24 pages that were measured, a page of print
or a receipt has 2 to 10 widths, and a fax up to 24. A line whose width is not kept takes 0.02 s
more."""

_LAYERS_OF_PRECISE = 150
"""The same number for the precise network: enough for some 6 widths, 3 MB each. It reads few lines,
so few of them have one of its earlier widths, however many it keeps."""

_PROCESSOR = "CPU"
"""The name of the processor as a device. Its networks are compiled to machine code, in memory that
is first writable and then executable."""


class OpenVino:
    """The runtime with its options.

    By default, OpenVINO computes with bfloat16 on a processor that has it (its page "CPU Device").
    Lines would be read differently there than on other processors, with other scores. So OpenVINO
    is told to compute with 32-bit floats.

    Args:
        runtime: The module ``openvino``.
        threads: The number of threads.
        device: The name of the device in OpenVINO.
        processor: The names of the instructions that the processor has.
    """

    def __init__(self, runtime: Any, threads: int, device: str, processor: frozenset[str]) -> None:
        self._core = runtime.Core()
        if device == _PROCESSOR:
            options = {
                "INFERENCE_NUM_THREADS": threads,
                "ENABLE_CPU_PINNING": False,  # sandboxes forbid it
                "INFERENCE_PRECISION_HINT": "f32",
            }
            self._core.set_property(device, options)
        self._device = device
        self._processor = processor if device == _PROCESSOR else frozenset()
        self._memory = WorkingMemory()
        self.threads = threads

    @property
    def devices(self) -> Sequence[str]:
        """The names of the devices of this machine."""
        devices: Sequence[str] = self._core.available_devices
        return devices

    def model(self, file: Path) -> OpenVinoModel:
        """Read a model from a file. Its networks are compiled for the device later."""
        return OpenVinoModel(
            self._core.read_model(file),
            self._compiled,
            min(self.threads, _MOST_STREAMS),
            self._memory,
            ranges_of(file, self._processor),
        )

    def _compiled(self, model: Any, streams: int = 1, layers: int | None = None) -> Any:
        """Compile a model.

        Args:
            model: An ``openvino.Model``.
            streams: The number of requests that compute at once and share the threads.
            layers: The number of layers of each kind that are kept for earlier shapes; None for
                OpenVINO's default (see `_SHAPES`).
        """
        options = {"NUM_STREAMS": streams} | ({} if layers is None else {_SHAPES: layers})
        known = options if self._device == _PROCESSOR else {}
        return self._core.compile_model(model, self._device, known)


class OpenVinoModel:
    """A model in OpenVINO.

    Args:
        model: An ``openvino.Model``.
        compiled: A function that compiles such a model, for one or more requests at once.
        streams: The most lines that are read at once.
        memory: The memory in which large networks compute.
        ranges: The ranges with which a recognition model reads lines with 8 bits; None if it reads
            with 32 bits.
    """

    def __init__(
        self,
        model: Any,
        compiled: Callable[..., Any],
        streams: int,
        memory: WorkingMemory,
        ranges: Ranges | None = None,
    ) -> None:
        self._model = model
        self._compiled = compiled
        self._streams = streams
        self._memory = memory
        self._ranges = ranges

    @cached_property
    def alphabet(self) -> Sequence[str] | None:
        """The characters of a recognition model; None if the file has none."""
        path = ["framework", ALPHABET]
        if not self._model.has_rt_info(path):
            return None
        characters: str = self._model.get_rt_info(path).astype(str)
        return characters.splitlines()

    def detector(self) -> Network:
        """Return the network that finds the lines of a page."""
        return PageNetwork(self._model, self._compiled, self._memory)

    def classifier(self) -> Network:
        """Return the network that tells which way up lines are."""
        request = self._compiled(self._model).create_infer_request()

        def probabilities_of(pixels: Any) -> Any:
            with self._memory.turn:
                request.infer([pixels], share_inputs=True)
                return request.get_output_tensor().data.copy()

        return probabilities_of

    def recogniser(self, further: Sequence[int]) -> LineNetwork:
        """Return the network that reads a line.

        The network itself chooses the best of all classes. A line of 600 pixels has 75 columns with
        18,710 scores each, and only a few of these numbers are wanted.
        """
        whole = with_winners(self._model, further)
        if self._ranges is None:
            return self._line_network(whole)
        quick = self._line_network(with_eight_bits(whole, self._ranges))
        compiled = partial(self._compiled, whole, layers=_LAYERS_OF_PRECISE)
        precise = PreciseLines(compiled, self._memory)
        return SureLines(quick, precise, precise.alone)

    def _line_network(self, model: Any) -> LineNetwork:
        compiled = self._compiled(model, self._streams, _LAYERS)
        requests: SimpleQueue[Any] = SimpleQueue()
        for _ in range(self._streams):
            requests.put(compiled.create_infer_request())

        def read(pixels: Any) -> LineScores:
            request = requests.get()
            try:
                return scores_of(request, pixels)
            finally:
                requests.put(request)

        return read


def make(threads: int, device: str) -> OpenVino:
    """Import OpenVINO and return the backend.

    Args:
        threads: The number of threads of one call.
        device: ``cpu``, ``gpu``, or the name of a device in OpenVINO.

    Raises:
        UnusableBackendError: It cannot be imported, cannot compile code, or has no such device.
    """
    # When OpenVINO is imported, it reports to its makers through this package, if that can be
    # imported (``openvino.tools.ovc.telemetry_utils``; its page "OpenVINO Telemetry"). None makes
    # the import of the package fail.
    sys.modules[_REPORTS] = None  # type: ignore[assignment]
    os.environ[_PRIMITIVES] = "0"
    name = device.upper()
    if name == _PROCESSOR and not allows_code_memory():
        raise without_code_memory("openvino")
    try:
        import openvino  # noqa: PLC0415  heavy, and present only with the extra
    except (ImportError, OSError) as error:
        raise without_import("openvino", error) from error
    backend = OpenVino(openvino, threads, name, abilities())
    if not any(_names(name, has) for has in backend.devices):
        raise without_device("openvino", device, backend.devices)
    return backend


def _names(device: str, has: str) -> bool:
    """Return whether a name means a device of the machine; ``GPU`` means the first of two GPUs."""
    return has == device or has.startswith(f"{device}.")


DESCRIPTION = BackendDescription(
    name="openvino", module="openvino", suits=lambda processor: _ABILITY in processor, make=make
)
