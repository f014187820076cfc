"""Whether the text of a page of a PDF shows, and whether the page may show other writing."""

from __future__ import annotations

import ctypes
import enum
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from ocr_watcher.pages.decoding.pdf_grid import DEPTH, OBJECTS, on_page
from ocr_watcher.pages.decoding.pdf_runs import to_pixels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from PIL import Image

    from ocr_watcher.pages.decoding.pdf_runs import PdfRun
    from ocr_watcher.pages.types import Size

_INVISIBLE = {3, 7}
"""Text rendering modes that paint nothing: neither fill nor stroke, and clip only (ISO 32000-1,
table 106)."""
_STROKED = {1, 5}
"""Those that paint outlines only."""

_TRANSPARENT = 13
"""Opacity, of 255, below which nobody sees text: a twentieth."""
_PALE = 224
"""Text whose darkest component is at least this may be white on white."""
_CONTRAST = 24
"""Least difference, of 255, between the darkest and the lightest pixel of a run that shows."""

_IMAGES = 0.05
"""Share of a page up to which images together are a logo, a stamp or a signature. Larger ones may
show writing: a scan, a photographed receipt, a screenshot."""
_MOST_IMAGES = 50
"""Images of a page, however small, up to which they are no letters."""
_CURVED = 8
"""A filled path with more segments is no rule or frame, but may be a letter, or several."""
_OUTLINES = 2000
"""Segments of such paths on a page that may show writing as outlines: about 100 letters."""

_HIDDEN_OR_NOT_VIEWED = 0x22
"""Flags of an annotation that is not shown on screen (ISO 32000-1, table 165)."""


class Shows(enum.Enum):
    """Whether text shows, as far as its object tells."""

    YES = enum.auto()
    NO = enum.auto()
    IF_DRAWN = enum.auto()


@dataclass(frozen=True, slots=True)
class _Picture:
    """An image as it stands on the page, in pixels, and its place in the order of painting."""

    order: int
    left: float
    top: float
    right: float
    bottom: float
    is_opaque: bool

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def share(self, size: Size) -> float:
        width = min(self.right, size[0]) - max(self.left, 0.0)
        height = min(self.bottom, size[1]) - max(self.top, 0.0)
        return max(width, 0.0) * max(height, 0.0) / (size[0] * size[1])


@dataclass
class Appearance:
    """What a page shows.

    Attributes:
        page: A page of pypdfium2.
        size: Its size in pixels.
        draw: Draw the page small, in grey.
    """

    page: Any
    size: Size
    draw: Callable[[], Image.Image]
    _known: dict[int, Shows] = field(default_factory=dict)

    def shows(self, run: PdfRun) -> bool:
        """Return whether a person sees a run of the page."""
        first, last = map(self._showing, run.printers)
        if (first is last is Shows.NO) or self._is_covered(run):
            return False
        return (first is last is Shows.YES) or self._has_contrast(run)

    def lies_on_an_image(self, run: PdfRun) -> bool:
        """Return whether a run of the page stands on an image, or under one."""
        return any(picture.holds(*run.middle) for picture in self.pictures)

    def may_show_more(self) -> bool:
        """Return whether the page may show writing that is no text.

        Such writing stands in images, as outlines, and in annotations, fields of forms among them.
        """
        return (
            len(self._objects) == OBJECTS  # there may be more
            or len(self.pictures) > _MOST_IMAGES
            or sum(picture.share(self.size) for picture in self.pictures) > _IMAGES
            or _outlines(self._objects) > _OUTLINES
            or any(map(_may_hold_writing, _annotations(self.page)))
        )

    @cached_property
    def pictures(self) -> list[_Picture]:
        """The images of the page."""
        import pypdfium2  # noqa: PLC0415  an extra

        pixels = to_pixels(self.page, self.size)
        found = []
        for order, image in enumerate(self._objects):
            if isinstance(image, pypdfium2.PdfImage):
                matrix = on_page(image)
                corners = [matrix.on_point(*corner) for corner in ((0, 0), (1, 0), (0, 1), (1, 1))]
                xs, ys = zip(*(pixels.point(*corner) for corner in corners), strict=True)
                is_opaque = not pypdfium2.raw.FPDFPageObj_HasTransparency(image)
                found.append(_Picture(order, min(xs), min(ys), max(xs), max(ys), is_opaque))
        return found

    @cached_property
    def _objects(self) -> list[Any]:
        return list(islice(self.page.get_objects(max_depth=DEPTH), OBJECTS))

    @cached_property
    def _orders(self) -> dict[int, int]:
        return {_address(each.raw): order for order, each in enumerate(self._objects)}

    @cached_property
    def _drawing(self) -> Image.Image:
        return self.draw()

    def _showing(self, printer: int) -> Shows:
        known = self._known.get(printer)
        if known is None:
            known = self._known[printer] = _showing(printer)
        return known

    def _is_covered(self, run: PdfRun) -> bool:
        covers = [each for each in self.pictures if each.is_opaque and each.holds(*run.middle)]
        if not covers:
            return False
        order = self._orders.get(run.printers[0])
        return order is None or any(each.order > order for each in covers)

    def _has_contrast(self, run: PdfRun) -> bool:
        drawing = self._drawing
        scale = (drawing.width / self.size[0], drawing.height / self.size[1])
        ends = [run.point(at, y) for at in (run.begin, run.end) for y in (run.top, run.bottom)]
        xs, ys = ([value * scale[axis] for value in at] for axis, at in enumerate(zip(*ends)))  # noqa: B905
        box = (int(min(xs)), int(min(ys)), int(max(xs)) + 1, int(max(ys)) + 1)
        darkest, lightest = drawing.crop(box).getextrema()
        return bool(lightest - darkest >= _CONTRAST)  # type: ignore[operator]


