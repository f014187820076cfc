"""The detector in OpenVINO, for pictures of any size in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.picture_sizes import fixed_size, padded_page

if TYPE_CHECKING:
    import threading

    from ocr_watcher.pages.types import Size

_KEPT = 2
"""The number of fixed sizes whose networks are kept. Each takes 26 MB, and the memory for its
pictures, 200 to 350 MB, only while it is the last one used."""


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
