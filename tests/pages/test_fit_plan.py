from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.pages.fit_plan import Layout, Strip, layout_of, strips_of
from ocr_watcher.values.page import Limits

LIMITS = Limits(frozenset({"JPEG"}), 15, 4096, 8_000_000, 5_500_000, 4096)
SIDES = st.integers(1, 200_000)


def limits(longest_side: int, strip_side: int) -> Limits:
    return Limits(frozenset({"JPEG"}), 15, longest_side, 8_000_000, 5_500_000, strip_side)


LIMIT_SETS = st.builds(limits, st.integers(500, 70_000), st.integers(500, 9000))


def test_a_page_that_fits_stays_as_it_is():
    assert layout_of((2480, 3508), LIMITS) == Layout((2480, 3508))


def test_a_page_that_is_too_large_is_reduced_as_a_whole():
    assert layout_of((8192, 6144), LIMITS) == Layout((4096, 3072))


def test_a_till_receipt_is_cut_and_not_reduced():
    assert layout_of((600, 30_000), LIMITS) == Layout((600, 30_000), 4096)
    assert layout_of((30_000, 600), LIMITS) == Layout((30_000, 600), 4096)


@pytest.mark.parametrize("size", [(1000, 5400), (4000, 12_000)])
def test_a_page_that_is_legible_when_reduced_or_not_very_long_is_not_cut(size):
    layout = layout_of(size, LIMITS)
    assert layout.strip_side is None
    assert layout.size[1] == 4096


def test_a_long_page_that_is_also_too_wide_is_reduced_to_the_width_first():
    assert layout_of((8192, 80_000), LIMITS) == Layout((4096, 40_000), 4096)


def test_a_page_too_narrow_for_any_letter_is_not_worth_a_call_for_each_strip():
    assert layout_of((3, 20_000), LIMITS) == Layout((1, 4096))


def test_an_engine_may_want_strips_that_are_shorter_than_its_pages():
    assert layout_of((600, 30_000), limits(65_500, 2000)) == Layout((600, 30_000), 2000)
    assert layout_of((600, 2600), limits(65_500, 2000)) == Layout((600, 2600))


@given(st.tuples(SIDES, SIDES), LIMIT_SETS)
def test_no_page_exceeds_the_limits_or_costs_more_than_forty_calls(size, limits):
    layout = layout_of(size, limits)
    short, long = sorted(layout.size)
    assert all(after <= before for after, before in zip(layout.size, size, strict=True))
    if layout.strip_side is None:
        assert 1 <= short <= long <= limits.longest_side
        return
    strips = list(strips_of(long, layout.strip_side, lambda start, end: (start, end - 1)))
    assert short <= limits.longest_side
    assert layout.strip_side <= min(limits.longest_side, limits.strip_side)
    assert len(strips) <= 40


@given(SIDES, st.integers(50, 9000), st.data())
def test_strips_cover_the_page_within_their_length_whatever_is_blank(length, side, data):
    def blank_band(start: int, end: int) -> tuple[int, int] | None:
        assert 0 <= start < end <= length
        if data.draw(st.booleans()):
            return None
        low = data.draw(st.integers(start, end - 1))
        return low, data.draw(st.integers(low + 1, end))

    length = min(length, 12 * side)
    strips = list(strips_of(length, side, blank_band))
    assert strips[0].start == 0
    assert strips[-1].end == length
    assert all(0 < strip.end - strip.start <= side for strip in strips)
    assert all(after.start <= before.end for before, after in pairwise(strips))
    assert all(before.start < after.start for before, after in pairwise(strips))


def test_neighbours_share_a_margin_of_the_blank_band_between_them():
    strips = list(strips_of(1500, 1000, lambda _start, _end: (880, 980)))
    assert strips == [Strip(0, 946), Strip(914, 1500)]


def test_a_narrow_blank_band_is_shared_as_a_whole():
    strips = list(strips_of(1500, 1000, lambda _start, _end: (900, 906)))
    assert strips == [Strip(0, 906), Strip(900, 1500)]


def test_where_nothing_is_blank_the_neighbours_share_a_tenth():
    strips = list(strips_of(2500, 1000, lambda _start, _end: None))
    assert strips == [Strip(0, 1000), Strip(900, 1900, True), Strip(1800, 2500, True)]
