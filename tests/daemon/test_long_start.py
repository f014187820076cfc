"""A start that takes long gives signs of life meanwhile, and ends soon when it is asked to stop."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from ocr_watcher.service.claim.lock_file import NAME
from tests.daemon.daemon import Daemon, write
from tests.daemon.test_local_models import WITH_STAND_IN
from tests.daemon.test_service_manager import Manager
from tests.engine.local.process.conftest import models_of
from tests.engine.local.process.stand_in import HANGS_AT_START
from tests.proc import children_of, is_gone
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.simulator.server import Simulator

PROMPT = 5.0
"""The longest time in seconds from a request to stop to the end of the process."""
STOPPING = [signal.SIGTERM, signal.SIGINT]
DIRECTORIES = 400
OPENING = "starting: opens the engine and claims the folders"
WATCHING = "starting: begins to watch the folders"

SLOW_TO_WATCH = """
import time
from watchdog.observers.inotify_c import InotifyFD

add = InotifyFD.add_callback

def slowly(*arguments):
    time.sleep(0.1)
    return add(*arguments)

InotifyFD.add_callback = slowly
from ocr_watcher.cli import main
main()
"""
"""Each directory takes a while to be watched, as on a share that answers slowly."""

MODELS_NEVER_LOAD = f"""
from pathlib import Path
import ocr_watcher.engine.local.recognition.further_models as of
of.files_of = lambda *_: (Path("{HANGS_AT_START}"),)
{WITH_STAND_IN}
"""

OPENING_HANGS = """
import threading
from ocr_watcher.commands import opening, tools

class Hangs:
    def __init__(self, *_):
        threading.Event().wait()

