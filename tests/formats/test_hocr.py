from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings

from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.formats.hocr import FORMAT, render
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line
from ocr_watcher.values.word import Word
from tests.document.paper import drawn
from tests.formats.placed import DOCUMENTS, HOSTILE, SOURCE, document

etree = pytest.importorskip("lxml.etree")
html = pytest.importorskip("lxml.html")

X = {"x": "http://www.w3.org/1999/xhtml"}

_NUMBER = r"-?\d+(\.\d+)?"
_PROPERTIES = {
    "bbox": r"\d+ \d+ \d+ \d+",
    "image": r'"[^"]*"',
    "ppageno": r"\d+",
    "scan_res": r"\d+ \d+",
    "textangle": _NUMBER,
    "x_wconf": r"\d+",
}
"""Properties and their values (hOCR 1.2, section 5)."""
_WITHIN = {"ocr_page": None, "ocr_carea": "ocr_page", "ocr_par": "ocr_carea", "ocr_line": "ocr_par"}
_WITHIN["ocrx_word"] = "ocr_line"


def properties(element) -> dict[str, str]:
    pairs = (part.strip().split(" ", 1) for part in element.get("title").split(";"))
    return dict(pairs)


def box_of(element) -> tuple[int, ...]:
    return tuple(map(int, properties(element)["bbox"].split()))


def check_grammar(content: bytes) -> None:
    """Checks what the specification says of elements, their nesting and their properties."""
    tree = etree.fromstring(content, etree.XMLParser(load_dtd=False, no_network=True))
    metas = {meta.get("name"): meta.get("content") for meta in tree.iterfind(".//x:meta", X)}
    capabilities = metas["ocr-capabilities"].split()
    assert metas["ocr-system"].startswith("ocr-watcher ")
    elements = tree.xpath("//*[@class]")
    assert len({element.get("id") for element in elements}) == len(elements)
    for element in elements:
        kind, parent = element.get("class"), element.getparent()
        assert kind in capabilities
        assert parent.get("class") == _WITHIN[kind]
        told = properties(element)
        for name, value in told.items():
            assert re.fullmatch(_PROPERTIES[name], value), (name, value)
        left, top, right, bottom = box_of(element)
        assert left <= right
        assert top <= bottom
        if parent.get("class"):
            outer = box_of(parent)
            assert outer[0] <= left
            assert outer[1] <= top
            assert right <= outer[2]
            assert bottom <= outer[3]
        assert 0 <= int(told.get("x_wconf", "0")) <= 100


def lines_of(content: bytes) -> list[str]:
    """Returns the lines as a reader of HTML sees them."""
    tree = html.fromstring(content)
    return [line.text_content() for line in tree.find_class("ocr_line")]


COLUMNS = drawn(
    """
this column of text is    and this one beside it is
read from its head to     read after it, as people
its end, line by line     do, and not across both
"""
)


def test_the_lines_come_in_the_order_of_reading():
    content = render(document(COLUMNS))
    check_grammar(content)
    assert lines_of(content) == [
        "this column of text is",
        "read from its head to",
        "its end, line by line",
        "and this one beside it is",
        "read after it, as people",
        "do, and not across both",
    ]
    assert content.count(b"ocr_carea") == 3


def test_what_stands_beside_each_other_is_one_line():
    content = render(document(drawn("bread     2.95\nbutter    0.45")))
    assert lines_of(content) == ["bread 2.95", "butter 0.45"]


def test_each_word_has_its_place_and_how_sure_it_is():
    words = (
        Word("ab", ((10, 20), (30, 20), (30, 40), (10, 40)), 0.876),
        Word("c", ((35, 20), (45, 20), (45, 40), (35, 40))),
    )
    line = Line("ab c", Rectangle(8, 18, 40, 24), score=0.5, words=words)
    content = render(document(RecognisedPage(1, 100, 50, (line,), resolution=(299.7, 150))))
    tree = html.fromstring(content)
    told = [properties(word) for word in tree.find_class("ocrx_word")]
    assert told == [
        {"bbox": "10 20 30 40", "x_wconf": "88"},
        {"bbox": "35 20 45 40", "x_wconf": "50"},
    ]
    (page,) = tree.find_class("ocr_page")
    assert properties(page) == {
        "image": '"scan.jpg"',
        "bbox": "0 0 100 50",
        "ppageno": "0",
        "scan_res": "300 150",
    }


