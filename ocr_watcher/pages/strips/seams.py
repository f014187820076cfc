"""Find the places where a long page can be cut: bands without writing from side to side."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate, groupby

from PIL import Image, ImageChops, ImageFilter

_STROKE = 3
"""The distance of the two pixels that are compared; print differs from the paper beside it."""

_LEAST_EDGE = 24
"""The least step of grey, of 255, that counts as the edge of a stroke: faded thermal print has
40."""

_GREATEST_EDGE = 64
"""The greatest step that may be required: on noisier paper no place is known to be blank."""

_NOISE = 8
"""The step that counts, in medians of the steps of the paper: five standard deviations of its
noise, which one pixel in a million exceeds."""

_RULE = 128
"""The least length, in pixels along the page, of a stroke that is a ruled line or the edge of the
paper. Print on a page that is cut into strips is a third as high."""

_LEAST_BAND = 6
"""The least height of a band in pixels. The gap between the dot and the stem of an i may be
smaller."""

_WIDE = 0.6
"""A band is a gap between lines if it has at least this share of the height of the widest one. The
parts of one line, such as the two strokes of 二, lie closer together."""


def blank_band(page: Image.Image, start: int, end: int) -> tuple[int, int] | None:
    """Find a band across a page in which nothing is written.

    A place counts as written where the grey changes across the page, as it does at every stroke,
    dark on light or light on dark. Shadows change it too slowly to count. Noise does not count, and
    neither do lines that run along the page.

    Args:
        page: The page; the band is searched along its longer side.
        start: The place to begin at, in pixels along that side.
        end: The place to stop at.

    Returns:
        Start and end of the last wide band, as the last one leaves the fewest strips; None if
        something is written everywhere.
    """
    width, height = page.size
    first, last = start - _RULE, end + _RULE  # a ruled line is found only by its whole length
    if height >= width:
        window = page.crop((0, first, width, last))
    else:
        window = page.crop((first, 0, last, height)).transpose(Image.Transpose.TRANSPOSE)
    bands = _bands(_written_rows(window.convert("L"))[_RULE:-_RULE])
    least = max(_LEAST_BAND, _WIDE * max((high - low for low, high in bands), default=0))
    wide = [(start + low, start + high) for low, high in bands if high - low >= least]
    return wide[-1] if wide else None


def _bands(written: list[int]) -> list[tuple[int, int]]:
    """Return start and end of each run of rows without writing."""
    bands, row = [], 0
    for is_written, rows in groupby(written):
        first, row = row, row + len(list(rows))
        if not is_written:
            bands.append((first, row))
    return bands


def _written_rows(window: Image.Image) -> list[int]:
    edges = _edges(window)
    return ImageChops.subtract(edges, _rules(edges)).getprojection()[1]


def _edges(window: Image.Image) -> Image.Image:
    """Mark with 255 where the grey changes within the width of a stroke."""
    smooth = window.filter(ImageFilter.BoxBlur(1))
    width, height = smooth.size
    steps = ImageChops.difference(
        smooth.crop((0, 0, width - _STROKE, height)), smooth.crop((_STROKE, 0, width, height))
    )
    least = min(_GREATEST_EDGE, max(_LEAST_EDGE, _NOISE * _median(steps)))
    return steps.point([255 * (step >= least) for step in range(256)])


def _median(image: Image.Image) -> int:
    not_above = list(accumulate(image.histogram()))
    return bisect_left(not_above, not_above[-1] / 2)


def _rules(edges: Image.Image) -> Image.Image:
    """Mark the edges that run along the page for longer than a letter is high.

    This is an opening, in the sense of mathematical morphology, with an upright bar. The edges are
    widened first, so that lines that are crooked by a degree or two count too.
    """
    found = edges.filter(ImageFilter.MaxFilter(3))
    for step in _powers_of_two_below(_RULE):
        found = ImageChops.darker(found, _moved(found, step))
    for step in _powers_of_two_below(_RULE):
        found = ImageChops.lighter(found, _moved(found, -step))
    return found


def _powers_of_two_below(length: int) -> list[int]:
    """Return the powers of two whose sums are all the numbers below a power of two."""
    return [1 << bit for bit in range(length.bit_length() - 1)]


def _moved(image: Image.Image, up: int) -> Image.Image:
    """Move a picture along the page; the part beyond its edge is unknown and becomes black."""
    return image.crop((0, up, image.width, image.height + up))
