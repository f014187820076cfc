from __future__ import annotations

from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.document.regions import DOWNWARDS, LEFT_TO_RIGHT, RIGHT_TO_LEFT, around, regions_of
from ocr_watcher.values.geometry import Rectangle, Transform
from ocr_watcher.values.reading import Line
from ocr_watcher.values.word import Word
from tests.document.paper import drawn, turned


def texts(page: RecognisedPage) -> list[list[list[str]]]:
    """Returns the words of each row of each paragraph."""
    return [
        [" ".join(word.text for word in row.words) for row in paragraph.rows]
        for block in regions_of(page)
        for paragraph in block.paragraphs
    ]


LETTER = """
Dear Ms Ellery,

the volume has lost its spine, and its first
leaves are loose, but we can sew it.

Yours sincerely
"""


def test_a_page_is_blocks_of_paragraphs_of_rows():
    assert texts(drawn(LETTER)) == [
        ["Dear Ms Ellery,"],
        [
            "the volume has lost its spine, and its first",
            "leaves are loose, but we can sew it.",
        ],
        ["Yours sincerely"],
    ]


def test_a_page_on_its_side_is_read_alike_and_its_places_are_those_of_the_page():
    lying = drawn(LETTER, move=turned(90), direction=1)
    assert texts(lying) == texts(drawn(LETTER))
    (block,) = regions_of(lying)
    for row in block.rows:
        assert round(row.angle) == 90
        assert row.box.height > row.box.width
        assert row.direction == LEFT_TO_RIGHT


def test_what_is_around_holds_what_is_within():
    (block,) = regions_of(drawn(LETTER))
    assert block.box == around(row.box for row in block.rows)
    assert around([Rectangle(1, 2, 3, 4), Rectangle(0, 5, 1, 9)]) == Rectangle(0, 2, 4, 12)


def test_words_without_white_between_them_are_not_apart():
    (block,) = regions_of(drawn("一二 三四"))
    (row,) = block.rows
    assert [word.spaced for word in row.words] == [True, True]
    lines = [Line(text, Rectangle(at, 0, 40, 20)) for text, at in (("一二", 0), ("三四", 42))]
    ((row,),) = (block.rows for block in regions_of(RecognisedPage(1, 100, 30, tuple(lines))))
    assert [word.spaced for word in row.words] == [True, False]


def test_a_place_that_reaches_off_the_page_ends_at_its_edge():
    quad = ((-5, -5), (200, -5), (200, 40), (-5, 40))
    (block,) = regions_of(RecognisedPage(1, 100, 30, (Line("abc", quad=quad),)))
    assert block.box == Rectangle(0, 0, 100, 30)


def test_the_direction_of_writing_is_that_of_the_page_as_it_is_read():
    column = Line("上下左右", quad=((0, 0), (20, 0), (20, 90), (0, 90)))
    hebrew = Line("שלום", Rectangle(0, 0, 90, 20))
    for line, direction in ((column, DOWNWARDS), (hebrew, RIGHT_TO_LEFT)):
        (block,) = regions_of(RecognisedPage(1, 100, 100, (line, line)))
        assert {row.direction for row in block.rows} == {direction}
        assert {round(row.angle) for row in block.rows} == {0}
    side = Transform(xx=0, xy=1, yx=-1, yy=0)
    upwards = Line("上下左右", Rectangle(0, 0, 20, 90))
    (block,) = regions_of(RecognisedPage(1, 100, 100, (upwards,), to_upright=side))
    assert [row.direction for row in block.rows] == [LEFT_TO_RIGHT]


def test_lines_of_white_space_are_nothing():
    assert regions_of(RecognisedPage(1, 100, 100, (Line("  ", Rectangle(0, 0, 9, 9)),))) == ()
    assert regions_of(RecognisedPage(1, 100, 100, (Line(" \t"), Line("")))) == ()


def test_lines_without_places_are_rows_in_their_order_with_the_place_of_the_page():
    page = RecognisedPage(1, 100, 80, (Line("one two", score=0.5), Line("three")))
    assert texts(page) == [["one two", "three"]]
    (block,) = regions_of(page)
    assert block.box == Rectangle(0, 0, 100, 80)


def test_the_angle_of_a_row_is_that_of_its_words():
    quad = ((0, 10), (100, 0), (102, 20), (2, 30))
    line = Line(
        "abcdef", quad=((0, 0), (102, 0), (102, 30), (0, 30)), words=(Word("abcdef", quad),)
    )
    (block,) = regions_of(RecognisedPage(1, 200, 200, (line,)))
    assert [round(row.angle, 1) for row in block.rows] == [5.7]
