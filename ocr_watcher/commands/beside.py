"""What a command can learn of the daemon that it runs beside, or of the one that would run."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ocr_watcher.engine.pace import LONGEST_PAUSE
from ocr_watcher.errors import OcrWatcherError, SettingsError
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.service.lock import holder_of
from ocr_watcher.settings.credentials import credentials_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.ledger.ledger import Paused, Tried
    from ocr_watcher.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Daemon:
    """The daemon of the settings.

    Attributes:
        engine: The name of its engine.
        since: When it began, in seconds since the epoch; None where it does not run.
    """

    engine: str
    since: float | None


def ledger_of(settings: Settings) -> Ledger:
    """Opens the ledger that a daemon keeps.

    Raises:
        OcrWatcherError: It is not for this user to read. What a ledger of his own said would
            be wrong: that no daemon runs, for one.
    """
    try:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            os.scandir(settings.state_dir).close()
    except PermissionError as error:
        raise OcrWatcherError(
            f"{settings.state_dir} may not be read",
            advice="ask as the user that the daemon runs as, or as root",
        ) from error
    return Ledger(settings.state_dir)


def daemon_of(settings: Settings, environment: Mapping[str, str]) -> Daemon:
    """Finds the daemon that works on the folders of the settings.

    Where none runs, the engine is the one that would be chosen, as far as this user can tell:
    the keys of a service are not for everybody to read.
    """
    for folder in settings.folders:
        holder = holder_of(settings.state_dir, str(folder.path))
        if holder is not None:
            return Daemon(holder.engine, min(holder.since, time.time()))
    try:
        credentials = credentials_for(settings.engine, settings.baidu, environment)
    except SettingsError:
        return Daemon("baidu", None)
    return Daemon("local" if credentials is None else "baidu", None)


def pause_of(daemon: Daemon, ledger: Ledger) -> Paused | None:
    """Recalls why the daemon makes no calls, or made none when it ended; None where it may.

    What an ended one waited for may be over: the next would make a call at once.
    """
    now = time.time()
    pause = ledger.pause_of(daemon.engine)
    if pause is None:
        return None
    pause = as_of(pause, now)
    return None if daemon.since is None and pause.until <= now else pause


def as_of(pause: Paused, now: float) -> Paused:
    """Returns a pause as it stands where the clock may have been set since it was written down.

    The daemon notices that within seconds and tries at once, where an image waits for it.

    Args:
        pause: What was written down.
        now: Seconds since the epoch.
    """
    if pause.since <= now and pause.until - now <= LONGEST_PAUSE:
        return pause
    return replace(pause, since=min(pause.since, now), until=now)


def due(tried: Tried, now: float) -> float:
    """Says when an image is tried again, in seconds since the epoch.

    A try that lies ahead was written down before the clock was set back; the daemon counts the
    seconds that pass, and one that is started anew tries at once.

    Args:
        tried: The tries so far.
        now: Seconds since the epoch.
    """
    if tried.failed_at <= now:
        return tried.next_try
    return now + tried.next_try - tried.failed_at


def moment(seconds: float) -> str:
    """Writes a time down (RFC 3339), by the clock on the wall."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(timespec="seconds")