def test_chinese_runs_on_without_spaces_and_columns_of_it_are_vertical():
    line = Line("中文", quad=((10, 0), (30, 0), (30, 200), (10, 200)))
    content = render(document(RecognisedPage(1, 100, 300, (line, line))))
    (row, *_) = html.fromstring(content).find_class("ocr_line")
    assert row.get("style") == "writing-mode: vertical-rl"
    assert "textangle" not in row.get("title")
    assert lines_of(render(document(drawn("一二 三四")))) == ["一二 三四"]


def test_text_from_right_to_left_is_marked_and_keeps_its_order():
    line = Line("שלום 12", Rectangle(0, 0, 90, 20))
    content = render(document(RecognisedPage(1, 100, 30, (line,))))
    (row,) = html.fromstring(content).find_class("ocr_line")
    assert row.get("dir") == "rtl"
    assert row.text_content() == "שלום 12"


@pytest.mark.parametrize(
    ("quad", "angle"),
    [
        (((0, 100), (0, 0), (20, 0), (20, 100)), "90"),
        (((100, 20), (0, 20), (0, 0), (100, 0)), "180"),
        (((0, 10), (100, 0), (102, 20), (2, 30)), "5.7"),
        (((0, 0), (100, 0), (100, 20), (0, 20)), None),
    ],
)
def test_a_turned_line_tells_its_angle(quad, angle):
    line = Line("abcdef", quad=quad, words=(Word("abcdef", quad),))
    content = render(document(RecognisedPage(1, 200, 200, (line,))))
    (row,) = html.fromstring(content).find_class("ocr_line")
    assert properties(row).get("textangle") == angle


def test_a_page_without_text_and_lines_without_places_are_written_as_well():
    nothing = RecognisedPage(1, 100, 100, ())
    unplaced = RecognisedPage(2, 100, 100, (Line("one two"), Line("three")))
    content = render(document(nothing, unplaced))
    check_grammar(content)
    assert lines_of(content) == ["one two", "three"]
    first, second = html.fromstring(content).find_class("ocr_page")
    assert second.getparent() is first.getparent()


def test_a_name_that_looks_like_a_property_stays_a_name():
    odd = replace(SOURCE, name='a"; bbox 0 0 1 1; image "%b;c\n.jpg')
    content = render(document(drawn("a"), source=odd))
    check_grammar(content)
    assert b'<title>a"; bbox 0 0 1 1; image "%b;c\\n.jpg</title>' in content


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_gives_a_valid_file(text):
    page = RecognisedPage(1, 100, 30, (Line(f"a{text}b {text}", Rectangle(0, 0, 90, 20)),))
    content = render(document(page))
    check_grammar(content)
    assert "\x1b" not in content.decode()


@settings(max_examples=30, deadline=None)
@given(DOCUMENTS)
def test_any_document_gives_a_valid_file(any_document):
    check_grammar(render(any_document))


@pytest.mark.parametrize("pages", [[COLUMNS], [drawn("bread     2.95\nbutter    0.45")]])
def test_hocr_check_is_content(pages, capsys, tmp_path):
    checker = pytest.importorskip("hocr_tools_lib.tools.hocr_check").Checker
    file = tmp_path / "scan.hocr"
    file.write_bytes(render(document(*pages)))
    checker(file).check()
    told = capsys.readouterr().err.splitlines()
    assert told
    assert [line for line in told if not line.startswith("ok")] == []


def test_it_needs_places_and_a_name_of_its_own():
    assert (FORMAT.name, FORMAT.suffix, FORMAT.needs_places) == ("hocr", ".hocr", True)
