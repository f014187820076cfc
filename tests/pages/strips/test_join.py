from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.pages.strips.join import joined
from ocr_watcher.pages.types import Piece
from ocr_watcher.values.geometry import Transform
from ocr_watcher.values.page import Page
from ocr_watcher.values.reading import Line, Reading
from tests.pages.receipt import Receipt

HEIGHTS = st.integers(12, 28)
WORDS = st.sampled_from(["Tea 2.00", "Rye bread 2.95", "Butter 250 g 2.60", "TOTAL"])


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    """Rows of any height and text, equal ones too."""
    words = draw(st.lists(WORDS, min_size=30, max_size=120))
    heights = draw(st.lists(HEIGHTS, min_size=len(words), max_size=len(words)))
    return Receipt.of(words, heights)


@st.composite
def receipts_with_distinct_rows(draw: st.DrawFn) -> Receipt:
    """Between equal rows lie others, by which their number can be told without places."""
    count = draw(st.integers(30, 100))
    salt = draw(st.integers(0, 2**30))
    words = [
        f"{(number + 7) * (salt + 99991) ** 2:x}" if number % 2 else "1 x 2.00"
        for number in range(count)
    ]
    return Receipt.of(words, draw(st.lists(HEIGHTS, min_size=count, max_size=count)))


def words_of(reading: Reading) -> list[str]:
    return [line.text for line in reading.lines]


@given(receipts(), st.booleans(), st.integers(-2, 2))
def test_by_their_places_no_row_is_doubled_or_lost_and_the_order_is_kept(receipt, blank, jitter):
    strips = receipt.strips(blank=blank)
    read = [
        receipt.read(strip, located=True, jitter=jitter * (number % 2))
        for number, strip in enumerate(strips)
    ]
    assert words_of(joined(read)) == receipt.words


@given(receipts_with_distinct_rows(), st.booleans())
def test_without_places_no_row_is_doubled_or_lost_and_the_order_is_kept(receipt, blank):
    read = [receipt.read(strip, located=False) for strip in receipt.strips(blank=blank)]
    assert words_of(joined(read)) == receipt.words


@given(receipts())
def test_at_blank_cuts_equal_rows_are_counted_without_places_too(receipt):
    read = [receipt.read(strip, located=False) for strip in receipt.strips(blank=True)]
    assert words_of(joined(read)) == receipt.words


def strips(
    *readings: Reading, advance: tuple[float, float] = (0, 900), turned: Transform | None = None
) -> list[tuple[Piece, Reading]]:
    """Readings of strips that follow one another, on a page that may be stored turned."""
    page = Page(b"", "PNG", 500, 1000)
    turned = turned or Transform()
    x, y = advance
    return [
        (Piece(page, turned.after(Transform.shift(number * x, number * y))), reading)
        for number, reading in enumerate(readings)
    ]


def told(*words: str, **details: object) -> Reading:
    return Reading(tuple(Line(text) for text in words), details)


def test_what_is_not_cut_stays_what_it_is():
    reading = told("a", paragraphs_result="odd")
    assert joined(strips(reading)) is reading


DOWN, RIGHT = (0, 900), (900, 0)
TURNED = Transform(xx=0, xy=1, yx=-1, yy=0, y0=3000)


@pytest.mark.parametrize("turned", [None, TURNED])
@pytest.mark.parametrize(
    ("advance", "direction", "words"),
    [
        (DOWN, -1, "abc"),
        (DOWN, 0, "abc"),
        (DOWN, 1, "cba"),
        (DOWN, 2, "cba"),
        (DOWN, 3, "abc"),
        (RIGHT, -1, "abc"),
        (RIGHT, 0, "abc"),
        (RIGHT, 1, "abc"),
        (RIGHT, 2, "cba"),
        (RIGHT, 3, "cba"),
        (RIGHT, "3", "abc"),
    ],
)
def test_strips_are_read_in_the_order_of_the_upright_page(advance, direction, words, turned):
    readings = [told(word, direction=direction, log_id=word) for word in "abc"]
    reading = joined(strips(*readings, advance=advance, turned=turned))
    assert "".join(words_of(reading)) == words
    assert reading.details["log_id"] == words[0]


