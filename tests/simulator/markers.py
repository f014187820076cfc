"""ArUco markers: words that a program can draw and find at any size, and in any direction.

Marker N is the word ``word-N``. They survive what text would: scaling, turning, noise and a little
crookedness, not a cut. OpenCV is imported when it is first needed: that takes a fifth of a second.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.simulator.lines import Corners, Line, around

if TYPE_CHECKING:
    import numpy as np

MODULES = 7
"""Squares along a marker's side: five that tell its number, and a black frame around them."""

_EDGE = 3
"""OpenCV takes no marker that comes closer to the picture's edge, in pixels."""

_LEAST_PERIMETER = 80
"""Smaller markers are not legible, in pixels."""

_LEAST_FRAGMENT = 4
"""Less of a cut line, in pixels, is taken for dirt."""


def draw(number: int, side: int) -> Image.Image:
    """A marker as a grey picture.

    Args:
        number: Below 1000.
        side: Its length in pixels; of a multiple of `MODULES` every square is equally large.
    """
    import cv2  # noqa: PLC0415  see above

    return Image.fromarray(cv2.aruco.generateImageMarker(_dictionary(), number, side))


def find(picture: Image.Image) -> list[Line]:
    """The markers of a grey picture that are wholly on it, in no order."""
    import cv2  # noqa: PLC0415  see above

    detector = cv2.aruco.ArucoDetector(_dictionary(), _parameters(max(picture.size)))
    quads, numbers, _ = detector.detectMarkers(_pixels(picture))
    return [
        Line(f"word-{number}", _corners(quad[0]))
        for quad, number in zip(quads, numbers.ravel() if quads else (), strict=True)
    ]


def fragments(picture: Image.Image) -> list[Line]:
    """What is left of markers that the edge of a grey picture cuts: a reader's gibberish."""
    dark = _pixels(picture) < 128
    if not _touches_the_edge(dark):
        return []
    return [
        Line(f"fragment-{area}", around(left, top, width, height))
        for left, top, width, height, area in _cut(dark)
    ]


def _touches_the_edge(dark: np.ndarray) -> bool:
    sides = (dark[:_EDGE], dark[-_EDGE:], dark[:, :_EDGE], dark[:, -_EDGE:])
    return any(side.any() for side in sides)


def _cut(dark: np.ndarray) -> list[tuple[int, ...]]:
    """Left, top, width, height and area of each dark shape at the edge that is in no other."""
    import cv2  # noqa: PLC0415  see above

    shapes = cv2.connectedComponentsWithStats(dark.astype("uint8"))[2][1:].tolist()
    height, width = dark.shape
    cut = [
        (x, y, w, h, area)
        for x, y, w, h, area in shapes
        if min(w, h) >= _LEAST_FRAGMENT
        and (min(x, y) < _EDGE or x + w > width - _EDGE or y + h > height - _EDGE)
    ]
    return [shape for shape in cut if not any(_holds(other, shape) for other in cut)]


def _holds(outer: tuple[int, ...], inner: tuple[int, ...]) -> bool:
    return (
        outer != inner
        and outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and outer[0] + outer[2] >= inner[0] + inner[2]
        and outer[1] + outer[3] >= inner[1] + inner[3]
    )


def _corners(quad: np.ndarray) -> Corners:
    """OpenCV counts from the middle of the first pixel, everybody else from its corner."""
    first, second, third, fourth = ((x + 0.5, y + 0.5) for x, y in quad.tolist())
    return first, second, third, fourth


def _pixels(picture: Image.Image) -> np.ndarray:
    import numpy as np  # noqa: PLC0415  see above

    return np.asarray(picture)


@functools.cache
def _dictionary() -> Any:
    import cv2  # noqa: PLC0415  see above

    return cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)


def _parameters(longest_side: int) -> Any:
    import cv2  # noqa: PLC0415  see above

    parameters = cv2.aruco.DetectorParameters()
    # One threshold and not three: what we draw is black on white.
    parameters.adaptiveThreshWinSizeMin = parameters.adaptiveThreshWinSizeMax = 23
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    parameters.minMarkerPerimeterRate = _LEAST_PERIMETER / longest_side
    parameters.errorCorrectionRate = 0
    return parameters
