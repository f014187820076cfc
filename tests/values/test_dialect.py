import json
from typing import Any

import pytest

from ocr_watcher.values.dialect import fields_of, line_from, line_of, stored_of
from ocr_watcher.values.geometry import Rectangle, Transform
from ocr_watcher.values.reading import Line
from ocr_watcher.values.word import Word

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
    assert mapped.fields["chars"][0]["location"] == {"left": 2, "top": 6, "width": 6, "height": 12}


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


def test_the_characters_of_an_answer_tell_the_words():
    chars = [{"char": "a", "location": PLACE}, {"char": "b", "location": {**PLACE, "left": 9}}]
    assert [word.text for word in line_of("a b", {"chars": chars}).words] == ["a", "b"]
    corners = ((1, 2), (4, 2), (4, 6), (1, 6))
    assert line_of("a", TOLD).words == (Word("a", corners),)
    (mapped,) = line_of("a", TOLD).in_original(Transform.scaling(2, 2)).words
    assert mapped.quad == ((2, 4), (8, 4), (8, 12), (2, 12))


@pytest.mark.parametrize(
    "odd", [None, 7, {}, "a", ["a"], [{"char": "a"}], [{"char": 1, "location": PLACE}], [[]]]
)
def test_characters_of_another_shape_tell_no_words(odd: Any):
    assert line_of("a", {"chars": odd}).words == ()


WORDS = (Word("a", ((1, 2), (4, 2), (4, 6), (1, 6)), 0.5), Word("b", ((5, 2), (8, 2), (8, 6))))
OF_MODELS = Line("a b", Rectangle(1, 2, 7, 4), score=0.5, words=WORDS)


def test_words_of_an_engine_without_such_names_are_stored_and_not_told():
    stored = json.loads(json.dumps(stored_of(OF_MODELS)))
    again = line_from("a b", stored)
    assert again.words == WORDS
    assert fields_of(again) == fields_of(OF_MODELS)
    assert "words" not in fields_of(again)
    assert stored_of(again) == stored_of(OF_MODELS)


def test_fields_that_were_stored_without_words_are_a_line_without():
    line = line_from("a", {"location": PLACE})
    assert line == line_of("a", {"location": PLACE})
    assert line.words == ()


def test_characters_are_stored_as_they_were_told_and_tell_the_words_again():
    line = line_of("a", TOLD)
    assert stored_of(line) == TOLD
    assert line_from("a", stored_of(line)) == line


@pytest.mark.parametrize("odd", [7, [7], [["a"]], [["a", [[1]], None]], [["a", 7, None]]])
def test_stored_words_of_another_shape_are_a_damage(odd: Any):
    with pytest.raises((TypeError, ValueError)):
        line_from("a", {"words": odd})
