from __future__ import annotations

import pytest

from ocr_watcher.engine.local.detection.missed_cells import MissedCells
from ocr_watcher.engine.local.detection.row_ink import ink_of_rows
from ocr_watcher.engine.local.recognition.further_models import Read
from ocr_watcher.engine.local.runtime.rapidocr_steps import FoundLines

np = pytest.importorskip("numpy")
pytest.importorskip("cv2")

LINES = np.array([[[20, 20], [120, 20], [120, 60], [20, 60]]])


def page_with(*pieces, paper=255, ink=0):
    page = np.full((200, 300, 3), paper, dtype="uint8")
    for left, top, right, bottom in pieces:
        page[top:bottom, left:right] = ink
    return page


def found_on(page, lines=LINES, margins=(0, 0)):
    """The lines of a page that was reduced to half its size."""
    return FoundLines(lines, [], page, margins, (2.0, 2.0), {}, (400, 600))


def read_by(words="1", score=0.99):
    """A recogniser that reads the same in every cell, and keeps the sizes of the cells."""
    given = []

    def recognise(strips):
        given.extend(strip.shape[:2] for strip in strips)
        return [Read(words, score)] * len(strips)

    cells = MissedCells(recognise)
    return lambda found: cells(found, ink_of_rows(found)), given


DIGIT = (200, 29, 210, 51)


OVER_DIGIT = (0, 25, 300, 28)
BESIDE_DIGIT = (211, 0, 214, 200)


@pytest.mark.parametrize("rule", [OVER_DIGIT, BESIDE_DIGIT])
def test_a_missed_digit_that_touches_a_rule_is_read_alone(rule):
    missed, given = read_by()
    touching = (200, 28, 211, 51)
    ((place, _),) = missed(found_on(page_with(rule, touching)))
    assert 0 <= 400 - place[0][0] < 30
    assert given[0][1] < 30


def test_a_rule_or_a_table_of_rules_alone_is_no_character():
    missed, given = read_by()
    across = [(0, top, 300, top + 2) for top in (25, 40, 55)]
    down = [(left, 0, left + 2, 200) for left in (150, 180, 250)]
    for rules in (across, down, across + down):
        assert missed(found_on(page_with(*rules))) == []
    assert given == []


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (230, 150), (20, 220)])
def test_a_missed_digit_is_read_and_placed_on_the_picture_as_it_was_before_it_was_reduced(
    paper, ink
):
    missed, given = read_by()
    page = page_with((30, 30, 110, 50), DIGIT, paper=paper, ink=ink)
    ((place, cell),) = missed(found_on(page))
    assert (cell.words, cell.score) == ("1", 0.99)
    assert place == [(384, 42), (436, 42), (436, 118), (384, 118)]
    assert given == [(39, 27)]


def test_what_is_read_with_a_low_score_or_has_no_letter_or_digit_is_dropped():
    for words, score in (("1", 0.84), (":", 0.99), ("", 0.0)):
        assert read_by(words, score)[0](found_on(page_with(DIGIT))) == []


def test_nothing_is_cut_out_where_nothing_was_missed():
    missed, given = read_by()
    for page in (page_with(), page_with((30, 30, 110, 50)), page_with((280, 29, 300, 51))):
        assert missed(found_on(page)) == []
    assert given == []


def test_lines_of_a_padded_picture_are_compared_where_they_are_on_it():
    missed, _ = read_by()
    lines = LINES + np.array([0, 40])
    ((place, _),) = missed(found_on(page_with(DIGIT), lines, margins=(0, 40)))
    assert place[0] == (384, 42)
