"""Parts lines that the detector joined across the gap between two columns."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.pages.geometry import Quad

# Lengths are in heights of the line.

_GAP = 0.9
"""A gap so wide parts two columns. Between the words of justified print it is narrower, and between
letters that are set apart there is no word."""

_WORD = 2.0
"""Of the two sides of a gap one is so wide: letters that are set apart are not."""

_LONG = 4.0
"""A line so short has no columns."""

_CONTRAST = 0.3
"""A column of pixels with so small a share of the line's contrast is blank: noise has less, and any
stroke more."""

_DARK_AND_LIGHT = (1, 99)
"""Percentiles of a line's pixels between which its contrast lies."""


def parted(quad: Quad, strip: Any) -> Iterator[tuple[Quad, Any]]:
    """Part a line at each gap that is as wide as between columns.

    Args:
        quad: Its corners: those where its first letter begins, above and below, are the first and
            the last one.
        strip: Its pixels, level, as an array of height, width and colours.

    Yields:
        The corners and the pixels of each part; those of the line itself where it has no gap.
    """
    height, width = strip.shape[:2]
    cuts = cuts_of(_blank_columns(strip), height) if width >= _LONG * height else ()
    for begin, end in pairwise((0, *cuts, width)):
        yield _part(quad, begin / width, end / width), strip[:, begin:end]


def cuts_of(blank: Sequence[bool], height: int) -> list[int]:
    """Find where a line is to be cut: in the middle of each wide gap between two words.

    Args:
        blank: Of each column of the line's pixels, whether nothing is printed in it.
        height: That of the line, in pixels.
    """
    words = _words(blank, _GAP * height)
    return [
        (one_end + other_begin) // 2
        for (one_begin, one_end), (other_begin, other_end) in pairwise(words)
        if max(one_end - one_begin, other_end - other_begin) >= _WORD * height
    ]


def _words(blank: Sequence[bool], gap: float) -> list[tuple[int, int]]:
    """Find the beginning and end of what stands between wide gaps."""
    words: list[tuple[int, int]] = []
    for at in (index for index, is_blank in enumerate(blank) if not is_blank):
        if words and at - words[-1][1] < gap:
            words[-1] = words[-1][0], at + 1
        else:
            words.append((at, at + 1))
    return words


def _blank_columns(strip: Any) -> list[bool]:
    import numpy as np  # noqa: PLC0415  an extra

    grey = strip.mean(axis=2) if strip.ndim > 2 else strip  # noqa: PLR2004  it has colours
    dark, light = np.percentile(grey, _DARK_AND_LIGHT)
    blank: list[bool] = (np.ptp(grey, axis=0) < _CONTRAST * (light - dark)).tolist()
    return blank


def _part(quad: Quad, begin: float, end: float) -> Quad:
    top_left, top_right, bottom_right, bottom_left = quad
    return [
        _between(top_left, top_right, begin),
        _between(top_left, top_right, end),
        _between(bottom_left, bottom_right, end),
        _between(bottom_left, bottom_right, begin),
    ]


def _between(one: tuple[float, float], other: tuple[float, float], share: float) -> Any:
    return tuple(a + (b - a) * share for a, b in zip(one, other, strict=True))
