"""The description of an engine, which its package gives to the registry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from ocr_watcher.engine.pauses import a_day_later

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.errors import EngineError, OcrWatcherError
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.check_result import Result
    from ocr_watcher.values.machine import Machine
    from ocr_watcher.values.section import Section

SettingsT = TypeVar("SettingsT")
"""The model of the settings section of an engine; None if the engine has no settings."""


def day_here(now: float) -> str:
    """Return the date on this machine, as ``2026-01-31``.

    Args:
        now: Seconds since the epoch.
    """
    return datetime.fromtimestamp(now, UTC).astimezone().date().isoformat()


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits and costs of calls of an engine, and the contents of its readings.

    Attributes:
        qps: Calls a second over all threads; 0 means no limit.
        daily_limit: The most calls of a day; None for no limit. An engine with one has the setting
            ``daily_limit`` in its section.
        day_of: A function that returns the day that a call counts for, as ``2026-01-31``, given the
            seconds since the epoch.
        next_grant: A function that returns the time when a used-up quota is granted again, given
            the seconds since the epoch.
        longest_call_seconds: The longest time of a call; a thread that takes longer hangs.
        is_paid: Whether a call costs money. If so, a program that stops waits for its answer, and
            the first call is made alone, to find out whether calls can succeed.
        tells_places: Whether its readings contain the place of each line.
        places_setting: The key in its section, and the value, with which they do; None if there is
            none.
        tells_probabilities: Whether its readings contain the confidence in each line.
        scripts: The scripts that it reads, in a text for people; empty if it reads nearly all.
        endpoint: The name by which its calls are counted and paused; empty if it has only one.
    """

    qps: float = 0.0
    daily_limit: int | None = None
    day_of: Callable[[float], str] = day_here
    next_grant: Callable[[float], float] = a_day_later
    longest_call_seconds: float = 600.0
    is_paid: bool = True
    tells_places: bool = True
    places_setting: tuple[str, str] | None = None
    tells_probabilities: bool = True
    scripts: str = ""
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class EngineContext(Generic[SettingsT]):
    """The values from which an engine is made.

    Attributes:
        section: The settings of the engine.
        environment: The environment variables.
        layouts: The layouts of all folders, or that of the folder with this section.
        callers: The number of threads that may call at once.
        heartbeats: The heartbeats of the threads, which rest during long waits within a call.
    """

    section: SettingsT
    environment: Mapping[str, str]
    layouts: frozenset[str]
    callers: int = 1
    heartbeats: Heartbeats | None = None


def _same(engine: Engine, _context: EngineContext[SettingsT]) -> Engine:
    return engine


def _no_checks(_context: EngineContext[SettingsT]) -> Iterable[Result]:
    return ()


def _never(_engine: Engine, _listener: Callable[[int], None]) -> None:
    """Never call the listener, so that the settings decide the number of threads."""


def _no_machines(_engine: Engine) -> tuple[Machine, ...]:
    return ()


def _not_loaded(_engine: Engine, _other: Engine) -> bool:
    return False


def _nothing_to_take(_engine: Engine, _other: Engine) -> None:
    """Do nothing, for an engine that loads nothing."""


@dataclass(frozen=True, slots=True)
class EngineDescription(Generic[SettingsT]):
    """Everything that the rest of the program knows about an engine.

    Importing a description imports no engine; `make` imports what the engine needs.

    Attributes:
        name: The name in the settings, on the command line, in sidecars and in the ledger.
        settings: The model of its section of the settings, which is called like the engine; None
            where it has no settings.
        obstacle: A function that returns the error for an engine that cannot be used here, with its
            advice; None if it can be used. Its arguments are the section of the engine and the
            environment variables. It raises `SettingsError` if the engine is set up wrongly.
        make: A function that returns a new engine. It raises `OcrWatcherError` if the engine cannot
            be used here.
        policy: A function that returns the policy, given the section.
        checks: A function that returns the results of ``check`` for the engine, without its
            self-test.
        folder_settings: The settings of its section that a folder may override, under the same
            names. The section's own rules check the folder's values among the others.
        folder_checks: A function that returns the results of ``check`` for a folder with overrides,
            given the context with the folder's section.
        variant: A function that returns the engine for a folder with overrides, given the engine
            and the context with the folder's section. Both use the same connections and keys; only
            the first is closed.
        follow: A function that calls a listener with the number of pages that the engine can read
            at once, now and at each change. By default it never calls it, and the settings decide.
        machines: A function that returns the machines that read for an engine; empty for an engine
            that reads by itself, or by a service.
        is_loaded_by: A function that returns whether another engine has loaded all that an engine
            needs, so that it need not be tested; by default it has not.
        take_over: A function that makes an engine use what another engine has loaded, if
            `is_loaded_by` accepts it and it reads no page any more. Both are closed afterwards.
        codes: The codes with which its calls are known to fail, each with the class of its error.
        low_confidence_advice: The advice about text with low confidence.
    """

    name: str
    settings: type[Section] | None
    obstacle: Callable[[SettingsT, Mapping[str, str]], OcrWatcherError | None]
    make: Callable[[EngineContext[SettingsT]], Engine]
    policy: Callable[[SettingsT], Policy]
    checks: Callable[[EngineContext[SettingsT]], Iterable[Result]] = _no_checks
    folder_settings: tuple[str, ...] = ()
    folder_checks: Callable[[EngineContext[SettingsT]], Iterable[Result]] = _no_checks
    variant: Callable[[Engine, EngineContext[SettingsT]], Engine] = _same
    follow: Callable[[Engine, Callable[[int], None]], None] = _never
    machines: Callable[[Engine], tuple[Machine, ...]] = _no_machines
    is_loaded_by: Callable[[Engine, Engine], bool] = _not_loaded
    take_over: Callable[[Engine, Engine], None] = _nothing_to_take
    codes: Mapping[str, type[EngineError]] = field(default_factory=dict, compare=False)
    low_confidence_advice: str = "scan anew what is faint or blurred"
