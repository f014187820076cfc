"""Chooses the engine by the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from ocr_watcher.engine.description import EngineContext, Policy
from ocr_watcher.engine.registry import AUTO, ENGINES
from ocr_watcher.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from ocr_watcher.engine.description import EngineDescription
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.errors import EngineError
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.backoff import BackOff
    from ocr_watcher.values.check_result import Result
    from ocr_watcher.values.machine import Machine
    from ocr_watcher.values.section import Section, SectionT


class EngineSettings(Protocol):
    """The part of the settings that the choice of an engine needs."""

    @property
    def engine(self) -> str:
        """The name of the engine, or ``auto``."""
        ...

    @property
    def layouts(self) -> frozenset[str]:
        """The layouts of all folders."""
        ...

    def layout_of(self, root: str) -> str:
        """Return the layout of a folder."""
        ...

    @property
    def back_off(self) -> BackOff:
        """The delays between two tries."""
        ...

    def section(self, kind: type[SectionT]) -> SectionT:
        """Return the section of an engine."""
        ...

    @property
    def roots(self) -> Iterable[str]:
        """The watched folders."""
        ...

    def own_settings(self, root: str, names: Collection[str]) -> Mapping[str, Any]:
        """Return the engine settings that a folder overrides."""
        ...


def chosen(
    wanted: str,
    section_of: Callable[[EngineDescription[Any]], Any],
    environment: Mapping[str, str],
) -> EngineDescription[Any]:
    """Return the engine of a name; for ``auto`` the first that can be used here.

    Args:
        wanted: The name of an engine, or ``auto``.
        section_of: A function that returns the section of an engine.
        environment: The environment variables.

    Raises:
        LookupError: There is no engine of that name.
        OcrWatcherError: It cannot be used here, or its settings are wrong; for ``auto``, no engine
            can be used, and this is the error of the last one.
    """
    obstacle = None
    for description in ENGINES if wanted == AUTO else [ENGINES.named(wanted)]:
        obstacle = description.obstacle(section_of(description), environment)
        if obstacle is None:
            return description
    raise obstacle or LookupError("there is no engine")


def choose_engine(
    settings: EngineSettings,
    environment: Mapping[str, str],
    *,
    callers: int,
    heartbeats: Heartbeats | None = None,
) -> Engine:
    """Make the engine of the settings.

    Args:
        settings: The settings of the program.
        environment: The environment variables, which may hold credentials.
        callers: The number of threads that may call at once.
        heartbeats: The heartbeats of the threads, which rest during long waits within a call.

    Raises:
        SettingsError: The engine's settings are wrong, or its credentials are missing.
        EngineMissingError: The engine is not installed, or lacks a model of the settings.
    """
    description = chosen(settings.engine, lambda each: _section(settings, each), environment)
    return description.make(_context(settings, description, environment, callers, heartbeats))


def name_of_choice(settings: EngineSettings, environment: Mapping[str, str]) -> str:
    """Return the name of the engine that would be chosen, as far as this user can find out.

    Not every user may read the keys of a service. An engine with wrong settings therefore counts as
    chosen; if no engine can be used, the last one counts.
    """
    name = settings.engine
    for description in ENGINES if name == AUTO else []:
        name = description.name
        try:
            if description.obstacle(_section(settings, description), environment) is None:
                break
        except SettingsError:
            break
    return name


def engines_of_folders(
    settings: EngineSettings, engine: Engine, roots: Iterable[str]
) -> dict[str, Engine]:
    """Return the engine with each folder's overrides, by root.

    Args:
        settings: The settings, with the overrides of each folder.
        engine: The engine of the settings. Folders with the same overrides have the same engine.
        roots: The folders; one that is not configured has the engine of the settings.
    """
    description = ENGINES.find(engine.identity.name)
    made = [engine]
    return {root: _variant(settings, description, root, made) for root in roots}


def _variant(
    settings: EngineSettings,
    description: EngineDescription[Any] | None,
    root: str,
    made: list[Engine],
) -> Engine:
    if description is None or not settings.own_settings(root, description.folder_settings):
        return made[0]
    variant = description.variant(made[0], _context(settings, description, {}, root=root))
    same = (each for each in made if each.identity == variant.identity)
    if (known := next(same, None)) is not None:
        return known
    made.append(variant)
    return variant


def policy_of(settings: EngineSettings, engine: str, root: str = "") -> Policy:
    """Return the policy of an engine.

    Args:
        settings: The settings, which contain the section of the engine.
        engine: The name of the engine. A name that is not known here, such as that of a run of
            another version, gets the policy of an engine without limits.
        root: The folder whose pages are read; empty for pages of no folder.
    """
    description = ENGINES.find(engine)
    return description.policy(_section(settings, description, root)) if description else Policy()


def endpoints_of(settings: EngineSettings, engine: str) -> dict[str, str]:
    """Return the endpoint of each folder, if an engine has several endpoints.

    Args:
        settings: The settings, with the folders.
        engine: The name of the engine.
    """
    endpoints = {root: policy_of(settings, engine, root).endpoint for root in settings.roots}
    return {root: endpoint for root, endpoint in endpoints.items() if endpoint}


def codes_of(engine: str) -> Mapping[str, type[EngineError]]:
    """Return the codes with which the calls of an engine are known to fail, with their classes."""
    description = ENGINES.find(engine)
    return description.codes if description else {}


def checks_of(
    settings: EngineSettings, engine: str, environment: Mapping[str, str]
) -> Iterable[Result]:
    """Return the results of ``check`` for an engine, without its self-test."""
    description = ENGINES.find(engine)
    return description.checks(_context(settings, description, environment)) if description else ()


def folder_checks_of(
    settings: EngineSettings, engine: str, environment: Mapping[str, str], root: str
) -> Iterable[Result]:
    """Return the results of ``check`` for an engine with a folder's overrides."""
    description = ENGINES.find(engine)
    if description is None:
        return ()
    return description.folder_checks(_context(settings, description, environment, root=root))