def quarter_turns(corner: tuple[int, int], turns: int) -> tuple[int, int]:
    """Where a corner of the page is after it was turned counter-clockwise so many times."""
    x, y = corner
    for _ in range(turns):
        x, y = y, 1 - x
    return x, y


@pytest.mark.parametrize("direction", [0, 1, 2, 3])
@pytest.mark.parametrize("advance", [DOWN, RIGHT])
def test_a_direction_is_the_number_of_quarters_the_page_was_turned_counter_clockwise(
    advance, direction
):
    axis = 0 if advance == RIGHT else 1
    starts = quarter_turns((0, 0), direction)[axis]  # of the first line: on the near side, or not
    reading = joined(strips(*(told(word, direction=direction) for word in "ab"), advance=advance))
    assert words_of(reading) == (["a", "b"] if starts == 0 else ["b", "a"])


def test_the_direction_that_decides_is_the_one_that_is_told():
    read_first = joined(strips(told(direction=-1), told("1", "2", direction=0)))
    assert read_first.details["direction"] == 0
    on_its_head = joined(strips(told("2", direction=2), told("1", direction=2), told(direction=-1)))
    assert [line.text for line in on_its_head.lines] == ["1", "2"]
    assert on_its_head.details["direction"] == 2
    assert joined(strips(told(direction=-1), told(direction=-1))).details["direction"] == -1


def test_ink_is_unread_where_nothing_was_read_on_any_strip():
    unread, blank = told(unread_ink=True), told()
    assert joined(strips(blank, unread)).details == {"unread_ink": True}
    assert joined(strips(unread, blank)).details == {"unread_ink": True}
    assert joined(strips(unread, told("words"))).details == {}
    assert joined(strips(blank, blank)).details == {}


def test_the_direction_is_that_of_most_lines():
    readings = [told("1", direction=0), told(*"23456", direction=2), told(direction=-1)]
    assert "".join(words_of(joined(strips(*readings)))) == "234561"


def test_rows_of_a_page_on_its_head_are_laid_over_each_other_in_reading_order():
    rows = [f"row {number * 7919:x}" for number in range(30)]
    (first, one), (second, other) = strips(
        told(*rows[13:], direction=2), told(*rows[:15], direction=2)
    )
    shares = Piece(second.page, second.to_stored, shares_lines=True)
    assert words_of(joined([(first, one), (shares, other)])) == rows


def paragraph(*indexes: int) -> dict[str, object]:
    return {"words_result_idx": list(indexes), "alignment": "left"}


def test_paragraphs_have_the_numbers_of_the_joined_lines():
    rows = [f"row {number * 7919:x}" for number in range(6)]
    one = told(*rows[:4], paragraphs_result=[paragraph(0, 1), paragraph(2, 3)])
    other = told(
        *rows[2:],
        paragraphs_result=[paragraph(0), paragraph(1, 2, 3, 9)],
        paragraphs_result_num=2,
    )
    (first, _), (second, _) = strips(one, other)
    shares = Piece(second.page, second.to_stored, shares_lines=True)
    reading = joined([(first, one), (shares, other)])
    assert words_of(reading) == rows
    paragraphs = reading.details["paragraphs_result"]
    numbers = [number for each in paragraphs for number in each["words_result_idx"]]
    assert numbers == list(range(6))
    assert reading.details["paragraphs_result_num"] == len(paragraphs)
    assert all(each["alignment"] == "left" for each in paragraphs)


@pytest.mark.parametrize(
    "odd", ["text", {"words_result_idx": []}, ["x"], [{}], [{"words_result_idx": ["1"]}]]
)
def test_paragraphs_without_the_documented_shape_are_left_out(odd):
    good = [paragraph(0)]
    for readings in (
        (told("a", paragraphs_result=odd, paragraphs_result_num=1), told("b")),
        (told("a", paragraphs_result=good), told("b", paragraphs_result=odd)),
    ):
        assert joined(strips(*readings)).details == {}


def test_a_strip_without_paragraphs_adds_none():
    reading = joined(strips(told("a", paragraphs_result=[paragraph(0)]), told("b")))
    assert reading.details["paragraphs_result"] == [paragraph(0)]
