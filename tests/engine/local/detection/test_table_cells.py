from __future__ import annotations

import pytest

from ocr_watcher.engine.local.detection.table_cells import (
    MOST_CELLS,
    MOST_PIECES,
    Box,
    box_of,
    cells_of,
    is_row,
)

NAME, PRICE = Box(100, 100, 300, 140), Box(500, 101, 600, 141)
ROWS = [NAME, PRICE]
DIGIT = Box(400, 109, 412, 132)
"""A digit between name and price, whose row is 40 high."""


def test_a_digit_alone_between_two_columns_is_a_cell_with_the_margins_of_a_line():
    assert cells_of(ROWS, ROWS, [DIGIT]) == [DIGIT.grown(0.2 * 40)]


def test_two_digits_and_a_sign_before_them_are_one_cell():
    sign, second = Box(388, 119, 396, 122), Box(416, 109, 428, 132)
    assert cells_of(ROWS, ROWS, [second, DIGIT, sign]) == [Box(388, 109, 428, 132).grown(0.2 * 40)]


@pytest.mark.parametrize(
    "piece",
    [
        Box(400, 128, 404, 132),
        Box(400, 95, 420, 150),
        Box(400, 109, 403, 132),
        Box(400, 109, 440, 132),
        Box(400, 95, 412, 116),
        Box(303, 109, 315, 132),
        Box(400, 309, 412, 332),
    ],
    ids=[
        "a dot",
        "higher than the row",
        "a rule",
        "wider than a letter",
        "between two rows",
        "cut off the name",
        "on no row",
    ],
)
def test_what_is_no_letter_of_a_row_is_not_read(piece):
    assert cells_of(ROWS, ROWS, [piece]) == []


def test_a_digit_whose_strokes_are_broken_is_one_cell_and_a_sign_before_it_belongs_to_it():
    arc, foot, sign = Box(402, 109, 412, 119), Box(400, 127, 411, 132), Box(388, 119, 396, 122)
    assert cells_of(ROWS, ROWS, [foot, arc]) == [Box(400, 109, 412, 132).grown(0.2 * 40)]
    assert cells_of(ROWS, ROWS, [arc, foot, sign]) == [Box(388, 109, 412, 132).grown(0.2 * 40)]


@pytest.mark.parametrize(
    "pieces",
    [
        [Box(400, 109, 420, 113), Box(400, 128, 420, 132)],
        [Box(400, 109, 404, 113), Box(400, 128, 404, 132)],
        [Box(400, 109, 410, 119), Box(416, 122, 427, 132)],
        [Box(400, 102, 412, 112), Box(400, 128, 412, 138)],
    ],
    ids=["two dashes", "a colon", "beside each other", "higher than a letter"],
)
def test_pieces_of_ink_that_make_no_letter_together_are_not_read(pieces):
    assert cells_of(ROWS, ROWS, pieces) == []


def test_dotted_leaders_and_what_is_as_long_as_a_word_are_not_read():
    leaders = [Box(at, 128, at + 4, 132) for at in range(310, 490, 10)]
    word = [Box(at, 109, at + 12, 132) for at in range(330, 470, 16)]
    assert cells_of(ROWS, ROWS, leaders) == []
    assert cells_of(ROWS, ROWS, word) == []


def test_a_page_full_of_pieces_is_a_picture_and_of_many_cells_the_first_are_read():
    grid = [NAME, *(Box(100, top, 300, top + 40) for top in range(200, 8000, 100))]
    digits = [Box(400, row.top + 9, 412, row.top + 32) for row in grid]
    assert len(cells_of(grid, grid, digits)) == MOST_CELLS
    assert cells_of(ROWS, ROWS, [DIGIT] * (MOST_PIECES + 1)) == []


def test_only_lines_that_lie_level_are_rows():
    level = [(0, 0), (100, 2), (100, 22), (0, 20)]
    crooked = [(0, 0), (100, 20), (96, 40), (-4, 20)]
    tall = [(0, 0), (20, 0), (20, 100), (0, 100)]
    assert [is_row(quad) for quad in (level, crooked, tall)] == [True, False, False]
    assert box_of(crooked) == Box(-4, 0, 100, 40)


def test_nothing_is_read_close_to_a_line_that_is_no_row():
    assert cells_of(ROWS, [*ROWS, Box(414, 100, 422, 140)], [DIGIT]) == []
