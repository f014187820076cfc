"""Finds out whether the text of a PDF page is visible, and whether other writing may be."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image, ImageChops

from ocr_watcher.pages.decoding.pdf_annotations import may_hold_writing
from ocr_watcher.pages.decoding.pdf_grid import DEPTH, OBJECTS, on_page
from ocr_watcher.pages.decoding.pdf_runs import to_pixels
from ocr_watcher.pages.decoding.pdf_shapes import Box, Cover, covers, may_be_writing
from ocr_watcher.pages.decoding.pdf_text_object import Shows, colour_of_text, is_drawn, showing_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.pages.decoding.pdf_runs import PdfRun
    from ocr_watcher.pages.types import Size
    from ocr_watcher.values.geometry import Transform

_CHANGED = 24
"""The least change of a pixel, up to 255, by text that a person sees."""
_TOUCHED = 8
"""The largest change of a pixel, up to 255, by text that nobody sees."""

_PIXELS = 1.5
"""The pixels per point of a page that is drawn to find out which text is visible."""
_LONGEST = 4000
"""The most pixels of a side of such a drawing, for 37 inches; a larger page is drawn coarser."""
_LEAST = 3.3
"""The least height, in pixels of such a drawing, of text whose visibility it shows. Text of two
points has 3.45; nobody reads smaller text on paper."""
_BLANK = 1.3
"""The largest gap in visible text, in heights of the text: a space, or two Chinese brackets."""
_BLANK_END = 0.75
"""The largest gap at an end of such text, for a Chinese full stop."""
_CORE = 0.25
"""The share of the height of text, above and below, into which underlines and other lines may
reach."""
_MOST_COVERS = 2000
"""The most shapes and images that each run of text is compared with. On a page with more, the
visibility of text is not certain."""

_IMAGES = 0.05
"""The largest share of a page of images that together count as a logo, a stamp or a signature.
Larger images may show writing, like a scan, a photographed receipt or a screenshot."""
_MOST_IMAGES = 50
"""The most images of a page, however small, that do not count as letters."""


class _Change(NamedTuple):
    """The places where a page looks different without its text; each pixel is 255 or 0.

    Attributes:
        changed: The places where a person sees the difference.
        touched: The places with any difference beyond rounding.
    """

    changed: Image.Image
    touched: Image.Image


@dataclass
class Appearance:
    """The visible content of a page.

    Text is certainly visible if its object is simple and nothing else is painted near it. To
    examine other text, the page is drawn with and without its text.

    Attributes:
        page: A page of pypdfium2.
        size: Its size in pixels.
        draw: Draw the page in a size, in colours.
    """

    page: Any
    size: Size
    draw: Callable[[Size], Image.Image]
    _known: dict[int, Shows] = field(default_factory=dict)

    def shows(self, run: PdfRun) -> Shows:
        """Return whether a person sees all of a run of the page."""
        first, last = map(self._showing, run.printers)
        if first is last is Shows.NO:
            return Shows.NO
        if Shows.NO in {first, last}:
            return Shows.PERHAPS
        if self._height(run) < _LEAST:
            return Shows.PERHAPS
        if first is last is Shows.YES and self._is_alone(run):
            return Shows.YES
        return self._change_by(run)

    def lies_on_an_image(self, run: PdfRun) -> bool:
        """Return whether a run of the page is on an image, or under one."""
        x, y = run.middle
        return any(
            each.left <= x <= each.right and each.top <= y <= each.bottom for each in self._pictures
        )

    def may_show_more(self) -> bool:
        """Return whether the page may show writing that is no text.

        Such writing is in images, shapes, patterns and annotations, which include form fields.
        """
        form = _raw().FPDF_PAGEOBJ_FORM
        return (
            len(self._objects) == OBJECTS  # there may be more
            or any(each.type == form and each.level == DEPTH - 1 for each in self._objects)  # too
            or len(self._pictures) > _MOST_IMAGES
            or sum(picture.share_of(self.size) for picture in self._pictures) > _IMAGES
            or may_be_writing(self.page.pdf, self._objects)
            or may_hold_writing(self.page)
        )

    @cached_property
    def _pixels(self) -> Transform:
        return to_pixels(self.page, self.size)

    @cached_property
    def _pictures(self) -> list[Box]:
        """The places of the images of the page."""
        import pypdfium2  # noqa: PLC0415  an extra

        found = []
        for image in self._objects:
            if isinstance(image, pypdfium2.PdfImage):
                matrix = on_page(image)
                corners = [matrix.on_point(*corner) for corner in ((0, 0), (1, 0), (0, 1), (1, 1))]
                xs, ys = zip(*(self._pixels.point(*corner) for corner in corners), strict=True)
                found.append(Box(min(xs), min(ys), max(xs), max(ys)))
        return found

    @cached_property
    def _objects(self) -> list[Any]:
        return list(islice(self.page.get_objects(max_depth=DEPTH), OBJECTS))

    @cached_property
    def _orders(self) -> dict[int, int]:
        """The numbers of the text objects in the order of painting, by their addresses."""
        text = _raw().FPDF_PAGEOBJ_TEXT
        objects = enumerate(self._objects)
        return {_address(each.raw): order for order, each in objects if each.type == text}

    @cached_property
    def _simple(self) -> set[int]:
        """The addresses of the text objects that are not inside a form."""
        text = _raw().FPDF_PAGEOBJ_TEXT
        return {
            _address(each.raw) for each in self._objects if each.type == text and not each.level
        }

    @cached_property
    def _covers(self) -> list[Cover]:
        return list(islice(covers(self._objects, self._pixels), _MOST_COVERS + 1))

    @cached_property
    def _change(self) -> _Change:
        """Draw the page with and without its text."""
        width, height = (max(1, round(side * self._scale)) for side in self.size)
        whole = self.draw((width, height))
        self._switch_text(on=False)
        bands = ImageChops.difference(whole, self.draw((width, height))).split()
        self._switch_text(on=True)
        most = bands[0]
        for band in bands[1:]:
            most = ImageChops.lighter(most, band)
        return _Change(
            *(
                most.point([255 * (value >= least) for value in range(256)])
                for least in (_CHANGED, _TOUCHED)
            )
        )

    def _switch_text(self, *, on: bool) -> None:
        for each in self._objects:
            if each.type == _raw().FPDF_PAGEOBJ_TEXT:
                _raw().FPDFPageObj_SetIsActive(each, on)

    @cached_property
    def _scale(self) -> float:
        """Pixels of the drawing per pixel of the page."""
        longer, points = max(self.size), float(max(self.page.get_size()))
        return min(1.0, _LONGEST / longer, _PIXELS * points / longer)

    def _height(self, run: PdfRun) -> float:
        return run.height * self._scale

    def _showing(self, printer: int) -> Shows:
        known = self._known.get(printer)
        if known is None:
            known = self._known[printer] = showing_of(printer)
        return known

    def _is_alone(self, run: PdfRun) -> bool:
        """Return whether a run is on the page, in no form, and away from shapes and images."""
        box = _box(run)
        is_on = min(box[:2]) >= 0 and box.right <= self.size[0] and box.bottom <= self.size[1]
        return (
            is_on
            and self._simple.issuperset(run.printers)
            and len(self._covers) <= _MOST_COVERS
            and not any(box.meets(cover.box) for cover in self._covers)
        )

    def _change_by(self, run: PdfRun) -> Shows:
        """Return whether a run is visible in the drawings.

        The result is uncertain for a run that is visible in part, or that continues beyond the edge
        of the page. It is also uncertain for a run that is invisible even by itself: it may be
        clipped or masked, or its font is missing here, so that other programs show it.
        """
        drawn = self._change
        width, height = drawn.touched.size
        left, top, right, bottom = (value * self._scale for value in _box(run))
        # The width of one character beyond the page is enough, however far the text continues.
        margin = self._height(run)
        box = (
            int(max(left, -margin)),
            int(max(top, -margin)),
            int(min(right, width + margin)) + 1,
            int(min(bottom, height + margin)) + 1,
        )
        if not drawn.touched.crop(box).getbbox():
            is_hidden = all(is_drawn(self.page, printer) for printer in run.printers)
            return Shows.NO if is_hidden else Shows.PERHAPS
        axis = _axis(run)
        inked = bytes(drawn.changed.crop(box).getprojection()[axis])
        is_whole = _is_without_gaps(inked, self._height(run) * abs(run.direction[axis]))
        is_cut = self._is_cut(run) or self._is_covered_in_part(run)
        return Shows.YES if is_whole and not is_cut else Shows.PERHAPS

    def _is_covered_in_part(self, run: PdfRun) -> bool:
        """Return whether a shape or an image that may hide a run begins or ends within it."""
        inset, narrower = _CORE * run.height, min(run.height, run.end - run.begin) * _CORE
        core = _box(
            run._replace(
                begin=run.begin + narrower,
                end=run.end - narrower,
                top=run.top + inset,
                bottom=run.bottom - inset,
            )
        )
        axis = _axis(run)
        return len(self._covers) > _MOST_COVERS or any(
            cover.box.meets(core)
            and not cover.box[axis] <= core[axis] <= core[axis + 2] <= cover.box[axis + 2]
            and self._may_hide(cover, run)
            for cover in self._covers
        )

    def _may_hide(self, cover: Cover, run: PdfRun) -> bool:
        """Return whether a cover is painted later than a run, or has about its colour."""
        printer = run.printers[0]
        order = self._orders.get(printer)
        if order is None or cover.order > order or not cover.colour:
            return True
        own = colour_of_text(printer)
        differences = (abs(one - other) for one, other in zip(own, cover.colour, strict=False))
        return max(differences, default=0) < _CHANGED

    def _is_cut(self, run: PdfRun) -> bool:
        """Return whether a character of a run, at one of its ends, is off the page."""
        across = (run.top + run.bottom) / 2
        inner = min(run.height / 2, (run.end - run.begin) / 2)
        ends = (run.point(run.begin + inner, across), run.point(run.end - inner, across))
        return not all(0 <= x <= self.size[0] and 0 <= y <= self.size[1] for x, y in ends)


def _is_without_gaps(inked: bytes, height: float) -> bool:
    """Return whether text is visible along all of its length.

    Args:
        inked: For each pixel along the text, 1 where it shows, otherwise 0.
        height: The height of the text in pixels.
    """
    first, *others = map(len, inked.split(b"\1"))
    if not others:
        return False
    *inner, last = others
    return max(first, last) <= _BLANK_END * height and max(inner, default=0) <= _BLANK * height


def _axis(run: PdfRun) -> int:
    """Return 0 for writing across the page, 1 for writing up or down."""
    return int(abs(run.direction[1]) > abs(run.direction[0]))


def _box(run: PdfRun) -> Box:
    ends = [run.point(at, y) for at in (run.begin, run.end) for y in (run.top, run.bottom)]
    xs, ys = zip(*ends, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _raw() -> Any:
    import pypdfium2.raw  # noqa: PLC0415  an extra

    return pypdfium2.raw
