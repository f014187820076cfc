"""The stage of a history: a folder, its daemon, the service, and the expected result."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path

from hypothesis.stateful import RuleBasedStateMachine

from tests.daemon.daemon import Daemon
from tests.daemon.histories_contents import Contents
from tests.daemon.histories_folder import problems, texts
from tests.daemon.histories_model import Model
from tests.daemon.histories_service import Service
from tests.waiting import eventually

WORKERS = 4
SETTINGS = {
    "workers": WORKERS,
    "output": {"formats": ["txt", "json"]},
    "settle_seconds": 0.05,
    "rescan_seconds": 1,
    "poll_seconds": 1,
    "retry": {"attempts": 3, "first_seconds": 0.05, "longest_seconds": 0.2},
}
WITHIN = 30.0
"""Seconds; after an outage the service is tried at growing distances."""


class Stage(RuleBasedStateMachine):
    """One folder, one daemon that comes and goes, and the service; nothing happens yet.

    Attributes:
        model: What must come of the history so far.
        contents: The maker of the contents of images.
        service: What the daemon calls.
        daemon: The daemon, running or not.
        folder: What it watches.
        outside: A directory that it does not watch, of the same file system.
        running: Whether the daemon runs.
        token_was_proven: Whether the daemon has a token that it has used.
    """

    def __init__(self) -> None:
        super().__init__()
        self._directory = tempfile.TemporaryDirectory(prefix="ocr-watcher-")
        directory = Path(self._directory.name)
        self.model = Model()
        self.contents = Contents()
        self.service = Service()
        self.daemon = Daemon(directory, self.service.simulator, settings=SETTINGS)
        self.folder = self.daemon.folder
        self.outside = directory / "outside"
        for made in (self.outside, self.folder / "sub"):
            made.mkdir()
        self.running = False
        self.token_was_proven = False
        self._failed = False
        self.start()

    def start(self) -> None:
        """Starts the daemon."""
        self.daemon.__enter__()
        self.running = True

    def stop(self) -> None:
        """Stops it gently."""
        assert self.daemon.stop() == 0, self.daemon.log
        self._has_ended()

    def kill(self) -> None:
        """Kills it."""
        self.daemon.kill()
        self.service.lost += self.model.calls_in_flight(WORKERS)
        self._has_ended()

    def settle(self) -> None:
        """Waits until everything is as it must be."""
        self._failed = True
        self._wait_for_the_end()
        self._failed = False
        self.token_was_proven = True
        self.model.settled(texts(self.folder, self.model))

    def tick(self) -> None:
        """Waits until what is written now bears a later date than all before.

        The kernel dates files by a clock that advances every few milliseconds.
        """
        file = self.outside / "clock"
        file.touch()
        before = file.stat().st_mtime_ns

        def has_advanced() -> bool:
            file.touch()
            return file.stat().st_mtime_ns > before

        eventually(has_advanced)

    def teardown(self) -> None:
        """Lets the faults end and holds what must come of it all."""
        with contextlib.ExitStack() as stack:
            stack.callback(self._directory.cleanup)
            stack.callback(self.service.close)
            stack.callback(self.daemon.kill)
            if not self._failed:
                self._end_well()

    def _end_well(self) -> None:
        self.service.will_meet([])
        if not self.service.is_there:
            self.service.come_back()
        if not self.running:
            self.start()
        self._wait_for_the_end()
        eventually(self._nothing_waits)
        self.stop()
        assert self.daemon.once().stdout.startswith("0 recognised, 0 failed, 0 waiting")
        assert problems(self.folder, self.model) == []

    def _wait_for_the_end(self) -> None:
        self._wait_for_the_files()
        simulator = self.service.simulator
        simulator.wait_for(lambda: not simulator.inside)
        needless = self.service.billed() - self.model.calls
        assert needless.total() <= self.service.lost, needless

    def _wait_for_the_files(self) -> None:
        try:
            eventually(lambda: not problems(self.folder, self.model), WITHIN)
        except AssertionError:
            raise AssertionError(
                "\n".join([*problems(self.folder, self.model), self.daemon.log[-6000:]])
            ) from None

    def _nothing_waits(self) -> bool:
        (folder,) = json.loads(self.daemon.beside("status", "--json").stdout)["folders"]
        wanted = self.model.wanted().values()
        failed = sum(expected.content.words is None for expected in wanted)
        counts = {state: folder[state] for state in ("done", "waiting", "failed")}
        return counts == {"done": len(wanted) - failed, "waiting": 0, "failed": failed}

    def _has_ended(self) -> None:
        self.running = False
        self.model.daemon_ended()
