"""Lets a recognition model compute with 8-bit numbers, if the ranges of its numbers are known.

RapidOCR's recogniser spends two thirds of its time on convolutions of 1 by 1. A processor with
instructions for sums of 8-bit products (VNNI) computes these three times as fast as with 32-bit
floats. A line then takes 0.6 of the time. The input of each convolution is mapped to the numbers 0
to 255. For that its range must be known: ``benchmarks/local/ranges.py`` measures it.

Of 2,370 lines of print, faxes and receipts, 157 are read differently than with 32 bits. Most of
these are hardly legible. So only the lines that are read with high scores are kept (`is_sure`). The
others, 7 % of the pixels, are read again with 32 bits. With that, 0.06 % of the characters differ,
and 0.02 % on pages that were not used to measure the ranges.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.interface import BLANK

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from ocr_watcher.engine.local.backends.interface import LineScores

    Ranges = Mapping[str, tuple[float, float]]
    """The least and the greatest number in the input of a convolution, by the name of its node."""

_ABILITIES = frozenset({"avx512_vnni", "avx_vnni"})
"""The instructions, by their names in Linux, of which a processor needs one to be much faster with
8 bits."""

_SURE = 0.95
"""The least mean score of the characters of a line that is kept, from 0 to 1."""

_STEPS, _STEPS_OF_A_WEIGHT = 256, 255
"""The number of steps of an input, and that of a weight: weights have as many steps below zero as
above."""

_SMALL = {
    "Conv.8": (-0.762, 1.451),
    "Conv.9": (-0.170, 2.207),
    "Conv.11": (-1.701, 1.957),
    "Conv.12": (-0.170, 2.699),
    "Conv.14": (-1.283, 1.581),
    "Conv.15": (-0.170, 1.790),
    "Conv.17": (-4.169, 3.117),
    "Conv.18": (-0.170, 2.731),
    "Conv.22": (-0.644, 0.934),
    "Conv.23": (-0.170, 0.974),
    "Conv.25": (-1.604, 1.622),
    "Conv.26": (-0.170, 1.049),
    "Conv.30": (-0.655, 0.734),
    "Conv.31": (-0.170, 1.500),
    "Conv.33": (-1.303, 2.166),
    "Conv.34": (-0.170, 1.266),
    "Conv.38": (-0.640, 0.720),
    "Conv.39": (-0.170, 1.638),
    "Conv.41": (-1.351, 1.278),
    "Conv.42": (-0.170, 0.796),
    "Conv.44": (-3.335, 2.771),
    "Conv.45": (-0.170, 2.278),
    "Conv.49": (-0.635, 0.618),
    "Conv.50": (-0.170, 1.099),
    "Conv.52": (-3.542, 4.162),
    "Conv.53": (-0.170, 1.126),
    "Conv.54": (-4.439, 4.680),
    "Conv.55": (-4.439, 4.680),
}
"""The ranges of PP-OCRv6_rec_small. The first convolution of 1 by 1 is left out, as with it twice
as many characters differ. The convolutions that compute with one number for a whole channel are
left out too."""

_RANGES: Mapping[str, Ranges] = {
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884": _SMALL,
}
"""The ranges by the SHA-256 hash of the file of the model."""


def ranges_of(file: Path, processor: Collection[str]) -> Ranges | None:
    """Return the ranges of a model; None if they are not known, or 8 bits would not be faster.

    Args:
        file: The file of the model.
        processor: The names of the instructions that the processor has.
    """
    if _ABILITIES.isdisjoint(processor):
        return None
    with file.open("rb") as stream:
        return _RANGES.get(hashlib.file_digest(stream, "sha256").hexdigest())


def is_sure(scores: LineScores) -> bool:
    """Return whether a line that was read with 8 bits is kept. A line without text is not kept."""
    of_text = scores.best[scores.winners != BLANK]
    return len(of_text) > 0 and float(of_text.mean()) >= _SURE


def with_eight_bits(model: Any, ranges: Ranges) -> Any:
    """Return a copy of a model that computes its convolutions with 8 bits.

    OpenVINO computes a convolution with 8 bits if both its inputs come from a ``FakeQuantize`` (its
    page "Low Precision Transformations").

    Args:
        model: An ``openvino.Model``.
        ranges: The ranges of the inputs of these convolutions.
    """
    changed = model.clone()
    for node in changed.get_ordered_ops():
        if (span := ranges.get(node.get_friendly_name())) is not None:
            pixels, weights = node.input_value(0), node.input_value(1)
            node.input(0).replace_source_output(_stepped(pixels, span))
            node.input(1).replace_source_output(_stepped_weights(weights.get_node().data))
    changed.validate_nodes_and_infer_types()
    return changed


def _stepped(pixels: Any, span: tuple[float, float]) -> Any:
    """Return numbers rounded to the steps of a range; zero is one of the steps."""
    import numpy as np  # noqa: PLC0415  comes with the extra
    from openvino import opset13  # noqa: PLC0415  an extra

    least, greatest = span
    step = (greatest - least) / (_STEPS - 1)
    below = round(-least / step)
    low, high = np.float32(-below * step), np.float32((_STEPS - 1 - below) * step)
    return opset13.fake_quantize(pixels, low, high, low, high, _STEPS).output(0)


def _stepped_weights(weights: Any) -> Any:
    """Return weights rounded to steps from -g to g; g is the greatest absolute one of a channel."""
    import numpy as np  # noqa: PLC0415  comes with the extra
    from openvino import opset13  # noqa: PLC0415  an extra

    greatest = np.abs(weights).max(axis=(1, 2, 3), keepdims=True).astype("float32")
    greatest = np.maximum(greatest, np.finfo("float32").tiny)
    constant = opset13.constant(np.array(weights))
    steps = (-greatest, greatest, -greatest, greatest, _STEPS_OF_A_WEIGHT)
    return opset13.fake_quantize(constant, *steps).output(0)
