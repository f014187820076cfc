"""The backend OpenVINO, which is faster than onnxruntime on processors of the x86 family."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from functools import cached_property
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.interface import ALPHABET, BackendDescription, LineScores
from ocr_watcher.engine.local.backends.picture_sizes import fixed_size, padded_page
from ocr_watcher.engine.local.backends.unusable import (
    without_code_memory,
    without_device,
    without_import,
)
from ocr_watcher.processes.code_memory import allows_code_memory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ocr_watcher.engine.local.backends.interface import LineNetwork, Network
    from ocr_watcher.pages.types import Size

_KEPT = 2
"""The number of fixed sizes whose networks are kept. Each takes 26 MB, and the memory for its
pictures, 200 to 350 MB, only while it is the last one used."""

_MOST_STREAMS = 4
"""Most lines that are read at once. Each takes some 70 MB, so that a machine with many processors
would run out of memory with a line for each; the threads are shared among them."""

_ABILITY = "avx2"
"""What a processor must be able to do for OpenVINO to be the faster backend. Its code for older
processors was not measured."""

_REPORTS = "openvino_telemetry"

_PROCESSOR = "CPU"
"""The device whose networks are compiled to code of the processor, in memory that is writable and
then executable."""


class OpenVino:
    """The runtime with its options.

    Args:
        runtime: The module ``openvino``.
        threads: The number of threads.
        device: The name of the device in OpenVINO.
    """

    def __init__(self, runtime: Any, threads: int, device: str) -> None:
        self._core = runtime.Core()
        if device == _PROCESSOR:
            # Sandboxes forbid pinning threads to processors.
            pinned = {"INFERENCE_NUM_THREADS": threads, "ENABLE_CPU_PINNING": False}
            self._core.set_property(device, pinned)
        self._device = device
        self._turn = threading.Lock()
        self.threads = threads

    @property
    def devices(self) -> Sequence[str]:
        """The names of the devices of this machine."""
        devices: Sequence[str] = self._core.available_devices
        return devices

    def model(self, file: Path) -> OpenVinoModel:
        """Read a model from a file; each network is compiled for the device."""
        return OpenVinoModel(
            self._core.read_model(file), self._compiled, self._side_by_side, self._turn
        )

    def _compiled(self, model: Any) -> Any:
        return self._core.compile_model(model, self._device)

    def _side_by_side(self, model: Any) -> Any:
        """Return the queue of requests of a model that compute at once and share the threads."""
        streams = min(self.threads, _MOST_STREAMS)
        options = {"NUM_STREAMS": streams} if self._device == _PROCESSOR else {}
        compiled = self._core.compile_model(model, self._device, options)
        requests: SimpleQueue[Any] = SimpleQueue()
        for _ in range(streams):
            requests.put(compiled.create_infer_request())
        return requests


class OpenVinoModel:
    """A model in OpenVINO.

    Args:
        model: An ``openvino.Model``.
        compiled: A function that compiles such a model.
        side_by_side: A function that returns a queue of its requests that compute at once.
        turn: Is held while a network computes that uses all threads.
    """

    def __init__(self, model: Any, compiled: Any, side_by_side: Any, turn: threading.Lock) -> None:
        self._model = model
        self._compiled = compiled
        self._side_by_side = side_by_side
        self._turn = turn

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
        return PageNetwork(self._model, self._compiled, self._turn)

    def classifier(self) -> Network:
        """Return the network that tells which way up lines are."""
        request = self._compiled(self._model).create_infer_request()

        def probabilities_of(pixels: Any) -> Any:
            with self._turn:
                request.infer([pixels], share_inputs=True)
                return request.get_output_tensor().data.copy()

        return probabilities_of

    def recogniser(self, further: Sequence[int]) -> LineNetwork:
        """Return the network that reads a line.

        The choice of the best of all classes is a part of the network: a line of 600 pixels has
        18,710 scores in each of 75 columns, of which only a few numbers are wanted.
        """
        requests = self._side_by_side(_with_winners(self._model, further))

        def scores_of(pixels: Any) -> LineScores:
            request = requests.get()
            try:
                request.infer([pixels], share_inputs=True)
                best, winners, scores = (
                    request.get_output_tensor(at).data[0].copy() for at in range(3)
                )
            finally:
                requests.put(request)
            return LineScores(winners[:, 0], best[:, 0], scores)

        return scores_of


class PageNetwork:
    """The detector, for pictures of any size in bounded memory.

    Args:
        model: An ``openvino.Model``.
        compiled: A function that compiles such a model.
        turn: Is held while a network computes.
    """

    def __init__(self, model: Any, compiled: Any, turn: threading.Lock) -> None:
        self._model = model
        self._compiled = compiled
        self._turn = turn
        self._any_size = compiled(model)
        self._fixed: OrderedDict[Size, Any] = OrderedDict()  # the last one used comes last
        self._size: Size | None = None  # that of the network in use; None for any size
        self._network = self._any_size
        self._request: Any = self._network.create_infer_request()

    def __call__(self, pixels: Any) -> Any:
        """Return the probability of writing for each pixel.

        Args:
            pixels: The picture: 1 by 3 by height by width.
        """
        height, width = pixels.shape[2:]
        padded = _continued(pixels, padded_page(height, width))
        with self._turn:
            self._take(fixed_size(height, width))
            self._request.infer([padded], share_inputs=True)
            return self._request.get_output_tensor().data[:, :, :height, :width].copy()

    def _take(self, size: Size | None) -> None:
        """Take the network for a fixed size, or for any; before that the last one frees its memory.

        It frees the memory for its pictures, but keeps its code and tables.
        """
        if size == self._size and self._request is not None:
            return
        self._request = None  # and stays so where there is not enough memory for what follows
        self._network.release_memory()
        self._network = self._any_size if size is None else self._for(size)
        self._size, self._request = size, self._network.create_infer_request()

    def _for(self, size: Size) -> Any:
        """Return the network for a fixed size; where there are too many, the oldest is dropped."""
        if size not in self._fixed:
            if len(self._fixed) >= _KEPT:
                self._fixed.popitem(last=False)
            self._model.reshape([1, 3, *size])
            self._fixed[size] = self._compiled(self._model)
        self._fixed.move_to_end(size)
        return self._fixed[size]


def _with_winners(model: Any, further: Sequence[int]) -> Any:
    """Return a recognition model that returns the best score of each column, its class and more.

    Args:
        model: The model, which returns the scores of all classes: lines by columns by classes.
        further: The classes whose scores it is to return, too.
    """
    import numpy as np  # noqa: PLC0415  comes with the extra
    import openvino  # noqa: PLC0415  likewise
    from openvino import opset13  # noqa: PLC0415  likewise

    scores = model.output(0).get_node().input_value(0)
    best = opset13.topk(scores, 1, axis=2, mode="max", sort="none")
    asked = opset13.gather(scores, np.array(further, dtype="int64"), 2)
    outputs = [best.output(0), best.output(1), asked.output(0)]
    return openvino.Model(outputs, model.get_parameters())


def _continued(pixels: Any, size: Size) -> Any:
    """Pad a picture on its right and below with the pixels of its edges.

    The edge of a page is blank, so the paper goes on there; a border would look like a line.
    """
    import numpy as np  # noqa: PLC0415  comes with the extra

    height, width = pixels.shape[2:]
    if (height, width) == size:
        return pixels
    margins = ((0, 0), (0, 0), (0, size[0] - height), (0, size[1] - width))
    return np.pad(pixels, margins, mode="edge")


def make(threads: int, device: str) -> OpenVino:
    """Import OpenVINO and return the backend.

    Args:
        threads: The number of threads of one call.
        device: ``cpu``, ``gpu``, or the name of a device in OpenVINO.

    Raises:
        UnusableBackendError: It cannot be imported or compile code, or has no such device.
    """
    # On its import OpenVINO reports to its makers through this package; without it, it does not
    # (``openvino.tools.ovc.telemetry_utils``; its page "OpenVINO Telemetry"). None makes the import
    # of the package fail.
    sys.modules[_REPORTS] = None  # type: ignore[assignment]
    name = device.upper()
    if name == _PROCESSOR and not allows_code_memory():
        raise without_code_memory("openvino")
    try:
        import openvino  # noqa: PLC0415  heavy, and present only with the extra
    except (ImportError, OSError) as error:
        raise without_import("openvino", error) from error
    backend = OpenVino(openvino, threads, name)
    if not any(_names(name, has) for has in backend.devices):
        raise without_device("openvino", device, backend.devices)
    return backend


def _names(device: str, has: str) -> bool:
    """Return whether a device is one that the machine has; of two GPUs, ``GPU`` is the first."""
    return has == device or has.startswith(f"{device}.")


DESCRIPTION = BackendDescription(
    name="openvino", module="openvino", suits=lambda processor: _ABILITY in processor, make=make
)
