from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.values.backoff import BackOff


def test_delays_double_until_the_longest():
    assert [BackOff(1, 10).ceiling(earlier) for earlier in range(6)] == [1, 2, 4, 8, 10, 10]


@given(earlier=st.integers(0, 10**6), first=st.floats(0.001, 60), longest=st.floats(60, 86_400))
def test_no_number_of_tries_is_too_large(earlier, first, longest):
    assert first <= BackOff(first, longest).ceiling(earlier) <= longest
