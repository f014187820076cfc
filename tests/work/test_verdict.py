import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.errors import (
    AccountError,
    DoubtfulImageError,
    ImageError,
    OversizeError,
    QuotaError,
    RateError,
    StorageError,
    TransientError,
)
from ocr_watcher.settings.model import RetrySettings
from ocr_watcher.work.verdict import back_off, is_final


@pytest.mark.parametrize("kind", [ImageError, OversizeError])
def test_a_fault_of_the_image_is_final_at_once(kind):
    assert is_final(kind(216201, "image format error"), tries=1, attempts=5)


@pytest.mark.parametrize(("tries", "final"), [(1, False), (4, False), (5, True), (6, True)])
def test_a_doubtful_fault_is_final_after_as_many_tries_as_are_set(tries, final):
    error = DoubtfulImageError(282810, "recognise error")
    assert is_final(error, tries, attempts=5) is final


@pytest.mark.parametrize(
    "error",
    [
        *(kind(1, "…") for kind in (TransientError, RateError, QuotaError, AccountError)),
        StorageError("disk full"),
    ],
)
def test_no_fault_of_anything_else_is_ever_final(error):
    assert not is_final(error, tries=1_000_000, attempts=1)


def test_delays_double_until_the_longest():
    retry = RetrySettings(first_seconds=1, longest_seconds=10)
    delays = [back_off(earlier, retry, uniform=lambda _, high: high) for earlier in range(6)]
    assert delays == [1, 2, 4, 8, 10, 10]


@given(earlier=st.integers(0, 10**6), first=st.floats(0.001, 60), longest=st.floats(60, 86_400))
def test_a_delay_lies_in_the_upper_half_and_below_the_longest(earlier, first, longest):
    delay = back_off(earlier, RetrySettings(first_seconds=first, longest_seconds=longest))
    assert first / 2 <= delay <= longest
