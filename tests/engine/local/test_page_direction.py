import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.engine.local.page_direction import (
    UNKNOWN,
    UPRIGHT,
    Run,
    best_direction,
    direction_of,
    directions_to_try,
    mapped,
    onto_page,
    run_of,
)
from ocr_watcher.engine.local.recognition.line_direction import Way

LEVEL, TURNED_OVER = Way.LEVEL, Way.TURNED_OVER

WIDE = [(10.0, 20.0), (210.0, 20.0), (210.0, 50.0), (10.0, 50.0)]
TALL = [(10.0, 20.0), (40.0, 20.0), (40.0, 220.0), (10.0, 220.0)]
SQUARE = [(10.0, 20.0), (40.0, 20.0), (40.0, 50.0), (10.0, 50.0)]


def run(quarters: int, characters: int, *, telling: bool = True) -> Run:
    return Run("x" * characters, quarters, telling)


def found(box, way, *, sure=True, words="Harbour Lane", score=1.0):
    return run_of(box, way, words, score, sure=sure)


@pytest.mark.parametrize(
    ("box", "way", "quarters"),
    [(WIDE, LEVEL, 0), (TALL, TURNED_OVER, 1), (WIDE, TURNED_OVER, 2), (TALL, LEVEL, 3)],
)
def test_the_way_in_which_a_line_was_turned_for_reading_shows_its_direction(box, way, quarters):
    run = found(box, way)
    assert (run.words, run.quarters, run.telling) == ("Harbour Lane", quarters, True)


def test_a_line_whose_corners_begin_elsewhere_is_judged_by_the_edge_that_was_made_level():
    crooked = [(40.0, 20.0), (50.0, 220.0), (20.0, 222.0), (10.0, 22.0)]
    assert found(crooked, LEVEL).quarters == 3


@pytest.mark.parametrize(
    "doubtful",
    [
        found(SQUARE, LEVEL),
        found(WIDE, TURNED_OVER, sure=False),
        found(WIDE, TURNED_OVER, score=0.8),
        found(WIDE, TURNED_OVER, words="  "),
    ],
)
def test_a_square_box_an_unsure_classifier_and_doubtful_or_blank_words_tell_nothing(doubtful):
    assert not doubtful.telling


def test_the_characters_of_all_lines_decide():
    assert direction_of([run(1, 30), run(1, 8), run(0, 9)]) == 1


@pytest.mark.parametrize(
    "runs",
    [
        [],
        [run(2, 40, telling=False)],
        [run(2, 5)],
        [run(2, 30), run(0, 11)],
    ],
    ids=["no words", "words that do not tell", "too few characters", "too small a share"],
)
def test_no_page_is_called_turned_for_less(runs):
    assert direction_of(runs) == UNKNOWN


@pytest.mark.parametrize("runs", [[run(0, 2)], [run(0, 12), run(2, 11)]])
def test_what_lies_upright_needs_no_proof(runs):
    assert direction_of(runs) == UPRIGHT


def test_only_a_line_that_was_not_turned_was_read_as_it_stands():
    assert found(WIDE, LEVEL, score=0.95).standing == 0.95
    assert found(WIDE, TURNED_OVER, score=0.95).standing == 0.0
    assert found(TALL, LEVEL, score=0.95).standing == 0.0
    assert found(TALL, Way.STANDING, score=0.95).standing == 0.95


@pytest.mark.parametrize(
    ("runs", "directions"),
    [
        ([found(WIDE, LEVEL, words="Box 7")], (2,)),
        ([found(WIDE, LEVEL, score=0.6)], (2,)),
        ([found(TALL, LEVEL, words="Box 7")], (1, 3)),
        ([found(SQUARE, LEVEL, words="OK")], (1, 2, 3)),
        ([found(WIDE, LEVEL)], ()),
        ([found(WIDE, TURNED_OVER)], ()),
        ([found(WIDE, LEVEL, score=0.6)] * 4, ()),
        ([], ()),
    ],
    ids=["short", "unsure", "on its side", "square", "sure", "surely turned", "more lines", "none"],
)
def test_other_directions_are_tried_where_one_line_or_two_leave_doubt(runs, directions):
    assert tuple(directions_to_try(runs)) == directions


@pytest.mark.parametrize(
    ("as_it_lies", "turned_over", "best"),
    [
        ([found(WIDE, LEVEL, words="xobn", score=0.85)], [found(WIDE, LEVEL, words="Box 77")], 2),
        ([found(WIDE, TURNED_OVER, words="Box 7")], [found(WIDE, LEVEL, words="Box 7")], 2),
        ([found(WIDE, LEVEL, words="96")], [found(WIDE, LEVEL, words="96")], UPRIGHT),
        ([found(WIDE, LEVEL, words="L", score=0.9)], [found(WIDE, LEVEL, words="7")], UPRIGHT),
        ([], [], UPRIGHT),
    ],
    ids=["more is read", "turned over anyway", "read both ways", "one character", "nothing"],
)
def test_a_page_is_turned_where_clearly_more_is_read_then(as_it_lies, turned_over, best):
    assert best_direction({UPRIGHT: as_it_lies, 2: turned_over}) == best


sides = st.integers(1, 5000)


@given(st.integers(0, 3), sides, sides)
def test_the_corners_of_the_upright_picture_go_to_those_of_the_page(direction, width, height):
    upright = (height, width) if direction % 2 else (width, height)
    across, down = upright
    corners = mapped(
        [(0, 0), (across, 0), (across, down), (0, down)], onto_page(direction, (width, height))
    )
    # Turned counter-clockwise by a quarter, a picture has its top left corner at the bottom left.
    page = [(0, 0), (0, height), (width, height), (width, 0)]
    assert corners[0] == page[direction]
    assert sorted(corners) == sorted(page)


@given(st.integers(0, 3), sides, sides, st.integers(0, 5000), st.integers(0, 5000))
def test_there_and_back_is_where_it_was(direction, width, height, x, y):
    upright = (height, width) if direction % 2 else (width, height)
    back = onto_page(-direction % 4, upright)
    assert back.point(*onto_page(direction, (width, height)).point(x, y)) == (x, y)


def test_another_corner_may_come_first():
    assert mapped(TALL, onto_page(0, (1, 1)), first=1) == [*TALL[1:], TALL[0]]
