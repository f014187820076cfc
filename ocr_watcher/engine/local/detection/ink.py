"""Finds what looks like writing on a page, without any model.

The detector of PP-OCR misses a short word alone on a large page: of ``Confidential`` in 12 points
on a white A4 page at 300 dpi it finds nothing, of the same word on a picture of 736 pixels it finds
all. Where there is ink that no line covers, that part of the page is worth another look.

The page is reduced first, which takes its noise away, and then told from its ground: what differs
from the median around it is ink, be it darker or lighter. Ink in pieces of the size of letters is
writing, where some lie beside each other; specks, rules, frames and what runs off the page are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.detection.ink_pieces import pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL import Image

    from ocr_watcher.values.geometry import Quad

_SIDE = 1000
"""Pixels of the longer side of the reduced page. Print of 6 points on A4 then has letters of 4."""

_SURROUNDINGS = 61
"""Pixels around each one whose median is its ground: more than the strokes of a large letter."""

_CONTRAST = 28
"""Of 255, by which ink differs from its ground at least; grey hairlines and pencil do."""

_NOISE = 8.0
"""How many times more than the page differs from its ground on the average."""

_LEAST_LETTER = 4
_LARGEST_LETTER = 120
"""Pixels of the longer side of a letter, and of a word whose letters touch: its height."""

_RULE = 9.0
"""How many times longer than wide a rule is, or a fold, and no letter."""

_LEAST_ALONE = 6
_FULL = 0.65
"""What it takes of a piece by itself: so long a side, and no more of its box filled. A disc fills
.79 of it."""

_SHORT_RULE = 24
"""Up to so many pixels it may be an ``l``."""

_EDGE = 5
"""Pixels around a line that belong to it: tails of letters and what the reduction blurs."""

_MOST_LETTERS = 2000
"""A page with more loose pieces of ink is a picture or a texture."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that looks like writing, in pixels of the page.

    Attributes:
        left: Its left edge.
        top: Its upper edge.
        right: Its right edge.
        bottom: Its lower edge.
        letter: The height of its letters, about.
        letters: How many it has, at least: some touch.
    """

    left: int
    top: int
    right: int
    bottom: int
    letter: float
    letters: int = 1


def writing_on(image: Image.Image, covered: Iterable[Quad] = ()) -> list[Region]:
    """List the parts of a page that look like writing, from its top to its bottom.

    Args:
        image: Of mode ``1``, ``L`` or ``RGB``.
        covered: Places where lines were found; they count as empty.
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
    """Reduce a page to grey pixels, each the mean of those that it stands for."""
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  an extra

    grey = np.asarray(image.convert("L"))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if scale < 1 else grey


def _ink(grey: Any) -> Any:
    """Mark what differs from its ground, which goes on beyond the edges of the page."""
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  an extra

    by, paper = _SURROUNDINGS // 2, float(np.median(grey))
    wider = cv2.copyMakeBorder(grey, by, by, by, by, cv2.BORDER_CONSTANT, value=paper)
    ground = _median_around(wider)[by:-by, by:-by]
    differs = cv2.absdiff(grey, ground)
    least = max(_CONTRAST, _NOISE * float(differs.mean()))
    return (differs > least).astype("uint8")


def _median_around(grey: Any) -> Any:
    """Return the median around each pixel, taken of the halved page: that is a quarter of the time.

    The ground changes slowly, so that each of its pixels stands for four.
    """
    import cv2  # noqa: PLC0415  an extra

    height, width = grey.shape
    halved = cv2.resize(grey, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(halved, _SURROUNDINGS // 2 | 1)
    return cv2.resize(ground, (width, height), interpolation=cv2.INTER_NEAREST)


def _wipe(ink: Any, quads: Iterable[Quad], scale: float) -> None:
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  an extra

    for quad in quads:
        corners = np.round(np.asarray(quad) * scale).astype("int32")
        cv2.fillConvexPoly(ink, corners, 0)
        cv2.polylines(ink, [corners], isClosed=True, color=0, thickness=_EDGE)


def _letters(ink: Any) -> Any:
    """List the connected pieces of ink that may be letters: left, top, width, height, pixels."""
    pieces = pieces_of(ink)
    left, top, width, height, _ = pieces.T
    longer, shorter = pieces[:, 2:4].max(axis=1), pieces[:, 2:4].min(axis=1)
    inside = (left > 0) & (top > 0)
    inside &= (left + width < ink.shape[1]) & (top + height < ink.shape[0])
    is_rule = (longer > _SHORT_RULE) & (longer > _RULE * shorter)
    return pieces[inside & (longer >= _LEAST_LETTER) & (shorter <= _LARGEST_LETTER) & ~is_rule]


def _groups(letters: Any, shape: tuple[int, int]) -> list[Any]:
    """Put letters together that are less than two of them apart in a row, or one below it."""
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
    """Return whether it is a word, or a character by itself; a blot is round and full."""
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
