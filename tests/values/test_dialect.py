from typing import Any

import pytest

from ocr_watcher.values.dialect import fields_of, line_of
from ocr_watcher.values.geometry import Rectangle, Transform
from ocr_watcher.values.reading import Line

PLACE = {"left": 1, "top": 2, "width": 3, "height": 4}
CORNERS = [{"x": 1, "y": 2}, {"x": 4, "y": 2}, {"x": 4, "y": 6}, {"x": 1, "y": 6}]
TOLD = {
    "probability": {"variance": 0.0004, "average": 0.99, "min": 0.95},
    "vertexes_location": CORNERS,
    "chars": [{"char": "a", "location": PLACE}],
    "location": {"top": 2, "left": 1, "width": 3, "height": 4},
}


def test_what_an_answer_tells_of_a_line_has_types():
    line = line_of("a", TOLD)
    assert (line.text, line.score) == ("a", 0.99)
    assert line.box == Rectangle(left=1, top=2, width=3, height=4)
    assert line.quad == ((1, 2), (4, 2), (4, 6), (1, 6))


def test_what_a_service_told_is_repeated_as_it_was_told_in_its_order():
    assert repr(fields_of(line_of("a", TOLD))) == repr(TOLD)


def test_what_an_engine_without_such_words_found_is_put_into_them():
    line = Line("a", Rectangle(1, 2, 3, 4), ((1, 2), (4, 2), (4, 6), (1, 6)), 0.5)
    fields = {
        "location": PLACE,
        "probability": {"average": 0.5},
        "vertexes_location": CORNERS,
    }
    assert repr(fields_of(line)) == repr(fields)
    assert fields_of(Line("a")) == {}
    again = line_of("a", fields)
    assert (again.box, again.quad, again.score) == (line.box, line.quad, line.score)


def test_the_places_of_a_line_are_mapped_and_so_is_what_was_told_of_them():
    mapped = line_of("a", TOLD).in_original(Transform.scaling(2, 3))
    assert mapped.box == Rectangle(2, 6, 6, 12)
    assert mapped.quad == ((2, 6), (8, 6), (8, 18), (2, 18))
    again = line_of("a", fields_of(mapped))
    assert again == mapped
    assert mapped.told["chars"][0]["location"] == {"left": 2, "top": 6, "width": 6, "height": 12}


ODD_NUMBERS = ["1", None, True, float("nan"), float("inf"), 1e300, 10**400, []]


@pytest.mark.parametrize("odd", [None, [], "left", {}, {"left": 1}])
def test_a_place_of_another_shape_is_none(odd: Any):
    assert line_of("a", {"location": odd}).box is None


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_a_number_that_is_nowhere_on_a_page_is_no_place(number: Any):
    assert line_of("a", {"location": {**PLACE, "width": number}}).box is None
    corners = [*CORNERS[:3], {"x": 1, "y": number}]
    assert line_of("a", {"vertexes_location": corners}).quad is None


@pytest.mark.parametrize(
    "odd", [None, 7, {}, [1, 2, 3, 4], [{"x": 1}] * 4, CORNERS[:3], [*CORNERS, CORNERS[0]]]
)
def test_corners_of_another_shape_are_none(odd: Any):
    assert line_of("a", {"vertexes_location": odd}).quad is None


@pytest.mark.parametrize("average", [-0.1, 1.1, "0.5", None, True, float("nan")])
def test_a_score_that_makes_no_sense_is_none(average: Any):
    assert line_of("a", {"probability": {"average": average}}).score is None
