from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.engine.baidu.days import beijing_day, beijing_midnight

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  Hypothesis adds the zone


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


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
