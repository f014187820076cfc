"""The running daemons that a command is about, or the one that would run with the settings."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import endpoints_of, name_of_choice
from ocr_watcher.engine.pauses import LONGEST_PAUSE
from ocr_watcher.errors import OcrWatcherError, SettingsError
from ocr_watcher.escapes import printable
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.service.runs import own_places, runs
from ocr_watcher.settings.yaml_file import read_mapping
from ocr_watcher.threads.patience import real_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ocr_watcher.service.runs import Refusal
    from ocr_watcher.settings.model import FolderSettings, Settings
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
    """

    settings: Settings
    engine: str
    since: float | None
    refusal: Refusal | None = None
    left_alone: Mapping[str, str] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)


def daemons(
    load: Callable[[], Settings],
    environment: Mapping[str, str],
    *,
    alone: bool,
    state_directory: Path | None = None,
) -> list[Daemon]:
    """Return the daemons that a command is about, each with folders of its own.

    Args:
        load: Returns the settings from the given file, or from the file in the usual place.
        environment: The environment variables.
        alone: Whether the command is about the folders of these settings alone, and not about
            those of all daemons of this user as well.
        state_directory: The directory where a run may be registered whose settings file is wrong
            now.

    Raises:
        SettingsError: The settings are wrong, and no daemon runs with earlier settings.
        OcrWatcherError: No folder is known.
    """
    try:
        settings = load()
    except SettingsError as error:
        # A running daemon has earlier settings in force, and the command is about it.
        running = _running(state_directory, environment, own=not alone)
        if not running:
            raise
        for problem in error.problems:
            message = f"ocr-watcher: the settings file is wrong: {printable(problem)}"
            print(message, file=sys.stderr)  # noqa: T201
        return running
    running = _running(settings.state_dir, environment)
    found = list(_parts(settings, running, environment, alone=alone))
    if not found:
        raise OcrWatcherError(
            "no settings file names a folder, and no daemon of this user runs",
            advice="start one: ocr-watcher run FOLDER",
        )
    return found


def _parts(
    settings: Settings,
    running: Sequence[Daemon],
    environment: Mapping[str, str],
    *,
    alone: bool,
) -> Iterator[Daemon]:
    wanted = {_place_of(folder) for folder in settings.folders}
    worked_on: set[str] = set()
    for daemon in running:
        folders = daemon.settings.folders
        worked_on.update(map(_place_of, folders))
        if alone:
            folders = tuple(folder for folder in folders if _place_of(folder) in wanted)
        if folders:
            yield replace(daemon, settings=_with(daemon.settings, folders))
    left = tuple(folder for folder in settings.folders if _place_of(folder) not in worked_on)
    if left:
        name = name_of_choice(settings, environment)
        endpoints = endpoints_of(settings, name)
        yield Daemon(_with(settings, left), name, None, endpoints=endpoints)


def state_directory_of(path: Path | None) -> Path | None:
    """Return ``state_dir`` from a settings file whose other settings may be wrong."""
    try:
        value = read_mapping(path).get("state_dir") if path else None
    except SettingsError:
        return None
    return Path(value) if isinstance(value, str) and value.startswith("/") else None


def _with(settings: Settings, folders: tuple[FolderSettings, ...]) -> Settings:
    return settings.model_copy(update={"folders": folders})


def _place_of(folder: FolderSettings) -> str:
    # The folder itself is not accessed, as its share may hang. Its parent is, with a time limit.
    return os.path.join(real_path(str(folder.path.parent)), folder.path.name)  # noqa: PTH118


def _running(
    state_directory: Path | None, environment: Mapping[str, str], *, own: bool = True
) -> list[Daemon]:
    found = runs(own_places(environment)) if own else []
    if state_directory is not None:
        known = {running.token for running in found}
        others = runs([state_directory / "running"], owned=False)
        found += [running for running in others if running.token not in known]
    return [
        Daemon(
            running.settings,
            running.engine,
            running.since,
            running.refusal,
            running.left_alone,
            running.endpoints,
        )
        for running in found
    ]


def ledger_of(settings: Settings) -> Ledger:
    """Open the ledger of a daemon.

    Raises:
        OcrWatcherError: This user may not read it. An empty ledger in its place would show wrong
            facts.
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


def pause_of(daemon: Daemon, ledger: Ledger, endpoint: str = "") -> Pause | None:
    """Return the pause of a daemon's calls; None if it may make calls.

    A pause of a daemon that has ended counts only until its end, when the next one makes a call.

    Args:
        daemon: The daemon.
        ledger: What it remembers.
        endpoint: The endpoint whose calls alone are stopped; empty for a pause of all calls.
    """
    now = time.time()
    pause = ledger.pause_of(daemon.engine, endpoint)
    if pause is None:
        return None
    pause = as_of(pause, now)
    return None if daemon.since is None and pause.until <= now else pause


def as_of(pause: Pause, now: float) -> Pause:
    """Return a recorded pause with its end, corrected if the clock was set since.

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


def moment(seconds: float) -> str:
    """Return a time in local time, as RFC 3339 writes it."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(timespec="seconds")
