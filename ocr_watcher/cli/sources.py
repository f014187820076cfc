"""The settings of a command: from the file, the command line and the environment."""

# ruff: noqa: PLC0415  settings are imported when a command needs them

from __future__ import annotations

import contextlib
import functools
import os
from typing import TYPE_CHECKING, Any

import click

from ocr_watcher.errors import SettingsError
from ocr_watcher.values.variable import variable_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ocr_watcher.service.daemon import Daemon
    from ocr_watcher.service.running import Running
    from ocr_watcher.settings.load import Overrides
    from ocr_watcher.settings.model import Settings


def overrides(
    folders: tuple[Path, ...],
    *,
    engine: Any,  # click has checked these three against their choices
    formats: Any,
    log_level: Any,
    config: Path | None,  # noqa: ARG001  names the settings file, and overrides no setting
) -> Overrides:
    """Return what the options and arguments of a command override in the settings."""
    from ocr_watcher.settings.load import Overrides

    return Overrides(folders, engine, formats or None, log_level)


def settings_file(given: Path | None) -> Path | None:
    """Find the settings file, or skip that of the service where the command does not need it.

    Raises:
        SettingsError: This user may not read the file, and neither the command nor the environment
            names a file or folder, so that it needs the settings.
    """
    from ocr_watcher.settings.load import find_settings_file, is_closed_to_this_user

    path = find_settings_file(given, os.environ)
    asked_for = given or os.environ.get("OCR_WATCHER_CONFIG")
    if path is None or asked_for or not is_closed_to_this_user(path):
        return path
    context = click.get_current_context()
    named = [context.params[argument.name or ""] for argument in _arguments(context.command)]
    if not any(named) and not os.environ.get(variable_of("", "folders")):
        raise SettingsError([f"{path}: this user may not read it; {_instead(context)}"])
    line = f"ocr-watcher: {path} is passed over: this user may not read it"
    click.echo(line, err=True)
    return None


def _arguments(command: click.Command) -> Iterator[click.Argument]:
    """Yield the positional arguments of a command that are files or folders."""
    for one in command.params:
        if isinstance(one, click.Argument) and isinstance(one.type, click.Path):
            yield one


def _instead(context: click.Context) -> str:
    name = context.info_name
    what = " ".join(argument.metavar or "" for argument in _arguments(context.command))
    as_service = f"sudo -u ocr-watcher ocr-watcher {name}"
    if not what:  # its arguments are words, which name no folder
        return f"name another one with --config, or ask as the service: {as_service} WORD..."
    return f"name what it is about (ocr-watcher {name} {what}), or ask as the service: {as_service}"


def daemons_beside(
    options: Mapping[str, Any], folders: tuple[Path, ...] = (), *, alone: bool = False
) -> Sequence[Daemon]:
    """Return the daemons that a command is about, or the one that the settings describe.

    Args:
        options: The options that all commands have.
        folders: The folders on the command line.
        alone: Whether the command is about the folders of these settings alone.
    """
    from ocr_watcher.commands.beside import daemons, state_directory_of
    from ocr_watcher.settings.load import find_settings_file

    return daemons(
        functools.partial(settings_of, options, folders, beside=True),
        os.environ,
        alone=alone,
        state_directory=state_directory_of(
            find_settings_file(options["config"], os.environ), os.environ
        ),
    )


def runs_beside(options: Mapping[str, Any]) -> Sequence[Running]:
    """Return the runs of this user, and those beside the ledger that the settings name.

    Settings that have become wrong do not hide a daemon that works with the earlier ones.
    """
    from ocr_watcher.commands.beside import running_now, state_directory_of
    from ocr_watcher.settings.load import find_settings_file

    try:
        state_directory: Path | None = settings_of(options, beside=True).state_dir
    except SettingsError:
        path = None
        with contextlib.suppress(SettingsError):  # the named file has been removed since
            path = find_settings_file(options["config"], os.environ)
        state_directory = state_directory_of(path, os.environ)
    return running_now(state_directory, os.environ)


def settings_of(
    options: Mapping[str, Any],
    folders: tuple[Path, ...] = (),
    *,
    folders_needed: bool = True,
    beside: bool = False,
    queued_log: bool = False,
    only_faults: bool = False,
) -> Settings:
    """Read the settings of a command, and set up its log by them.

    Args:
        options: The options that all commands have.
        folders: The folders on the command line.
        folders_needed: Whether there must be a folder.
        beside: Whether the command works beside the daemon and does not need its keys.
        queued_log: Whether a thread writes the log, so that a slow reader blocks no other thread.
        only_faults: Whether the log leaves out events at ``info``.

    Raises:
        SettingsError: The settings are wrong; the error has all problems.
    """
    from ocr_watcher.logs.setup import set_up
    from ocr_watcher.settings.load import load

    settings = load(
        settings_file(options["config"]),
        overrides(folders, **options),
        os.environ,
        # A command beside the daemon also works while a folder is away, and for users who may not
        # read the keys of the service.
        folders_needed=folders_needed and not beside,
        credentials_needed=not beside,
    )
    set_up(settings.log.level, settings.log.format, queued=queued_log, only_faults=only_faults)
    return settings
