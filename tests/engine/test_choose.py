from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ocr_watcher.engine.baidu.engine import BaiduEngine
from ocr_watcher.engine.baidu.settings import BaiduSettings
from ocr_watcher.engine.choose import choose_engine
from ocr_watcher.engine.guard import Guard
from ocr_watcher.engine.local.engine import LocalEngine
from ocr_watcher.errors import QuotaError, SettingsError, Stopped
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.settings.model import FolderSettings, OutputSettings, Settings, settings_model
from ocr_watcher.values.page import Page
from tests.engine.fake import FakeEngine
from tests.simulator.pictures import png
from tests.simulator.server import Simulator

KEYS = {"OCR_WATCHER_BAIDU_API_KEY": "key", "OCR_WATCHER_BAIDU_SECRET_KEY": "secret"}


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path) as ledger:
        yield ledger


def settings(**values) -> Settings:
    return settings_model()(state_dir=Path("/var/lib/ocr-watcher"), **values)


@pytest.mark.parametrize(
    ("engine", "environment", "chosen"),
    [
        ("auto", KEYS, BaiduEngine),
        ("auto", {}, LocalEngine),
        ("baidu", KEYS, BaiduEngine),
        ("local", KEYS, LocalEngine),
    ],
)
def test_the_engine_is_the_one_that_is_set_or_the_one_there_are_keys_for(
    engine, environment, chosen
):
    made = choose_engine(settings(engine=engine), environment, callers=1)
    made.close()
    assert type(made) is chosen


def test_baidu_without_keys_is_a_problem_for_each_key():
    with pytest.raises(SettingsError) as raised:
        choose_engine(settings(engine="baidu"), {}, callers=1)
    assert [problem.split(":")[0] for problem in raised.value.problems] == [
        "baidu.api_key",
        "baidu.secret_key",
    ]


def test_half_a_pair_of_keys_is_not_taken_for_none():
    with pytest.raises(SettingsError):
        choose_engine(settings(), {"OCR_WATCHER_BAIDU_API_KEY": "key"}, callers=1)


@pytest.mark.parametrize(
    ("endpoint", "output", "folder", "options"),
    [
        ("general_basic", "paragraphs", None, {"paragraph": "true"}),
        ("accurate_basic", "rows", "paragraphs", {"paragraph": "true"}),
        ("general_basic", "rows", None, {}),
        ("general", "paragraphs", None, {}),
        ("webimage", "paragraphs", None, {}),
    ],
)
def test_the_service_is_asked_for_paragraphs_where_nothing_else_tells_them(
    tmp_path, endpoint, output, folder, options
):
    chosen = settings(
        baidu=BaiduSettings(endpoint=endpoint),
        output=OutputSettings(layout=output),
        folders=(FolderSettings(path=tmp_path, layout=folder),),
    )
    engine = choose_engine(chosen, KEYS, callers=1)
    engine.close()
    assert engine.identity.options == options


def test_an_option_that_is_set_stays():
    baidu = BaiduSettings(options={"paragraph": "false"})
    chosen = settings(baidu=baidu, output=OutputSettings(layout="paragraphs"))
    engine = choose_engine(chosen, KEYS, callers=1)
    engine.close()
    assert engine.identity.options == {"paragraph": "false"}


def test_calls_are_spaced_out_to_baidu_alone(ledger):
    chosen = settings(baidu=BaiduSettings(qps=0.001))
    baidu = choose_engine(chosen, KEYS, callers=1)
    baidu.close()
    with ThreadPoolExecutor() as threads:
        guard = Guard(chosen, [baidu], ledger)
        guard.limiter.wait()
        second = threads.submit(guard.limiter.wait)
        with pytest.raises(TimeoutError):
            second.result(0.1)
        guard.breakers.stop()
        assert isinstance(second.exception(), Stopped)
    fake = FakeEngine()
    limiter = Guard(chosen, [fake], ledger).limiter
    limiter.wait()
    limiter.wait()


def test_a_guarded_engine_asks_once_for_a_page_and_counts_the_call(ledger):
    fake = FakeEngine()
    chosen = settings(baidu=BaiduSettings(daily_limit=1))
    engine = Guard(chosen, [fake], ledger).guarded(fake)
    for words in ("first", "first", "second"):  # the limit is Baidu's, and not this engine's
        engine.recognise(Page(png(words), "PNG", 200, 60))
    assert fake.calls == ["first", "second"]
    assert ledger.calls("2", "fake", "general") == 2


def test_what_is_over_the_daily_limit_of_baidu_is_not_sent_and_stops_the_calls(ledger):
    with Simulator() as simulator:
        keys = {
            "OCR_WATCHER_BAIDU_API_KEY": simulator.api_key,
            "OCR_WATCHER_BAIDU_SECRET_KEY": simulator.secret_key,
        }
        chosen = settings(baidu=BaiduSettings(base_url=simulator.url, daily_limit=1, qps=0))
        baidu = choose_engine(chosen, keys, callers=1)
        guard = Guard(chosen, [baidu], ledger)
        engine = guard.guarded(baidu)
        engine.recognise(Page(png("first"), "PNG", 200, 60))
        with pytest.raises(QuotaError) as raised:
            engine.recognise(Page(png("second"), "PNG", 200, 60))
        engine.close()
    fault = guard.breakers.of("general_basic").fault
    assert (raised.value.code, fault) == ("daily-limit", raised.value)
    assert ledger.calls("2", "baidu") == 1
