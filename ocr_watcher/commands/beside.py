"""The daemons that a command runs beside, or the one that would run with the settings."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import name_of_choice
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
        since: When it began, in seconds since the epoch; None where it does not run.
        refusal: The settings file that was refused since, if one was.
        left_alone: Why folders are not worked on, by folder.
    """

    settings: Settings
    engine: str
    since: float | None
    refusal: Refusal | None = None
    left_alone: Mapping[str, str] = field(default_factory=dict)


def daemons(
    load: Callable[[], Settings],
    environment: Mapping[str, str],
    *,
    alone: bool,
    state_directory: Path | None = None,
) -> list[Daemon]:
    """Find the daemons that a command is about, each with folders of its own.

    Args:
        load: Reads the settings that the command was given, or those it finds.
        environment: The environment variables.
        alone: Whether the command is about the folders of these settings alone, and not about
            those of all daemons of this user as well.
        state_directory: Where the run of settings that cannot be read may be registered.

    Raises:
        SettingsError: The settings are wrong, and no daemon runs that has others in force.
        OcrWatcherError: No folder is known.
    """
    try:
        settings = load()
    except SettingsError as error:
        # Those in force are others, and the person who asks wants to know how they do.
        running = _running(state_directory, environment, own=not alone)
        if not running:
            raise
        for problem in error.problems:
            told = f"ocr-watcher: the settings file is wrong: {printable(problem)}"
            print(told, file=sys.stderr)  # noqa: T201
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
        yield Daemon(_with(settings, left), name_of_choice(settings, environment), None)


def state_directory_of(path: Path | None) -> Path | None:
    """Read ``state_dir`` alone from a settings file, whose other settings may be wrong."""
    try:
        value = read_mapping(path).get("state_dir") if path else None
    except SettingsError:
        return None
    return Path(value) if isinstance(value, str) and value.startswith("/") else None


def _with(settings: Settings, folders: tuple[FolderSettings, ...]) -> Settings:
    return settings.model_copy(update={"folders": folders})


def _place_of(folder: FolderSettings) -> str:
    # The folder itself is not looked at: its share may hang, and so may what lies above it.
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
        Daemon(running.settings, running.engine, running.since, running.refusal, running.left_alone)
        for running in found
    ]


def ledger_of(settings: Settings) -> Ledger:
    """Open the ledger that a daemon keeps.

    Raises:
        OcrWatcherError: This user may not read it. A ledger of the user's own would be wrong:
            it would say that no daemon runs.
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


def pause_of(daemon: Daemon, ledger: Ledger) -> Pause | None:
    """Return why the daemon makes no calls; None where it may make them.

    The pause of a daemon that has ended may be over: the next one makes a call at once.
    """
    now = time.time()
    pause = ledger.pause_of(daemon.engine)
    if pause is None:
        return None
    pause = as_of(pause, now)
    return None if daemon.since is None and pause.until <= now else pause


def as_of(pause: Pause, now: float) -> Pause:
    """Return a pause as it stands where the clock may have been set since it was written down.

    The daemon notices that within seconds and tries at once, where an image waits for it.

    Args:
        pause: What was written down.
        now: Seconds since the epoch.
    """
    if pause.since <= now and pause.until - now <= LONGEST_PAUSE:
        return pause
    return replace(pause, since=min(pause.since, now), until=now)


def due(tried: Tried, now: float) -> float:
    """Return when an image is tried again, in seconds since the epoch.

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
    """Return a time in local time, as RFC 3339 writes it."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(timespec="seconds")
