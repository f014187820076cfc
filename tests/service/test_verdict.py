"""Whether a folder may be taken from the holder that its lock file names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocr_watcher.service.claim.holder import Holder
from ocr_watcher.service.claim.verdict import Lock, Rhythm, Sight, Verdict, Watch, judge

US = Holder("us", "here", "boot", "pid:[1]", 10, 1, 0.0, "local", "anna")
ANOTHER = replace(US, token="another", pid=11)
LOCKED = replace(ANOTHER, locked=True)
FAR = replace(ANOTHER, host="far", boot="another")
FAR_LOCKED = replace(FAR, locked=True)
NEW, LONG = Sight(0, 0, False), Sight(100, 31, True)
BEATS = Sight(100, 3, True)
STILL = Sight(20, 20, False)


def verdict(
    holder: Holder | None,
    lock: Lock,
    sight: Sight,
    *,
    alive: bool | None = None,
    empty: bool = False,
) -> Verdict:
    return judge(holder, US, lock, sight, alive=alive, patience=30, empty=empty)


@pytest.mark.parametrize("holder", [None, ANOTHER, FAR, US])
def test_a_lock_that_is_held_is_the_truth_in_one_kernel(holder: Holder | None) -> None:
    assert verdict(holder, Lock.BUSY, LONG, alive=False) is Verdict.HELD
    assert verdict(holder, Lock.BUSY, NEW) is Verdict.WATCH  # it may be on its way back


@pytest.mark.parametrize("lock", [Lock.FREE, Lock.NONE])
def test_a_holder_whose_process_is_gone_is_over_at_once(lock: Lock) -> None:
    assert verdict(ANOTHER, lock, NEW, alive=False) is Verdict.TAKE
    assert verdict(US, lock, NEW) is Verdict.TAKE


def test_a_lock_that_this_kernel_gave_back_is_over_at_once() -> None:
    assert verdict(LOCKED, Lock.FREE, NEW) is Verdict.TAKE
    # It was held on another host, or it is not the same file system that answers now.
    assert verdict(FAR_LOCKED, Lock.FREE, NEW) is Verdict.WATCH
    assert verdict(LOCKED, Lock.NONE, NEW) is Verdict.WATCH
    # Held without a lock, it has given none back.
    assert verdict(ANOTHER, Lock.FREE, NEW) is Verdict.WATCH


def test_a_kernel_that_is_not_known_tells_nothing() -> None:
    nameless = replace(LOCKED, boot="")
    us = replace(US, boot="")
    answer = judge(nameless, us, Lock.FREE, NEW, alive=None, patience=30)
    assert answer is Verdict.WATCH


@pytest.mark.parametrize("holder", [None, ANOTHER, FAR])
def test_between_hosts_the_heartbeat_is_the_truth(holder: Holder | None) -> None:
    assert verdict(holder, Lock.NONE, NEW) is Verdict.WATCH
    assert verdict(holder, Lock.NONE, STILL) is Verdict.WATCH
    assert verdict(holder, Lock.NONE, BEATS) is Verdict.HELD
    assert verdict(holder, Lock.NONE, LONG) is Verdict.TAKE


def test_a_process_that_is_stopped_for_long_is_taken_over_though_it_lives() -> None:
    assert verdict(ANOTHER, Lock.NONE, NEW, alive=True) is Verdict.HELD
    assert verdict(ANOTHER, Lock.NONE, LONG, alive=True) is Verdict.TAKE


def test_an_empty_file_whose_lock_is_free_is_nobodys() -> None:
    assert verdict(None, Lock.FREE, NEW, empty=True) is Verdict.TAKE
    assert verdict(None, Lock.NONE, NEW, empty=True) is Verdict.WATCH


def test_changes_count_and_no_clock_of_a_file_server() -> None:
    watch = Watch()
    assert watch.see("a", 100) == Sight(0, 0, False)
    assert watch.see("a", 110) == Sight(10, 10, False)
    assert watch.see("b", 115) == Sight(15, 0, True)
    assert watch.see("b", 120) == Sight(20, 5, True)


def test_a_holder_has_stopped_before_another_one_begins() -> None:
    assert Rhythm().beat < Rhythm().lease < Rhythm().patience
