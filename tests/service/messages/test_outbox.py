"""When a target is told: soon, not too often, and less and less often where it takes nothing."""

from __future__ import annotations

import pytest

from ocr_watcher.service.messages.idleness import QUIET_SECONDS, Idleness
from ocr_watcher.service.messages.notices import Notices, Pausing
from ocr_watcher.service.messages.outbox import GATHER_SECONDS, LEASE_SECONDS, Outbox
from tests.service.messages.happenings import one_failure

EVERY = 300.0
NOW = 1_800_000_000.0
NEWS = one_failure()
ME, TOKEN = "me", "me.1"


def with_news(now: float = NOW) -> Outbox:
    return Outbox().with_notices(NEWS, now, ME)


def sent(now: float = NOW) -> Outbox:
    """The outbox after a message."""
    return with_news(now).taken(TOKEN, now, EVERY).delivered(TOKEN, now)


def test_with_nothing_to_tell_it_waits_for_something() -> None:
    assert Outbox().left(NOW, EVERY) is None


def test_what_comes_at_the_same_time_is_gathered() -> None:
    outbox = with_news()
    assert outbox.left(NOW, EVERY) == GATHER_SECONDS
    later = outbox.with_notices(one_failure("/scans/b.png"), NOW + 4, ME)
    assert later.left(NOW + 5, EVERY) == 0.0
    assert with_news().left(NOW, 1.0) == 1.0


def test_the_next_message_comes_when_its_time_has_passed() -> None:
    outbox = sent()
    assert outbox.left(NOW, EVERY) is None
    later = outbox.with_notices(NEWS, NOW + 10, ME)
    assert later.left(NOW + 10, EVERY) == EVERY - 10
    assert later.left(NOW + 300, EVERY) == 0.0


def test_a_target_that_takes_nothing_is_tried_less_and_less_often() -> None:
    outbox = with_news()
    now, delays = NOW, []
    for _ in range(9):
        outbox = outbox.taken(TOKEN, now, 1.0).refused(TOKEN, now)
        left = outbox.left(now, 1.0)
        assert left
        delays.append(left)
        now += left
    assert delays == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert outbox.outgoing == NEWS


def test_while_one_process_sends_no_other_does() -> None:
    outbox = with_news().taken(TOKEN, NOW, EVERY)
    assert outbox.left(NOW, EVERY) == LEASE_SECONDS
    assert outbox.taken("other.1", NOW + 5, EVERY) == outbox
    assert outbox.released(TOKEN).left(NOW + 5, EVERY) == 0.0


def test_a_process_that_looked_at_the_clock_before_the_other_sends_nothing_either() -> None:
    outbox = with_news().taken(TOKEN, NOW + 6, EVERY)
    assert outbox.taken("other.1", NOW + 5.9, EVERY) == outbox


def test_only_the_sending_that_is_under_way_has_a_result() -> None:
    late = NOW + LEASE_SECONDS
    outbox = with_news().taken(TOKEN, NOW, EVERY).taken("other.1", late, EVERY)
    assert outbox.lease == "other.1"
    for after in (
        outbox.delivered(TOKEN, late),
        outbox.refused(TOKEN, late),
        outbox.released(TOKEN),
    ):
        assert after == outbox
    assert outbox.delivered("other.1", late).outgoing == Notices()


def test_the_sending_of_a_process_that_has_ended_is_over() -> None:
    outbox = with_news().taken(TOKEN, NOW, EVERY)
    assert outbox.adopted("other", {"other"}).left(NOW + 5, EVERY) == 0.0
    assert outbox.adopted("other", {"other", ME}).left(NOW + 5, EVERY) == LEASE_SECONDS - 5


def test_the_pauses_of_a_process_that_has_ended_are_of_the_next() -> None:
    outbox = Outbox().with_notices(Notices(pauses=(Pausing("baidu", "17"),)), NOW, ME)
    assert outbox.adopted("other", {"other"}).pauses == {"other": {"baidu": "17"}}
    assert outbox.adopted("other", {"other", ME}).pauses == {ME: {"baidu": "17"}}


def test_what_comes_while_a_message_is_sent_is_for_the_next() -> None:
    outbox = with_news().taken(TOKEN, NOW, EVERY)
    after = outbox.with_notices(one_failure("/scans/b.png"), NOW + 1, ME).delivered(TOKEN, NOW + 2)
    assert after.outgoing == Notices()
    assert [each.path for each in after.waiting.failures] == ["/scans/b.png"]


def test_a_program_that_starts_again_tries_at_once_what_was_refused() -> None:
    outbox = with_news().taken(TOKEN, NOW, EVERY).refused(TOKEN, NOW)
    assert outbox.left(NOW + 6, EVERY) == EVERY - 6
    assert outbox.adopted(ME, {ME}).left(NOW + 6, EVERY) == 0.0


def seconds_until_sent(outbox: Outbox, now: float) -> float:
    """Advances the clock, as its process does, until the message is sent."""
    began = now
    while left := outbox.left(now, EVERY):
        now += min(left, 60.0)
    assert outbox.taken("next.1", now, EVERY).lease == "next.1"
    return now - began


@pytest.mark.parametrize("jump", [-1e9, -86_400.0, -7200.0, -1800.0, 86_400.0, 1e9])
@pytest.mark.parametrize(
    "outbox",
    [
        with_news(),
        sent().with_notices(NEWS, NOW + 1, ME),
        with_news().taken(TOKEN, NOW, EVERY),
        with_news().taken(TOKEN, NOW, EVERY).refused(TOKEN, NOW),
    ],
    ids=["new", "soon after another", "being sent", "refused"],
)
def test_a_clock_that_is_set_holds_no_message_up(outbox: Outbox, jump: float) -> None:
    assert seconds_until_sent(outbox, NOW + 1 + jump) == 0.0


@pytest.mark.parametrize("jump", [-1e9, -7200.0, -11.0, 1e9])
def test_a_clock_that_is_set_holds_up_nothing_that_all_is_done(jump: float) -> None:
    idleness = Idleness()
    idleness.ended(NOW, failed=False)
    assert idleness.look(NOW + 1, 0) is None
    assert idleness.left(NOW) == QUIET_SECONDS
    assert idleness.look(NOW + jump, 0)
