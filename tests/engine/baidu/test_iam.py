"""Calls with a key of the cloud's IAM."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from ocr_watcher.engine.baidu.credentials import IamKey
from ocr_watcher.engine.baidu.engine import BaiduEngine
from ocr_watcher.engine.baidu.settings import BaiduSettings
from ocr_watcher.errors import AccountError, RequestError, TransientError, UnknownCodeError
from tests.simulator.faults import Body, ErrorCode, Reset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.values.page import Page
    from tests.simulator.server import Simulator


@pytest.fixture
def with_key(simulator: Simulator) -> Iterator[Callable[[str], BaiduEngine]]:
    engines = []

    def make(key: str) -> BaiduEngine:
        settings = BaiduSettings(base_url=simulator.url)
        engines.append(BaiduEngine(settings, IamKey(SecretStr(key)), callers=4))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


@pytest.fixture
def engine(simulator: Simulator, with_key: Callable[[str], BaiduEngine]) -> BaiduEngine:
    return with_key(simulator.iam_api_key)


def test_the_key_goes_into_the_header_and_no_token_is_fetched(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    assert engine.recognise(page).lines[0].text == "first line"
    (call,) = simulator.calls
    assert (call.bearer, call.token) == (simulator.iam_api_key, "")
    assert simulator.token_fetches == 0


def test_a_wrong_key_is_a_fault_of_the_account(
    with_key: Callable[[str], BaiduEngine], page: Page
) -> None:
    with pytest.raises(AccountError, match="IAM API-KEY authentication failed") as caught:
        with_key("bce-v3/ALTAK-another/0123").recognise(page)
    assert caught.value.code == 23
    assert "baidu.iam_api_key" in caught.value.advice


def test_a_key_that_is_taken_for_a_bad_token_is_refused_after_one_call(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    simulator.fault = lambda _call: ErrorCode(110)
    for attempt in (engine.self_test, lambda: engine.recognise(page)):
        with pytest.raises(AccountError, match="the IAM key is refused") as caught:
            attempt()
        assert "baidu.iam_api_key" in caught.value.advice
    assert len(simulator.calls) == 2


def test_a_probe_makes_a_call_without_an_image_that_costs_nothing(
    engine: BaiduEngine, simulator: Simulator
) -> None:
    assert engine.self_test() == (
        f"{simulator.url} took the IAM key: a call without an image met error 216101, as it should"
    )
    assert (len(simulator.calls), simulator.billed()) == (1, 0)


@pytest.mark.parametrize("code", [18, 216100, 216101, 216200, 216201, 216202])
def test_a_probe_that_is_refused_for_anything_but_the_key_proves_it(
    engine: BaiduEngine, simulator: Simulator, code: int
) -> None:
    simulator.fault = lambda _call: ErrorCode(code)
    assert f"met error {code}, as it should" in engine.self_test()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (ErrorCode(23), AccountError),
        (ErrorCode(6), AccountError),
        (ErrorCode(3), RequestError),
        (ErrorCode(4711), UnknownCodeError),
        (Reset(), TransientError),
    ],
)
def test_a_probe_that_does_not_prove_the_key_fails(
    engine: BaiduEngine, simulator: Simulator, fault: ErrorCode | Reset, error: type[Exception]
) -> None:
    simulator.fault = lambda _call: fault
    with pytest.raises(error):
        engine.self_test()


def test_an_answer_that_repeats_the_key_does_not_pass_it_on(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    key = simulator.iam_api_key
    answer = {"words_result": [{"words": f"a {key} b"}], key: key.rpartition("/")[2]}
    simulator.next_faults.append(Body(json.dumps(answer).replace("/", "\\/").encode()))
    reading = engine.recognise(page)
    assert reading.lines[0].text == "a [key] b"
    assert reading.details == {"[key]": "[key]"}
