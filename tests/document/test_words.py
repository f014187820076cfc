from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.document.words import Word, words_of
from ocr_watcher.values.geometry import Rectangle, Transform
from ocr_watcher.values.reading import Line

QUAD = ((0, 0), (100, 0), (100, 20), (0, 20))
A, B = (((0, 1), (9, 1), (9, 18), (0, 18)), ((50, 1), (99, 1), (99, 18), (50, 18)))


def spans(line: Line, to_reading: Transform | None = None) -> dict[str, tuple[float, float]]:
    return {word.text: (word.quad[0][0], word.quad[1][0]) for word in words_of(line, to_reading)}


def test_the_words_that_the_engine_told_have_its_places_and_scores():
    line = Line("a b", quad=QUAD, score=0.5, words=(Word("a", A, 0.9), Word("b", B)))
    assert words_of(line) == (Word("a", A, 0.9), Word("b", B, 0.5))


def test_words_that_are_not_those_of_the_text_do_not_count():
    line = Line("a b", quad=QUAD, words=(Word("ab", A),))
    assert [word.text for word in words_of(line)] == ["a", "b"]


def test_a_line_without_a_place_has_no_words():
    assert words_of(Line("a b")) == ()
    assert words_of(Line("  ", quad=QUAD)) == ()


def test_words_are_estimated_by_the_widths_of_their_characters():
    places = spans(Line("mmm iii", quad=QUAD))
    assert places["mmm"][0] == 0
    assert places["mmm"][1] > 65
    assert places["iii"][0] > places["mmm"][1] + 5
    assert places["iii"][1] == 100


def test_a_rectangle_serves_as_well():
    (word,) = words_of(Line("中文", Rectangle(1, 2, 30, 10)))
    assert word.quad == ((1, 2), (31, 2), (31, 12), (1, 12))


def test_words_of_a_crooked_line_lie_along_it():
    line = Line("ab ab", quad=((0, 0), (100, 10), (98, 30), (-2, 20)))
    first, second = words_of(line)
    assert first.quad[0] == (0, 0)
    assert first.quad[3] == (-2, 20)
    assert second.quad[1] == pytest.approx((100, 10))
    assert second.quad[0][1] == pytest.approx(second.quad[0][0] / 10)


def test_text_from_right_to_left_begins_on_the_right():
    places = spans(Line("שלום 12", quad=QUAD))
    assert places["שלום"][1] == 100
    assert places["12"][0] == 0


def test_a_tall_line_is_written_downwards_and_its_right_is_above():
    line = Line("上下 左右", quad=((0, 0), (20, 0), (20, 100), (0, 100)))
    first, second = words_of(line)
    assert first.quad[0] == (20, 0)
    assert first.quad[1][0] == 20
    assert second.quad[2] == pytest.approx((0, 100))


SIDEWAYS = Transform(xx=0, xy=-1, yx=1, yy=0)
"""What makes a page upright that lies a quarter to the left: its lines run up."""


def test_the_page_tells_where_a_line_begins_that_runs_up():
    line = Line("left right", Rectangle(0, 0, 20, 100))
    first, second = words_of(line, SIDEWAYS)
    assert first.quad[0] == (0, 100)
    assert first.quad[1][1] < 100
    assert second.quad[1] == pytest.approx((0, 0))


@given(st.text(max_size=30), st.sampled_from([QUAD, QUAD[::-1], [(0, 0)] * 4]))
def test_the_words_are_the_text_without_white_space(text, quad):
    words = words_of(Line(text, quad=quad))
    assert [word.text for word in words] == text.split()
