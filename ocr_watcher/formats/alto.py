"""ALTO 4.4: the XML of libraries and archives for text with its places.

The schema is that of the Library of Congress, http://www.loc.gov/standards/alto/v4/alto-4-4.xsd.
All places are in pixels of the page as its file stores it.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ocr_watcher.document.regions import LEFT_TO_RIGHT, around, regions_of
from ocr_watcher.escapes import printable
from ocr_watcher.formats import stored_text
from ocr_watcher.formats.format import Format
from ocr_watcher.formats.markup import clean, degrees, engine_of, written
from ocr_watcher.formats.notation import rfc3339
from ocr_watcher.values.geometry import Rectangle

if TYPE_CHECKING:
    from ocr_watcher.document.document import Document
    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.document.regions import BlockRegion, ParagraphRegion, RowRegion, WordRegion

_NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_ROOT = {
    "xmlns": _NAMESPACE,
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{_NAMESPACE} http://www.loc.gov/standards/alto/v4/alto-4-4.xsd",
    "SCHEMAVERSION": "4.4",
}
_PROCESSING = "ocr"
"""The identifier of the step that read the pages."""


def render(document: Document) -> bytes:
    """Render the text of all pages with its places."""
    root = ET.Element("alto", _ROOT)
    _describe(ET.SubElement(root, "Description"), document)
    layout = ET.SubElement(root, "Layout")
    layout.extend(_Page(page).element() for page in document.pages)
    ET.indent(root, " ")
    return written(root)


def _describe(description: ET.Element, document: Document) -> None:
    _text(description, "MeasurementUnit", "pixel")
    source = ET.SubElement(description, "sourceImageInformation")
    _text(source, "fileName", clean(printable(document.source.name)))
    if document.source.sha256:
        known = _text(source, "fileIdentifier", document.source.sha256)
        known.set("fileIdentifierLocation", "SHA-256 of the file")
    step = ET.SubElement(description, "Processing", ID=_PROCESSING)
    _text(step, "processingCategory", "contentGeneration")
    _text(step, "processingDateTime", rfc3339(document.recognised_at))
    _text(step, "processingStepSettings", engine_of(document))
    software = ET.SubElement(step, "processingSoftware")
    _text(software, "softwareName", "ocr-watcher")
    _text(software, "softwareVersion", document.version)


def _text(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = text
    return element


class _Page:
    """The elements of a page, numbered within it.

    Args:
        page: The page.
    """

    def __init__(self, page: RecognisedPage) -> None:
        self._page = page
        self._numbers: dict[str, int] = {}

    def element(self) -> ET.Element:
        """Return the page."""
        page = self._page
        element = ET.Element(
            "Page",
            ID=f"page_{page.number}",
            PHYSICAL_IMG_NR=str(page.number),
            WIDTH=str(page.width),
            HEIGHT=str(page.height),
            PROCESSINGREFS=_PROCESSING,
        )
        blocks = regions_of(page)
        whole = Rectangle(0, 0, page.width, page.height)
        printed = around(block.box for block in blocks) if blocks else whole
        space = ET.SubElement(element, "PrintSpace", _place(printed))
        space.extend(map(self._block, blocks))
        return element

    def _block(self, block: BlockRegion) -> ET.Element:
        element = self._element("ComposedBlock", "block", block.box)
        element.extend(map(self._paragraph, block.paragraphs))
        return element

    def _paragraph(self, paragraph: ParagraphRegion) -> ET.Element:
        element = self._element("TextBlock", "par", paragraph.box)
        if angle := degrees(median(row.angle for row in paragraph.rows)):
            element.set("ROTATION", angle)
        element.extend(map(self._row, paragraph.rows))
        return element

    def _row(self, row: RowRegion) -> ET.Element:
        element = self._element("TextLine", "line", row.box)
        if row.direction != LEFT_TO_RIGHT:
            element.set("BASEDIRECTION", row.direction)
        before: WordRegion | None = None
        for word in row.words:
            if before and word.spaced:
                element.append(_space(before.box, word.box))
            element.append(self._word(word))
            before = word
        return element

    def _word(self, word: WordRegion) -> ET.Element:
        element = self._element("String", "word", word.box)
        element.set("CONTENT", clean(word.text))
        if word.score is not None:
            element.set("WC", f"{word.score:.4g}")
        return element

    def _element(self, tag: str, name: str, box: Rectangle) -> ET.Element:
        number = self._numbers[name] = self._numbers.get(name, 0) + 1
        return ET.Element(tag, {"ID": f"{name}_{self._page.number}_{number}", **_place(box)})


def _space(before: Rectangle, after: Rectangle) -> ET.Element:
    """Return a space, with its place where one word stands to the right of the other."""
    begin = before.left + before.width
    if after.left < begin:
        return ET.Element("SP")
    place = {"HPOS": begin, "VPOS": before.top, "WIDTH": after.left - begin}
    return ET.Element("SP", {name: str(value) for name, value in place.items()})


def _place(box: Rectangle) -> dict[str, str]:
    names = ("HPOS", "VPOS", "WIDTH", "HEIGHT")
    return dict(zip(names, map(str, box), strict=True))


FORMAT = Format("alto", ".alto.xml", render, needs_places=True, text_in=stored_text.alto)