def _section(
    settings: EngineSettings, description: EngineDescription[Any], root: str = ""
) -> Section | None:
    if description.settings is None:
        return None
    section = settings.section(description.settings)
    own = settings.own_settings(root, description.folder_settings)
    return description.settings.model_validate({**dict(section), **own}) if own else section


def _context(
    settings: EngineSettings,
    description: EngineDescription[Any],
    environment: Mapping[str, str],
    callers: int = 1,
    heartbeats: Heartbeats | None = None,
    *,
    root: str = "",
) -> EngineContext[Any]:
    section = _section(settings, description, root)
    layouts = frozenset({settings.layout_of(root)}) if root else settings.layouts
    return EngineContext(section, environment, layouts, callers, heartbeats)


def machines_of(engine: Engine) -> tuple[Machine, ...]:
    """Return the machines that read for an engine, as `choose_engine` made it."""
    description = ENGINES.find(engine.identity.name)
    return () if description is None else description.machines(engine)


def follow(engine: Engine, listener: Callable[[int], None]) -> None:
    """Call a listener with the number of pages that an engine can read at once, if it changes.

    Args:
        engine: The engine, as `choose_engine` made it.
        listener: Called now and at each change; never for an engine that leaves it to the settings.
    """
    description = ENGINES.find(engine.identity.name)
    if description is not None:
        description.follow(engine, listener)


def is_loaded_by(engine: Engine, other: Engine) -> bool:
    """Return whether another engine has loaded all that an engine needs.

    Args:
        engine: The engine, as `choose_engine` made it.
        other: The engine of a run, as `choose_engine` made it.
    """
    description = ENGINES.find(other.identity.name)
    return description is not None and description.is_loaded_by(engine, other)


def take_over(engine: Engine, other: Engine) -> None:
    """Let an engine continue with the parts that another one has loaded, if it needs the same.

    Args:
        engine: The engine, which has loaded nothing yet.
        other: An engine that reads no page any more, and is closed afterwards.
    """
    description = ENGINES.find(other.identity.name)
    if description is not None and description.is_loaded_by(engine, other):
        description.take_over(engine, other)
