"""hOCR 1.2: XHTML with the place of each block, paragraph, line and word.

The specification is at http://kba.github.io/hocr-spec/1.2/. The lines are in the order in which a
person reads them, so that a browser shows the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ocr_watcher.document.regions import DOWNWARDS, RIGHT_TO_LEFT, regions_of
from ocr_watcher.escapes import printable
from ocr_watcher.formats import stored_text
from ocr_watcher.formats.format import Format
from ocr_watcher.formats.markup import clean, degrees, engine_of, written

if TYPE_CHECKING:
    from ocr_watcher.document.document import Document
    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.document.regions import BlockRegion, ParagraphRegion, RowRegion, WordRegion
    from ocr_watcher.values.geometry import Rectangle

_DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
_QUOTED = {ord(character): f"%{ord(character):02X}" for character in '"%;'}
"""The characters between properties and their values; in the name of an image they are escaped as
in a URL."""

_CAPABILITIES = "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrp_dir ocrp_wconf"


def render(document: Document) -> bytes:
    """Render the text of all pages with its places."""
    root = ET.Element("html", xmlns="http://www.w3.org/1999/xhtml")
    _spread(root, [_head(document), _body(document)])
    return written(root, _DOCTYPE)


def _head(document: Document) -> ET.Element:
    head, title = ET.Element("head"), ET.Element("title")
    title.text = _name(document)
    told = {
        "ocr-system": f"ocr-watcher {document.version} ({engine_of(document)})",
        "ocr-capabilities": _CAPABILITIES,
        "ocr-number-of-pages": str(len(document.pages)),
    }
    content = {"http-equiv": "Content-Type", "content": "text/html;charset=utf-8"}
    named = [ET.Element("meta", name=name, content=value) for name, value in told.items()]
    _spread(head, [title, ET.Element("meta", content), *named])
    return head


def _name(document: Document) -> str:
    return clean(printable(document.source.name))


def _body(document: Document) -> ET.Element:
    body = ET.Element("body")
    _spread(body, [_Page(document, page).element() for page in document.pages])
    return body


class _Page:
    """The elements of a page, numbered within it.

    Args:
        document: The document.
        page: The page, which is one of the document's.
    """

    def __init__(self, document: Document, page: RecognisedPage) -> None:
        self._document = document
        self._page = page
        self._numbers: dict[str, int] = {}

    def element(self) -> ET.Element:
        """Return the page."""
        page = self._page
        name = _name(self._document).translate(_QUOTED)
        properties = [
            f'image "{name}"',
            f"bbox 0 0 {page.width} {page.height}",
            f"ppageno {page.number - 1}",
        ]
        if page.resolution:
            across, down = map(round, page.resolution)
            properties.append(f"scan_res {across} {down}")
        element = ET.Element("div", {"class": "ocr_page", "id": f"page_{page.number}"})
        element.set("title", "; ".join(properties))
        _spread(element, [self._block(block) for block in regions_of(page)])
        return element

    def _block(self, block: BlockRegion) -> ET.Element:
        element = self._element("div", "ocr_carea", "block", block.box)
        _spread(element, [self._paragraph(paragraph) for paragraph in block.paragraphs])
        return element

    def _paragraph(self, paragraph: ParagraphRegion) -> ET.Element:
        element = self._element("p", "ocr_par", "par", paragraph.box)
        _spread(element, [self._row(row) for row in paragraph.rows])
        return element

    def _row(self, row: RowRegion) -> ET.Element:
        angle = degrees(row.angle)
        element = self._element(
            "span", "ocr_line", "line", row.box, *([f"textangle {angle}"] if angle else [])
        )
        if row.direction == RIGHT_TO_LEFT:
            element.set("dir", "rtl")
        if row.direction == DOWNWARDS:
            element.set("style", "writing-mode: vertical-rl")
        for word in row.words:
            if len(element) and word.spaced:
                element[-1].tail = " "
            element.append(self._word(word))
        return element

    def _word(self, word: WordRegion) -> ET.Element:
        sure = [] if word.score is None else [f"x_wconf {round(100 * word.score)}"]
        element = self._element("span", "ocrx_word", "word", word.box, *sure)
        element.text = clean(word.text)
        return element

    def _element(
        self, tag: str, kind: str, name: str, box: Rectangle, *properties: str
    ) -> ET.Element:
        number = self._numbers[name] = self._numbers.get(name, 0) + 1
        element = ET.Element(tag, {"class": kind, "id": f"{name}_{self._page.number}_{number}"})
        left, top, width, height = box
        corners = f"bbox {left} {top} {left + width} {top + height}"
        element.set("title", "; ".join([corners, *properties]))
        return element


def _spread(parent: ET.Element, children: list[ET.Element]) -> None:
    """Put elements into another one, each on a line of its own.

    An element without children gets a line end, as a parser of HTML does not treat ``<div />`` as
    closed.
    """
    parent.text = "\n"
    for child in children:
        child.tail = "\n"
    parent.extend(children)


FORMAT = Format("hocr", ".hocr", render, needs_places=True, text_in=stored_text.hocr)
