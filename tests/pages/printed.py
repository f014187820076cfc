"""PDF whose pages have text of their own, as office programs write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

A4 = (595, 842)
"""Points."""

_RESOURCES = """<< /Font << /F1 3 0 R /F2 4 0 R /F3 7 0 R /F4 14 0 R >>
/XObject << /Image 9 0 R /Form 12 0 R /Hidden 16 0 R /Form4 20 0 R >>
/Pattern << /Tiles 21 0 R /Mask 22 0 R >> /ColorSpace << /Coloured [/Pattern /DeviceRGB] >>
/ExtGState << /Half << /ca 0.5 >> /Masked << /SMask << /S /Luminosity /G 23 0 R >> >> >>
/Properties << /Off 13 0 R >> >>"""
_FORM = """<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length 41
/Resources << /Font << /F1 3 0 R >> >> >> stream
BT /F1 10 Tf 50 800 Td (In a form) Tj ET
endstream"""
_NESTED = (12, 17, 18, 19)
"""The numbers of the forms that stand in another one."""
_PATTERN = """/Resources << /Font << /F1 3 0 R >> >> /PatternType 1 /TilingType 1 /XStep 595
/YStep 842 /PaintType """
_CATALOGUE = """<< /Type /Catalog /Pages 2 0 R
/OCProperties << /OCGs [13 0 R] /D << /OFF [13 0 R] >> >> >>"""
_LETTERS = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_OTHER_MEANINGS = """begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar
<41> <65E5> endbfchar endcmap"""
_DESCENDANT = """<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+X /FontDescriptor 6 0 R
/DW 500 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"""
_DESCRIPTOR = """<< /Type /FontDescriptor /FontName /ABCDEF+X /Flags 4 /ItalicAngle 0 /StemV 80
/FontBBox [0 -200 1000 900] /Ascent 900 /Descent -200 /CapHeight 700 >>"""
_MEANINGS = """begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 10 beginbfchar
<0001> <FB01> <0002> <00660069> <0003> <D83DDE00> <0004> <05D0> <0005> <05D1> <0006> <F0B7>
<0007> <FFFD> <0008> <65E5> <0009> <0627> <000A> <0628> endbfchar endcmap"""


@dataclass(frozen=True, slots=True)
class Printed:
    """A page.

    Attributes:
        content: Its operators. /F1 is Helvetica; /F2 a font of two bytes a character that has no
            meanings; /F3 the same with those of `_MEANINGS`; /Image an image of one grey; /Half a
            state in which half of what is below shows through; /F4 is Helvetica whose A means 日;
            /Off a layer that is switched off;
            /Form a form that prints a line at the top, /Hidden the same on that layer, and /Form4
            the same inside four forms; /Tiles a tiling pattern with text, /Mask the same in the
            colour of the space /Coloured; /Masked a state in which a mask hides everything.
        further: More entries of its dictionary.
    """

    content: str
    further: str = ""


def lines(*texts: str, at: tuple[int, int] = (50, 780), before: str = "") -> str:
    """The operators that print lines below each other, at 10 points."""
    shown = "".join(f"({text}) Tj T* " for text in texts)
    return f"q BT /F1 10 Tf 14 TL {before} {at[0]} {at[1]} Td {shown} ET Q "


def image(width: int, height: int, *, at: tuple[int, int] = (0, 0), before: str = "") -> str:
    """The operators that paint an image, in points."""
    return f"q {before} {width} 0 0 {height} {at[0]} {at[1]} cm /Image Do Q "


def printed(*pages: Printed | str, information: Mapping[str, str] | None = None) -> bytes:
    """A PDF of pages."""
    all_pages = [Printed(page) if isinstance(page, str) else page for page in pages]
    first = 24
    numbers = [first + 2 * index for index in range(len(all_pages))]
    objects = [
        _CATALOGUE,
        f"<< /Type /Pages /Count {len(numbers)} /Kids [{_references(numbers)}] >>",
        _LETTERS,
        _composite(),
        _DESCENDANT,
        _DESCRIPTOR,
        _composite("/ToUnicode 8 0 R"),
        _stream(_MEANINGS),
        _image(),
        _RESOURCES,
        f"<< {' '.join(f'/{key} ({value})' for key, value in (information or {}).items())} >>",
        _FORM,
        "<< /Type /OCG /Name (Off) >>",
        _LETTERS.replace(">>", "/ToUnicode 15 0 R >>"),
        _stream(_OTHER_MEANINGS),
        _FORM.replace("/Type", "/OC 13 0 R /Type"),
        *(_form("/X Do", f"/Resources << /XObject << /X {inner} 0 R >> >>") for inner in _NESTED),
        *(_form("BT /F1 10 Tf 50 500 Td (In a tile) Tj ET", _PATTERN + kind) for kind in "12"),
        _form("0 g 0 0 595 842 re f", "/Group << /S /Transparency /CS /DeviceGray >>"),
    ]
    for number, page in zip(numbers, all_pages, strict=True):
        box = f"/MediaBox [0 0 {A4[0]} {A4[1]}] /Resources 10 0 R"
        contents = f"/Contents {number + 1} 0 R {page.further}"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} {contents} >>")
        objects.append(_stream(page.content))
    body = "".join(f"{number} 0 obj {text} endobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer << /Root 1 0 R /Info 11 0 R >>\n%%EOF\n".encode("latin-1")


def _composite(further: str = "") -> str:
    head = "/Type /Font /Subtype /Type0 /BaseFont /ABCDEF+X /Encoding /Identity-H"
    return f"<< {head} /DescendantFonts [5 0 R] {further} >>"


def _image() -> str:
    head = "/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8"
    kind = "/ColorSpace /DeviceGray /Filter /RunLengthDecode /Length 2"
    return f"<< {head} {kind} >> stream\n\xc1\x90\nendstream"


def _form(content: str, further: str) -> str:
    head = "/Subtype /Form /BBox [0 0 595 842]"
    return f"<< {head} {further} /Length {len(content)} >> stream\n{content}\nendstream"


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >> stream\n{content}\nendstream"


def _references(numbers: Sequence[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)