tools.Ledger = Hangs
opening._LONGEST_SECONDS = 1.0
from ocr_watcher.cli import main
main()
"""
"""The ledger is never open, as on a disk that hangs."""


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(tmp_path / "notify")
    yield manager
    manager.close()


class LongStart:
    """A daemon whose start does not end by itself."""

    def __init__(
        self, directory: Path, simulator: Simulator, manager: Manager, program: str, **settings: Any
    ) -> None:
        variables = {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "300000"}
        self.daemon = Daemon(
            directory,
            simulator,
            settings=settings,
            variables=variables,
            program=("-c", program),
        )
        self._log = directory / "log"

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        with (
            self._log.open("wb") as log,
            subprocess.Popen(
                self.daemon.command_line, env=self.daemon.variables, stderr=log
            ) as process,
        ):
            try:
                yield process
            finally:
                process.kill()

    def ends_at_once(self, process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        """Ask it to stop, and see that it ends soon and well, and leaves nothing behind."""
        children = children_of(process.pid)
        asked = time.monotonic()
        process.send_signal(number)
        assert process.wait(30) == 0
        assert time.monotonic() - asked < PROMPT
        assert all(is_gone(child) for child in children)
        assert "Traceback" not in self.log
        assert f"stopping signal={number.name}" in self.log
        assert not (self.daemon.folder / NAME).exists()
        assert self.daemon.hidden_files() == []


@pytest.mark.parametrize("number", STOPPING, ids=lambda number: number.name)
def test_a_start_that_watches_a_large_tree_stops_at_once_and_loses_nothing(
    number: signal.Signals, tmp_path: Path, simulator: Simulator, manager: Manager
) -> None:
    start = LongStart(tmp_path, simulator, manager, SLOW_TO_WATCH)
    for directory in range(DIRECTORIES):
        (start.daemon.folder / str(directory)).mkdir()
    write(start.daemon.folder / "7" / "a.png", "kept")
    with start.running() as process:
        eventually(lambda: manager.status() == WATCHING)
        start.ends_at_once(process, number)
    assert manager.count("READY=1") == 0
    assert manager.told[-1] == "STOPPING=1"
    assert start.daemon.once().returncode == 0
    assert start.daemon.texts() == {"7/a.png": "kept\n"}


def test_a_start_that_loads_models_is_healthy_and_stops_at_once_with_their_process(
    tmp_path: Path, simulator: Simulator, manager: Manager
) -> None:
    start = LongStart(tmp_path, simulator, manager, MODELS_NEVER_LOAD, engine="local")
    with start.running() as process:
        eventually(lambda: models_of(process.pid))
        assert start.daemon.beside("status", "--health").returncode == 0
        assert manager.status() == OPENING
        start.ends_at_once(process, signal.SIGTERM)
    assert manager.told[-1] == "STOPPING=1"


@pytest.mark.slow
def test_a_start_is_extended_while_it_advances(
    tmp_path: Path, simulator: Simulator, manager: Manager
) -> None:
    start = LongStart(tmp_path, simulator, manager, SLOW_TO_WATCH)
    for directory in range(20):
        (start.daemon.folder / str(directory)).mkdir()
    with start.running():
        eventually(lambda: manager.count("READY=1"))
        extended = manager.count("EXTEND_TIMEOUT_USEC=60000000")
        assert extended > 2
        pings = manager.count("WATCHDOG=1")
        eventually(lambda: manager.count("WATCHDOG=1") > pings + 3)
        assert manager.count("EXTEND_TIMEOUT_USEC=60000000") == extended


@pytest.mark.slow
def test_a_start_that_hangs_is_told_and_no_longer_extended_and_still_stops_at_once(
    tmp_path: Path, simulator: Simulator, manager: Manager
) -> None:
    start = LongStart(tmp_path, simulator, manager, OPENING_HANGS)
    late = "the start takes too long: the opening of the engine, the ledger and the claims"
    with start.running() as process:
        eventually(lambda: f"the work does not advance: {late}" in start.log)
        told = len(manager.told)
        health = start.daemon.beside("status", "--health")
        assert health.returncode == 1
        assert late in health.stdout
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert time.monotonic() - asked < PROMPT + 2.0
        assert manager.told[told:] == ["STOPPING=1"]


def test_a_reload_that_is_asked_for_during_a_start_follows_it(
    tmp_path: Path, simulator: Simulator, manager: Manager
) -> None:
    start = LongStart(tmp_path, simulator, manager, SLOW_TO_WATCH)
    (start.daemon.folder / "inner").mkdir()
    with start.running() as process:
        eventually(lambda: manager.status() == WATCHING)
        process.send_signal(signal.SIGHUP)
        eventually(lambda: manager.count("READY=1") == 2)
        reloading = [state.startswith("RELOADING=1") for state in manager.told]
        assert manager.told.index("READY=1") < reloading.index(True)


def test_a_reload_that_loads_models_stops_at_once(
    tmp_path: Path, simulator: Simulator, manager: Manager
) -> None:
    start = LongStart(tmp_path, simulator, manager, MODELS_NEVER_LOAD, engine="baidu")
    with start.running() as process:
        eventually(lambda: manager.count("READY=1"))
        settings = start.daemon.settings_file
        settings.write_text(
            settings.read_text("utf-8").replace("engine: baidu", "engine: local"), "utf-8"
        )
        process.send_signal(signal.SIGHUP)
        eventually(lambda: models_of(process.pid))
        pings = manager.count("WATCHDOG=1")
        eventually(lambda: manager.count("WATCHDOG=1") > pings + 2)
        start.ends_at_once(process, signal.SIGTERM)


@pytest.mark.parametrize("number", STOPPING, ids=lambda number: number.name)
def test_a_single_run_that_loads_models_stops_at_once_and_says_so(
    number: signal.Signals, tmp_path: Path, simulator: Simulator
) -> None:
    daemon = Daemon(
        tmp_path, simulator, settings={"engine": "local"}, program=("-c", MODELS_NEVER_LOAD)
    )
    write(daemon.folder / "a.png", "kept")
    with subprocess.Popen(
        [*daemon.command_line, "--once"],
        env=daemon.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        eventually(lambda: models_of(process.pid))
        children = children_of(process.pid)
        process.send_signal(number)
        output, errors = process.communicate(timeout=PROMPT)
    assert process.returncode == 1
    assert output == "0 recognised, 0 failed; it was stopped before it looked for images\n"
    assert f"stopping signal={number.name}" in errors
    assert "Traceback" not in errors
    assert all(is_gone(child) for child in children)
    assert daemon.texts() == {}


def test_a_start_that_waits_for_a_silent_scheduler_stops_at_once_and_quietly(
    tmp_path: Path, simulator: Simulator, manager: Manager
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as scheduler:
        address = f"tcp://127.0.0.1:{scheduler.getsockname()[1]}"
        start = LongStart(
            tmp_path,
            simulator,
            manager,
            "from ocr_watcher.cli import main; main()",
            engine="cluster",
            cluster={"scheduler": address},
        )
        with start.running() as process:
            connection, _ = scheduler.accept()
            with connection:
                start.ends_at_once(process, signal.SIGTERM)
    assert "warning" not in start.log
