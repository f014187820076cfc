"""A daemon as commands and the page see it: its folders, and the pauses of its calls."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ocr_watcher.engine.pauses import LONGEST_PAUSE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.service.running import Refusal, Running
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.values.machine import Machine
    from ocr_watcher.values.pause import Pause
    from ocr_watcher.values.tried import Tried


@dataclass(frozen=True, slots=True)
class Daemon:
    """A daemon that runs, or that would run with some settings.

    Attributes:
        settings: Its settings.
        engine: The name of its engine.
        since: The time of its start, in seconds since the epoch; None if it does not run.
        refusal: The settings file that was refused since its start, if one was.
        left_alone: The reasons why folders are not worked on, by folder.
        endpoints: The endpoint that reads the images of each folder, where the engine has several.
        machines: The machines that read pages for it.
    """

    settings: Settings
    engine: str
    since: float | None
    refusal: Refusal | None = None
    left_alone: Mapping[str, str] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    machines: tuple[Machine, ...] = ()

    @classmethod
    def of(cls, running: Running) -> Daemon:
        """Return the daemon of a registered run."""
        return cls(
            running.settings,
            running.engine,
            running.since,
            running.refusal,
            running.left_alone,
            running.endpoints,
            running.machines,
        )


def pause_of(daemon: Daemon, ledger: Ledger, endpoint: str = "") -> Pause | None:
    """Return the pause of a daemon's calls; None if it may make calls.

    A pause of a daemon that has ended counts only until its end, when the next one makes a call.

    Args:
        daemon: The daemon.
        ledger: Its ledger.
        endpoint: The endpoint whose calls alone are stopped; empty for a pause of all calls.
    """
    now = time.time()
    pause = ledger.pause_of(daemon.engine, endpoint)
    if pause is None:
        return None
    pause = as_of(pause, now)
    return None if daemon.since is None and pause.until <= now else pause


def as_of(pause: Pause, now: float) -> Pause:
    """Return a recorded pause, with its end corrected if the clock was set since.

    The daemon notices a change of the clock within seconds, and tries at once if an image waits.

    Args:
        pause: The pause in the ledger.
        now: The time in seconds since the epoch.
    """
    if pause.since <= now and pause.until - now <= LONGEST_PAUSE:
        return pause
    return replace(pause, since=min(pause.since, now), until=now)


def due(tried: Tried, now: float) -> float:
    """Return when an image is tried again, in seconds since the epoch.

    A last try in the future was recorded before the clock was set back. A running daemon counts the
    seconds that pass, and a restarted one tries at once.

    Args:
        tried: The tries so far.
        now: The time in seconds since the epoch.
    """
    if tried.failed_at <= now:
        return tried.next_try
    return now + tried.next_try - tried.failed_at
