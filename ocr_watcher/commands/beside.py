"""The running daemons that a command is about, or the one that would run with the settings."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import endpoints_of, name_of_choice
from ocr_watcher.errors import OcrWatcherError, SettingsError
from ocr_watcher.escapes import printable
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.service.daemon import Daemon
from ocr_watcher.service.runs import own_places, runs
from ocr_watcher.settings.yaml_file import read_mapping
from ocr_watcher.threads.patience import real_path
from ocr_watcher.values.variable import variable_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ocr_watcher.service.running import Running
    from ocr_watcher.settings.folder import FolderSettings
    from ocr_watcher.settings.model import Settings


def daemons(
    load: Callable[[], Settings],
    environment: Mapping[str, str],
    *,
    alone: bool,
    state_directory: Path | None = None,
) -> list[Daemon]:
    """Return the daemons that a command is about, each with folders of its own.

    Args:
        load: A function that returns the settings from the given file, or from the file in the
            usual place.
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
        # A running daemon works with earlier settings, and the command is about that daemon.
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
            advice="start one: ocr-watcher run FOLDER; or say which folder is meant: "
            f"export {variable_of('', 'folders')}=FOLDER",
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


def state_directory_of(path: Path | None, environment: Mapping[str, str]) -> Path | None:
    """Return ``state_dir``, though other settings may be wrong.

    Args:
        path: The settings file; None if there is none.
        environment: The environment variables, one of which may name the directory.
    """
    value: object = environment.get(variable_of("", "state_dir"))
    try:
        value = value or (read_mapping(path).get("state_dir") if path else None)
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
    return [Daemon.of(running) for running in running_now(state_directory, environment, own=own)]


def running_now(
    state_directory: Path | None, environment: Mapping[str, str], *, own: bool = True
) -> list[Running]:
    """Return the registered runs that a command finds; no watched folder is touched.

    Args:
        state_directory: The ``state_dir`` beside which a run of any user may be registered.
        environment: The environment variables.
        own: Whether to look for all runs of this user as well.
    """
    found = runs(own_places(environment)) if own else []
    if state_directory is not None:
        known = {running.token for running in found}
        others = runs([state_directory / "running"], owned=False)
        found += [running for running in others if running.token not in known]
    return found


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
