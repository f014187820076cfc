"""Finds the connected pieces of ink."""

from __future__ import annotations

from typing import Any


def pieces_of(ink: Any) -> Any:
    """List the connected pieces of ink: left, top, width, height and pixels of each.

    Only the part of the page that has ink is searched: once the lines that were found are wiped
    away, that is often a small one, or none.

    Args:
        ink: An array of bytes, of which those of ink are not zero.
    """
    import cv2  # noqa: PLC0415  an extra

    left, top, width, height = cv2.boundingRect(ink)
    part = ink[top : top + height, left : left + width]
    if not part.size:
        return cv2.connectedComponentsWithStats(ink[:1, :1], connectivity=8)[2][1:]
    pieces = cv2.connectedComponentsWithStats(part, connectivity=8)[2][1:]  # but for the ground
    pieces[:, :2] += (left, top)
    return pieces
