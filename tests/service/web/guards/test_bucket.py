"""A rate that is bounded."""

from __future__ import annotations

import pytest

from ocr_watcher.service.web.bucket import Bucket


def test_a_burst_is_free_and_then_each_waits_for_its_turn() -> None:
    now = [0.0]
    bucket = Bucket(10.0, 3, lambda: now[0])
    assert [bucket.take() for _ in range(3)] == [0, 0, 0]
    assert [bucket.take() for _ in range(3)] == pytest.approx([0.1, 0.2, 0.3])
    now[0] += 0.6
    assert bucket.take() == 0


def test_who_would_wait_too_long_takes_nothing() -> None:
    now = [0.0]
    bucket = Bucket(10.0, 1, lambda: now[0])
    assert bucket.take(0.0) == 0
    assert [bucket.take(0.05) for _ in range(100)] == [None] * 100
    now[0] += 0.1
    assert bucket.take(0.0) == pytest.approx(0)


def test_a_pause_fills_it_to_its_burst_and_no_further() -> None:
    now = [0.0]
    bucket = Bucket(10.0, 2, lambda: now[0])
    now[0] += 1000
    assert [bucket.take(0.0) for _ in range(3)] == [0, 0, None]