def _showing(address: int) -> Shows:
    if not address:
        return Shows.IF_DRAWN
    raw = _raw()
    text = ctypes.cast(address, raw.FPDF_PAGEOBJECT)
    mode = raw.FPDFTextObj_GetTextRenderMode(text)
    if mode in _INVISIBLE:
        return Shows.NO
    colour = [ctypes.c_uint() for _ in range(4)]
    ask = raw.FPDFPageObj_GetStrokeColor if mode in _STROKED else raw.FPDFPageObj_GetFillColor
    if not ask(text, *colour):
        return Shows.IF_DRAWN
    *components, opacity = (each.value for each in colour)
    if opacity < _TRANSPARENT:
        return Shows.NO
    # A mark may belong to optional content, such as a layer that is switched off.
    if min(components) >= _PALE or _is_optional(text):
        return Shows.IF_DRAWN
    return Shows.YES


def _is_optional(text: Any) -> bool:
    raw = _raw()
    return any(
        _mark_name(raw.FPDFPageObj_GetMark(text, index)) == "OC"
        for index in range(raw.FPDFPageObj_CountMarks(text))
    )


def _mark_name(mark: Any) -> str:
    raw = _raw()
    buffer, length = (ctypes.c_ushort * 16)(), ctypes.c_ulong()
    raw.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), length)
    return "".join(map(chr, buffer)).partition("\0")[0]


def _outlines(objects: Iterable[Any]) -> int:
    raw = _raw()
    mode, stroked, total = ctypes.c_int(), ctypes.c_int(), 0
    for each in objects:
        if each.type == raw.FPDF_PAGEOBJ_PATH:
            segments = raw.FPDFPath_CountSegments(each)
            if segments > _CURVED and raw.FPDFPath_GetDrawMode(each, mode, stroked) and mode.value:
                total += segments
    return total


def _annotations(page: Any) -> Iterator[tuple[int, int]]:
    """Yield the kind and the flags of each annotation."""
    raw = _raw()
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if annotation:
            yield raw.FPDFAnnot_GetSubtype(annotation), raw.FPDFAnnot_GetFlags(annotation)
            raw.FPDFPage_CloseAnnot(annotation)


def _may_hold_writing(annotation: tuple[int, int]) -> bool:
    raw = _raw()
    kind, flags = annotation
    marks = {
        raw.FPDF_ANNOT_LINK,
        raw.FPDF_ANNOT_TEXT,
        raw.FPDF_ANNOT_POPUP,
        raw.FPDF_ANNOT_HIGHLIGHT,
        raw.FPDF_ANNOT_UNDERLINE,
        raw.FPDF_ANNOT_SQUIGGLY,
        raw.FPDF_ANNOT_STRIKEOUT,
    }
    return kind not in marks and not flags & _HIDDEN_OR_NOT_VIEWED


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _raw() -> Any:
    import pypdfium2.raw  # noqa: PLC0415  an extra

    return pypdfium2.raw
