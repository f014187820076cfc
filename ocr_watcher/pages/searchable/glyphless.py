"""Fonts whose only glyph is blank, for text that is found and copied but not seen.

They hold a code for each character that occurs in the document. The map to Unicode gives each code
back as its character, those outside of the Basic Multilingual Plane among them. A blank glyph for
all needs a few hundred bytes, whatever the script.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.pages.own_mark import FONT
from ocr_watcher.pages.searchable.font_program import EM, true_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ADVANCE = 0.5
"""The width of every character, by the size of the font."""

WIDE_SPACE = "  "
"""The text between two columns of a row, which is one character of the font.

Poppler parts words at each space and forgets it, but keeps a character that means two of them
(`TextPage::addChar`)."""

NO_WIDTH = "   "
"""A blank without width, which is one character of the font."""

_STEPS = 15
"""The number of steps of the height of a face, for each size of the font."""
_MOST_STEPS = 44
"""The most steps of a height. Poppler takes a height of three sizes or more for a fault
(`GfxFont::readFontDescriptor`)."""

_WIDTH = round(EM * ADVANCE)
_BLANK, _NARROW = 1, 2
"""The numbers of the glyph and of the one without width; a text must not use number 0, ``.notdef``
(ISO 19005-2, 6.2.11.8)."""
_SYMBOLIC_FIXED = 0b101

_MOST_CODES = 0xFFFF
_REPLACEMENT = "\ufffd"
_MAPPED_AT_ONCE = 100
"""The most lines of a section of a CMap (Adobe Technical Note 5014, 1.4.1)."""


@dataclass(frozen=True, slots=True)
class Face:
    """How far the characters of one of the fonts reach above and below the base line.

    Both are counted in steps, of which the size of the font has `_STEPS`.
    """

    above: int
    below: int

    @classmethod
    def of(cls, height: float, below: float) -> Face:
        """Return the face that is nearest to a height, of which a part is below the base line.

        Args:
            height: The height, by the size of the font.
            below: The part below the base line, by the size of the font. If it is not between 0 and
                the height, the characters reach to the base line all the same.
        """
        lowest = min(max(round(_STEPS * below), 0), _MOST_STEPS)
        highest = round(_STEPS * (max(height, below) - min(below, 0.0))) - lowest
        return cls(min(max(highest, 1), _MOST_STEPS), lowest)

    @property
    def name(self) -> str:
        """What tells it from the other faces."""
        return f"{self.above}.{self.below}"

    @property
    def reach(self) -> tuple[float, float]:
        """How far the characters reach above and below the base line, by the size of the font."""
        return self.above / _STEPS, self.below / _STEPS

    @property
    def top(self) -> int:
        """The height above the base line, in units of the font."""
        return EM * self.above // _STEPS

    @property
    def bottom(self) -> int:
        """The depth below the base line, as a negative number; readers take 0 for a missing one."""
        return min(-EM * self.below // _STEPS, -1)


class GlyphlessFonts:
    """The codes of the characters of one document, which all its fonts share, and the fonts."""

    def __init__(self) -> None:
        """Begin without characters."""
        self._codes: dict[str, int] = {}

    def encoded(self, text: str) -> bytes:
        """Return the codes of a text, two bytes each."""
        if text in {WIDE_SPACE, NO_WIDTH}:
            return self._code(text).to_bytes(2)
        return b"".join(self._code(character).to_bytes(2) for character in text)

    def _code(self, character: str) -> int:
        if character not in self._codes and len(self._codes) >= _MOST_CODES - 1:
            character = _REPLACEMENT  # no document has so many characters that people write
        return self._codes.setdefault(character, len(self._codes) + 1)

    def written(self, pdf: Any, faces: Iterable[Face]) -> Mapping[Face, Any]:
        """Add the fonts to a PDF (ISO 32000-1, 9.7).

        Args:
            pdf: The PDF, of pikepdf.
            faces: The faces that are used.

        Returns:
            The font for each of the faces.
        """
        narrow = self._codes.get(NO_WIDTH)
        numbers = (_NARROW if code == narrow else _BLANK for code in range(len(self._codes) + 1))
        shared = {
            "CIDToGIDMap": pdf.make_stream(b"".join(number.to_bytes(2) for number in numbers))
        }
        if narrow is not None:
            shared["W"] = pdf.make_indirect([narrow, [0]])
        to_unicode = pdf.make_stream(_to_unicode(self._codes))
        return {face: _written(pdf, face, shared, to_unicode) for face in faces}


def _written(pdf: Any, face: Face, shared: Mapping[str, Any], to_unicode: Any) -> Any:
    from pikepdf import Array, Dictionary, Name  # noqa: PLC0415  an extra

    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(FONT),
        Flags=_SYMBOLIC_FIXED,
        FontBBox=Array([0, face.bottom, _WIDTH, face.top]),
        ItalicAngle=0,
        Ascent=face.top,
        Descent=face.bottom,
        CapHeight=face.top,
        StemV=80,
        FontFile2=pdf.make_stream(true_type(_WIDTH, face.top, face.bottom)),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name(FONT),
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=_WIDTH,
        **shared,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name(FONT),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=to_unicode,
        )
    )


def _to_unicode(codes: Mapping[str, int]) -> bytes:
    """Return the CMap from codes to characters (ISO 32000-1, 9.10.3)."""
    sections = "".join(_sections([*codes.items()]))
    return f"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{sections}endcmap
CMapName currentdict /CMap defineresource pop
end
end
""".encode("ascii")


def _sections(codes: list[tuple[str, int]]) -> Iterator[str]:
    for start in range(0, len(codes), _MAPPED_AT_ONCE):
        part = codes[start : start + _MAPPED_AT_ONCE]
        lines = "".join(
            f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>\n"
            for character, code in part
        )
        yield f"{len(part)} beginbfchar\n{lines}endbfchar\n"
