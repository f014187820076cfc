"""Finds the parts of a page that look like writing, without any model.

The detector of PP-OCR misses a short word alone on a large page. For example, it does not find
``Confidential`` in 12 points on a white A4 page at 300 dpi, but finds it on a picture of 736
pixels. So a part of a page with ink that no line covers is worth a second look.

The page is reduced first, which removes its noise. Then each pixel is compared with the background,
which is the median of the pixels around it: a pixel that differs is ink, whether darker or lighter.
Pieces of ink that have the size of letters and lie beside each other are writing; specks, rules,
frames and ink that runs off the page are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.detection.ink_components import components_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL import Image

    from ocr_watcher.values.geometry import Quad

_SIDE = 1000
"""The longer side of the reduced page in pixels. Print of 6 points on A4 then has letters of 4
pixels."""

_SURROUNDINGS = 61
"""The side of the square whose median is the background, in pixels: more than the strokes of a
large letter."""

_CONTRAST = 28
"""The least difference between ink and its background, of 255; grey hairlines and pencil have
it."""

_NOISE = 8.0
"""The least difference between ink and its background, in mean differences of the whole page."""

_LEAST_LETTER = 4
_LARGEST_LETTER = 120
"""The least longer side and greatest shorter side of a letter in pixels; a word whose letters touch
counts as one letter, whose shorter side is its height."""

_RULE = 9.0
"""The ratio of its sides from which a piece is a rule or a fold and not a letter."""

_LEAST_ALONE = 6
_FULL = 0.65
"""A single piece is writing only if its longer side has at least `_LEAST_ALONE` pixels and it fills
less than the share `_FULL` of its box. A disc fills .79 of its box."""

_SHORT_RULE = 24
"""The greatest length in pixels of a narrow piece that may still be an ``l`` and no rule."""

_EDGE = 5
"""The width of the outline that is removed with a line, in pixels: tails of letters, and edges that
the reduction blurs."""

_MOST_LETTERS = 2000
"""The most letters of a page; one with more loose pieces of ink is a picture or a texture."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that looks like writing, in pixels of the page.

    Attributes:
        left: Its left edge.
        top: Its upper edge.
        right: Its right edge.
        bottom: Its lower edge.
        letter: The typical height of its letters.
        letters: The least number of its letters; letters that touch count as one.
    """

    left: int
    top: int
    right: int
    bottom: int
    letter: float
    letters: int = 1


def writing_on(image: Image.Image, covered: Iterable[Quad] = ()) -> list[Region]:
    """Return the parts of a page that look like writing, from top to bottom.

    Args:
        image: The page, of mode ``1``, ``L`` or ``RGB``.
        covered: The corners of the lines that were found; the ink within them does not count.
    """
    scale = min(1.0, _SIDE / max(image.size))
    ink = _ink(_reduced(image, scale))
    _wipe(ink, covered, scale)
    letters = _letters(ink)
    if not 1 <= len(letters) <= _MOST_LETTERS:
        return []
    groups = [group for group in _groups(letters, ink.shape) if _is_writing(group)]
    return sorted((_region(group, scale) for group in groups), key=lambda region: region.top)


def _reduced(image: Image.Image, scale: float) -> Any:
    """Reduce a page to grey pixels, each the mean of the pixels that it replaces."""
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  an extra

    grey = np.asarray(image.convert("L"))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if scale < 1 else grey


def _ink(grey: Any) -> Any:
    """Mark the pixels that differ from their background with 1, all others with 0.

    Beyond the edges of the page, the background is the median of the whole page.
    """
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  an extra

    by, paper = _SURROUNDINGS // 2, float(np.median(grey))
    wider = cv2.copyMakeBorder(grey, by, by, by, by, cv2.BORDER_CONSTANT, value=paper)
    ground = _median_around(wider)[by:-by, by:-by]
    differs = cv2.absdiff(grey, ground)
    least = max(_CONTRAST, _NOISE * float(differs.mean()))
    return (differs > least).astype("uint8")


def _median_around(grey: Any) -> Any:
    """Return the median around each pixel, calculated on the page at half its size.

    This takes a quarter of the time. The background changes slowly, so one of its pixels serves for
    four.
    """
    import cv2  # noqa: PLC0415  an extra

    height, width = grey.shape
    halved = cv2.resize(grey, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(halved, _SURROUNDINGS // 2 | 1)
    return cv2.resize(ground, (width, height), interpolation=cv2.INTER_NEAREST)


def _wipe(ink: Any, quads: Iterable[Quad], scale: float) -> None:
    """Remove the ink of lines, in place."""
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  an extra

    for quad in quads:
        corners = np.round(np.asarray(quad) * scale).astype("int32")
        cv2.fillConvexPoly(ink, corners, 0)
        cv2.polylines(ink, [corners], isClosed=True, color=0, thickness=_EDGE)


def _letters(ink: Any) -> Any:
    """Return the connected pieces of ink that may be letters.

    Returns:
        An array with a row for each: left, top, width, height and number of pixels.
    """
    pieces = components_of(ink)
    left, top, width, height, _ = pieces.T
    longer, shorter = pieces[:, 2:4].max(axis=1), pieces[:, 2:4].min(axis=1)
    inside = (left > 0) & (top > 0)
    inside &= (left + width < ink.shape[1]) & (top + height < ink.shape[0])
    is_rule = (longer > _SHORT_RULE) & (longer > _RULE * shorter)
    return pieces[inside & (longer >= _LEAST_LETTER) & (shorter <= _LARGEST_LETTER) & ~is_rule]


def _groups(letters: Any, shape: tuple[int, int]) -> list[Any]:
    """Group letters that are less than two letters apart in a row, or in rows below one another."""
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  an extra

    near = np.zeros(shape, "uint8")
    for left, top, width, height, _ in letters.tolist():
        by = min(width, height) if width > 2 * height else max(width, height)
        start = (left - by, top - by // 2)
        end = (left + width + by, top + height + by // 2)
        cv2.rectangle(near, start, end, 1, cv2.FILLED)
    labels = cv2.connectedComponents(near)[1][letters[:, 1], letters[:, 0]]
    return [letters[labels == label] for label in np.unique(labels)]


def _is_writing(letters: Any) -> bool:
    """Return whether a group is a word, or a single character; a blot is round and full."""
    longer = letters[:, 2:4].max(axis=1)
    if (longer > _LEAST_LETTER).sum() > 1:
        return True
    _, _, width, height, pixels = letters[longer.argmax()].tolist()
    return bool(max(width, height) >= _LEAST_ALONE and pixels < _FULL * width * height)


def _region(letters: Any, scale: float) -> Region:
    import numpy as np  # noqa: PLC0415  an extra

    left, top = letters[:, :2].min(axis=0).tolist()
    right, bottom = (letters[:, :2] + letters[:, 2:4]).max(axis=0).tolist()
    edges = [round(edge / scale) for edge in (left, top, right, bottom)]
    # Letters may touch, but none is larger than the word that they make.
    letter = min(float(np.median(letters[:, 2:4].max(axis=1))), right - left, bottom - top)
    return Region(edges[0], edges[1], edges[2], edges[3], letter / scale, len(letters))
