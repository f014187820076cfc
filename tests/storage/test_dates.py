"""Two dates are equal if a file system may have rounded one to the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.storage.dates import is_rounding_of, later

SECOND = 10**9
STEPS = [1, 100, 1_000, 1_000_000, SECOND, 2 * SECOND]
dates = st.integers(-(2**63), 2**63)


@given(asked=dates, step=st.sampled_from(STEPS))
def test_truncated_or_rounded_it_stands_for_what_was_asked(asked: int, step: int) -> None:
    assert is_rounding_of(asked // step * step, asked)
    assert is_rounding_of(-(-asked // step) * step, asked)
    assert is_rounding_of((asked + step // 2) // step * step, asked)


@given(asked=dates, away=st.integers(2 * SECOND, 2**62))
def test_two_seconds_away_it_stands_for_nothing(asked: int, away: int) -> None:
    assert not is_rounding_of(asked + away, asked)
    assert not is_rounding_of(asked - away, asked)
    assert later(asked + away, asked)


@pytest.mark.parametrize("away", [1, 99, 101, 999_999])
def test_a_date_with_a_digit_in_every_place_was_not_rounded(away: int) -> None:
    asked = 981_173_106_123_456_789
    assert not is_rounding_of(asked - away, asked)
    assert later(asked, asked - away)


def test_what_rounding_explains_is_not_later() -> None:
    assert not later(1_500_000_000, 1_000_000_000)
    assert not later(5, 5)
    assert not later(4, 5)
