"""Finds the connected areas of ink."""

from __future__ import annotations

from typing import Any


def components_of(ink: Any) -> Any:
    """Return the connected pieces of ink.

    Only the part of the page that has ink is searched. After the lines that were found are removed,
    that part is often small or empty.

    Args:
        ink: An array of bytes for the pixels; those of ink are not zero.

    Returns:
        An array with a row for each piece: left, top, width, height and number of pixels.
    """
    import cv2  # noqa: PLC0415  an extra

    left, top, width, height = cv2.boundingRect(ink)
    part = ink[top : top + height, left : left + width]
    if not part.size:
        return cv2.connectedComponentsWithStats(ink[:1, :1], connectivity=8)[2][1:]
    pieces = cv2.connectedComponentsWithStats(part, connectivity=8)[2][1:]  # without the background
    pieces[:, :2] += (left, top)
    return pieces
