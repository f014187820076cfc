"""The official SDK, an independent client, tells whether the simulator is faithful."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest

from ocr_watcher.values.page import Page
from tests.simulator import pictures
from tests.simulator.faults import ErrorCode

with warnings.catch_warnings():
    # Its modules switch warnings off for everybody, which has to end with their import.
    from aip import AipOcr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.engine.baidu.engine import BaiduEngine
    from tests.simulator.server import Simulator


@pytest.fixture
def sdk(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    ocr = f"{simulator.url}/rest/2.0/ocr/v1"
    monkeypatch.setattr(AipOcr, "_AipBase__accessTokenUrl", f"{simulator.url}/oauth/2.0/token")
    monkeypatch.setattr(AipOcr, "_AipOcr__generalBasicUrl", f"{ocr}/general_basic")
    monkeypatch.setattr(AipOcr, "_AipOcr__accurateUrl", f"{ocr}/accurate")
    client = AipOcr("1", simulator.api_key, simulator.secret_key)
    yield client
    client.s.close()


@pytest.mark.parametrize("words", ["one line", "several\nlines\n多行", ""])
def test_the_sdk_reads_what_our_engine_reads(
    sdk: Any, engine: BaiduEngine, simulator: Simulator, words: str
) -> None:
    image = pictures.png(words)
    ours = engine.recognise(Page(image, "PNG", 200, 60))
    theirs = sdk.basicGeneral(image)
    assert [line["words"] for line in theirs["words_result"]] == [line.text for line in ours.lines]
    first, second = simulator.calls
    assert first.sha256 == second.sha256
    assert simulator.billed(words) == 2


def test_the_sdk_sends_options_as_our_engine_does(sdk: Any, simulator: Simulator) -> None:
    options = {"probability": "true", "language_type": "auto_detect"}
    (line,) = sdk.accurate(pictures.jpeg("located"), options)["words_result"]
    assert list(line) == ["words", "location", "probability"]
    assert simulator.calls[0].options == options


def test_the_sdk_fetches_another_token_for_one_that_is_invalid(
    sdk: Any, simulator: Simulator
) -> None:
    sdk.basicGeneral(pictures.png("x"))
    simulator.revoke_tokens()
    assert sdk.basicGeneral(pictures.png("x"))["words_result"] == [{"words": "x"}]
    assert simulator.token_fetches == 2


def test_the_sdk_sees_errors_as_the_service_words_them(sdk: Any, simulator: Simulator) -> None:
    simulator.next_faults.append(ErrorCode(18))
    assert sdk.basicGeneral(pictures.png("x")) == {
        "error_code": 18,
        "error_msg": "Open api qps request limit reached",
    }


def test_the_sdk_puts_its_keys_into_the_url(sdk: Any, simulator: Simulator) -> None:
    sdk.basicGeneral(pictures.png("x"))
    assert simulator.token_queries[0]["client_secret"] == simulator.secret_key
