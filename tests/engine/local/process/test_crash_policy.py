from __future__ import annotations

import signal

import pytest

from ocr_watcher.engine.local.process.crash_policy import IDLE_STATUS, ProcessEnd, Tries, end_of
from ocr_watcher.errors import DoubtfulImageError, DoubtfulServiceError, TransientError

CRASH = ProcessEnd("crashed", blames_page=True, advice="Look at it.")
OTHER = ProcessEnd("was killed", blames_page=False)


def test_a_page_whose_process_ends_is_read_again_alone():
    assert not Tries().alone
    assert Tries().after(CRASH).alone


def test_a_page_that_ends_the_process_alone_is_doubtful():
    with pytest.raises(DoubtfulImageError, match="crashed, also when it read no other") as raised:
        Tries().after(CRASH).after(CRASH)
    assert (raised.value.code, raised.value.advice) == ("engine-crashed", "Look at it.")


def test_a_page_is_not_blamed_alone_if_memory_ran_out():
    end = end_of(-signal.SIGKILL, was_given_up=False, had_page=True, memory_ran_out=True)
    with pytest.raises(DoubtfulServiceError, match="as memory ran out, also when") as raised:
        Tries().after(end).after(end)
    assert raised.value.code == "out-of-memory"
    assert "MemoryMax=" in raised.value.advice
    assert "lower resolution" in raised.value.image_advice


def test_an_end_that_is_no_fault_of_the_page_costs_it_nothing():
    tries = Tries().after(OTHER).after(OTHER)
    assert not tries.alone
    assert tries.after(CRASH).alone


def test_a_process_that_ends_again_and_again_is_asked_later():
    with pytest.raises(TransientError, match="was killed again and again"):
        Tries().after(OTHER).after(OTHER).after(OTHER)


@pytest.mark.parametrize("status", [-signal.SIGKILL, -signal.SIGSEGV, 0, 1])
def test_a_process_that_ends_with_a_page_in_it_blames_the_page(status):
    assert end_of(status, was_given_up=False, had_page=True).blames_page


@pytest.mark.parametrize(
    ("status", "was_given_up", "had_page"),
    [
        (-signal.SIGKILL, True, True),
        (-signal.SIGSEGV, False, False),
        (IDLE_STATUS, False, True),
    ],
)
def test_any_other_end_blames_no_page(status, was_given_up, had_page):
    assert not end_of(status, was_given_up=was_given_up, had_page=had_page).blames_page


def test_a_process_that_was_killed_has_perhaps_taken_too_much_memory():
    assert "memory" in end_of(-signal.SIGKILL, was_given_up=False, had_page=True).advice
    crash = end_of(-signal.SIGSEGV, was_given_up=False, had_page=True)
    assert "memory" not in crash.advice
    assert crash.cause == "crashed (signal 11, Segmentation fault)"
