"""When a target is told: soon, not too often, and less and less often where it takes nothing."""

from __future__ import annotations

import pytest

from ocr_watcher.service.messages.notices import Notices
from ocr_watcher.service.messages.standing import GATHER_SECONDS, LEASE_SECONDS, Standing
from tests.service.messages.happenings import one_failure

EVERY = 300.0
NOW = 1_800_000_000.0
NEWS = one_failure()


def test_with_nothing_to_tell_it_waits_for_something() -> None:
    assert Standing().left(NOW, EVERY) is None


def test_what_comes_at_the_same_time_is_gathered() -> None:
    standing = Standing().told(NEWS, NOW)
    assert standing.left(NOW, EVERY) == GATHER_SECONDS
    later = standing.told(one_failure("/scans/b.png"), NOW + 4)
    assert later.left(NOW + 5, EVERY) == 0.0
    assert Standing().told(NEWS, NOW).left(NOW, 1.0) == 1.0


def test_the_next_message_comes_when_its_time_has_passed() -> None:
    standing = Standing().told(NEWS, NOW).taken(NOW).delivered(NOW, EVERY)
    assert standing.left(NOW, EVERY) is None
    assert standing.told(NEWS, NOW + 10).left(NOW + 10, EVERY) == EVERY - 10
    assert standing.told(NEWS, NOW + 10).left(NOW + 300, EVERY) == 0.0


def test_a_target_that_takes_nothing_is_tried_less_and_less_often() -> None:
    standing = Standing().told(NEWS, NOW)
    now, delays = NOW, []
    for _ in range(9):
        standing = standing.taken(now).refused(now, 1.0)
        left = standing.left(now, 1.0)
        assert left
        delays.append(left)
        now += left
    assert delays == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert standing.outgoing == NEWS


def test_while_one_process_sends_no_other_does() -> None:
    standing = Standing().told(NEWS, NOW).taken(NOW)
    assert standing.left(NOW, EVERY) == LEASE_SECONDS
    assert standing.released().left(NOW + 5, EVERY) == 0.0


def test_what_comes_while_a_message_is_sent_is_for_the_next() -> None:
    standing = Standing().told(NEWS, NOW).taken(NOW).told(one_failure("/scans/b.png"), NOW + 1)
    after = standing.delivered(NOW + 2, EVERY)
    assert after.outgoing == Notices()
    assert [each.path for each in after.waiting.failures] == ["/scans/b.png"]


def test_a_program_that_starts_again_tries_at_once_what_was_refused() -> None:
    standing = Standing().told(NEWS, NOW).taken(NOW).refused(NOW, EVERY)
    assert standing.left(NOW + 6, EVERY) == EVERY - 6
    assert standing.renewed(NOW + 6).left(NOW + 6, EVERY) == 0.0


@pytest.mark.parametrize("jump", [-1e9, -86_400.0, -3601.0, 86_400.0, 1e9])
def test_a_clock_that_jumps_makes_nothing_wait_for_ever(jump: float) -> None:
    sent = Standing().told(NEWS, NOW).taken(NOW).delivered(NOW, EVERY)
    left = sent.told(NEWS, NOW + 1).left(NOW + 1 + jump, EVERY)
    assert left is not None
    assert left <= EVERY
    leased = Standing().told(NEWS, NOW).taken(NOW).left(NOW + jump, EVERY)
    assert leased is not None
    assert leased <= LEASE_SECONDS
