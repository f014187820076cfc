"""The stage of a trial: a service, a share, and a daemon on a clock that can be set."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import yaml

from tests import mounts
from tests.daemon.daemon import Daemon
from tests.endurance import clocked_daemon
from tests.endurance.drops import REFUSED
from tests.simulator.faults import ErrorCode
from tests.simulator.server import Simulator

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.simulator.call import Call
    from tests.simulator.faults import Fault

WORKERS = 8
_PROGRAM = str(Path(clocked_daemon.__file__))


class Stage:
    """All that a trial needs, for as long as the context lasts.

    Args:
        directory: The directory for everything.
        chance: The source of all choices.

    Attributes:
        simulator: The service.
        daemon: The daemon.
        share: The mount that serves a folder as a file server does.
        weather: The fault that the next call meets.
        offset: Seconds by which the daemon's wall clock is ahead.
        kills: How often the daemon was killed.
    """

    def __init__(self, directory: Path, chance: random.Random) -> None:
        self.chance = chance
        self.simulator = Simulator()
        self.simulator.latency = 0.05
        self.simulator.fault = self._fault
        self.weather: Callable[[], Fault | None] = lambda: None
        self.offset = 0
        self.kills = 0
        self._directory = directory
        self._clock = directory / "clock"
        self._clock.write_bytes(clocked_daemon.OFFSET.pack(0))
        self.mount, self.backing = directory / "share", directory / "server"
        for made in (self.mount, self.backing):
            made.mkdir()
        self.daemon = Daemon(
            directory,
            self.simulator,
            settings=self._settings(WORKERS),
            program=("-P", _PROGRAM, str(self._clock)),
        )
        self._running = contextlib.ExitStack()

    @property
    def folders(self) -> list[Path]:
        """Where files are put in: for the share, behind its mount, as another host does."""
        return [self.daemon.folder, self.backing]

    def __enter__(self) -> Self:
        self.simulator.__enter__()
        self._running.callback(self.simulator.close)
        self.share = self._running.enter_context(mounts.bindfs(self.backing, self.mount))
        self.daemon.__enter__()
        self._running.callback(self.daemon.kill)
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def set_clock(self, offset: int) -> None:
        """Set the daemon's wall clock so many seconds ahead of the machine's."""
        self.offset = offset
        with self._clock.open("r+b") as file:
            file.write(clocked_daemon.OFFSET.pack(offset))

    def write_settings(self, *, workers: int) -> None:
        """Write the settings file with another number of workers."""
        settings: dict[str, Any] = yaml.safe_load(self.daemon.settings_file.read_text("utf-8"))
        self.daemon.settings_file.write_text(yaml.safe_dump({**settings, "workers": workers}))

    def restart(self, *, kill: bool) -> None:
        """End the daemon and start it again; what it has said is kept."""
        if kill:
            self.kills += 1
            self.daemon.kill()
        else:
            assert self.daemon.stop(60) == 0
        with (self._directory / "log").open("a") as log:
            log.write(self.daemon.log)
        self.daemon.__enter__()

    def _settings(self, workers: int) -> dict[str, object]:
        return {
            "folders": [str(self._directory / "scans"), str(self.mount)],
            "workers": workers,
            "settle_seconds": 0.5,
            "rescan_seconds": 20,
            "poll_seconds": 2,
            "retry": {"attempts": 3, "first_seconds": 0.1, "longest_seconds": 2},
        }

    def _fault(self, call: Call) -> Fault | None:
        if call.words.startswith(REFUSED):
            return ErrorCode(216201)
        return self.weather()
