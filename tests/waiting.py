"""Waiting for a condition with a deadline, which tests use in place of sleeping."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def eventually(condition: Callable[[], object], within: float = 60.0) -> None:
    """Waits until a condition holds, and fails the test where it does not in time."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"did not come true within {within} seconds")
        pause.wait(0.01)
