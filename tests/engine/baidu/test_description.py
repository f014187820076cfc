"""What the rest of the program knows of Baidu's service."""

from __future__ import annotations

import pytest

from ocr_watcher.engine.baidu.days import beijing_day, beijing_midnight
from ocr_watcher.engine.baidu.description import DESCRIPTION
from ocr_watcher.engine.baidu.layout_advice import check_layout
from ocr_watcher.engine.baidu.settings import BaiduSettings


def test_its_policy_is_that_of_its_section() -> None:
    policy = DESCRIPTION.policy(BaiduSettings(qps=5, daily_limit=7))
    assert (policy.qps, policy.daily_limit, policy.is_paid) == (5, 7, True)
    assert (policy.day_of, policy.next_grant) == (beijing_day, beijing_midnight)


def test_a_call_may_take_both_timeouts_twice_over_before_it_is_late() -> None:
    policy = DESCRIPTION.policy(BaiduSettings(connect_timeout=5, read_timeout=30))
    assert policy.longest_call_seconds == 60 + 2 * (5 + 2 * 30)


@pytest.mark.parametrize(
    ("endpoint", "places"), [("general_basic", False), ("general", True), ("webimage", False)]
)
def test_the_endpoint_decides_whether_places_are_told(endpoint: str, places: bool) -> None:
    assert DESCRIPTION.policy(BaiduSettings(endpoint=endpoint)).tells_places is places


def test_an_option_decides_whether_probabilities_are_told() -> None:
    assert not DESCRIPTION.policy(BaiduSettings()).tells_probabilities
    asked = BaiduSettings(options={"probability": "true"})
    assert DESCRIPTION.policy(asked).tells_probabilities


@pytest.mark.parametrize(
    ("endpoint", "layouts", "advised"),
    [
        ("general_basic", {"rows"}, "baidu.endpoint: general "),
        ("accurate_basic", {"rows", "lines"}, "baidu.endpoint: accurate "),
        ("webimage", {"paragraphs"}, "baidu.endpoint: general "),
    ],
)
def test_a_layout_that_needs_places_is_advised_another_endpoint(
    endpoint: str, layouts: set[str], advised: str
) -> None:
    result = check_layout(BaiduSettings(endpoint=endpoint), layouts)
    assert result is not None
    assert (result.verdict, advised in result.finding) == ("ok", True)


@pytest.mark.parametrize(
    ("endpoint", "layouts"), [("general_basic", {"lines"}), ("general", {"rows"})]
)
def test_nothing_is_advised_where_another_endpoint_gives_no_more(
    endpoint: str, layouts: set[str]
) -> None:
    assert check_layout(BaiduSettings(endpoint=endpoint), layouts) is None
