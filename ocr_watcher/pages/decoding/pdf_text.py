"""The text that a page of a PDF has in the file, if it is all the writing on the page.

The text is used only if no writing is lost and no hidden text is returned. A scan with a stamp or a
footer of real text, a page with an image or with shapes that may be writing, a filled form: such a
page is recognised. So is a page whose text is an invisible layer of another program, is visible
only in part, or has no meaning.
"""

from __future__ import annotations

from itertools import chain
from operator import mul
from typing import TYPE_CHECKING, Any

from ocr_watcher.pages.decoding.pdf_gaps import gaps_of, is_right_of
from ocr_watcher.pages.decoding.pdf_runs import runs_of_page
from ocr_watcher.pages.decoding.pdf_script import is_ideograph
from ocr_watcher.pages.decoding.pdf_showing import Appearance
from ocr_watcher.pages.decoding.pdf_text_object import Shows
from ocr_watcher.pages.types import MOST_OWN_CHARACTERS, MOST_OWN_LINES
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PIL import Image

    from ocr_watcher.pages.decoding.pdf_runs import PdfRun
    from ocr_watcher.pages.types import Size
    from ocr_watcher.values.page import PdfText

_UNREADABLE = 0.05
"""The share of characters without a known meaning from which a page is recognised. Their font has
no ToUnicode map, or maps them to nothing, or to private use."""

_GAP = 1.5
"""The widest gap between two runs of a line, in heights of the writing: two or three spaces. Runs
that are farther apart belong to two columns, or to two cells of a table."""
_SHIFT = 0.5
"""The largest distance across the writing between the middles of two runs of a line, in heights."""
_PITCH = 1.4
"""The largest distance of two consecutive characters in vertical writing, in sizes of the larger
one."""
_PARALLEL = 0.998
"""The least cosine of the angle between two runs of a line, for 3.6 degrees."""


def own_lines(
    page: Any, size: Size, wanted: PdfText, draw: Callable[[Size], Image.Image]
) -> tuple[Line, ...] | None:
    """Return the lines of text that a page has, in pixels of the page.

    Args:
        page: A page of pypdfium2.
        size: Its size in pixels.
        wanted: The setting ``pdf.text``.
        draw: Draw the page in a size, in colours.

    Returns:
        The lines, in PDFium's order; None if the page is to be recognised.
    """
    if wanted == "ignore":
        return None
    runs = [run for run in runs_of_page(page, size) if _is_on(run, size)]
    if wanted == "auto":
        runs = _visible_runs(runs, Appearance(page, size, draw))
    lines = tuple(_line(line, size) for line in _grouped(runs))
    too_many = sum(len(line.text) for line in lines) > MOST_OWN_CHARACTERS
    return None if not lines or too_many or len(lines) > MOST_OWN_LINES else lines


def _is_on(run: PdfRun, size: Size) -> bool:
    """Return whether any part of a run is on the page."""
    ends = [run.point(at, y) for at in (run.begin, run.end) for y in (run.top, run.bottom)]
    xs, ys = zip(*ends, strict=True)
    return bool(max(xs) > 0 and max(ys) > 0 and min(xs) < size[0] and min(ys) < size[1])


def _visible_runs(runs: Sequence[PdfRun], seen: Appearance) -> list[PdfRun]:
    """Return the visible runs; none if the page may show more, or if that is uncertain."""
    if not runs or seen.may_show_more():
        return []
    shown: list[PdfRun] = []
    hidden: list[PdfRun] = []
    for run in runs:
        shows = seen.shows(run)
        if shows is Shows.PERHAPS:
            return []
        (shown if shows is Shows.YES else hidden).append(run)
    # Hidden text on an image was read by another program from that image.
    is_layer = any(map(seen.lies_on_an_image, hidden))
    unreadable = sum(run.unreadable for run in shown)
    is_garbage = unreadable > _UNREADABLE * sum(len(run.text) for run in shown)
    return [] if is_layer or is_garbage else shown


def _grouped(runs: Sequence[PdfRun]) -> Iterator[list[PdfRun]]:
    line: list[PdfRun] = []
    largest = 0.0  # kept, as a hostile page has a line of all of its characters
    for run in runs:
        size = max(run.end - run.begin, run.height)
        largest = max(largest, size)
        if line and not (_stands_below(line, run, largest) or _goes_on(line[-1], run)):
            yield line
            line, largest = [], size
        line.append(run)
    if line:
        yield line


def _stands_below(line: Sequence[PdfRun], run: PdfRun, size: float) -> bool:
    """Return whether an ideograph, which is one run, continues a line that is written downwards.

    Args:
        line: The runs of the line.
        run: The run that follows them.
        size: The largest extent of any of these, in pixels.
    """
    if not _is_downwards([line[-1], run]) or (len(line) > 1 and not _is_downwards(line)):
        return False
    (x, y), (next_x, next_y) = line[-1].middle, run.middle
    return abs(next_x - x) < _SHIFT * size and 0 < next_y - y < _PITCH * size


def _is_downwards(runs: Sequence[PdfRun]) -> bool:
    first, second = runs[0], runs[1]
    return is_ideograph(first.text) and is_ideograph(second.text) and first.middle[1] < second.top


def _goes_on(before: PdfRun, run: PdfRun) -> bool:
    """Return whether a run is on the line of the run before it, in either direction of writing.

    Hidden runs between the two may have been left out.
    """
    cosine = sum(map(mul, before.direction, run.direction))
    height = max(before.height, run.height)
    shift = abs(before.top + before.bottom - run.top - run.bottom) / 2
    if cosine < _PARALLEL or shift > _SHIFT * height:
        return False
    if run.begins:
        return is_right_of(before, run)
    gap = max(run.begin - before.end, before.begin - run.end)
    return gap <= _GAP * height


def _line(runs: Sequence[PdfRun], size: Size) -> Line:
    """Return the line of some runs."""
    first = runs[0]
    begin, end = min(run.begin for run in runs), max(run.end for run in runs)
    top, bottom = min(run.top for run in runs), max(run.bottom for run in runs)
    corners = ((begin, top), (end, top), (end, bottom), (begin, bottom))
    quad = tuple(_within(first.point(*corner), size) for corner in corners)
    xs, ys = zip(*quad, strict=True)
    box = Rectangle(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    parts = [run.text for run in runs]
    if len(runs) > 1 and _is_downwards(runs):
        return Line("".join(parts), box, quad)
    return Line("".join(chain(*zip(["", *gaps_of(runs)], parts, strict=True))), box, quad)


def _within(point: tuple[float, float], size: Size) -> tuple[int, int]:
    x, y = (max(0, min(round(at), side)) for at, side in zip(point, size, strict=True))
    return x, y
