from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.engine.baidu.days import beijing_midnight
from ocr_watcher.engine.pauses import LONGEST_PAUSE, pause_for
from ocr_watcher.errors import AccountError, OutageError, QuotaError, RequestError
from ocr_watcher.values.pause import Pause


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(("drawn", "after"), [(0.0, 60.0), (1.0, 120.0)])
def test_a_used_up_quota_is_probed_a_minute_or_two_after_midnight(drawn, after):
    now = seconds("2025-03-10T12:00:00+08:00")
    pause = pause_for(
        QuotaError(17, "used up"), now, 7, next_grant=beijing_midnight, draw=lambda: drawn
    )
    assert (pause.since, pause.until) == (now, seconds("2025-03-11T00:00:00+08:00") + after)


@pytest.mark.parametrize("kind", [AccountError, RequestError])
def test_what_a_person_must_mend_is_probed_after_five_minutes(kind):
    error = kind(6, "no permission", advice="ask for it")
    pause = pause_for(error, 1000.0, earlier=7)
    assert pause == Pause("6", "no permission", "ask for it", 1000.0, 1300.0)


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


@pytest.mark.parametrize(("drawn", "after"), [(0.0, 60.0), (1.0, 120.0)])
def test_a_quota_of_a_service_whose_day_is_not_known_is_probed_a_day_later(drawn, after):
    pause = pause_for(QuotaError(17, "used up"), 1000.0, 0, draw=lambda: drawn)
    assert pause.until == 1000.0 + 86_400 + after <= 1000.0 + LONGEST_PAUSE
