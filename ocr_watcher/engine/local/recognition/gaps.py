"""Measures the white between the characters of a line."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.local.recognition.glyphs import Glyph

_HEIGHT = 48
_COLUMN = 8
"""Pixels of a line as the recogniser sees it (``Rec.rec_img_shape``), and of each of its columns.
"""

_MARGIN = 4
"""Rows of it at the upper and the lower edge that may belong to other lines."""

_INK = 0.3
"""From this share of the contrast on a pixel is ink."""
_LEAST_CONTRAST = 20


def gaps_of(strip: Any, glyphs: Sequence[Glyph]) -> list[float]:
    """Measure the widest white between the middles of each two characters.

    Args:
        strip: The pixels of the line, level and upright.
        glyphs: Its characters.

    Returns:
        Heights of the line, for each character but the last.
    """
    white = _white_columns(strip)
    middles = [round(glyph.middle * _COLUMN) for glyph in glyphs]
    return [
        _longest_run(white[start : end + 1]) / _HEIGHT for start, end in itertools.pairwise(middles)
    ]


def _white_columns(strip: Any) -> list[bool]:
    """Find the columns without ink, of dark on light or light on dark."""
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  comes with it

    width = max(1, round(strip.shape[1] * _HEIGHT / strip.shape[0]))
    grey = cv2.cvtColor(np.ascontiguousarray(strip), cv2.COLOR_BGR2GRAY)
    grey = cv2.resize(grey, (width, _HEIGHT))
    dark, ground, light = np.percentile(grey[::2, ::2], (2, 50, 98))
    inner = grey[_MARGIN:-_MARGIN]
    if ground - dark >= light - ground:
        least = ground - _INK * max(ground - dark, _LEAST_CONTRAST)
        return (inner.min(axis=0) > least).tolist()  # type: ignore[no-any-return]
    least = ground + _INK * max(light - ground, _LEAST_CONTRAST)
    return (inner.max(axis=0) < least).tolist()  # type: ignore[no-any-return]


def _longest_run(white: Sequence[bool]) -> int:
    longest = run = 0
    for column in white:
        run = run + 1 if column else 0
        longest = max(longest, run)
    return longest
