"""The detector in OpenVINO, for pictures of any size in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.picture_sizes import fixed_size, padded_page

if TYPE_CHECKING:
    from ocr_watcher.engine.local.backends.openvino_memory import WorkingMemory
    from ocr_watcher.pages.types import Size

_KEPT = 2
"""The number of fixed sizes whose networks are kept, as a page may be searched upright and on its
side in turns. Each takes some 10 MB of code and tables."""


class PageNetwork:
    """The detector, for pictures of any size in bounded memory.

    Args:
        model: An ``openvino.Model``.
        compiled: A function that compiles such a model.
        memory: The memory in which it computes.
    """

    def __init__(self, model: Any, compiled: Any, memory: WorkingMemory) -> None:
        self._model = model
        self._compiled = compiled
        self._memory = memory
        self._any_size = compiled(model)
        self._fixed: OrderedDict[Size, Any] = OrderedDict()  # the last one used comes last

    def __call__(self, pixels: Any) -> Any:
        """Return the probability of writing for each pixel.

        Args:
            pixels: The picture: 1 by 3 by height by width.
        """
        height, width = pixels.shape[2:]
        padded = _continued(pixels, padded_page(height, width))
        size = fixed_size(height, width)
        with self._memory.request_of(("pages", size), partial(self._for, size)) as request:
            request.infer([padded], share_inputs=True)
            return request.get_output_tensor().data[:, :, :height, :width].copy()

    def _for(self, size: Size | None) -> Any:
        """Return the network for a fixed size, or for any.

        Where there are too many for fixed sizes, the oldest is dropped.
        """
        if size is None:
            return self._any_size
        if size not in self._fixed:
            if len(self._fixed) >= _KEPT:
                self._fixed.popitem(last=False)
            self._model.reshape([1, 3, *size])
            self._fixed[size] = self._compiled(self._model)
        self._fixed.move_to_end(size)
        return self._fixed[size]


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
