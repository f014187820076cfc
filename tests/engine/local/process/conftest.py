from __future__ import annotations

import contextlib
import os
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.local.engine import LocalEngine
from ocr_watcher.engine.local.process import models_process
from tests.proc import children_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STAND_IN = "tests.engine.local.process.stand_in"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., LocalEngine]]:
    """A function that returns an engine whose process has a stand-in for the models."""
    monkeypatch.setattr(models_process, "_WORKER", STAND_IN)
    with contextlib.ExitStack() as engines:

        def opened(**options: object) -> LocalEngine:
            engine = LocalEngine(threads=1, **options)  # type: ignore[arg-type]
            engines.callback(engine.close)
            return engine

        yield opened
    assert models_of(os.getpid()) == set()


@pytest.fixture
def engine(opened: Callable[..., LocalEngine]) -> LocalEngine:
    return opened()


def models_of(pid: int, worker: str = STAND_IN) -> set[int]:
    """The processes of the models that a process has."""
    return {child for child in children_of(pid) if worker in words_of(child, "cmdline")}


the_models = partial(models_of, os.getpid())
