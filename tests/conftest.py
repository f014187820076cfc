"""What every test may ask for, and what every test must keep to."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Installed, the program is compiled, by pip. Where an environment forbids Python to keep what it
# compiles, every process that a test starts would do so anew, which takes as long as its work.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# No test is about the machine's speed, which other programs take part of.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A shell has its background jobs ignore SIGINT (bash(1), SIGNALS), and a process
# inherits that: those that the tests start would not end by it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A server on loopback that plays the service."""
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for scans."""
    folder = tmp_path / "scans"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """A test that leaves a thread behind fails: so would a daemon that is reloaded."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(2.0)
    assert [thread.name for thread in left if thread.is_alive()] == []


@pytest.fixture(autouse=True)
def logging_is_as_before(no_thread_is_left: None) -> Iterator[None]:
    """Whatever a test sets up for its logs, a thread that writes them among it, ends with it."""
    root, ours = logging.getLogger(), logging.getLogger("ocr_watcher")
    before = root.level, list(root.handlers), ours.level
    yield
    root.setLevel(before[0])
    for handler in [handler for handler in root.handlers if handler not in before[1]]:
        handler.close()
    root.handlers[:] = before[1]
    ours.setLevel(before[2])
