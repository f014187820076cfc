"""Measures the ink of a line, and the white between its characters."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ocr_watcher.engine.local.recognition.glyphs import Glyph

    Span = tuple[int, int]

HEIGHT = 48
"""The height of a line as the recogniser gets it (``Rec.rec_img_shape``), in pixels."""
_COLUMN = 8
"""The width of the columns of such a line for which the recogniser gives scores, in pixels."""

MARGIN = 4
"""The number of rows at its upper and at its lower edge that may show parts of other lines."""

_INK = 0.3
"""The share of the contrast of the line from which on a pixel is ink."""
_LEAST_CONTRAST = 20
"""The least contrast that is assumed for a line, of 255."""


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink of a line that was scaled to `HEIGHT`: dark on light, or light on dark.

    Attributes:
        pixels: An array of booleans, rows by columns: whether each pixel is ink.
        white: A boolean for each column: whether it has no ink, except in the rows at the edges.
    """

    pixels: Any
    white: Sequence[bool]

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.white)

    def mirrored(self) -> Ink:
        """Return the ink of the line from its end to its beginning."""
        return Ink(self.pixels[:, ::-1], self.white[::-1])

    def middle_of(self, glyph: Glyph) -> int:
        """Return the column of pixels in which the middle of a character is."""
        return min(round(glyph.middle * _COLUMN), self.width - 1)

    def gap(self, one: int, other: int) -> Span:
        """Return the widest white between two columns: its start and its exclusive end.

        If there is no white, the span is empty, in the middle between them.
        """
        found = max(runs_of(self.white[one : other + 1]), key=length_of, default=None)
        if found is None:
            return (one + other + 1) // 2, (one + other + 1) // 2
        return one + found[0], one + found[1]

    def rows(self, begin: int, end: int) -> list[bool]:
        """Return for each row whether it has ink in some of the columns."""
        return self.pixels[:, begin:end].any(axis=1).tolist()  # type: ignore[no-any-return]


def ink_of(strip: Any) -> Ink:
    """Find the ink of a line.

    Args:
        strip: The pixels of the line, level and upright.
    """
    import cv2  # noqa: PLC0415  an extra
    import numpy as np  # noqa: PLC0415  comes with it

    width = max(1, round(strip.shape[1] * HEIGHT / strip.shape[0]))
    grey = cv2.cvtColor(np.ascontiguousarray(strip), cv2.COLOR_BGR2GRAY)
    grey = cv2.resize(grey, (width, HEIGHT))
    dark, ground, light = np.percentile(grey[::2, ::2], (2, 50, 98))
    if ground - dark >= light - ground:
        pixels = grey <= ground - _INK * max(ground - dark, _LEAST_CONTRAST)
    else:
        pixels = grey >= ground + _INK * max(light - ground, _LEAST_CONTRAST)
    return Ink(pixels, (~pixels[MARGIN:-MARGIN].any(axis=0)).tolist())


def gaps_of(ink: Ink, glyphs: Sequence[Glyph]) -> list[float]:
    """Measure the widest white between the middles of each two neighbouring characters.

    Args:
        ink: The ink of the line.
        glyphs: The characters of the line.

    Returns:
        A width for each character but the last, in heights of the line.
    """
    middles = [ink.middle_of(glyph) for glyph in glyphs]
    return [length_of(ink.gap(*pair)) / HEIGHT for pair in itertools.pairwise(middles)]


def runs_of(flags: Iterable[bool]) -> Iterator[Span]:
    """Yield the start and the exclusive end of each run of true values."""
    start = 0
    for is_true, run in itertools.groupby(flags):
        end = start + len([*run])
        if is_true:
            yield start, end
        start = end


def length_of(span: Span) -> int:
    """Return the length of a run."""
    return span[1] - span[0]
