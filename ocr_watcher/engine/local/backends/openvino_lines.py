"""The recogniser in OpenVINO: the best class of each column, with 8 bits where that is sure."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.eight_bits import is_sure
from ocr_watcher.engine.local.backends.interface import LineScores
from ocr_watcher.processes.heap import give_back_free_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr_watcher.engine.local.backends.interface import LineNetwork
    from ocr_watcher.engine.local.backends.openvino_memory import WorkingMemory


_LONG = 2560
"""The width from which on a line is read precisely at once, in pixels: the memory for a line grows
with its width, and each network would keep it."""


class SureLines:
    """A network that reads a line quickly, and once more where it is not sure.

    Args:
        quick: The quick network.
        precise: The other one.
        alone: The other one, for very long lines.
    """

    def __init__(self, quick: LineNetwork, precise: LineNetwork, alone: LineNetwork) -> None:
        self._quick = quick
        self._precise = precise
        self._alone = alone

    def __call__(self, pixels: Any) -> LineScores:
        """Return the scores of a line: 1 by 3 by 48 by width."""
        if pixels.shape[3] >= _LONG:
            return self._alone(pixels)
        scores = self._quick(pixels)
        return scores if is_sure(scores) else self._precise(pixels)


class PreciseLines:
    """A network for the few lines that need it, one after the other.

    It frees the memory for a line at once: to take it anew costs a tenth of the time of a line. The
    network itself takes 20 MB more than its model, and is dropped for a very large page.

    Args:
        compiled: A function that compiles the network. It is called for the first line: that takes
            0.3 s, which the start of the models is spared.
        memory: The memory in which large networks compute.
    """

    def __init__(self, compiled: Callable[[], Any], memory: WorkingMemory) -> None:
        self._compiled = compiled
        self._memory = memory
        self._turn = threading.Lock()
        self._network: Any = None
        memory.can_spare(self._drop)

    def _drop(self) -> None:
        with self._turn:
            self._network = None

    def __call__(self, pixels: Any) -> LineScores:
        """Return the scores of a line."""
        with self._turn:
            if self._network is None:
                self._network = self._compiled()
            try:
                return scores_of(self._network.create_infer_request(), pixels)
            finally:
                self._network.release_memory()

    def alone(self, pixels: Any) -> LineScores:
        """Return the scores of a very long line, for which the memory of large networks is freed.

        A line of 7,200 pixels takes 160 MB, as much as a page.
        """
        with self._memory.freed():
            try:
                return self(pixels)
            finally:
                give_back_free_memory()


def scores_of(request: Any, pixels: Any) -> LineScores:
    """Have a request for a model `with_winners` compute the scores of a line."""
    request.infer([pixels], share_inputs=True)
    best, winners, further = (request.get_output_tensor(at).data[0].copy() for at in range(3))
    return LineScores(winners[:, 0], best[:, 0], further)


def with_winners(model: Any, further: Sequence[int]) -> Any:
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
