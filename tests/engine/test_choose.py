from __future__ import annotations

from pathlib import Path

import pytest

from ocr_watcher.engine.baidu.engine import BaiduEngine
from ocr_watcher.engine.choose import calls_a_second, choose_engine
from ocr_watcher.engine.local import LocalEngine
from ocr_watcher.errors import SettingsError
from ocr_watcher.settings.model import BaiduSettings, Settings
from tests.engine.fake import FakeEngine

KEYS = {"OCR_WATCHER_BAIDU_API_KEY": "key", "OCR_WATCHER_BAIDU_SECRET_KEY": "secret"}


def settings(**values) -> Settings:
    return Settings(state_dir=Path("/var/lib/ocr-watcher"), **values)


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
    made = choose_engine(settings(engine=engine), environment)
    made.close()
    assert type(made) is chosen


def test_baidu_without_keys_is_a_problem_for_each_key():
    with pytest.raises(SettingsError) as raised:
        choose_engine(settings(engine="baidu"), {})
    assert [problem.split(":")[0] for problem in raised.value.problems] == [
        "baidu.api_key",
        "baidu.secret_key",
    ]


def test_half_a_pair_of_keys_is_not_taken_for_none():
    with pytest.raises(SettingsError):
        choose_engine(settings(), {"OCR_WATCHER_BAIDU_API_KEY": "key"})


def test_calls_are_counted_out_to_baidu_alone():
    chosen = settings(baidu=BaiduSettings(qps=7))
    baidu = choose_engine(chosen, KEYS)
    baidu.close()
    assert (calls_a_second(chosen, baidu), calls_a_second(chosen, FakeEngine())) == (7, 0)
