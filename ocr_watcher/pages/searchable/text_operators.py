"""Write the operators that show text in places (ISO 32000-1, 9.3 and 9.4)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.glyphless import ADVANCE, NO_WIDTH, WIDE_SPACE, Face

if TYPE_CHECKING:
    from ocr_watcher.pages.searchable.glyphless import GlyphlessFonts
    from ocr_watcher.pages.searchable.place import Place
    from ocr_watcher.pages.searchable.ties import Tie

_SHADOW = 0.13
"""The least distance of two characters, as a fraction of the font size, with room for what poppler
rounds: it takes what is nearer for the shadow of the character before (`TextPage::addChar`)."""
_LEAST_SIZE = 0.05
"""The least size of a font, in points."""

_TABS = "/Span <</ActualText <FEFF00090009>>>"
"""The tag and the properties that make a text stand for two tabs. Poppler keeps such a text as a
blank word. PDFium passes over it, as it leaves out a text for which only control characters stand
(`CPDF_TextPage::PreMarkedContent`). Poppler would take one character alone for a space, which it
forgets (`TextPage::addChar`)."""

_MANY = 16
"""The faces of a page after which a tall word takes the face of a word that is a step lower.
On a crooked page almost every word has a height of its own, and each face adds 300 bytes."""
_TALL = 10
"""The least height of a word, in steps of its face, that may be a step lower than its ink."""

_PLACES = 2
"""The number of decimal places of points. A hundredth of a point is about a thirtieth of a pixel at
200 dots per inch. Each further place adds a tenth to the size of the layer."""


class TextOperators:
    """The content stream of a layer of invisible text.

    Attributes:
        faces: The faces of the fonts that are used, with their names among the page's resources.
    """

    def __init__(self, fonts: GlyphlessFonts, prefix: str) -> None:
        """Begin without text.

        Args:
            fonts: The fonts of the document.
            prefix: How the names of the fonts begin among the resources of the page.
        """
        self.faces: dict[Face, str] = {}
        self._fonts = fonts
        self._prefix = prefix
        self._operators: list[str] = []
        self._state: dict[str, str] = {}

    @property
    def content(self) -> bytes:
        """The content stream; empty if no text is shown."""
        if not self._operators:
            return b""
        return "\n".join(["q BT 3 Tr", *self._operators, "ET Q\n"]).encode("ascii")

    def show(self, text: str, place: Place, size: float) -> None:
        """Show a text over a place, scaled to its length.

        Args:
            text: The text, from left to right.
            place: The place.
            size: The size of the font, unless that is too large for characters so narrow.
        """
        advance = place.length / len(text)
        if len(text) > 1:
            size = min(size, advance / _SHADOW)
        codes = self._fonts.encoded(text)
        self._show(codes, place, max(size, _LEAST_SIZE), advance, is_tie=False)

    def _common(self, face: Face) -> Face:
        """Return a face, or one that is in use already and a step lower.

        None is taken that is higher: the order of blocks depends on their upper edges.
        """
        lower = replace(face, above=face.above - 1)
        is_rare = face not in self.faces and len(self.faces) >= _MANY
        is_tall = face.above + face.below >= _TALL
        return lower if is_rare and is_tall and lower in self.faces else face

    def show_wide_space(self, place: Place, size: float) -> None:
        """Show a space that is as long as a place."""
        self._show(self._fonts.encoded(WIDE_SPACE), place, max(size, _LEAST_SIZE), place.length)

    def show_tie(self, tie: Tie) -> None:
        """Show a blank that only poppler finds."""
        text, advance = WIDE_SPACE, tie.place.length
        if not tie.place.length:
            text, advance = NO_WIDTH, ADVANCE * tie.size
        self._show(self._fonts.encoded(text), tie.place, max(tie.size, _LEAST_SIZE), advance)
        self._operators[-1] = f"{_TABS} BDC {self._operators[-1]} EMC"

    def _show(
        self, codes: bytes, place: Place, size: float, advance: float, *, is_tie: bool = True
    ) -> None:
        face = Face.of(place.height / size, place.below / size)
        above, below = (reach * size for reach in face.reach)
        if 0 <= place.below <= place.height:  # in the middle of the place, whatever was rounded
            place = place.raised((place.height - above + below) / 2 - place.below)
        sine, cosine = math.sin(place.direction), math.cos(place.direction)
        turn = " ".join(map(_number, (cosine, sine, -sine, cosine)))
        origin = " ".join(_number(at, _PLACES) for at in place.origin)
        face = face if is_tie else self._common(face)
        name = self.faces.setdefault(face, f"{self._prefix}{face.name}")
        self._set("Tf", f"{name} {_number(size)}")
        self._set("Tz", _number(100 * advance / (ADVANCE * size), 1))
        self._operators.append(f"{turn} {origin} Tm <{codes.hex().upper()}> Tj")

    def _set(self, operator: str, operands: str) -> None:
        """Set a parameter of the text state, unless it is set already."""
        if self._state.get(operator) != operands:
            self._state[operator] = operands
            self._operators.append(f"{operands} {operator}")


def _number(value: float, places: int = 4) -> str:
    return f"{round(value, places) + 0.0:.{places}f}".rstrip("0").rstrip(".")  # never -0
