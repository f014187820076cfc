"""Decide whether an unknown code is the fault of an image or of the endpoint: a pure decision."""

from __future__ import annotations

from collections import deque

_IMAGES_IN_A_ROW = 3
"""The number of different images in a row with an unknown code, without a success between them,
that make it a fault of the endpoint."""
_REMEMBERED = 1_000


class UnknownCodes:
    """The images whose calls ended with an unknown code.

    They show whether the code is a fault of the image or of the endpoint. An image that got such a
    code before other images were read successfully has a fault of its own. It does not count later;
    otherwise a few such images would stop all calls again and again.
    """

    def __init__(self) -> None:
        self._row: set[bytes] = set()
        self._faulty: deque[bytes] = deque(maxlen=_REMEMBERED)

    def met(self, image: bytes) -> bool:
        """Note that the call for an image ended with an unknown code.

        Args:
            image: The digest of the content of the image.

        Returns:
            Whether the code is a fault of the endpoint.
        """
        if image not in self._faulty:
            self._row.add(image)
        return len(self._row) >= _IMAGES_IN_A_ROW

    def passed(self) -> None:
        """Note that the service examined an image without an unknown code."""
        self._faulty.extend(self._row)
        self._row.clear()
