from __future__ import annotations

import heapq
import itertools
import random
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.engine.pace import Spacing, beijing_day, beijing_midnight, pause_for
from ocr_watcher.errors import AccountError, OutageError, QuotaError, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  Hypothesis adds the zone


def slots(spacing: Spacing, number: int, now: float) -> list[float]:
    return [spacing.reserve(now) for _ in range(number)]


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_calls_that_come_at_once_are_spaced_evenly():
    assert slots(Spacing(2), 4, now=10.0) == [10.0, 10.5, 11.0, 11.5]


def test_a_pause_earns_no_burst():
    spacing = Spacing(2)
    spacing.reserve(0.0)
    assert slots(spacing, 3, now=1000.0) == [1000.0, 1000.5, 1001.0]


def test_a_rate_of_zero_means_no_limit():
    assert slots(Spacing(0), 100, now=7.0) == [7.0] * 100


@given(
    qps=st.floats(0.2, 50),
    steps=st.lists(st.tuples(st.floats(0, 90), st.booleans()), min_size=1, max_size=60),
)
def test_no_second_ever_holds_more_calls_than_the_rate_and_one(qps, steps):
    spacing, now, taken = Spacing(qps), 0.0, []
    for wait, refused in steps:
        now += wait if wait > 1 else 0.0  # some of them arrive together
        if refused:
            spacing.slow_down(now)
        taken.append(spacing.reserve(now))
    assert taken == sorted(taken)
    assert all(sum(start <= slot < start + 1 for slot in taken) <= qps + 1 for start in taken)


def calls_of_threads_that_wake_late(qps: float, lateness: Iterable[float]) -> Iterator[float]:
    """Lets 64 threads call as often as they may; each wakes as late as it is told to."""
    spacing, late = Spacing(qps), iter(lateness)
    waking = sorted(spacing.reserve(0.0) + next(late) for _ in range(64))
    while True:
        now = heapq.heappop(waking)
        again = spacing.call(now)
        if again == now:
            yield now
            again = spacing.reserve(now)
        heapq.heappush(waking, again + next(late))


def most_in_a_second(calls: list[float]) -> int:
    return max(bisect_left(calls, call + 1) - index for index, call in enumerate(calls))


@given(qps=st.floats(0.2, 100), lateness=st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_no_second_holds_more_calls_than_the_rate_and_one_however_late_threads_wake(qps, lateness):
    calls = calls_of_threads_that_wake_late(qps, itertools.cycle(lateness))
    assert most_in_a_second(list(itertools.islice(calls, 300))) <= qps + 1


@pytest.mark.parametrize("qps", [2, 7.5, 50, 300])
def test_threads_that_wake_late_reach_the_rate_all_the_same(qps):
    draw = random.Random(1)
    lateness = (draw.choice([0.0, 0.001, draw.uniform(0, 0.05)]) for _ in itertools.count())
    *_, last = itertools.islice(calls_of_threads_that_wake_late(qps, lateness), round(qps * 60))
    assert last == pytest.approx(60, rel=0.01)


def test_a_refusal_halves_the_rate_and_holds_the_next_call_back():
    spacing = Spacing(2)
    spacing.reserve(0.0)
    assert spacing.slow_down(0.1)
    assert slots(spacing, 3, now=0.2) == pytest.approx([1.1, 2.1, 3.1])


def test_calls_refused_together_slow_the_rate_down_once():
    spacing = Spacing(4)
    assert all([spacing.slow_down(0.1), spacing.slow_down(0.2), spacing.slow_down(0.3)])
    first, second = slots(spacing, 2, now=10.0)
    assert second - first == 0.5


def test_an_unlimited_rate_is_slowed_down_to_half_of_the_paid_one():
    spacing = Spacing(0)
    spacing.slow_down(0.0)
    assert slots(spacing, 3, now=1.0) == pytest.approx([1.0, 1.2, 1.4])


def test_the_rate_doubles_with_every_quiet_minute_until_it_is_the_configured_one():
    spacing = Spacing(8)
    spacing.slow_down(0.0)
    spacing.slow_down(1.0)
    gaps = []
    for now in (30.0, 61.0, 90.0, 121.0, 500.0):
        first, second = slots(spacing, 2, now)
        gaps.append(second - first)
    assert gaps == [0.5, 0.25, 0.25, 0.125, 0.125]


def test_at_one_call_in_ten_seconds_there_is_nothing_more_to_give():
    spacing, now, answers = Spacing(2), 0.0, []
    for _ in range(8):
        answers.append(spacing.slow_down(now))
        now = spacing.reserve(now) + 10.0
    assert answers == [True, True, True, True, True, False, False, False]
    first, second = slots(spacing, 2, now)
    assert second - first == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2025-03-10T15:59:59+00:00", "2025-03-11T00:00:00+08:00"),
        ("2025-03-10T16:00:00+00:00", "2025-03-12T00:00:00+08:00"),
        ("2025-12-31T23:30:00+08:00", "2026-01-01T00:00:00+08:00"),
        ("2024-02-29T01:00:00+08:00", "2024-03-01T00:00:00+08:00"),
    ],
)
def test_the_day_of_the_service_ends_at_midnight_in_beijing(now, midnight):
    assert beijing_midnight(seconds(now)) == seconds(midnight)


@given(moments)
def test_midnight_in_beijing_is_always_ahead_and_never_more_than_a_day(moment):
    midnight = beijing_midnight(moment.timestamp())
    assert 0 < midnight - moment.timestamp() <= timedelta(days=1).total_seconds()
    assert datetime.fromtimestamp(midnight, UTC).strftime("%H:%M:%S.%f") == "16:00:00.000000"


@given(moments)
def test_the_day_in_beijing_changes_at_its_midnight_and_not_before(moment):
    now = moment.timestamp()
    midnight = beijing_midnight(now)
    assert beijing_day(now) == beijing_day(midnight - 1) < beijing_day(midnight)


@pytest.mark.parametrize(("drawn", "after"), [(0.0, 60.0), (1.0, 120.0)])
def test_a_used_up_quota_is_probed_a_minute_or_two_after_midnight(drawn, after):
    now = seconds("2025-03-10T12:00:00+08:00")
    pause = pause_for(QuotaError(17, "used up"), now, 7, draw=lambda: drawn)
    assert (pause.since, pause.until) == (now, seconds("2025-03-11T00:00:00+08:00") + after)


@pytest.mark.parametrize("kind", [AccountError, RequestError])
def test_what_a_person_must_mend_is_probed_after_five_minutes(kind):
    error = kind(6, "no permission")
    pause = pause_for(error, 1000.0, earlier=7)
    assert (pause.error, pause.since, pause.until) == (error, 1000.0, 1300.0)


def test_an_outage_is_probed_at_distances_that_double_up_to_five_minutes():
    error = OutageError("outage", "the service fails")
    ends = [pause_for(error, 0.0, earlier, draw=lambda: 1.0).until for earlier in range(11)]
    assert ends == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


@given(earlier=st.integers(0, 10**6))
def test_an_outage_is_probed_by_many_programs_not_all_at_once(earlier):
    error = OutageError("outage", "the service fails")
    soonest, latest = (
        pause_for(error, 0.0, earlier, draw=lambda drawn=drawn: drawn).until for drawn in (0, 1)
    )
    assert soonest == latest / 2
