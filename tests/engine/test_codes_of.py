"""The codes with which calls fail are known, so that they can be counted one by one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ocr_watcher
from ocr_watcher.engine.baidu.codes import FAULTS
from ocr_watcher.engine.choose import codes_of
from ocr_watcher.engine.registry import ENGINES
from ocr_watcher.errors import EngineError, QuotaError

ENGINE_PACKAGES = Path(ocr_watcher.__file__).parent / "engine"
RAISED = re.compile(r'(?:Error\(|malformed\w*\()\s*"([a-z_-]+)",')
TROUBLE = re.compile(r'\),\n\s+"([a-z-]+)",\n')


@pytest.mark.parametrize("engine", ENGINES.names)
def test_every_word_with_which_an_engine_raises_is_known(engine):
    sources = (ENGINE_PACKAGES / engine).rglob("*.py")
    raised = {code for file in sources for code in RAISED.findall(file.read_text("utf-8"))}
    if engine == "baidu":
        raised.update(TROUBLE.findall((ENGINE_PACKAGES / "baidu/client.py").read_text("utf-8")))
    assert raised
    assert raised <= codes_of(engine).keys()


def test_every_number_of_the_service_is_known_with_the_class_of_its_error():
    codes = codes_of("baidu")
    assert {str(code) for code in FAULTS} <= codes.keys()
    assert codes["17"] is QuotaError
    assert all(issubclass(error, EngineError) for error in codes.values())


def test_an_engine_of_another_version_has_no_known_codes():
    assert codes_of("unheard of") == {}
