import copy
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.values.dialect_places import in_original
from ocr_watcher.values.geometry import Transform, reading_order

HALF = Transform.scaling(2.0, 2.0)
NAMES = st.sampled_from(
    ["location", "vertexes_location", "chars", "left", "top", "width", "height", "x", "y"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def test_a_rectangle_of_a_reduced_page_is_told_in_pixels_of_the_original():
    fields = {"location": {"left": 10, "top": 20, "width": 30, "height": 5}}
    mapped = in_original(fields, Transform.scaling(2.0, 3.0))
    assert mapped == {"location": {"left": 20, "top": 60, "width": 60, "height": 15}}


def test_rectangles_that_touch_on_the_page_touch_in_the_original():
    scale = Transform.scaling(1.37, 1.0)
    left, right = (
        in_original({"location": {"left": x, "top": 0, "width": 3, "height": 1}}, scale)["location"]
        for x in (1, 4)
    )
    assert left["left"] + left["width"] == right["left"]


@pytest.mark.parametrize(
    "name",
    ["vertexes_location", "finegrained_vertexes_location", "min_finegrained_vertexes_location"],
)
def test_each_list_of_points_is_mapped(name):
    assert in_original({name: [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}, HALF) == {
        name: [{"x": 2, "y": 4}, {"x": 6, "y": 8}]
    }


def test_characters_are_mapped_like_their_line():
    char = {"char": "a", "location": {"left": 1, "top": 1, "width": 1, "height": 1}}
    (mapped,) = in_original({"chars": [char]}, HALF)["chars"]
    assert mapped == {"char": "a", "location": {"left": 2, "top": 2, "width": 2, "height": 2}}


def test_places_are_mapped_at_any_depth():
    place = {"left": 1, "top": 1, "width": 1, "height": 1}
    corners = [{"x": 1, "y": 2}]
    details = {
        "paragraphs_result": [
            {"words_result_idx": [0, 1], "location": place, "vertexes_location": corners}
        ],
        "log_id": 5,
        "left": 7,
    }
    assert in_original(details, HALF) == {
        "paragraphs_result": [
            {
                "words_result_idx": [0, 1],
                "location": {"left": 2, "top": 2, "width": 2, "height": 2},
                "vertexes_location": [{"x": 2, "y": 4}],
            }
        ],
        "log_id": 5,
        "left": 7,
    }


def test_an_answer_as_deep_as_an_engine_lets_it_be_is_mapped():
    deep: object = {"location": {"left": 1, "top": 1, "width": 1, "height": 1}}
    for _ in range(32):
        deep = {"inner": [deep]}
    mapped = in_original(deep, HALF)
    for _ in range(32):
        (mapped,) = mapped["inner"]
    assert mapped["location"]["left"] == 2


def test_what_is_no_location_stays_as_it_is():
    fields = {"probability": {"average": 0.5, "min": 0.1}, "left": 7, "words": "x"}
    assert in_original(fields, HALF) == fields


def test_what_came_in_is_not_changed():
    fields = {"location": {"left": 1, "top": 1, "width": 1, "height": 1}, "chars": [{"char": "a"}]}
    before = copy.deepcopy(fields)
    in_original(fields, HALF)
    assert fields == before


@pytest.mark.parametrize(
    "odd",
    [
        {"location": None},
        {"location": [1, 2]},
        {"location": {"left": 1}},
        {"location": {"left": "1", "top": 1, "width": 1, "height": 1}},
        {"location": {"left": math.inf, "top": 1, "width": 1, "height": 1}},
        {"location": {"left": 10**400, "top": 1, "width": 1, "height": 1}},
        {"vertexes_location": {"x": 1, "y": 2}},
        {"vertexes_location": [None, 3, {"x": 1}, {"x": "1", "y": 1}, {"x": [], "y": 1}]},
        {"chars": "abc"},
        {"chars": [None, "a", {"location": 5}]},
    ],
)
def test_odd_shapes_pass_through_unharmed(odd):
    assert in_original(odd, HALF) == odd


@given(st.dictionaries(NAMES, JSON, max_size=4))
def test_no_answer_of_a_service_makes_it_raise(fields):
    assert in_original(fields, HALF).keys() == fields.keys()


NUMBERS = st.integers(-50, 50)
QUARTERS = st.sampled_from([(1, 0, 0, 1), (0, -1, 1, 0), (-1, 0, 0, -1), (0, 1, -1, 0)])


@st.composite
def transforms(draw: st.DrawFn) -> Transform:
    """Scaled, turned by quarters, mirrored and moved."""
    xx, xy, yx, yy = draw(QUARTERS)
    scale, mirror = draw(st.integers(1, 9)), draw(st.sampled_from([1, -1]))
    return Transform(
        xx=xx * scale * mirror,
        xy=xy * scale,
        x0=draw(NUMBERS),
        yx=yx * scale * mirror,
        yy=yy * scale,
        y0=draw(NUMBERS),
    )


@given(transforms(), transforms(), NUMBERS, NUMBERS)
def test_two_transforms_joined_do_what_one_after_the_other_does(first, second, x, y):
    assert second.after(first).point(x, y) == second.point(*first.point(x, y))


@given(transforms(), NUMBERS, NUMBERS, st.integers(0, 50), st.integers(0, 50))
def test_a_rectangle_is_one_after_any_turn(transform, left, top, width, height):
    location = {"left": left, "top": top, "width": width, "height": height}
    mapped = in_original({"location": location}, transform)["location"]
    assert mapped["width"] >= 0
    assert mapped["height"] >= 0
    scale = abs(transform.xx + transform.xy)
    assert sorted((mapped["width"], mapped["height"])) == sorted((width * scale, height * scale))


def test_a_page_without_lines_has_an_empty_order():
    assert reading_order([]) == []


def grid(degrees: float) -> list[list[tuple[float, float]]]:
    """Three columns of ten lines, each 80 x 20 pixels, turned as a crooked scan is."""
    angle = math.radians(degrees)
    return [
        [
            (
                x * math.cos(angle) - y * math.sin(angle),
                x * math.sin(angle) + y * math.cos(angle),
            )
            for x, y in ((left, top), (left + 80, top), (left + 80, top + 20), (left, top + 20))
        ]
        for top in range(0, 300, 30)
        for left in (0, 400, 900)
    ]


@pytest.mark.parametrize("degrees", [-4.0, -1.0, 0.0, 1.0, 4.0])
def test_rows_are_read_from_left_to_right_however_crooked_the_scan(degrees):
    quads = grid(degrees)
    shuffled = random.Random(5).sample(quads, len(quads))
    assert [shuffled[index] for index in reading_order(shuffled)] == quads


def test_a_row_holds_boxes_of_unequal_height():
    price = [(300, 14), (340, 14), (340, 30), (300, 30)]
    item = [(0, 0), (100, 0), (100, 34), (0, 34)]
    below = [(0, 40), (100, 40), (100, 70), (0, 70)]
    assert reading_order([below, price, item]) == [2, 1, 0]


def test_lines_too_short_to_tell_a_slope_are_read_by_the_edge_of_the_page():
    narrow = [
        [(x, y), (x + 10, y + 3), (x + 9, y + 13), (x - 1, y + 10)] for x, y in [(50, 0), (0, 0)]
    ]
    assert reading_order(narrow) == [1, 0]
