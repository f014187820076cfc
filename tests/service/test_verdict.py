"""The decision whether a folder may be taken over from the holder in its lock file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocr_watcher.service.claim.holder import Holder
from ocr_watcher.service.claim.verdict import (
    Lock,
    LockFileHistory,
    Observation,
    Rhythm,
    Verdict,
    judge,
)

US = Holder("us", "here", "boot", "pid:[1]", 10, 1, 0.0, "local", "anna")
ANOTHER = replace(US, token="another", pid=11)
LOCKED = replace(ANOTHER, locked=True)
FAR = replace(ANOTHER, host="far", boot="another")
FAR_LOCKED = replace(FAR, locked=True)
NEW, LONG = Observation(0, 0, False), Observation(100, 31, True)
BEATS = Observation(100, 3, True)
STILL = Observation(20, 20, False)


def verdict(
    holder: Holder | None,
    lock: Lock,
    observed: Observation,
    *,
    alive: bool | None = None,
    empty: bool = False,
) -> Verdict:
    return judge(holder, US, lock, observed, alive=alive, patience=30, empty=empty)


@pytest.mark.parametrize("holder", [None, ANOTHER, FAR, US])
def test_a_lock_that_is_held_is_the_truth_in_one_kernel(holder: Holder | None) -> None:
    assert verdict(holder, Lock.BUSY, LONG, alive=False) is Verdict.HELD
    assert verdict(holder, Lock.BUSY, NEW) is Verdict.UNDECIDED  # it may be on its way back


@pytest.mark.parametrize("lock", [Lock.FREE, Lock.NONE])
def test_a_holder_whose_process_is_gone_is_over_at_once(lock: Lock) -> None:
    assert verdict(ANOTHER, lock, NEW, alive=False) is Verdict.TAKE
    assert verdict(US, lock, NEW) is Verdict.TAKE


def test_a_lock_that_this_kernel_gave_back_is_over_at_once() -> None:
    assert verdict(LOCKED, Lock.FREE, NEW) is Verdict.TAKE
    # It was held on another host, or it is not the same file system that answers now.
    assert verdict(FAR_LOCKED, Lock.FREE, NEW) is Verdict.UNDECIDED
    assert verdict(LOCKED, Lock.NONE, NEW) is Verdict.UNDECIDED
    # Held without a lock, it has given none back.
    assert verdict(ANOTHER, Lock.FREE, NEW) is Verdict.UNDECIDED


def test_a_kernel_that_is_not_known_tells_nothing() -> None:
    nameless = replace(LOCKED, boot="")
    us = replace(US, boot="")
    answer = judge(nameless, us, Lock.FREE, NEW, alive=None, patience=30)
    assert answer is Verdict.UNDECIDED


@pytest.mark.parametrize("holder", [None, ANOTHER, FAR])
def test_between_hosts_the_heartbeat_is_the_truth(holder: Holder | None) -> None:
    assert verdict(holder, Lock.NONE, NEW) is Verdict.UNDECIDED
    assert verdict(holder, Lock.NONE, STILL) is Verdict.UNDECIDED
    assert verdict(holder, Lock.NONE, BEATS) is Verdict.HELD
    assert verdict(holder, Lock.NONE, LONG) is Verdict.TAKE


def test_a_process_that_is_stopped_for_long_is_taken_over_though_it_lives() -> None:
    assert verdict(ANOTHER, Lock.NONE, NEW, alive=True) is Verdict.HELD
    assert verdict(ANOTHER, Lock.NONE, LONG, alive=True) is Verdict.TAKE


def test_an_empty_file_whose_lock_is_free_is_nobodys() -> None:
    assert verdict(None, Lock.FREE, NEW, empty=True) is Verdict.TAKE
    assert verdict(None, Lock.NONE, NEW, empty=True) is Verdict.UNDECIDED


def test_changes_count_and_no_clock_of_a_file_server() -> None:
    history = LockFileHistory()
    assert history.observe("a", 100) == Observation(0, 0, False)
    assert history.observe("a", 110) == Observation(10, 10, False)
    assert history.observe("b", 115) == Observation(15, 0, True)
    assert history.observe("b", 120) == Observation(20, 5, True)


def test_a_holder_has_stopped_before_another_one_begins() -> None:
    assert Rhythm().beat < Rhythm().lease < Rhythm().patience
