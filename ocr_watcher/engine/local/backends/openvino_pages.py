"""The detector in OpenVINO, for pictures of any size in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.interface import HALF_OF_LIGHT
from ocr_watcher.engine.local.backends.openvino_sums import rearrange
from ocr_watcher.engine.local.backends.picture_sizes import fixed_size, padded_page

if TYPE_CHECKING:
    from ocr_watcher.engine.local.backends.openvino_memory import WorkingMemory
    from ocr_watcher.pages.types import Size

_KEPT = 2
"""The number of fixed sizes whose networks are kept: two, as a page may be searched upright and on
its side in turns. Each network takes some 25 MB of code, tables and weights."""

_ALONE = 3_000_000
"""The most pixels of a page for which a network for another size is kept. For a larger page only
the networks for the page and for the turned page are kept, as another one would add to the memory
that the page takes. A4 has fewer pixels."""

_BYTES = 70
"""The number of bytes that a network for a fixed size takes for each pixel while it computes."""

_LAYERS = 40
"""The number of layers of each kind that the network for any size keeps for earlier sizes. Each
size takes 4 MB with all layers, and 0.5 MB with this number. If a page has another size than the
last one, the convolutions are then prepared again, which takes 0.02 s. A page of the same size
takes no longer."""


class PageNetwork:
    """The detector, for pictures of any size in bounded memory.

    Args:
        model: An ``openvino.Model``.
        compiled: A function that compiles such a model.
        memory: The memory in which it computes.
    """

    def __init__(self, model: Any, compiled: Any, memory: WorkingMemory) -> None:
        self._model = of_bytes(model)
        rearrange(self._model)
        self._compiled = compiled
        self._memory = memory
        self._any_size = compiled(self._model, layers=_LAYERS)
        self._fixed: OrderedDict[Size, Any] = OrderedDict()  # the last one used comes last

    def __call__(self, pixels: Any) -> Any:
        """Return the probability of writing for each pixel.

        Args:
            pixels: The bytes of the picture: height by width by 3.
        """
        height, width = pixels.shape[:2]
        size = fixed_size(height, width)
        needed = _BYTES * size[0] * size[1] if size else 0
        with self._memory.request_of(("pages", size), partial(self._for, size), needed) as request:
            # Not earlier, as the network for another size holds its memory until then.
            padded = _continued(pixels, padded_page(height, width))
            request.infer([padded[None]], share_inputs=True)
            return request.get_output_tensor().data[:, :, :height, :width].copy()

    def _for(self, size: Size | None) -> Any:
        """Return the network for a fixed size, or for any."""
        if size is None:
            return self._any_size
        for other in self._to_drop(size):
            del self._fixed[other]
        if size not in self._fixed:
            self._model.reshape([1, *size, 3])
            self._fixed[size] = self._compiled(self._model)
        self._fixed.move_to_end(size)
        return self._fixed[size]

    def _to_drop(self, size: Size) -> list[Size]:
        """Return the sizes whose networks are dropped before a page of a size is searched."""
        others = [other for other in self._fixed if other != size]
        if size[0] * size[1] > _ALONE:
            return [other for other in others if other != size[::-1]]
        return others[: len(others) + 1 - _KEPT]


def of_bytes(model: Any) -> Any:
    """Return a detector that takes bytes, 1 by height by width by 3, and converts them to floats.

    The floats are in its working memory, so a thread that waits for its turn holds only the bytes.

    Args:
        model: An ``openvino.Model`` that takes floats from -1 to 1: 1 by 3 by height by width.
    """
    from openvino import Layout, Type  # noqa: PLC0415  an extra
    from openvino.preprocess import PrePostProcessor  # noqa: PLC0415  likewise

    processor = PrePostProcessor(model)
    given = processor.input()
    given.tensor().set_element_type(Type.u8).set_layout(Layout("NHWC"))
    given.model().set_layout(Layout("NCHW"))
    colours = [HALF_OF_LIGHT] * 3
    given.preprocess().convert_element_type(Type.f32).mean(colours).scale(colours)
    return processor.build()


def _continued(pixels: Any, size: Size) -> Any:
    """Pad a picture on its right and below with the pixels of its edges.

    The edge of a page is blank, so the padding looks like paper. A border would look like a line.
    """
    import cv2  # noqa: PLC0415  an extra

    height, width = pixels.shape[:2]
    if (height, width) == size:
        return pixels
    margins = (0, size[0] - height, 0, size[1] - width)
    return cv2.copyMakeBorder(pixels, *margins, cv2.BORDER_REPLICATE)
