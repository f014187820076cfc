from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.pages.strips.doubles import StripLines, doubled
from ocr_watcher.values.dialect import line_of
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line


def located(*lines: tuple[str, int, int], left: int = 0, width: int = 100) -> list[Line]:
    return [Line(words, Rectangle(left, top, width, height)) for words, top, height in lines]


def kept(before: StripLines, after: StripLines) -> list[str]:
    of_before, of_after = doubled(before, after)
    return [
        line.text
        for lines, gone in ((before.lines, of_before), (after.lines, of_after))
        for index, line in enumerate(lines)
        if index not in gone
    ]


def upper(*lines: Line) -> StripLines:
    return StripLines(lines, (0, 1000), 1)


def lower(*lines: Line) -> StripLines:
    return StripLines(lines, (900, 1900), 1)


def test_of_two_that_are_the_same_the_one_farther_from_the_cut_stays():
    one = located(("early", 910, 20), ("late ", 970, 20))
    other = located(("earl", 911, 20), ("late", 969, 20))
    assert kept(upper(*one), lower(*other)) == ["early", "late"]


def test_a_fragment_gives_way_to_the_whole_line_whatever_was_made_of_it():
    one = located(("whole", 890, 30), ("rn_.", 985, 15))
    other = located(("|-|", 900, 20), ("Total 9.80", 985, 30))
    assert kept(upper(*one), lower(*other)) == ["whole", "Total 9.80"]


def test_equal_lines_at_different_places_stay():
    one = located(("Tea 2.00", 905, 20), ("Tea 2.00", 935, 20), ("Tea 2.00", 965, 20))
    other = located(*((line.text, line.box.top, 20) for line in one))
    below = located(("Tea 2.00", 1000, 20))
    assert kept(upper(*one), lower(*other, *below)) == ["Tea 2.00"] * 4


def test_different_lines_whose_boxes_overlap_on_a_crooked_page_stay():
    one = located(("Harbour Lane", 930, 60))
    other = located(("Northwick 27", 935, 60))
    assert len(kept(upper(*one), lower(*other))) == 2


def test_a_line_read_as_two_in_the_other_strip_stays_once_and_whole():
    one = located(("Apples   3.48", 925, 20), width=400)
    other = [
        *located(("Apples", 925, 20), width=150),
        *located(("3.48", 926, 19), left=300, width=100),
    ]
    assert kept(upper(*one), lower(*other)) == ["Apples   3.48"]


def test_lines_beside_each_other_are_not_the_same():
    one = located(("42", 930, 20), width=100)
    other = located(("42", 930, 20), left=300, width=100)
    assert kept(upper(*one), lower(*other)) == ["42", "42"]


def test_a_line_only_goes_where_its_like_stays():
    one = located(("Apples 3.48", 950, 20), width=400)
    other = [
        *located(("Apples", 948, 20), width=150),
        *located(("3.48", 951, 20), left=300, width=100),
    ]
    words = " ".join(kept(upper(*one), lower(*other)))
    assert "Apples" in words
    assert "3.48" in words


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("turned", [False, True])
def test_places_count_along_the_axis_of_the_strips_in_either_direction(axis, turned):
    def line(words: str, start: int, length: int) -> Line:
        along, across = (start, length), (0, 100)
        (left, width), (top, height) = (along, across) if axis == 0 else (across, along)
        return Line(words, Rectangle(left, top, width, height))

    low = StripLines([line("whole", 920, 20), line("fra", 985, 15)], (0, 1000), axis)
    high = StripLines([line("wh", 920, 20), line("fragment", 985, 30)], (900, 1900), axis)
    strips = (high, low) if turned else (low, high)
    assert sorted(kept(*strips)) == ["fragment", "whole"]


ODD = [
    None,
    "here",
    [1, 2],
    {},
    {"left": 1, "top": 2, "width": 3},
    {"left": "1", "top": 2, "width": 3, "height": 4},
    {"left": None, "top": 2, "width": 3, "height": 4},
]


@pytest.mark.parametrize("odd", ODD)
def test_one_line_without_a_proper_place_makes_the_order_of_all_tell(odd):
    one = [*located(("a line", 920, 20)), line_of("the next", {"location": odd})]
    other = located(("the next", 1400, 20), ("one more", 1440, 20))
    assert kept(upper(*one), lower(*other)) == ["a line", "the next", "one more"]


def plain(*words: str) -> list[Line]:
    return [Line(text) for text in words]


MANY = [f"article {number * number} at {number}.80" for number in range(3, 40)]


def overlaid(one: list[str], other: list[str]) -> list[str]:
    return kept(upper(*plain(*one)), lower(*plain(*other)))


def test_without_places_the_end_of_one_strip_is_laid_over_the_start_of_the_other():
    assert overlaid(MANY[:20], MANY[18:]) == MANY


def test_fragments_at_both_cuts_go():
    assert overlaid([*MANY[:20], "~.-"], ["'`^", *MANY[18:]]) == MANY


def test_a_misread_letter_does_not_keep_two_lines_from_being_the_same():
    assert len(overlaid([*MANY[:19], MANY[19].replace("t", "l")], MANY[18:])) == len(MANY)


def test_a_line_that_only_one_strip_shows_does_not_spoil_the_rest():
    one, other = MANY[:20], [*MANY[16:18], "stray", *MANY[18:]]
    joined = overlaid(one, other)
    assert [line for line in joined if line != "stray"] == MANY


def test_what_has_nothing_in_common_stays():
    assert overlaid(MANY[:5], ["quite", "another", "text"]) == [
        *MANY[:5],
        *("quite", "another", "text"),
    ]


def test_a_strip_without_text_takes_nothing_from_its_neighbour():
    assert overlaid(MANY[:5], []) == MANY[:5]
    assert overlaid([], MANY[:5]) == MANY[:5]
    assert overlaid([""], [""]) != []


def test_of_equal_lines_as_many_go_as_the_shared_band_should_hold():
    # A tenth of the strip is shared, so of twenty lines each strip has two in common.
    assert len(overlaid(["Tea 2.00"] * 20, ["Tea 2.00"] * 20)) == 38


@given(
    st.lists(st.text(max_size=5), max_size=12),
    st.lists(st.text(max_size=5), max_size=12),
)
def test_whatever_is_read_only_an_end_and_a_beginning_go(one, other):
    of_one, of_other = doubled(upper(*plain(*one)), lower(*plain(*other)))
    assert of_one == set(range(len(one) - len(of_one), len(one)))
    assert of_other == set(range(len(of_other)))
