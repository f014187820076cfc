import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.engine.baidu.codes import error_for
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
from ocr_watcher.values.backoff import BackOff
from ocr_watcher.values.image import Stamp
from ocr_watcher.values.tried import Tried
from ocr_watcher.work.verdict import after, blamed, is_final

BACK_OFF = BackOff(first_seconds=1, longest_seconds=10)
STAMP = Stamp(1, 2, 3)
EARLIER = Tried(STAMP, 2, 3, 100.0, 104.0, "2", "service unavailable")


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
    earlier = [None, *(Tried(STAMP, tries, 0, 1.0, 2.0, "2", "") for tries in range(1, 6))]
    error = DoubtfulImageError(282810, "recognise error")
    delays = [
        after(error, tried, STAMP, back_off=BACK_OFF, now=0.0, uniform=longest).next_try
        for tried in earlier
    ]
    assert delays == [1, 2, 4, 8, 10, 10]


@given(delays=st.integers(0, 10**6), first=st.floats(0.001, 60), longest=st.floats(60, 86_400))
def test_a_delay_lies_in_the_upper_half_and_below_the_longest(delays, first, longest):
    earlier, back_off = Tried(STAMP, 0, delays, 1.0, 2.0, "2", ""), BackOff(first, longest)
    tried = after(StorageError("full"), earlier, STAMP, back_off=back_off, now=0.0)
    assert first / 2 <= tried.next_try <= longest


def longest(_low: float, high: float) -> float:
    return high


def test_a_fault_of_the_image_counts_as_one_of_its_tries():
    error = DoubtfulImageError(282810, "recognise error")
    tried = after(error, EARLIER, STAMP, back_off=BACK_OFF, now=200.0, uniform=longest)
    assert tried == Tried(STAMP, 3, 3, 200.0, 204.0, "282810", "recognise error")


@pytest.mark.parametrize(
    ("error", "code"),
    [(TransientError("reset", "broken"), "reset"), (StorageError("broken"), "storage")],
)
def test_any_other_fault_counts_as_a_delay(error, code):
    tried = after(error, EARLIER, STAMP, back_off=BACK_OFF, now=200.0, uniform=longest)
    assert tried == Tried(STAMP, 2, 4, 200.0, 208.0, code, "broken")


def test_the_first_try_has_none_before_it():
    tried = after(StorageError("full"), None, STAMP, back_off=BACK_OFF, now=200.0, uniform=longest)
    assert tried == Tried(STAMP, 0, 1, 200.0, 201.0, "storage", "full")


def test_an_image_that_alone_meets_282000_once_more_is_blamed():
    error = blamed(error_for(282000, "internal error"), EARLIER, last_success=100.1)
    assert isinstance(error, DoubtfulImageError)
    assert (error.code, str(error)) == (282000, "error 282000: internal error")
    assert "too much text" in error.advice


@pytest.mark.parametrize(
    ("error", "earlier", "last_success"),
    [
        (error_for(282000, "internal error"), None, 100.1),
        (error_for(282000, "internal error"), EARLIER, 99.9),
        (TransientError(2, "service unavailable"), EARLIER, 100.1),
        (StorageError("disk full"), EARLIER, 100.1),
    ],
    ids=["at its first try", "while others fail too", "with another code", "of the disk"],
)
def test_no_image_is_blamed_for_a_fault(error, earlier, last_success):
    assert blamed(error, earlier, last_success) is error
