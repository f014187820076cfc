"""Removes ruled lines from ink, so that a character that touches one is a separate piece."""

from __future__ import annotations

from typing import Any

_LONGEST_STROKE = 1.2
"""The greatest length of a stroke of a character, in heights of its row. A longer straight run of
ink is a rule."""

_FRINGE = 1
"""The width of the ragged edge on both sides of a rule that is removed with it, in pixels."""


def without_rules(ink: Any, height: float) -> Any:
    """Return ink without its level and upright rules.

    Args:
        ink: An array of bytes for the pixels of a page; those of ink are 1, all others 0.
        height: The typical height of a row of the page, in pixels.
    """
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  comes with it

    longest, across = round(_LONGEST_STROKE * height) + 1, 2 * _FRINGE + 1
    rules = np.zeros_like(ink)
    for length, width in ((longest, 1), (1, longest)):
        runs = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((width, length), "uint8"))
        edge = np.ones((across, 1) if width == 1 else (1, across), "uint8")
        rules |= cv2.dilate(runs, edge)
    return ink & (1 - rules)
