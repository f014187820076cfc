"""This machine's clock against that of the service."""

from __future__ import annotations

from http.server import HTTPServer

import pytest

from ocr_watcher.engine.baidu.clock import check_clock, judge_clock
from ocr_watcher.engine.baidu.settings import BaiduSettings
from tests.engine.baidu.late import Late, late_service


def test_a_service_ten_minutes_behind_is_noticed_by_what_it_answers() -> None:
    with late_service() as url:
        result = check_clock(BaiduSettings(base_url=url))
    assert result is not None
    assert (result.verdict, result.subject) == ("warn", "clock")
    assert " s ahead of the service's; switch time synchronisation on" in result.finding


def test_of_a_service_that_does_not_answer_nothing_is_said() -> None:
    with HTTPServer(("127.0.0.1", 0), Late) as server:
        url = f"http://127.0.0.1:{server.server_port}"
    assert check_clock(BaiduSettings(base_url=url)) is None


EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"


@pytest.mark.parametrize("now", [300.0, 0.0, -300.0])
def test_five_minutes_are_near(now: float) -> None:
    result = judge_clock(EPOCH, now)
    assert result is not None
    assert (result.verdict, result.finding) == ("ok", f"{abs(now):.0f} s from the service's")


def test_a_clock_that_is_behind_is_warned_of() -> None:
    result = judge_clock(EPOCH, -301.0)
    assert result is not None
    assert result.verdict == "warn"
    assert result.finding.startswith("301 s behind the service's; ")


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Jan 1970 00:00:00 GMT"])
def test_what_is_no_date_tells_nothing(date: str) -> None:
    assert judge_clock(date, 0.0) is None
