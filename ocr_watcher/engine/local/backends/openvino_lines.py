"""The recogniser in OpenVINO, which reads with 8 bits, and again with 32 bits if it is not sure."""

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
"""The least width, in pixels, of a line that only the precise network reads. The memory for a line
grows with its width, and the quick network would keep it."""


class SureLines:
    """A network that reads a line quickly, and again precisely if the result is not sure.

    Args:
        quick: The quick network.
        precise: The precise network.
        alone: The precise network for very long lines, which frees the memory of others first.
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
    """The precise network, which reads the few lines that need it, one after the other.

    It frees its memory after each line, as taking it again costs only a tenth of the time of a
    line. The network takes 20 MB in addition to its model, and is dropped for a very large page.

    Args:
        compiled: A function that compiles the network. It is called for the first line, so that the
            start of the models does not take 0.3 s longer.
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
        """Free the memory of large networks, and return the scores of a very long line.

        A line of 7,200 pixels takes 160 MB, as much as a page.
        """
        with self._memory.freed():
            try:
                return self(pixels)
            finally:
                give_back_free_memory()


def scores_of(request: Any, pixels: Any) -> LineScores:
    """Return the scores of a line, computed by a request for a model that is `with_winners`."""
    request.infer([pixels], share_inputs=True)
    best, winners, further = (request.get_output_tensor(at).data[0].copy() for at in range(3))
    return LineScores(winners[:, 0], best[:, 0], further)


def with_winners(model: Any, further: Sequence[int]) -> Any:
    """Return a recognition model that returns the best score of each column, and the wanted ones.

    Its outputs are the best scores, their classes, and the scores of the further classes.

    Args:
        model: The model, which returns the scores of all classes: lines by columns by classes.
        further: The classes whose scores it also returns.
    """
    import numpy as np  # noqa: PLC0415  comes with the extra
    import openvino  # noqa: PLC0415  likewise
    from openvino import opset13  # noqa: PLC0415  likewise

    scores = model.output(0).get_node().input_value(0)
    best = opset13.topk(scores, 1, axis=2, mode="max", sort="none")
    asked = opset13.gather(scores, np.array(further, dtype="int64"), 2)
    outputs = [best.output(0), best.output(1), asked.output(0)]
    return openvino.Model(outputs, model.get_parameters())
