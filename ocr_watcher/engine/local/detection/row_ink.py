"""Finds the ink of the letters of a page, however small and faint they are."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.detection.rules import without_rules
from ocr_watcher.engine.local.detection.table_cells import box_of

if TYPE_CHECKING:
    from ocr_watcher.engine.local.runtime.rapidocr_steps import FoundLines

_NEIGHBOURHOOD = 41
"""The side of the square whose mean is the background, in pixels: more than a letter of a small
row."""

_CONTRAST = 18
"""The least difference by which ink is darker than its background, of 255. With 12, the grain of
thermal paper counts as ink."""


def ink_of_rows(found: FoundLines) -> Any:
    """Return the ink of a page without its rules.

    Args:
        found: The lines that the detector found on it.

    Returns:
        An array of bytes for the pixels of the reduced page; those of ink are 1, all others 0.
    """
    boxes = [box_of(quad) for quad in found.boxes.tolist()]
    return without_rules(_ink(found.page), median(min(box.width, box.height) for box in boxes))


def _ink(page: Any) -> Any:
    """Mark pixels that are darker than their background; on a dark page, those that are lighter."""
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  comes with it

    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    if np.median(grey[::8, ::8]) < 128:  # noqa: PLR2004  half of 255
        grey = cv2.bitwise_not(grey)
    return cv2.adaptiveThreshold(
        grey,
        1,
        cv2.ADAPTIVE_THRESH_MEAN_C,
        cv2.THRESH_BINARY_INV,
        _NEIGHBOURHOOD,
        _CONTRAST,
    )
