from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ocr_watcher.document.document import Document, Source
from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.document.text import text_of
from ocr_watcher.formats.md import FORMAT
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import EngineIdentity, Line
from tests.document.paper import drawn, turned
from tests.formats.markdown import parts
from tests.formats.test_commonmark import HOSTILE


def rendered(*pages: RecognisedPage) -> str:
    source, engine = Source("a.jpg", 1, 0, None), EngineIdentity("local", "models")
    return FORMAT.render(Document(pages, source, engine, datetime.now(UTC))).decode()


def test_a_receipt_is_paragraphs_and_a_table_whose_amounts_stand_on_the_right():
    assert (
        rendered(
            drawn("""
GREEN BASKET
27 Orchard Road, Northwick


Item                Qty    Amount
Apples, red           2      4.20
Rye bread             1      2.95

Thank you
""")
        )
        == """\
GREEN BASKET\x20\x20
27 Orchard Road, Northwick

| Item | Qty | Amount |
| --- | --: | --: |
| Apples, red | 2 | 4.20 |
| Rye bread | 1 | 2.95 |

Thank you
"""
    )


def test_a_table_without_names_of_columns_has_an_empty_head():
    assert parts(
        rendered(
            drawn("""
Apples           4.20
Rye bread       12.95
""")
        )
    ) == [
        ("aligned", "left", "right"),
        ("row", "", ""),
        ("row", "Apples", "4.20"),
        ("row", "Rye bread", "12.95"),
    ]


@pytest.mark.parametrize(
    "move", [turned(3), turned(-3), lambda x, y: (4000 - y, x)], ids=["left", "right", "downwards"]
)
def test_a_crooked_page_and_one_that_is_written_downwards_are_as_any_other(move):
    drawing = """
品名合计        数量        金额
复印纸张        20       470.00
黑色墨水         3        84.00

货物已当面点清。
"""
    assert parts(rendered(drawn(drawing, move=move))) == [
        ("aligned", "left", "right", "right"),
        ("row", "品名合计", "数量", "金额"),
        ("row", "复印纸张", "20", "470.00"),
        ("row", "黑色墨水", "3", "84.00"),
        ("p", "货物已当面点清。"),
    ]


def test_lists_that_follow_each_other_stay_apart():
    assert parts(
        rendered(
            drawn("""
3. three
4. four
1. one
7. seven
8. eight
""")
        )
    ) == [
        *(("ol",), ("3.", "three"), ("4.", "four")),
        *(("ol",), ("1.", "one")),
        *(("ol",), ("7.", "seven"), ("8.", "eight")),
    ]


def test_between_pages_is_a_thematic_break_and_no_text_is_one():
    page = RecognisedPage(1, 600, 800, (Line("a"), Line("---"), Line("***"), Line("___")))
    found = parts(rendered(page, drawn(""), page))
    text = ("p", "a\n---\n***\n___")
    assert found == [text, ("hr",), ("hr",), text]


def test_an_image_without_text_gives_an_empty_file():
    blank = RecognisedPage(1, 600, 800, (Line(""), Line(" \n")))
    placed = RecognisedPage(1, 600, 800, (Line(" ", Rectangle(0, 0, 9, 9)),))
    assert [rendered(page) for page in (drawn(""), blank, placed)] == ["", "", ""]


def test_no_file_begins_like_front_matter():
    assert rendered(drawn(""), drawn("title: x"), drawn("")).startswith("\n---\n")


def test_control_characters_are_spaces_and_a_surrogate_is_a_question_mark():
    page = RecognisedPage(1, 600, 800, (Line("a\x00b\x1b[1m\x85\u2028# c\r\n# d\ud800"),))
    assert parts(rendered(page)) == [("p", "a b [1m # c # d?")]


MARKS = str.maketrans("", "", "-\u00ad\u2010\u2013\u2014\u2022\u00b7\u25cf\u25cb\u25a0\u25a1*.)")
"""What Markdown has other signs for, and what joins the parts of a word."""


def characters(text: str) -> str:
    return "".join(text.translate(MARKS).split())


def said(part: tuple[str, ...]) -> str:
    kind, *texts = part
    return "".join([kind] * kind[0].isdigit() + texts * (kind != "aligned"))


@st.composite
def hostile_lines(draw: st.DrawFn) -> Line:
    """Return a line anywhere on a sheet, in print of any size."""
    left, row = draw(st.integers(0, 3)) * 150, draw(st.integers(0, 20)) * 24
    words = draw(HOSTILE | st.text(st.characters()))
    width = draw(st.integers(0, 400) | st.just(0) | st.floats(-1e7, 1e7))
    return Line(words, Rectangle(left, row, width, draw(st.sampled_from([0, 10, 18, 40]))))


@example([(Line("", Rectangle(0, 0, 1, 0)), Line("0", Rectangle(0, 0, 1e-312, 0)))])
@given(st.lists(st.lists(hostile_lines(), max_size=20).map(tuple), max_size=3))
def test_whatever_stands_wherever_the_text_is_that_of_the_text_format(sheets):
    pages = [RecognisedPage(1, 600, 800, lines) for lines in sheets]
    found = parts(rendered(*pages))
    assert sum(part == ("hr",) for part in found) == max(0, len(pages) - 1)
    expected = text_of(pages, "rows").decode()
    told, wanted = characters("".join(map(said, found))), characters(expected)
    if any(part[0] == "row" for part in found):  # a cell on two rows is told at once
        assert sorted(told) == sorted(wanted)
    else:
        assert told == wanted
