from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from tests.engine.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def bench_of() -> Iterator[Callable[..., Bench]]:
    with contextlib.ExitStack() as stack:
        yield lambda **parts: stack.enter_context(contextlib.closing(Bench(**parts)))


@pytest.fixture
def bench(bench_of: Callable[..., Bench]) -> Bench:
    return bench_of()
