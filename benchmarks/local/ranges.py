"""Measures the ranges for a recognition model with 8 bits: ``python -m benchmarks.local.ranges``.

It prints the table of ``ocr_watcher/engine/local/backends/eight_bits.py`` for the model in
RapidOCR's wheel. The table has the range of the input of each convolution of 1 by 1, over all lines
of some pages of print, receipts and faxes. The outermost twentieth of a percent is left out.
"""

from __future__ import annotations

import hashlib
import math
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from benchmarks.local.specimens import specimens
from benchmarks.stage import Stage
from ocr_watcher.engine.local.backends import openvino_backend
from ocr_watcher.engine.local.runtime.rapidocr_steps import load_steps
from ocr_watcher.engine.local.runtime.stages import RecogniserStage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.engine.local.backends.interface import Backend, LineNetwork, LineScores

_OUTERMOST = 0.0005
_LONGEST_SIDE = 2000
_MOST = 20_000
"""The number of numbers of a line, about, that are looked at for each convolution."""


def main() -> None:
    """Print the hash of the model and its ranges."""
    import rapidocr  # noqa: PLC0415  an extra

    (file,) = (Path(rapidocr.__file__).parent / "models").glob("*_rec_*.onnx")
    backend = openvino_backend.make(2, "cpu")  # imported by itself it would report to its makers
    openvino = sys.modules["openvino"]
    model = openvino.Core().read_model(file)
    nodes = [node for node in model.get_ordered_ops() if _is_for_each_pixel(node)]
    probe = openvino.Model([node.input_value(0) for node in nodes], model.get_parameters())
    request = openvino.Core().compile_model(probe, "CPU").create_infer_request()
    least, greatest = [math.inf] * len(nodes), [-math.inf] * len(nodes)
    for line in _lines(backend, file):
        request.infer([line], share_inputs=True)
        for at in range(len(nodes)):
            numbers = request.get_output_tensor(at).data.ravel()
            some = numbers[:: max(1, numbers.size // _MOST)]
            low, high = np.quantile(some, [_OUTERMOST, 1 - _OUTERMOST])
            least[at], greatest[at] = min(least[at], low), max(greatest[at], high)
    print(hashlib.sha256(file.read_bytes()).hexdigest())
    for node, low, high in zip(nodes, least, greatest, strict=True):
        print(f'    "{node.get_friendly_name()}": ({min(low, 0):.3f}, {high:.3f}),')


def _is_for_each_pixel(node: Any) -> bool:
    """Return whether a node is a convolution of 1 by 1 over the pixels, and not over their mean."""
    if node.get_type_name() != "Convolution" or list(node.input_value(1).get_shape())[2:] != [1, 1]:
        return False
    width = node.get_output_partial_shape(0)[3]
    return not (width.is_static and width.get_length() == 1)


def _lines(backend: Backend, file: Path) -> Iterator[Any]:
    """Yield the lines of the pages, as the recogniser takes them."""
    steps = load_steps(backend, longest_side=_LONGEST_SIDE)
    recording = _Recording(backend.model(file))
    read = RecogniserStage(recording, recording.alphabet)
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        for specimen in specimens(place, Stage(place, quick=False)):
            with Image.open(specimen.page.picture) as picture:
                found = steps.find(picture.convert("RGB"))
            for strip in found.strips if found else ():
                read(strip)
                yield recording.taken.pop()


class _Recording:
    """A recognition model that keeps the input of its network.

    Args:
        model: The model.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self.alphabet = model.alphabet
        self.taken: list[Any] = []

    def recogniser(self, further: Sequence[int]) -> LineNetwork:
        """Return its network, which keeps the pixels of each line."""
        network = self._model.recogniser(further)

        def scores_of(pixels: Any) -> LineScores:
            self.taken.append(pixels)
            scores: LineScores = network(pixels)
            return scores

        return scores_of


if __name__ == "__main__":
    main()
