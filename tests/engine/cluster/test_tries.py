"""What a page is blamed for, and what not."""

from __future__ import annotations

import pytest

from ocr_watcher.engine.cluster.tries import Tries
from ocr_watcher.errors import DoubtfulImageError, OutageError, PausingError


def test_after_a_first_kill_a_page_is_read_alone_and_the_third_is_its_fault() -> None:
    tries = Tries()
    assert not tries.alone
    tries = tries.after_kill()
    assert tries.alone
    tries = tries.after_kill()
    with pytest.raises(DoubtfulImageError, match="also where they read no other"):
        tries.after_kill()


def test_a_page_that_is_lost_again_and_again_is_a_pause_and_not_its_fault() -> None:
    tries = Tries()
    for number in range(4):
        tries = tries.after_loss(f"worker {number}")
    assert tries.avoided == {f"worker {number}" for number in range(4)}
    with pytest.raises(OutageError):
        tries.after_loss("worker 4")


def test_the_fault_of_one_worker_is_that_of_all_only_where_there_is_no_other() -> None:
    fault = PausingError("engine-failed", "its models read nothing")
    tries = Tries().after_fault("worker 1", fault)
    assert tries.after_fault("worker 2", fault).avoided == {"worker 1", "worker 2"}
    with pytest.raises(PausingError, match="its models read nothing"):
        tries.after_fault("worker 1", fault)
