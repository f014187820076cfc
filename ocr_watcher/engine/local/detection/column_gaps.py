"""Splits lines that the detector joined across the gap between two columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.perspective import share_in_box
from ocr_watcher.values.geometry import between

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.values.geometry import Quad

    Span = tuple[float, float]

# Lengths are in heights of the line.

_GAP = 0.9
"""The least width of a gap between columns. Some gaps of justified print are as wide, but not one
below the other."""

_CERTAIN_GAP = 2.5
"""The width from which a gap lies between columns, whatever is above and below it."""

_WORD = 2.0
"""The least width of one of the two sides of such a gap; letters that are set apart are
narrower."""

_LONG = 4.0
"""The least length of a line with columns."""

_NEAR = 4.0
"""The distance within which other lines are examined for the same gap."""

_LEAST_WITNESSES = 2
"""The least number of such lines that must have a gap at the same place, or begin or end there."""

_RAGGED = 3.0
"""The greatest distance between the gap and the end of a row of the left column."""

_MARGIN = 0.5
"""The greatest length by which the box of a line may reach into the gap."""

_PAPER = 0.15
"""The width of the gap that stays with each of its sides: letters are read better with paper around
them."""

_CONTRAST = 0.3
"""The share of the contrast of a line from which a column of its pixels is not blank, however noisy
the line is."""

_DARK_AND_LIGHT = (1, 99)
"""The percentiles of the pixels of a line whose difference is its contrast."""

_QUIET = 5
_NOISE = 2.0
_GRAIN = 6.0
"""The contrast of a quiet column, which is this percentile of all columns of a line, is the
contrast of the noise. A column with more than `_NOISE` times as much plus `_GRAIN` of 256 levels is
print, however faint."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line and its wide gaps; each gap is given by two shares of the length of the line."""

    quad: Quad
    gaps: Sequence[Span]

    @property
    def left(self) -> float:
        return self.quad[0][0]

    @property
    def right(self) -> float:
        return self.quad[1][0]

    @property
    def middle(self) -> float:
        return (self.quad[0][1] + self.quad[2][1]) / 2

    @property
    def height(self) -> float:
        return math.dist(self.quad[0], self.quad[3])

    def place(self, share: float) -> float:
        """Return the x of a share of the length."""
        return self.left + (self.right - self.left) * share


def parted(quads: Sequence[Quad], strips: Sequence[Any]) -> Iterator[tuple[Quad, Any]]:
    """Split each line of a page at a gap between two columns.

    Args:
        quads: The corners of each line, clockwise from where its first letter begins above.
        strips: The pixels of each line, level, as an array of height, width and colours.

    Yields:
        The corners and the pixels of each part; those of the whole line if it is not split.
    """
    lines = [
        _Line(quad, _gaps_of(strip)) if _is_level(quad) else _Line(quad, ())
        for quad, strip in zip(quads, strips, strict=True)
    ]
    for line, strip in zip(lines, strips, strict=True):
        height, width = strip.shape[:2]
        margin = _PAPER * height / width
        begin = 0.0
        for gap in (gap for gap in line.gaps if _is_gutter(line, gap, lines)):
            yield _part(line.quad, strip, (begin, gap[0] + margin))
            begin = gap[1] - margin
        yield _part(line.quad, strip, (begin, 1.0))


def _is_level(quad: Quad) -> bool:
    left, right, _, below = quad
    return math.dist(left, right) >= _LONG * math.dist(left, below) and right[0] > left[0]


def _is_gutter(line: _Line, gap: Span, lines: Sequence[_Line]) -> bool:
    """Return whether a gap lies between two columns; most lines near it must confirm that."""
    begin, end = (line.place(share) for share in gap)
    if end - begin >= _CERTAIN_GAP * line.height:
        return True
    votes = [
        _has_gap(other, begin, end)
        for other in lines
        if other is not line and abs(other.middle - line.middle) < _NEAR * line.height
    ]
    return votes.count(True) >= max(_LEAST_WITNESSES, votes.count(False) + 1)


def _has_gap(line: _Line, begin: float, end: float) -> bool | None:
    """Return whether a line has a gap at a place; None if the line is not beside that place."""
    margin = _MARGIN * line.height
    if begin - margin <= line.left:
        return True if line.left <= end + margin else None
    if line.right <= end + margin:
        return True if begin - _RAGGED * line.height <= line.right else None
    return any(line.place(one) < end and begin < line.place(other) for one, other in line.gaps)


def _gaps_of(strip: Any) -> list[Span]:
    height, width = strip.shape[:2]
    return [(begin / width, end / width) for begin, end in wide_gaps(_blank(strip), height)]


def wide_gaps(blank: Sequence[bool], height: int) -> list[tuple[int, int]]:
    """Return the start and end of each wide gap in a line, in columns of its pixels.

    Args:
        blank: For each column of pixels, whether nothing is printed in it.
        height: The height of the line, in pixels.
    """
    words = _words(blank, _GAP * height)
    return [
        (one_end, other_begin)
        for (one_begin, one_end), (other_begin, other_end) in pairwise(words)
        if max(one_end - one_begin, other_end - other_begin) >= _WORD * height
    ]


def _words(blank: Sequence[bool], gap: float) -> list[tuple[int, int]]:
    """Return the start and end of each part of a line between wide gaps."""
    words: list[tuple[int, int]] = []
    for at in (index for index, is_blank in enumerate(blank) if not is_blank):
        if words and at - words[-1][1] < gap:
            words[-1] = words[-1][0], at + 1
        else:
            words.append((at, at + 1))
    return words


def _blank(strip: Any) -> list[bool]:
    """Return for each column of the pixels of a line whether nothing is printed in it."""
    import numpy as np  # noqa: PLC0415  an extra

    grey = _mean_of_colours(strip) if strip.ndim > 2 else strip  # noqa: PLR2004  it has colours
    dark, light = np.percentile(grey[::2, ::2], _DARK_AND_LIGHT)
    contrast = np.ptp(grey, axis=0)
    noise = _NOISE * np.percentile(contrast, _QUIET) + _GRAIN
    blank: list[bool] = (contrast < min(_CONTRAST * (light - dark), noise)).tolist()
    return blank


def _mean_of_colours(strip: Any) -> Any:
    """Return the rounded mean of the colours of each pixel; numpy takes ten times as long."""
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  comes with it

    colours = strip.shape[2]
    return cv2.transform(np.ascontiguousarray(strip), np.full((1, colours), 1 / colours))


def _part(quad: Quad, strip: Any, span: Span) -> tuple[Quad, Any]:
    top_left, top_right, bottom_right, bottom_left = quad
    width = strip.shape[1]
    begin, end = (share_in_box(share, quad) for share in span)
    corners = [
        between(top_left, top_right, begin),
        between(top_left, top_right, end),
        between(bottom_left, bottom_right, end),
        between(bottom_left, bottom_right, begin),
    ]
    return corners, strip[:, round(span[0] * width) : round(span[1] * width)]
