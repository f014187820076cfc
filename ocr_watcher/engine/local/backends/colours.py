"""Converts the colours of a picture to the numbers that the networks take."""

from __future__ import annotations

from typing import Any

from ocr_watcher.engine.local.backends.interface import HALF_OF_LIGHT


def planes_of(pixels: Any) -> Any:
    """Return the colours of a picture as floats from -1 to 1: 1 by 3 by height by width.

    Args:
        pixels: The bytes of the picture: height by width by 3.
    """
    import cv2  # noqa: PLC0415  an extra

    return cv2.dnn.blobFromImage(pixels, 1 / HALF_OF_LIGHT, mean=(HALF_OF_LIGHT,) * 3)
