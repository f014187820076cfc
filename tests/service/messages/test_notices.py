"""What is to be told stays small, whatever happens, and says what happened last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.service.messages.notation import NONSENSE, read, written
from ocr_watcher.service.messages.notices import MOST_NAMED, AllDone, Failure, Notices, Pausing
from ocr_watcher.service.messages.outbox import Outbox
from tests.service.messages.happenings import one_failure

PAUSE = Pausing("baidu", "17", "no calls left", "Buy some.", 1.0, 2.0)


def many(number: int, code: str = "1", first: int = 0) -> Notices:
    notices = Notices()
    for index in range(first, first + number):
        notices += one_failure(f"/scans/{index}.png", code)
    return notices


def test_a_hundred_failures_are_named_and_all_are_counted_by_code() -> None:
    notices = many(130) + many(20, "2", 1000)
    assert [each.path for each in notices.failures] == [f"/scans/{n}.png" for n in range(100)]
    assert notices.further == {"1": 30, "2": 20}
    assert notices.failed == 150


def test_an_image_that_fails_again_is_named_once_with_its_last_fault() -> None:
    notices = one_failure(code="1") + one_failure(code="2")
    assert [each.code for each in notices.failures] == ["2"]


def test_codes_without_end_take_no_room_without_end() -> None:
    notices = many(MOST_NAMED)
    for code in range(500):
        notices += one_failure(f"/scans/x{code}.png", f"c{code}")
    assert len(notices.further) <= 51
    assert notices.failed == MOST_NAMED + 500


def test_a_pause_that_is_over_is_told_as_one() -> None:
    notices = Notices(pauses=(PAUSE,)) + Notices(pauses=(Pausing("baidu", over=9.0),))
    (pausing,) = notices.pauses
    assert (pausing.code, pausing.over) == ("17", 9.0)


def test_the_end_of_a_pause_that_nobody_wants_to_know_is_no_reason_for_a_message() -> None:
    silent = Notices(pauses=(Pausing("baidu", over=9.0, is_silent=True),))
    assert not silent
    assert Notices(pauses=(PAUSE,)) + silent


def test_a_pause_of_each_endpoint_is_told() -> None:
    other = Pausing("baidu general", "18", "slow", "", 1.0, 2.0)
    notices = Notices(pauses=(PAUSE,)) + Notices(pauses=(other,))
    assert notices.pauses == (PAUSE, other)


def test_two_ends_of_all_work_are_summed_up() -> None:
    both = Notices(done=AllDone(3, 1, 5.0)) + Notices(done=AllDone(2, 0, 9.0))
    assert both.done == AllDone(5, 1, 9.0)


TEXTS = st.text(max_size=20)
NOTICES = st.builds(
    Notices,
    failures=st.lists(st.builds(Failure, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple),
    further=st.dictionaries(TEXTS, st.integers(1, 10**9), max_size=3),
    pauses=st.lists(
        st.builds(Pausing, TEXTS, TEXTS, TEXTS, TEXTS, over=st.none() | st.floats(0, 1e10)),
        max_size=3,
    ).map(tuple),
    done=st.none() | st.builds(AllDone, st.integers(0, 99), st.integers(0, 99), st.just(1.0)),
)


WITH_ANOTHER_FIELD = written(Outbox(waiting=one_failure())).replace('"advice"', '"other"')


@given(NOTICES)
def test_what_is_kept_comes_back(notices: Notices) -> None:
    outbox = Outbox(outgoing=notices, pauses={"me": {"baidu": "17"}}).with_notices(
        notices, 5.0, "me"
    )
    assert read(written(outbox)) == outbox


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '{"waiting":3}', "[" * 100_000, b"\xff{}", WITH_ANOTHER_FIELD],
)
def test_what_no_version_wrote_is_nonsense(text: str | bytes) -> None:
    with pytest.raises(NONSENSE):
        read(text)
