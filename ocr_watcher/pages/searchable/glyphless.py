"""A font whose only glyph is blank, for text that is found and copied but not seen.

It holds a code for each character that occurs in the document. The map to Unicode gives each code
back as its character, those outside of the Basic Multilingual Plane among them. A blank glyph for
all needs a few hundred bytes, whatever the script.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ADVANCE = 0.5
"""The width of every character, by the size of the font."""

HEIGHTS = (0.8, 1.6)
"""The heights of the characters of two fonts, by the size of the font.

As in fonts for print, they are less than the whole: poppler takes lines that are more than one and
a half sizes apart for blocks of their own. The other font is for words that are so narrow that
poppler would take one character for the shadow of the one before (`TextPage::addChar`)."""

_EM = 1000
_WIDTH = round(_EM * ADVANCE)
_BLANK = 1
"""The number of the glyph; a text must not use number 0, ``.notdef`` (ISO 19005-2, 6.2.11.8)."""
_NAME = "OCRWAT+Glyphless"
_SYMBOLIC_FIXED = 0b101

_MOST_CODES = 0xFFFF
_REPLACEMENT = "\ufffd"
_MAPPED_AT_ONCE = 100
"""Most lines of a section of a CMap (Adobe Technical Note 5014, 1.4.1)."""


class GlyphlessFont:
    """The codes of the characters of one document, and the font with them.

    Attributes:
        height: The height of the characters, by the size of the font.
    """

    def __init__(self, height: float) -> None:
        """Begin without characters.

        Args:
            height: The height of the characters, by the size of the font.
        """
        self.height = height
        self._codes: dict[str, int] = {}

    @property
    def is_used(self) -> bool:
        """Whether any text was encoded."""
        return bool(self._codes)

    def encoded(self, text: str) -> bytes:
        """Return the codes of a text, two bytes each."""
        return b"".join(self._code(character).to_bytes(2) for character in text)

    def _code(self, character: str) -> int:
        if character not in self._codes and len(self._codes) >= _MOST_CODES - 1:
            character = _REPLACEMENT  # no document has so many characters that people write
        return self._codes.setdefault(character, len(self._codes) + 1)

    def written(self, pdf: Any) -> Any:
        """Add the font to a PDF (ISO 32000-1, 9.7).

        Args:
            pdf: The PDF, of pikepdf.

        Returns:
            The font.
        """
        from pikepdf import Array, Dictionary, Name  # noqa: PLC0415  an extra

        top = round(_EM * self.height)
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/" + _NAME),
            Flags=_SYMBOLIC_FIXED,
            FontBBox=Array([0, 0, _WIDTH, top]),
            ItalicAngle=0,
            Ascent=top,
            Descent=-1,  # readers take 0 for a value that is missing
            CapHeight=top,
            StemV=80,
            FontFile2=pdf.make_stream(_true_type(top)),
        )
        glyphs = pdf.make_stream(_BLANK.to_bytes(2) * (len(self._codes) + 1))
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/" + _NAME),
            CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=_WIDTH,
            CIDToGIDMap=glyphs,
        )
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name("/" + _NAME),
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(descendant)]),
                ToUnicode=pdf.make_stream(_to_unicode(self._codes)),
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


def _true_type(top: int) -> bytes:
    """Return the font program: the tables that ISO 32000-1 (9.9) asks for, with a blank glyph.

    Args:
        top: The height of the glyph, in thousandths of the size.
    """
    revision, magic, created = 0x00010000, 0x5F0F3CF5, 0
    head = struct.pack(
        ">IIIIHHqqhhhhHHhhh",
        *(0x00010000, revision, 0, magic, 0, _EM, created, created),
        *(0, 0, _WIDTH, top, 0, 8, 2, 0, 0),
    )
    hhea = struct.pack(
        ">IhhhHhhhhhhhhhhhH", 0x00010000, top, -1, 0, _WIDTH, *(0,) * 3, 1, *(0,) * 7, 2
    )
    maxp = struct.pack(">IH13H", 0x00010000, 2, *(2, 2, 0, 0, 2), *(0,) * 8)
    tables = {
        b"glyf": _corners(top),
        b"head": head,
        b"hhea": hhea,
        b"hmtx": struct.pack(">HhHh", _WIDTH, 0, _WIDTH, 0),
        b"loca": struct.pack(">3H", 0, 0, len(_corners(top)) // 2),
        b"maxp": maxp,
    }
    return _font_file(tables)


def _corners(top: int) -> bytes:
    """Return a glyph of two contours, each of one point, in opposite corners of its box.

    There is nothing to draw, but the glyph has an extent: PDFium passes over text without one.
    """
    box = struct.pack(">hhhhh", 2, 0, 0, _WIDTH, top)
    ends, instructions, on_curve = struct.pack(">HH", 0, 1), bytes(2), bytes([1, 1])
    points = struct.pack(">hhhh", 0, _WIDTH, 0, top)
    return box + ends + instructions + on_curve + points


def _font_file(tables: Mapping[bytes, bytes]) -> bytes:
    """Return a font file (OpenType specification, "Table Directory")."""
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    directory = struct.pack(">IHHHH", 0x00010000, count, search, power, 16 * count - search)
    body, start = b"", 12 + 16 * count
    for tag, table in tables.items():
        padded = table + bytes(-len(table) % 4)
        directory += struct.pack(">4sIII", tag, _checksum(padded), start + len(body), len(table))
        body += padded
    whole = directory + body
    adjustment = (0xB1B0AFBA - _checksum(whole)) & 0xFFFFFFFF
    at = start + body.index(tables[b"head"]) + 8
    return whole[:at] + struct.pack(">I", adjustment) + whole[at + 4 :]


def _checksum(table: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(table) // 4}I", table)
    return sum(words) & 0xFFFFFFFF
