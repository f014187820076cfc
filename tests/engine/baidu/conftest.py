from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from ocr_watcher.engine.baidu.credentials import Credentials
from ocr_watcher.engine.baidu.engine import BaiduEngine
from ocr_watcher.engine.baidu.settings import BaiduSettings
from ocr_watcher.values.page import Page
from tests.simulator import pictures
from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.threads.heartbeat import Heartbeats

API_KEY, SECRET_KEY = "APIKEY-4cc3ss", "SECRET-s3cr3t"


@pytest.fixture(autouse=True)
def _environment_without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(api_key=API_KEY, secret_key=SECRET_KEY) as simulator:
        yield simulator


@pytest.fixture
def make_engine(simulator: Simulator) -> Iterator[Callable[..., BaiduEngine]]:
    engines = []

    def make(
        *,
        api_key: str = API_KEY,
        secret_key: str = SECRET_KEY,
        callers: int = 16,
        heartbeats: Heartbeats | None = None,
        **settings: Any,
    ) -> BaiduEngine:
        engine = BaiduEngine(
            BaiduSettings(**{"base_url": simulator.url, **settings}),
            Credentials(SecretStr(api_key), SecretStr(secret_key)),
            callers=callers,
            heartbeats=heartbeats,
        )
        engines.append(engine)
        return engine

    yield make
    for engine in engines:
        engine.close()


@pytest.fixture
def engine(make_engine: Callable[..., BaiduEngine]) -> BaiduEngine:
    return make_engine()


@pytest.fixture
def page() -> Page:
    return Page(pictures.png("first line\n第二行"), "PNG", 200, 60)
