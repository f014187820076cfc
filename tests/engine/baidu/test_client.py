from __future__ import annotations

import gzip
import hashlib
import json
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.baidu.client import LARGEST_ANSWER, Client
from ocr_watcher.errors import TransientError
from ocr_watcher.values.page import Page
from tests.simulator import pictures
from tests.simulator import server as simulator_server
from tests.simulator.faults import Body, Cut, Delay, Drip, Fault, Reset, Silence, Status
from tests.simulator.server import Simulator
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.engine.baidu.engine import BaiduEngine

CERTIFICATE = Path(simulator_server.__file__).with_name("loopback.pem")
GRANT_FOR_NOBODY = b"grant_type=client_credentials&client_id=nobody"
NOBODY = "http://127.0.0.1:9"


def trouble(engine: BaiduEngine, page: Page) -> TransientError:
    with pytest.raises(TransientError) as caught:
        engine.recognise(page)
    assert type(caught.value) is TransientError
    return caught.value


def test_a_reset_is_told_by_its_class_and_the_host(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    simulator.next_faults.append(Reset())
    error = trouble(engine, page)
    assert error.code == "connection"
    assert str(error) == "no answer from 127.0.0.1: ConnectionError from ProtocolError"


@pytest.mark.parametrize("after", [0, 1, 40])
def test_an_answer_cut_off_is_no_answer(
    engine: BaiduEngine, simulator: Simulator, page: Page, after: int
) -> None:
    simulator.next_faults.append(Cut(after))
    assert trouble(engine, page).code == "connection"
    assert simulator.billed() == 1


def test_silence_ends_with_the_read_timeout(
    make_engine: Callable[..., BaiduEngine], simulator: Simulator, page: Page
) -> None:
    engine = make_engine(read_timeout=0.3)
    simulator.next_faults.append(Silence())
    start = time.monotonic()
    error = trouble(engine, page)
    assert error.code == "timeout"
    assert "baidu.read_timeout" in error.advice
    assert 0.3 <= time.monotonic() - start < 5


@pytest.mark.parametrize("headers", [False, True])
def test_a_slow_drip_ends_at_twice_the_read_timeout(
    make_engine: Callable[..., BaiduEngine], simulator: Simulator, page: Page, *, headers: bool
) -> None:
    engine = make_engine(read_timeout=0.3)
    simulator.next_faults.append(Drip(0.1, headers=headers))
    start = time.monotonic()
    assert trouble(engine, page).code == "timeout"
    assert 0.6 <= time.monotonic() - start < 5
    assert engine.recognise(page).lines


def test_an_answer_in_pieces_is_read_and_its_connection_used_again(
    make_engine: Callable[..., BaiduEngine], simulator: Simulator, page: Page
) -> None:
    engine = make_engine(read_timeout=10)
    simulator.next_faults.append(Drip(0.0005, headers=True))
    assert engine.recognise(page).lines[0].text == "first line"
    assert engine.recognise(page).lines[0].text == "first line"
    assert simulator.connections == 1


def test_a_late_answer_within_the_timeout_is_an_answer(
    make_engine: Callable[..., BaiduEngine], simulator: Simulator, page: Page
) -> None:
    simulator.next_faults.append(Delay(0.2))
    assert make_engine(read_timeout=10).recognise(page).lines


def test_a_service_that_is_not_there_is_waited_for(
    make_engine: Callable[..., BaiduEngine], page: Page
) -> None:
    error = trouble(make_engine(base_url=NOBODY), page)
    assert error.code == "connection"
    assert "NewConnectionError" in str(error)


def test_a_service_that_accepts_nobody_is_unreachable(
    make_engine: Callable[..., BaiduEngine], page: Page
) -> None:
    with closing(socket.socket()) as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        # Linux drops the requests of further connections once the backlog is full (listen(2)).
        with closing(socket.create_connection(full.getsockname())):
            url = f"http://127.0.0.1:{full.getsockname()[1]}"
            error = trouble(make_engine(base_url=url, connect_timeout=0.3), page)
    assert error.code == "unreachable"


@pytest.mark.parametrize("status", [200, 302, 500])
def test_a_huge_answer_is_refused(
    engine: BaiduEngine, simulator: Simulator, page: Page, status: int
) -> None:
    headers = {"Location": simulator.url}
    simulator.next_faults.append(Status(status, b" " * (LARGEST_ANSWER + 1), headers))
    assert trouble(engine, page).code == "answer-too-large"


def test_an_answer_that_unfolds_into_a_huge_one_is_refused(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    folded = gzip.compress(b" " * (LARGEST_ANSWER + 1))
    simulator.next_faults.append(Status(200, folded, {"Content-Encoding": "gzip"}))
    assert trouble(engine, page).code == "answer-too-large"


def test_an_answer_compressed_unasked_is_read(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    folded = gzip.compress(json.dumps({"words_result": [{"words": "folded"}]}).encode())
    simulator.next_faults.append(Status(200, folded, {"Content-Encoding": "gzip"}))
    assert engine.recognise(page).lines[0].text == "folded"


def test_an_answer_that_claims_to_be_compressed_is_no_answer(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    simulator.next_faults.append(Status(200, b"no gzip", {"Content-Encoding": "gzip"}))
    assert trouble(engine, page).code == "http"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(
    engine: BaiduEngine, simulator: Simulator, page: Page, status: int
) -> None:
    with Simulator() as elsewhere:
        simulator.next_faults.append(Status(status, b"", {"Location": f"{elsewhere.url}/x"}))
        assert trouble(engine, page).code == f"http-{status}"
        assert elsewhere.connections == 0


def test_a_redirect_of_the_token_call_is_not_followed(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    with Simulator() as elsewhere:
        simulator.next_token_faults.append(Status(307, b"", {"Location": f"{elsewhere.url}/x"}))
        assert trouble(engine, page).code == "malformed-answer"
        assert elsewhere.connections == 0


def test_one_connection_serves_calls_one_after_the_other(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    for _ in range(20):
        engine.recognise(page)
    assert simulator.connections == 1


def test_a_client_that_is_closed_keeps_no_connection(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: engine.recognise(page), range(8)))
    assert simulator.open_connections >= 1
    engine.close()
    eventually(lambda: simulator.open_connections == 0)


def test_a_broken_answer_does_not_spoil_the_next(
    engine: BaiduEngine, simulator: Simulator, page: Page
) -> None:
    faults: list[Fault] = [Reset(), Cut(5), Body(b"<html>"), Status(500)]
    simulator.next_faults.extend(faults)
    for _ in faults:
        trouble(engine, page)
    assert engine.recognise(page).lines[0].text == "first line"


def client_of(base_url: str) -> Client:
    return Client(base_url, connections=1, connect_timeout=5, read_timeout=5)


def test_proxies_are_taken_from_the_environment_once(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", simulator.url)
    with closing(client_of("http://ocr.invalid")) as client:
        monkeypatch.setenv("http_proxy", NOBODY)
        # A proxy is asked for the same path, so the simulator can be one.
        assert b"unknown client id" in client.post("/oauth/2.0/token", GRANT_FOR_NOBODY).body
    assert simulator.connections == 1


def test_no_proxy_is_used_for_an_exempt_host(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", simulator.url)
    monkeypatch.setenv("no_proxy", "ocr.invalid")
    with closing(client_of("http://ocr.invalid")) as client, pytest.raises(TransientError):
        client.post("/oauth/2.0/token", GRANT_FOR_NOBODY)
    assert simulator.connections == 0


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_no_proxy_is_asked_for_what_is_on_this_machine(
    make_engine: Callable[..., BaiduEngine],
    simulator: Simulator,
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    with Simulator() as proxy:
        monkeypatch.setenv(variable, proxy.url)
        for host in ("127.0.0.1", "localhost"):
            engine = make_engine(base_url=simulator.url.replace("127.0.0.1", host))
            assert engine.recognise(page).lines[0].text == "first line"
        assert proxy.connections == 0


def test_a_proxy_that_refuses_is_told_as_such(
    make_engine: Callable[..., BaiduEngine],
    simulator: Simulator,
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", simulator.url.replace("//", "//name:password@"))
    error = trouble(make_engine(base_url="https://ocr.invalid"), page)
    assert error.code == "proxy"
    assert "HTTPS_PROXY" in error.advice
    assert "password" not in repr(error)


@pytest.fixture
def secure_simulator(simulator: Simulator) -> Iterator[Simulator]:
    with Simulator(
        api_key=simulator.api_key, secret_key=simulator.secret_key, certificate=CERTIFICATE
    ) as secure:
        yield secure


def test_a_certificate_nobody_vouches_for_is_refused(
    make_engine: Callable[..., BaiduEngine], secure_simulator: Simulator, page: Page
) -> None:
    error = trouble(make_engine(base_url=secure_simulator.url), page)
    assert error.code == "tls"
    assert "REQUESTS_CA_BUNDLE" in error.advice
    assert secure_simulator.token_fetches == 0


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_ca_bundle_is_taken_from_the_environment_once(
    make_engine: Callable[..., BaiduEngine],
    secure_simulator: Simulator,
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    monkeypatch.setenv(variable, str(CERTIFICATE))
    engine = make_engine(base_url=secure_simulator.url)
    monkeypatch.delenv(variable)
    assert engine.recognise(page).lines[0].text == "first line"


def test_a_large_picture_arrives_whole_over_tls(
    make_engine: Callable[..., BaiduEngine],
    secure_simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    picture = pictures.jpeg("first line", bytes_at_least=3_000_000)
    engine = make_engine(base_url=secure_simulator.url)
    assert engine.recognise(Page(picture, "JPEG", 200, 60)).lines[0].text == "first line"
    assert secure_simulator.calls[0].sha256 == hashlib.sha256(picture).hexdigest()


def test_a_slow_drip_over_tls_ends_as_well(
    make_engine: Callable[..., BaiduEngine],
    secure_simulator: Simulator,
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    engine = make_engine(base_url=secure_simulator.url, read_timeout=0.3)
    secure_simulator.next_faults.append(Drip(0.1))
    start = time.monotonic()
    assert trouble(engine, page).code == "timeout"
    assert 0.6 <= time.monotonic() - start < 5


def test_a_ca_bundle_that_is_missing_is_told(
    make_engine: Callable[..., BaiduEngine],
    secure_simulator: Simulator,
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", os.fspath(tmp_path / "missing.pem"))
    error = trouble(make_engine(base_url=secure_simulator.url), page)
    assert error.code == "http"
    assert "REQUESTS_CA_BUNDLE" in error.advice


def test_a_service_that_does_not_speak_tls_is_told(
    make_engine: Callable[..., BaiduEngine], simulator: Simulator, page: Page
) -> None:
    error = trouble(make_engine(base_url=simulator.url.replace("http:", "https:")), page)
    assert error.code == "tls"
