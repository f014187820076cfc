from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import AccountError, OversizeError, TransientError
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.page import Limits, Page
from ocr_watcher.values.reading import EngineIdentity
from tests.engine.resting import Clock
from tests.simulator import pictures
from tests.simulator.faults import Body, Delay, ErrorCode, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.baidu.engine import BaiduEngine
    from ocr_watcher.engine.interface import Engine
    from tests.simulator.server import Simulator


def test_it_reads_the_words_of_a_picture(engine: BaiduEngine, page: Page) -> None:
    reading = engine.recognise(page)
    assert [line.text for line in reading.lines] == ["first line", "第二行"]
    assert list(reading.details) == ["log_id"]


def test_it_is_an_engine(engine: BaiduEngine) -> None:
    seam: Engine = engine
    assert seam.identity == EngineIdentity("baidu", "general_basic", {})


def test_a_picture_without_text_is_a_success(engine: BaiduEngine) -> None:
    assert engine.recognise(Page(pictures.png(""), "PNG", 200, 60)).lines == ()


@pytest.mark.parametrize("data", [pictures.jpeg("x", bytes_at_least=700_000), pictures.png("x")])
def test_the_bytes_arrive_untouched(engine: BaiduEngine, simulator: Simulator, data: bytes) -> None:
    engine.recognise(Page(data, "JPEG", 200, 60))
    assert simulator.calls[0].sha256 == hashlib.sha256(data).hexdigest()


def test_a_body_that_is_being_sent_is_an_advance(make_engine: Callable[..., BaiduEngine]) -> None:
    clock = Clock()
    heartbeats = Heartbeats(clock)
    engine = make_engine(heartbeats=heartbeats)
    with heartbeats.working("an image"):
        clock.now = 1000
        engine.recognise(Page(pictures.jpeg("x", bytes_at_least=100_000), "JPEG", 200, 60))
        assert heartbeats.overdue(60) is None


def test_options_are_sent_and_what_they_ask_for_comes_back(
    make_engine: Callable[..., BaiduEngine], simulator: Simulator, page: Page
) -> None:
    options = {"probability": "true", "detect_direction": "true", "language_type": "DAN"}
    engine = make_engine(endpoint="accurate", options=options)
    reading = engine.recognise(page)
    assert (simulator.calls[0].endpoint, simulator.calls[0].options) == ("accurate", options)
    assert list(reading.lines[0].fields) == ["location", "probability"]
    assert reading.details["direction"] == 0
    assert engine.identity == EngineIdentity("baidu", "accurate", options)


def test_the_limits_are_those_of_the_endpoint(make_engine: Callable[..., BaiduEngine]) -> None:
    assert make_engine(endpoint="accurate").limits == Limits(
        formats=frozenset({"JPEG", "PNG", "BMP"}),
        shortest_side=15,
        longest_side=8192,
        body_bytes=9_500_000,
        page_bytes=int(9_500_000 / 1.43),
        strip_side=8192,
    )


def test_the_limits_of_the_settings_come_first(make_engine: Callable[..., BaiduEngine]) -> None:
    limits = make_engine(max_body_bytes=3_900_000, max_side_pixels=2000).limits
    assert (limits.body_bytes, limits.longest_side) == (3_900_000, 2000)


def test_a_picture_too_large_is_refused_before_anything_is_sent(
    make_engine: Callable[..., BaiduEngine], simulator: Simulator
) -> None:
    page = Page(pictures.jpeg("x", bytes_at_least=10_000), "JPEG", 200, 60)
    with pytest.raises(OversizeError):
        make_engine(max_body_bytes=10_000).recognise(page)
    assert (simulator.connections, simulator.calls) == (0, [])


def test_sixteen_threads_on_a_cold_cache_fetch_one_token(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    simulator.next_token_faults.append(Delay(0.2))
    with ThreadPoolExecutor(16) as pool:
        readings = list(pool.map(engine.recognise, [page] * 16))
    assert [reading.lines[0].text for reading in readings] == ["first line"] * 16
    assert simulator.token_fetches == 1
    assert simulator.connections <= 16


def test_eight_threads_whose_token_became_invalid_fetch_one_more(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    engine.recognise(page)
    simulator.revoke_tokens()
    simulator.latency = 0.1
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(engine.recognise, [page] * 8))
    assert simulator.token_fetches == 2
    assert simulator.billed() == 9


@pytest.mark.parametrize("code", [100, 110, 111, "110"])
def test_a_refused_token_is_replaced_once(
    engine: BaiduEngine, simulator: Simulator, page: Page, code: int | str
) -> None:
    simulator.next_faults.append(ErrorCode(code))
    assert engine.recognise(page).lines
    assert simulator.token_fetches == 2
    first, second = simulator.calls
    assert first.token != second.token


def test_a_large_picture_is_sent_whole_once_more_with_the_new_token(
    engine: BaiduEngine, simulator: Simulator
) -> None:
    data = pictures.jpeg("x", bytes_at_least=700_000)
    simulator.next_faults.append(ErrorCode(110))
    engine.recognise(Page(data, "JPEG", 200, 60))
    digest = hashlib.sha256(data).hexdigest()
    assert [call.sha256 for call in simulator.calls] == [digest, digest]


def test_a_new_token_that_is_refused_is_a_matter_of_the_account(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    simulator.fault = lambda _call: ErrorCode(110)
    with pytest.raises(AccountError, match="a new access token is refused, too") as caught:
        engine.recognise(page)
    assert caught.value.code == 110
    assert caught.value.advice
    assert len(simulator.calls) == simulator.token_fetches == 2


def test_an_expired_token_is_replaced_before_it_is_used(
    make_engine: Callable[..., BaiduEngine], simulator: Simulator, page: Page
) -> None:
    simulator.token_lifetime = 0.01
    engine = make_engine()
    engine.self_test()
    simulator.token_lifetime = 1000
    engine.recognise(page)
    assert simulator.billed() == 1


def test_a_fault_that_passes_is_not_repeated_here(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    simulator.next_faults.append(ErrorCode(282000))
    with pytest.raises(TransientError):
        engine.recognise(page)
    assert len(simulator.calls) == 1


def test_a_token_that_cannot_be_had_costs_no_call(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    simulator.next_token_faults.append(Status(503))
    with pytest.raises(TransientError, match="HTTP status 503"):
        engine.recognise(page)
    assert simulator.calls == []


def test_a_probe_fetches_a_token_each_time(engine: BaiduEngine, simulator: Simulator) -> None:
    assert engine.self_test() == f"{simulator.url} gave an access token for the keys"
    engine.self_test()
    assert simulator.token_fetches == 2


def test_a_probe_proves_that_the_keys_are_wrong(make_engine: Callable[..., BaiduEngine]) -> None:
    with pytest.raises(AccountError):
        make_engine(secret_key="another").self_test()


def test_an_answer_that_repeats_the_token_does_not_pass_it_on(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    engine.recognise(page)
    token = simulator.calls[0].token
    answer = {"words_result": [{"words": f"a {token} b"}], "echo": token}
    simulator.next_faults.append(Body(json.dumps(answer).encode()))
    reading = engine.recognise(page)
    assert reading.lines[0].text == "a [token] b"
    assert reading.details == {"echo": "[token]"}
