"""Loads the settings from the settings file, the environment and the command line.

Each source wins over the sources before it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from ocr_watcher.engine.choose import chosen
from ocr_watcher.engine.registry import AUTO
from ocr_watcher.errors import OcrWatcherError, SettingsError
from ocr_watcher.settings.environment import SETTINGS_FILE, given_by
from ocr_watcher.settings.folder_problems import folder_problems
from ocr_watcher.settings.model import settings_model
from ocr_watcher.settings.notify import notify_problems
from ocr_watcher.settings.output import missing_for
from ocr_watcher.settings.places import places_problems
from ocr_watcher.settings.problems import problems_of
from ocr_watcher.settings.yaml_file import read_mapping
from ocr_watcher.storage.named_file import read_named_file
from ocr_watcher.values.section import Section, Surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.engine.description import EngineDescription
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.settings.output import Format

SYSTEM_FILE = Path("/etc/ocr-watcher/config.yaml")


@dataclass(frozen=True, slots=True)
class Overrides:
    """The values from the command line, which replace those of the settings file.

    Attributes:
        folders: The folders in place of the configured ones, relative to the current directory.
        engine: The engine; None for the configured one.
        formats: The formats for every folder; None for the configured ones.
        log_level: The level of the log; None for the configured one.
    """

    folders: tuple[Path, ...] = ()
    engine: str | None = None
    formats: tuple[Format, ...] | None = None
    log_level: Literal["debug", "info", "warning", "error"] | None = None


def find_settings_file(given: Path | None, environment: Mapping[str, str]) -> Path | None:
    """Return the path of the settings file.

    Args:
        given: The path that ``--config`` gives.
        environment: The environment variables.

    Returns:
        The first of these paths: ``given``; ``$OCR_WATCHER_CONFIG``; ``ocr-watcher/config.yaml`` in
        ``$XDG_CONFIG_HOME``, by default ``~/.config`` (XDG Base Directory Specification); the
        settings file of the system. None if none of them exists.

    Raises:
        SettingsError: A file that was asked for does not exist.
    """
    named = {"--config": given, f"${SETTINGS_FILE}": environment.get(SETTINGS_FILE)}
    for source, file in named.items():
        if file:
            if not _exists(Path(file)):
                raise SettingsError([f"{source}: {file} does not exist; correct the path"])
            return Path(file)
    own = base_directory("XDG_CONFIG_HOME", ".config", environment) / "ocr-watcher/config.yaml"
    return next(filter(_exists, (own, SYSTEM_FILE)), None)


def is_closed_to_this_user(file: Path) -> bool:
    """Return whether a file is that of the system and this user may not read it.

    The file of an installed service may hold keys and is often closed to other users. It is meant
    for that service, and other users can still use the program for themselves.
    """
    if file != SYSTEM_FILE:
        return False
    try:  # access(2) checks the real user, but open(2) the effective one
        read_named_file(file, 0)
    except PermissionError:
        return True
    except OSError:  # reported with the other problems of the settings
        return False
    return False


def load(
    path: Path | None,
    overrides: Overrides,
    environment: Mapping[str, str],
    *,
    folders_needed: bool = True,
    credentials_needed: bool = True,
) -> Settings:
    """Read and check the settings.

    Args:
        path: The settings file; None for the defaults.
        overrides: The values from the command line.
        environment: The environment variables.
        folders_needed: Whether there must be a folder, and each must exist.
        credentials_needed: Whether the keys that the engine needs must be available. A command that
            runs beside the daemon cannot read the credentials of its service.

    Raises:
        SettingsError: The settings are wrong; the error lists all problems at once.
    """
    given = given_by(environment)
    data = given.laid_over(read_mapping(path) if path else {})
    data.setdefault("state_dir", str(_default_state_directory(environment)))
    if overrides.folders:
        data["folders"] = [folder.absolute() for folder in overrides.folders]
        given = given.without("folders")
    directory = path.absolute().parent if path else Path.cwd()
    surroundings = Surroundings(directory, folders_needed)
    problems = [
        f"--format: {missing}"
        for name in overrides.formats or ()
        if (missing := missing_for(name)) is not None
    ]
    if credentials_needed:
        problems += _credential_problems(data, overrides, environment, surroundings)
    try:
        settings = settings_model().model_validate(data, context=surroundings)
    except ValidationError as error:
        problems = [*problems_of(error), *problems]
    problems += folder_problems(data, surroundings)
    # Raised here, so that its context is not the error of the validation, which holds the keys.
    if named := given.with_variables(problems):
        raise SettingsError(named)
    overridden = _overridden(settings, overrides)
    if credentials_needed:  # else the engine that will be chosen may not be known
        problems = _problems_of_the_whole(
            overridden, overrides, environment, with_folders=folders_needed
        )
    if problems:
        raise SettingsError(given.with_variables(problems))
    return overridden


def _problems_of_the_whole(
    settings: Settings,
    overrides: Overrides,
    environment: Mapping[str, str],
    *,
    with_folders: bool,
) -> list[str]:
    from_command_line = overrides.formats is not None
    problems = places_problems(
        settings, environment, with_folders=with_folders, from_command_line=from_command_line
    )
    if with_folders:
        problems += notify_problems(settings.notify, environment)
    return problems


def _exists(file: Path) -> bool:
    return os.path.exists(file)  # noqa: PTH110  Path.exists raises without permission


def base_directory(variable: str, default: str, environment: Mapping[str, str]) -> Path:
    """Return a base directory of the user (XDG Base Directory Specification).

    Args:
        variable: The environment variable with the path of the directory.
        default: The path in the home directory if the variable is not set.
        environment: The environment variables.
    """
    directory = environment.get(variable, "")
    # The XDG Base Directory Specification says that relative paths are ignored.
    if not directory.startswith("/"):
        directory = os.path.expanduser(f"~/{default}")  # noqa: PTH111  Path raises without a home
    return Path(directory)


def _default_state_directory(environment: Mapping[str, str]) -> Path:
    # A service manager separates several directories with colons (systemd.exec(5),
    # STATE_DIRECTORY).
    first = environment.get("STATE_DIRECTORY", "").partition(":")[0]
    if first:
        return Path(first)
    return base_directory("XDG_STATE_HOME", ".local/state", environment) / "ocr-watcher"


def _overridden(settings: Settings, overrides: Overrides) -> Settings:
    changes: dict[str, Any] = {}
    if overrides.engine:
        changes["engine"] = overrides.engine
    if overrides.log_level:
        changes["log"] = settings.log.model_copy(update={"level": overrides.log_level})
    if overrides.formats:
        formats = tuple(dict.fromkeys(overrides.formats))
        changes["output"] = settings.output.model_copy(update={"formats": formats})
        changes["folders"] = tuple(
            folder.model_copy(update={"formats": None}) for folder in settings.folders
        )
    return settings.model_copy(update=changes)


def _credential_problems(
    data: Mapping[str, Any],
    overrides: Overrides,
    environment: Mapping[str, str],
    surroundings: Surroundings,
) -> tuple[str, ...]:
    def section_of(engine: EngineDescription[Any]) -> Section | None:
        if engine.settings is None:
            return None
        given = data.get(engine.name, {})
        return engine.settings.model_validate(given, context=surroundings)

    wanted = overrides.engine or data.get("engine", AUTO)
    try:
        chosen(str(wanted), section_of, environment)
    except SettingsError as error:
        return error.problems
    except (ValidationError, LookupError):
        return ()  # reported with the other problems of the settings
    except OcrWatcherError:
        return ()  # no fault of the settings; raised when the engine is created
    return ()
