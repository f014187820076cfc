"""A code that no table knows is the image's fault, or the account's."""

from __future__ import annotations

import contextlib

import pytest

from ocr_watcher.engine.unknown_codes import UnknownCodes
from ocr_watcher.errors import ImageError, UnknownCodeError, UnknownFaultError
from tests.engine.bench import told

UNKNOWN = UnknownCodeError(4711, "error 4711: no", advice="Look it up.")


def test_three_different_images_in_a_row_make_it_the_accounts():
    codes = UnknownCodes()
    assert [codes.met(image) for image in (b"a", b"b", b"c", b"a")] == [False, False, True, True]


def test_one_image_or_two_however_often_do_not():
    codes = UnknownCodes()
    assert not any(codes.met(image) for image in (b"a", b"b") * 100)


def test_an_image_that_passes_begins_a_new_row():
    codes = UnknownCodes()
    codes.met(b"a")
    codes.met(b"b")
    codes.passed()
    assert [codes.met(image) for image in (b"c", b"d", b"e")] == [False, False, True]


def test_images_that_met_it_while_others_passed_do_not_count_against_the_account_again():
    codes = UnknownCodes()
    for image in (b"a", b"b", b"c"):
        codes.met(image)
    codes.passed()
    assert not any(codes.met(image) for image in (b"a", b"b", b"c", b"d", b"e"))
    assert codes.met(b"f")


def test_the_third_image_in_a_row_pauses_all(bench):
    bench.fake.fault = lambda _: UNKNOWN
    for words in ("a", "a", "b", "b"):
        with pytest.raises(UnknownCodeError):
            bench.work(words)
    with pytest.raises(UnknownFaultError, match="error 4711: no") as raised:
        bench.work("c")
    assert raised.value.code == 4711
    assert raised.value.advice.startswith("Look it up.")
    assert "ocr-watcher retry" in raised.value.advice
    assert bench.pauses == [told(raised.value)]
    assert 299 <= bench.breaker.pause.until - bench.breaker.pause.since <= 301


@pytest.mark.parametrize("between", [None, ImageError(216201, "image format error")])
def test_where_the_service_looks_at_an_image_in_between_there_is_no_pause(bench, between):
    for number in range(10):
        bench.fake.next_faults.append(UNKNOWN)
        with pytest.raises(UnknownCodeError):
            bench.work(f"page {number}")
        if number % 2:
            bench.fake.next_faults.append(between)
            with contextlib.suppress(ImageError):
                bench.work("another")
    assert bench.pauses == []


def test_a_probe_that_meets_it_again_prolongs_the_pause_and_one_that_passes_ends_it(bench):
    bench.fake.fault = lambda _: UNKNOWN
    for words in ("a", "b", "c"):
        with pytest.raises((UnknownCodeError, UnknownFaultError)):
            bench.work(words)
    bench.skip_to_the_end_of_the_pause()
    with pytest.raises(UnknownFaultError):
        bench.work("a")
    assert bench.breaker.pause is not None
    bench.skip_to_the_end_of_the_pause()
    bench.fake.fault = None
    bench.work("a")
    assert bench.breaker.pause is None
