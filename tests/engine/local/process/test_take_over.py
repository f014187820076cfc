"""The engine of other settings goes on with the models that the engine before it has loaded."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ocr_watcher.engine.local.description import DESCRIPTION
from ocr_watcher.errors import PausingError
from tests.engine.local.pictures import page_of
from tests.engine.local.process.conftest import the_models
from tests.proc import is_gone
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ocr_watcher.engine.local.engine import LocalEngine

    Opened = Callable[..., LocalEngine]


def reads(engine: LocalEngine) -> bool:
    page = page_of(Image.new("L", (300, 40), "white"), "BMP")
    return [line.text for line in engine.recognise(page).lines] == ["300 x 40"]


def test_the_process_goes_over_and_outlives_the_end_of_the_engine_before(opened: Opened) -> None:
    before, after = opened(), opened()
    assert reads(before)
    process = the_models()
    assert DESCRIPTION.is_loaded_by(after, before)
    DESCRIPTION.take_over(after, before)
    before.close()
    assert after.identity == before.identity
    assert reads(after)
    assert the_models() == process
    after.close()
    assert the_models() == set()


def test_what_has_ended_meanwhile_is_loaded_when_there_is_work(opened: Opened) -> None:
    before, after = opened(), opened()
    assert reads(before)
    (process,) = the_models()
    os.kill(process, signal.SIGKILL)
    eventually(lambda: is_gone(process))
    DESCRIPTION.take_over(after, before)
    assert after.identity.endpoint == "stand-in"
    assert the_models() == set()
    assert reads(after)


def test_models_that_are_others_by_now_are_named_anew(opened: Opened) -> None:
    before, after = opened(), opened()
    assert reads(before)
    keeper = before._keeper
    assert keeper._ready is not None
    keeper._ready = replace(keeper._ready, names="those of last year")
    (process,) = the_models()
    os.kill(process, signal.SIGKILL)
    eventually(lambda: is_gone(process))
    with pytest.raises(PausingError, match="those of last year"):
        reads(before)
    DESCRIPTION.take_over(after, before)
    assert after.identity.endpoint == "stand-in"
    assert reads(after)


def test_another_setting_or_another_content_of_a_model_is_another_engine(
    opened: Opened, tmp_path: Path
) -> None:
    model, kept = tmp_path / "a.onnx", tmp_path / "kept.onnx"
    model.write_bytes(b"one")
    before = opened(further=[model])
    assert DESCRIPTION.is_loaded_by(opened(further=[model]), before)
    assert not DESCRIPTION.is_loaded_by(opened(further=[model], backend="onnxruntime"), before)
    assert not DESCRIPTION.is_loaded_by(opened(), before)
    model.rename(kept)
    assert not DESCRIPTION.is_loaded_by(opened(further=[model]), before)
    model.write_bytes(b"another")
    assert not DESCRIPTION.is_loaded_by(opened(further=[model]), before)
