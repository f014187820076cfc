"""The runs of text of a page of a PDF with their places, from PDFium."""

from __future__ import annotations

import ctypes
import math
import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ocr_watcher.pages.decoding.pdf_script import TO_THE_LEFT, turned_round
from ocr_watcher.pages.types import MOST_OWN_CHARACTERS
from ocr_watcher.values.geometry import Transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.pages.types import Size

HYPHEN = "\ufffe"
"""PDFium's character for a hyphen at the end of a line, after which it gives no line end."""
_WORD = re.compile(rf"[^\s\0{HYPHEN}]+{HYPHEN}?|{HYPHEN}")

_BULLETS = str.maketrans(dict.fromkeys("\uf0b7\uf0a7\uf0d8\uf076", "\u2022"))
"""The bullets of the fonts Symbol and Wingdings, which Word writes as characters of private use."""
_UNREADABLE = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufff9-\uffff]")

_MOST = 2 * MOST_OWN_CHARACTERS
"""The most characters of a page, including white space."""

_LEAST_OF_SCRIPT = 2
"""The least number of characters of a script that show the direction in which a word is written."""

_FINE = 2**20
"""The device pixels of each side of a page, for PDFium's transform, which returns whole pixels."""
_DIAGONAL = 0.2
"""The least difference of the squares of cosine and sine at which the box around a turned character
shows its sides."""


class PdfRun(NamedTuple):
    """Some words in a row, as one text object prints them on the page.

    Attributes:
        text: The words, in the order in which they are read, with a space between two.
        begins: Whether PDFium begins a line with it.
        direction: The direction of its writing, a vector of length 1 in pixels of the page.
        begin: Its nearer end along that direction, in pixels.
        end: Its farther end.
        top: Its upper edge across that direction, on the left of it.
        bottom: Its lower edge.
        printers: The addresses of the text objects that print its first and its last character.
            Most runs have one; a word without a gap may have several.
        unreadable: The number of its characters that have no known meaning.
    """

    text: str
    begins: bool
    direction: tuple[float, float]
    begin: float
    end: float
    top: float
    bottom: float
    printers: tuple[int, int]
    unreadable: int

    @property
    def height(self) -> float:
        """Its extent across the writing."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of it, in pixels of the page."""
        return self.point((self.begin + self.end) / 2, (self.top + self.bottom) / 2)

    def point(self, along: float, across: float) -> tuple[float, float]:
        """Return a point, given along and across its writing, in pixels of the page."""
        x, y = self.direction
        return along * x - across * y, along * y + across * x


def runs_of_page(page: Any, size: Size) -> list[PdfRun]:
    """Return the runs of a page, in PDFium's order.

    Args:
        page: A page of pypdfium2.
        size: The size of the page in pixels.
    """
    with closing(page.get_textpage()) as text:
        return list(_Reader(text.raw, to_pixels(page, size)).runs())


def to_pixels(page: Any, size: Size) -> Transform:
    """Return the transform from points of a page, from which its rotation starts, to pixels.

    Args:
        page: A page of pypdfium2.
        size: The size of the page in pixels.
    """
    (x0, y0), (xx, yx), (xy, yy) = (_device(page, *at) for at in ((0, 0), (100, 0), (0, 100)))
    fine = Transform((xx - x0) / 100, (xy - x0) / 100, x0, (yx - y0) / 100, (yy - y0) / 100, y0)
    return Transform.scaling(size[0] / _FINE, size[1] / _FINE).after(fine)


def _device(page: Any, x: float, y: float) -> tuple[int, int]:
    raw = _raw()
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, across, down)
    return across.value, down.value


@dataclass(frozen=True, slots=True)
class _Turn:
    """Writing of one direction.

    Attributes:
        cosine: The cosine of its angle on the page before the page is turned.
        sine: The sine of that angle.
        direction: The direction of its writing, in pixels.
        scale: Pixels per point.
    """

    cosine: float
    sine: float
    direction: tuple[float, float]
    scale: float

    @classmethod
    def of(cls, angle: float, pixels: Transform) -> _Turn:
        """Return the writing of an angle, clockwise in radians."""
        cosine, sine = math.cos(angle), math.sin(angle)
        x = pixels.xx * cosine - pixels.xy * sine
        y = pixels.yx * cosine - pixels.yy * sine
        scale = math.hypot(x, y) or 1.0
        return cls(cosine, sine, (x / scale, y / scale), scale)

    def extents(self, across: float, down: float) -> tuple[float, float]:
        """Return half the width and height of a character in pixels, by the box around it."""
        square, other = self.cosine**2, self.sine**2
        if abs(square - other) > _DIAGONAL:
            width = (across * abs(self.cosine) - down * abs(self.sine)) / (square - other)
            height = (down * abs(self.cosine) - across * abs(self.sine)) / (square - other)
        else:
            width = height = (across + down) / (2 * (abs(self.cosine) + abs(self.sine)))
        return max(width, 0.0) * self.scale / 2, max(height, 0.0) * self.scale / 2


