"""The recogniser in OpenVINO: the best class of each column, with 8 bits where that is sure."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.eight_bits import is_sure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr_watcher.engine.local.backends.interface import LineNetwork, LineScores


_LONG = 2560
"""The width from which on a line is read precisely at once, in pixels: the memory for a line grows
with its width, and both networks would keep it."""


class SureLines:
    """A network that reads a line quickly, and once more where it is not sure.

    Args:
        quick: The quick network.
        make_precise: A function that compiles the other one. It is called for the first line that
            needs it: that takes 0.3 s, which the start of the models is spared.
    """

    def __init__(self, quick: LineNetwork, make_precise: Callable[[], LineNetwork]) -> None:
        self._quick = quick
        self._make_precise = make_precise
        self._making = threading.Lock()
        self._made: LineNetwork | None = None

    def __call__(self, pixels: Any) -> LineScores:
        """Return the scores of a line: 1 by 3 by 48 by width."""
        if pixels.shape[3] < _LONG:
            scores = self._quick(pixels)
            if is_sure(scores):
                return scores
        return self._precise()(pixels)

    def _precise(self) -> LineNetwork:
        with self._making:
            if self._made is None:
                self._made = self._make_precise()
            return self._made


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
