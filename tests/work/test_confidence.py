"""The scores of the lines decide whether the text of a page is doubtful."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from ocr_watcher.values.dialect import line_of
from ocr_watcher.values.reading import UNREAD_CHARACTERS, Line, Reading
from ocr_watcher.work.confidence import low_confidence, lowest
from ocr_watcher.work.read_pages import read_pages
from tests.engine.fake import LIMITS, FakeEngine
from tests.work.test_read_pages import Here

if TYPE_CHECKING:
    from ocr_watcher.values.page import Page


def line(words: str, average: object) -> Line:
    return line_of(words, {"probability": {"average": average}})


def reading(*lines: Line, unread: object = 0) -> Reading:
    return Reading(lines, {UNREAD_CHARACTERS: unread})


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("Harbour Lane", 0.41)], 0.41),
        ([("Harbour Lane", 0.99)], None),
        ([("Harbour Lane", 0.93), ("Northwick", 0.97)], None),
        ([("Harbour Lane and Northwick", 0.99), ("x", 0.5)], None),
        ([("Harbour", 0.99), ("Lane", 0.4), ("Northwick", 0.4)], 0.61),
        ([("ll", 0), ("ll", 1)], 0.5),
        ([], None),
    ],
)
def test_the_mean_score_of_the_characters_is_told_where_it_is_low(lines, expected) -> None:
    assert low_confidence(reading(*(line(*each) for each in lines))) == expected


def test_the_blanks_of_a_line_of_little_else_could_not_be_read() -> None:
    assert low_confidence(reading(line("  .      ", 0.9))) == 0.1
    assert low_confidence(reading(line("Rye bread      2.95", 0.95))) is None
    assert low_confidence(reading(line("one two three four five", 0.95))) is None


def test_lines_that_could_not_be_read_make_a_page_doubtful_but_specks_do_not() -> None:
    assert low_confidence(reading(unread=40)) == 0.0
    assert low_confidence(reading(unread=9)) is None
    assert low_confidence(reading(line("x" * 60, 1.0), unread=40)) == 0.6
    assert low_confidence(reading(line("Confidential", 0.99), unread=4)) is None


@pytest.mark.parametrize("average", [None, "0.1", True, -0.1, 1.5, [], {}])
def test_what_is_no_score_is_left_out(average: object) -> None:
    assert low_confidence(reading(line("Harbour Lane", average))) is None
    assert low_confidence(reading(line("a", average), line("Harbour Lane", 0.4))) == 0.4


@pytest.mark.parametrize("fields", [{}, {"probability": 0.1}, {"probability": None}])
def test_lines_without_a_probability_tell_nothing(fields: dict[str, Any]) -> None:
    assert low_confidence(Reading((line_of("Harbour Lane", fields),))) is None


@pytest.mark.parametrize("unread", ["40", None, -40, 40.0, []])
def test_a_number_of_unread_characters_that_is_none_is_passed_over(unread: object) -> None:
    assert low_confidence(reading(unread=unread)) is None


def test_the_worst_page_speaks_for_its_image() -> None:
    assert lowest([None, 0.6, 0.4, None]) == 0.4
    assert lowest([None, None]) is None


class Unsure(FakeEngine):
    """Reads one line, of which it is sure or not, and misses another one."""

    def __init__(self, average: float, unread: int = 0, strip_side: int = 4096) -> None:
        super().__init__(replace(LIMITS, strip_side=strip_side))
        self._told = reading(line("Harbour Lane", average), unread=unread)

    def recognise(self, page: Page) -> Reading:
        return self._told


def encoded(size: tuple[int, int]) -> bytes:
    target = io.BytesIO()
    Image.new("L", size, "white").save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(("average", "expected"), [(0.41, 0.41), (0.99, None)])
def test_a_page_is_told_to_be_doubtful(average: float, expected: float | None) -> None:
    (page,) = read_pages(encoded((200, 60)), Unsure(average), Here())
    assert page.low_confidence == expected


def test_what_the_strips_of_a_page_leave_unread_counts_together() -> None:
    (page,) = read_pages(encoded((100, 1500)), Unsure(0.99, unread=7, strip_side=500), Here())
    assert page.details[UNREAD_CHARACTERS] == 7 * len(page.lines) >= 21
    assert page.low_confidence is not None
