"""Characters that two readings of a page do not share are counted, whatever the order of lines."""

from __future__ import annotations

import pytest

from benchmarks.local.difference import Difference, PlacedLine, difference, passages


def line(
    text: str, left: float, top: float, *, width: float = 100, turned: bool = False
) -> PlacedLine:
    right, bottom = left + width, top + 20
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return PlacedLine(text, corners, turned)


ARTICLE, PRICE, TOTAL = line("Rye bread", 0, 0), line("2.95", 200, 0), line("Total", 0, 30)


def test_the_order_of_lines_and_white_space_count_for_nothing() -> None:
    found = difference([ARTICLE, PRICE, TOTAL], [TOTAL, PRICE, line("Rye  bre ad", 1, 1)])
    assert found == Difference(characters=17, common_characters=17)
    assert (found.share, found.common_share, found.coverage) == (0, 0, 100)


def test_edits_of_a_line_at_the_same_place_are_common_ones() -> None:
    found = difference([ARTICLE, PRICE], [line("Rye broad", 2, 0), line("2.95", 200, 1)])
    assert (found.edits, found.common_edits, found.characters) == (1, 1, 12)
    assert found.share == found.common_share == pytest.approx(100 / 12)
    assert found.examples == (("Rye bread", "Rye broad"),)


def test_what_only_one_has_counts_in_full_and_is_not_common() -> None:
    found = difference([ARTICLE, TOTAL], [ARTICLE, PRICE])
    assert (found.edits, found.common_edits) == (5 + 4, 0)
    assert (found.characters, found.common_characters) == (13, 8)


def test_a_line_that_the_other_has_in_parts_differs_in_nothing_and_is_not_common() -> None:
    whole = line("Rye bread 2.95", 0, 0, width=300)
    found = difference([whole], [PRICE, ARTICLE])
    assert (found.characters, found.edits, found.common_characters) == (12, 0, 0)
    assert difference([PRICE, ARTICLE], [whole]).edits == 0


def test_parts_that_stand_one_below_the_other_are_put_together_downwards() -> None:
    corners = ((0.0, 0.0), (20.0, 0.0), (20.0, 100.0), (0.0, 100.0))
    upper = PlacedLine("ab", ((2, 0), (20, 0), (20, 45), (2, 45)))
    lower = PlacedLine("cd", ((0, 55), (18, 55), (18, 100), (0, 100)))
    assert difference([PlacedLine("abcd", corners)], [lower, upper]).edits == 0


def test_a_line_that_was_turned_upside_down_is_not_common() -> None:
    found = difference([line("pɐǝɹq", 0, 0, turned=True)], [line("bread", 0, 0)])
    assert (found.edits, found.common_characters) == (5, 0)


def test_a_line_that_covers_less_of_its_place_is_not_common() -> None:
    assert difference([ARTICLE], [line("Rye", 0, 0, width=60)]).coverage == 0


def test_crooked_lines_touch_only_where_their_ink_is() -> None:
    # The rectangles around them overlap by more than half.
    upper = PlacedLine("upper", ((0, 0), (400, 40), (398, 60), (-2, 20)))
    lower = PlacedLine("lower", ((0, 25), (400, 65), (398, 85), (-2, 45)))
    found = list(passages([upper, lower], [lower, upper]))
    assert len(found) == 2
    assert all(passage.is_common and not passage.edits for passage in found)


def test_pages_without_any_line_differ_in_nothing() -> None:
    found = difference([], [])
    assert (found.share, found.common_share, found.coverage) == (0, 0, 0)


def test_differences_of_pages_add_up() -> None:
    both = difference([ARTICLE], [ARTICLE]) + difference([TOTAL], [line("Tota1", 0, 30)])
    assert (both.characters, both.edits, both.examples) == (13, 1, (("Total", "Tota1"),))
