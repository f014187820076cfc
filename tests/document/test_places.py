from dataclasses import replace

import pytest

from ocr_watcher.document.analysis import analyse
from ocr_watcher.values.dialect import fields_of, line_of
from ocr_watcher.values.geometry import Rectangle, Transform
from tests.document.paper import drawn, laid_out, turned

PAGE = """
Sender           12 May
A street          Paris
"""
ROWS = ["Sender           12 May", "A street          Paris"]


@pytest.mark.parametrize("places", ["box", "quad"])
@pytest.mark.parametrize("direction", [0, 1, 2, 3])
def test_a_page_on_its_side_has_the_rows_of_an_upright_one(direction, places):
    page = drawn(PAGE, move=turned(90 * direction), places=places, direction=direction)
    assert laid_out(page) == ROWS


def test_a_page_that_its_file_stores_turned_has_the_rows_that_a_viewer_shows():
    stored = Transform(xx=0, xy=2, yx=-1, yy=0, y0=900)
    page = drawn(PAGE, move=stored.point, to_upright=stored.inverse())
    assert laid_out(page) == ROWS


@pytest.mark.parametrize("direction", [-1, 4, "1", None, True, 10**30])
def test_a_direction_that_says_nothing_leaves_the_page_as_it_lies(direction):
    assert laid_out(drawn(PAGE, direction=direction)) == ROWS


def test_vertical_writing_is_read_column_by_column_from_the_right():
    columns = ["天地玄黄", "宇宙洪荒", "日月盈昃"]
    page = drawn("    ".join(columns))
    standing = [
        replace(line, quad=None, box=Rectangle(300 - 40 * at, 20, 20, 80))
        for at, line in enumerate(page.lines)
    ]
    assert laid_out(replace(page, lines=tuple(standing[::-1]))) == columns


def without_place(value: object):
    page = drawn(PAGE)
    first = line_of(page.lines[0].text, {"location": value})
    return replace(page, lines=(first, *page.lines[1:]))


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [],
        "left",
        {"left": 1, "top": 2, "width": "3", "height": 4},
        {"left": 1, "top": 2, "width": True, "height": 4},
        {"left": 1e300, "top": 2, "width": 3, "height": 4},
        {"left": 10**400, "top": 2, "width": 3, "height": 4},
        {"left": float("nan"), "top": 2, "width": 3, "height": 4},
    ],
)
def test_where_a_line_has_no_place_the_order_of_the_engine_stays(value):
    page = without_place(value)
    assert analyse(page) is None
    assert laid_out(page) == [line.text for line in page.lines]


@pytest.mark.parametrize("corners", [None, 7, [1, 2, 3, 4], [{"x": 1}] * 4, [{}] * 3])
def test_corners_of_another_shape_are_passed_over(corners):
    page = drawn(PAGE, places="box")
    lines = [
        line_of(line.text, {**fields_of(line), "vertexes_location": corners}) for line in page.lines
    ]
    assert laid_out(replace(page, lines=tuple(lines))) == ROWS


def test_boxes_without_extent_are_laid_out():
    nothing = Rectangle(5, 5, 0, 0)
    page = drawn(PAGE)
    lines = tuple(replace(line, quad=None, box=nothing) for line in page.lines)
    assert "".join(laid_out(replace(page, lines=lines))).count("Sender") == 1


@pytest.mark.parametrize(
    ("told", "direction"), [(0, 0), (3, 3), (-1, None), (4, None), ("1", None)]
)
def test_a_page_has_the_direction_that_makes_sense(told, direction):
    assert drawn(PAGE, direction=told).direction == direction
