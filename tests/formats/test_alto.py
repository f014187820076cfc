from __future__ import annotations

import functools
from pathlib import Path

import pytest
from hypothesis import given, settings

from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.formats.alto import FORMAT, render
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line
from ocr_watcher.values.word import Word
from tests.document.paper import drawn
from tests.formats.placed import DOCUMENTS, HOSTILE, document

etree = pytest.importorskip("lxml.etree")

SCHEMAS = Path(__file__).parent / "schemas"
A = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}


class _Here(etree.Resolver):
    """Finds the schemas that a schema imports beside it, and nothing on the network."""

    def resolve(self, url, _public, context):
        return self.resolve_filename(str(SCHEMAS / Path(url).name), context)


@functools.cache
def schema():
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Here())
    return etree.XMLSchema(etree.parse(SCHEMAS / "alto-4-4.xsd", parser))


def valid(content: bytes):
    """Returns the root of a file that is valid against the schema."""
    root = etree.fromstring(content)
    schema().assertValid(root)
    return root


def texts_of(root) -> list[str]:
    return [
        "".join(" " if part.tag.endswith("SP") else part.get("CONTENT") for part in line)
        for line in root.iterfind(".//a:TextLine", A)
    ]


def placed(element) -> tuple[int, ...]:
    return tuple(int(element.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))


def test_it_says_what_was_read_by_whom_and_when():
    root = valid(render(document(drawn("a"), version="1.2.3")))
    told = {
        element.tag.partition("}")[2]: element.text
        for element in root.iterfind("a:Description//*", A)
    }
    assert root.get("SCHEMAVERSION") == "4.4"
    assert told["MeasurementUnit"] == "pixel"
    assert told["fileName"] == "scan.jpg"
    assert told["fileIdentifier"] == "ab" * 32
    assert told["processingDateTime"] == "2026-01-31T12:30:00Z"
    assert told["processingStepSettings"] == "local models"
    assert (told["softwareName"], told["softwareVersion"]) == ("ocr-watcher", "1.2.3")


def test_lines_come_in_the_order_of_reading_and_rows_are_lines():
    page = drawn(
        """
this column of text is    and this one beside it is
read from its head to     read after it, as people
its end, line by line     do, and not across both
"""
    )
    assert texts_of(valid(render(document(page)))) == [
        "this column of text is",
        "read from its head to",
        "its end, line by line",
        "and this one beside it is",
        "read after it, as people",
        "do, and not across both",
    ]
    rows = valid(render(document(drawn("bread     2.95\nbutter    0.45"))))
    assert texts_of(rows) == ["bread 2.95", "butter 0.45"]


def test_each_word_has_its_place_and_how_sure_it_is():
    words = (
        Word("ab", ((10, 20), (30, 20), (30, 40), (10, 40)), 0.876),
        Word("c", ((35, 21), (45, 21), (45, 40), (35, 40))),
    )
    line = Line("ab c", Rectangle(8, 18, 40, 24), words=words)
    root = valid(render(document(RecognisedPage(1, 100, 50, (line,)))))
    one, space, two = root.find(".//a:TextLine", A)
    assert (placed(one), one.get("WC")) == ((10, 20, 20, 20), "0.876")
    assert (placed(two), two.get("WC")) == ((35, 21, 10, 19), None)
    assert (space.get("HPOS"), space.get("WIDTH")) == ("30", "5")
    for tag in ("PrintSpace", "ComposedBlock", "TextBlock", "TextLine"):
        assert placed(root.find(f".//a:{tag}", A)) == (10, 20, 35, 20)
    page = root.find(".//a:Page", A)
    assert (page.get("WIDTH"), page.get("HEIGHT"), page.get("PHYSICAL_IMG_NR")) == (
        "100",
        "50",
        "1",
    )


def test_chinese_runs_on_without_spaces():
    left, right = (Line(text, Rectangle(at, 0, 40, 20)) for text, at in (("一二", 0), ("三四", 42)))
    root = valid(render(document(RecognisedPage(1, 100, 30, (left, right)))))
    assert texts_of(root) == ["一二三四"]
    assert texts_of(valid(render(document(drawn("一二      三四"))))) == ["一二 三四"]


@pytest.mark.parametrize(
    ("text", "quad", "direction", "angle"),
    [
        ("שלום 12", ((0, 0), (90, 0), (90, 20), (0, 20)), "rtl", None),
        ("上下左右", ((0, 0), (20, 0), (20, 90), (0, 90)), "ttb", None),
        ("sideways", ((0, 0), (20, 0), (20, 90), (0, 90)), None, "-90"),
        ("level", ((0, 0), (90, 0), (90, 20), (0, 20)), None, None),
    ],
)
def test_the_direction_of_writing_is_told(text, quad, direction, angle):
    line = Line(text, quad=quad)
    root = valid(render(document(RecognisedPage(1, 100, 100, (line, line)))))
    assert root.find(".//a:TextLine", A).get("BASEDIRECTION") == direction
    assert root.find(".//a:TextBlock", A).get("ROTATION") == angle


def test_a_page_without_text_and_lines_without_places_are_written_as_well():
    nothing = RecognisedPage(1, 100, 100, ())
    unplaced = RecognisedPage(2, 100, 100, (Line("one two"), Line("three")))
    root = valid(render(document(nothing, unplaced)))
    assert texts_of(root) == ["one two", "three"]
    assert placed(root.find(".//a:PrintSpace", A)) == (0, 0, 100, 100)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_gives_a_valid_file(text):
    page = RecognisedPage(1, 100, 30, (Line(f"a{text}b {text}", Rectangle(0, 0, 90, 20)),))
    content = render(document(page))
    valid(content)
    assert "\x1b" not in content.decode()


@settings(max_examples=30, deadline=None)
@given(DOCUMENTS)
def test_any_document_gives_a_valid_file(any_document):
    valid(render(any_document))


def test_it_needs_places_and_a_name_of_its_own():
    assert (FORMAT.name, FORMAT.suffix, FORMAT.needs_places) == ("alto", ".alto.xml", True)