class _Reader:
    """Reads the runs of a text page of PDFium; each is one text object's part of a line."""

    def __init__(self, page: Any, pixels: Transform) -> None:
        self._page = page
        self._raw = _raw()
        self._pixels = pixels
        self._turns: dict[float, _Turn] = {}
        self._box = self._raw.FS_RECTF()

    def runs(self) -> Iterator[PdfRun]:
        """Yield the runs, in PDFium's order."""
        text, span, printed_by, begins = _text_of(self._page), (0, 0), 0, True
        for found in _WORD.finditer(text):
            start, end = found.span()
            printer, between = self._printer(start), text[span[1] : start]
            if self._goes_on(text, start, end, is_next=printer == printed_by and between == " "):
                span = span[0], end
                continue
            if span[1]:
                yield self._run(text, span, printed_by, begins=begins)
            begins = "\n" in between or text[start - 1] == HYPHEN
            span, printed_by = (start, end), printer
        if span[1]:
            yield self._run(text, span, printed_by, begins=begins)

    def _goes_on(self, text: str, start: int, end: int, *, is_next: bool) -> bool:
        """Return whether a word that follows another one belongs to the same run.

        PDFium inserts a space at a gap, which may be wide. Words that run to the left are examined
        one by one.
        """
        if not is_next or self._is_generated(start - 1):
            return False
        return text.isascii() or not TO_THE_LEFT.search(text, start, end)

    def _printer(self, index: int) -> int:
        found = self._raw.FPDFText_GetTextObject(self._page, index)
        return ctypes.cast(found, ctypes.c_void_p).value or 0

    def _is_generated(self, index: int) -> bool:
        return bool(self._raw.FPDFText_IsGenerated(self._page, index))

    def _run(self, units: str, span: tuple[int, int], printed_by: int, *, begins: bool) -> PdfRun:
        first, end = span
        turn = self._turn(self._raw.FPDFText_GetCharAngle(self._page, first))
        one, other = self._cell(first, turn), self._cell(end - 1, turn)
        text = _characters(self._in_order(units[first:end], first, turn))
        unmapped = self._raw.FPDFText_HasUnicodeMapError(self._page, first) == 1
        return PdfRun(
            text,
            begins,
            turn.direction,
            min(one[0], other[0]),
            max(one[1], other[1]),
            min(one[2], other[2]),
            max(one[3], other[3]),
            (printed_by, self._printer(end - 1)),
            len(text) if unmapped else len(_UNREADABLE.findall(text)),
        )

    def _in_order(self, units: str, first: int, turn: _Turn) -> str:
        """Return a word in the order of reading; PDFium returns Arabic in the order on the page."""
        found = () if units.isascii() else [match.start() for match in TO_THE_LEFT.finditer(units)]
        if len(found) < _LEAST_OF_SCRIPT:
            return units
        one, other = (self._cell(first + found[at], turn)[0] for at in (0, -1))
        return turned_round(units) if one < other else units

    def _turn(self, angle: float) -> _Turn:
        known = self._turns.get(angle)
        if known is None:
            known = self._turns[angle] = _Turn.of(angle, self._pixels)
        return known

    def _cell(self, index: int, turn: _Turn) -> tuple[float, float, float, float]:
        box = self._box
        self._raw.FPDFText_GetLooseCharBox(self._page, index, box)
        x, y = self._pixels.point((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        width, height = turn.extents(box.right - box.left, box.top - box.bottom)
        along = x * turn.direction[0] + y * turn.direction[1]
        across = y * turn.direction[0] - x * turn.direction[1]
        return along - width, along + width, across - height, across + height


def _text_of(page: Any) -> str:
    """Return the text of a page, in which each character has the index that PDFium gives it.

    A character outside of the first plane counts as two, as in UTF-16. The text is empty if the
    page has too many characters, which would take long. If the fast function of PDFium leaves
    characters out, they are requested one by one.
    """
    raw = _raw()
    number = max(0, raw.FPDFText_CountChars(page))
    if number > _MOST:
        return ""
    buffer = (ctypes.c_ushort * (number + 1))()
    if raw.FPDFText_GetText(page, 0, number, buffer) == number + 1:
        text = bytes(buffer)[: 2 * number].decode("utf-16-le", "surrogatepass")
        return text if len(text) == number else "".join(map(chr, buffer[:number]))
    codes = (raw.FPDFText_GetUnicode(page, index) for index in range(number))
    return "".join(chr(code) if code < 2**16 else "\ufffd" for code in codes)


def _characters(units: str) -> str:
    text = units.replace(HYPHEN, "-").translate(_BULLETS)
    return (
        text
        if text.isascii()
        else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def _raw() -> Any:
    import pypdfium2.raw  # noqa: PLC0415  an extra

    return pypdfium2.raw
