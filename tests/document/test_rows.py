from dataclasses import replace

import pytest

from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line
from tests.document.paper import drawn, laid_out, turned

RECEIPT = """
Item                    Qty     Price
Apples                    3      4.20
Bread of rye              1      2.95
Coffee beans, roasted     2     17.50
TOTAL                           24.65
"""


def rows(drawing: str) -> list[str]:
    return drawing.strip("\n").split("\n")


def test_what_stands_on_one_row_is_one_line_and_the_columns_of_a_table_stay_below_each_other():
    assert laid_out(drawn(RECEIPT)) == rows(RECEIPT)


def test_a_place_may_be_a_rectangle():
    assert laid_out(drawn(RECEIPT, places="box")) == rows(RECEIPT)


@pytest.mark.parametrize("degrees", [-8, -2, 2, 8])
def test_a_crooked_page_has_the_same_rows(degrees):
    assert laid_out(drawn(RECEIPT, move=turned(degrees))) == rows(RECEIPT)


def test_the_order_in_which_an_engine_tells_the_lines_has_no_meaning():
    page = drawn(RECEIPT)
    assert laid_out(replace(page, lines=page.lines[::-1])) == rows(RECEIPT)


def test_within_a_sentence_there_is_one_space():
    assert laid_out(drawn("The ship came|in, and nobody|stood there")) == [
        "The ship came in, and nobody stood there"
    ]


def test_between_full_width_characters_of_a_sentence_there_is_no_space():
    page = drawn("天地玄黄    宇宙洪荒")
    near = [
        replace(line, quad=None, box=Rectangle(left, 0, 80, 20))
        for line, left in zip(page.lines, (0, 82), strict=True)
    ]
    assert laid_out(replace(page, lines=tuple(near))) == ["天地玄黄宇宙洪荒"]


def test_columns_of_a_table_are_two_spaces_apart_at_least():
    # The name is printed in narrow letters, and leaves no room for its place.
    page = drawn("iiiiiiiiiiiiiiiiiiiiiiiii     4.20\nTea      2.00\nMilk     1.10")
    first, *others = page.lines
    narrow = replace(first, quad=None, box=Rectangle(0, 0, 100, 18))
    near = replace(others[0], quad=None, box=Rectangle(130, 0, 40, 18))
    found = laid_out(replace(page, lines=(narrow, near, *others[1:])))
    assert found[0] == "iiiiiiiiiiiiiiiiiiiiiiiii  4.20"


def test_a_full_width_character_takes_two_columns():
    page = drawn("苹果    三斤    12.00\nTea     1       3.50")
    places = [(0, 40), (80, 40), (160, 50), (0, 30), (80, 10), (160, 40)]
    lines = [
        replace(
            line,
            quad=None,
            box=Rectangle(left, top, width, 18),
        )
        for line, (left, width), top in zip(page.lines, places, (0, 0, 0, 24, 24, 24), strict=True)
    ]
    assert laid_out(replace(page, lines=tuple(lines))) == [
        "苹果    三斤    12.00",
        "Tea     1       3.50",
    ]


def test_a_tall_line_beside_two_rows_does_not_join_them():
    page = drawn("one\ntwo")
    logo = replace(
        page.lines[0],
        text="LOGO",
        quad=None,
        box=Rectangle(200, 0, 90, 42),
    )
    found = laid_out(replace(page, lines=(*page.lines, logo)))
    assert sorted(found) == ["LOGO", "one", "two"] or len(found) == 2
    assert not any("one" in line and "two" in line for line in found)


def test_a_note_as_tall_as_two_rows_beside_them_does_not_make_them_one():
    lines = (
        Line("Thank you", box=Rectangle(0, 0, 90, 28)),
        Line("Please come again", box=Rectangle(0, 22, 170, 28)),
        Line("31.00", box=Rectangle(200, -8, 50, 66)),
    )
    assert laid_out(replace(drawn("Thank you"), lines=lines)) == [
        "Thank you           31.00",
        "Please come again",
    ]


def test_two_boxes_of_one_word_stay_on_their_row():
    page = drawn("Total     4.20")
    again = Line("4.2", quad=page.lines[1].quad)
    assert len(laid_out(replace(page, lines=(*page.lines, again)))) == 1
