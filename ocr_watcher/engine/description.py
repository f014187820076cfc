"""What an engine's package tells of its engine: one description, which the registry keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from ocr_watcher.engine.pauses import a_day_later

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.errors import OcrWatcherError
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.check_result import Result
    from ocr_watcher.values.section import Section

SettingsT = TypeVar("SettingsT")
"""The section of an engine: a model of its own, or None where the engine has no settings."""


def day_here(now: float) -> str:
    """Return the day that it is on this machine, as ``2026-01-31``.

    Args:
        now: Seconds since the epoch.
    """
    return datetime.fromtimestamp(now, UTC).astimezone().date().isoformat()


@dataclass(frozen=True, slots=True)
class Policy:
    """How pages may be read with an engine, and what it tells of them.

    Attributes:
        qps: Calls a second over all threads; 0 means no limit.
        daily_limit: Most calls a day; None for no limit. An engine with one has the setting
            ``daily_limit`` in its section.
        day_of: Return the day that a call counts for, as ``2026-01-31``, given the seconds since
            the epoch.
        next_grant: Return when a used-up quota is granted anew, given the seconds since the epoch.
        longest_call_seconds: What a call takes at most; a thread that takes longer hangs.
        is_paid: Whether a call costs something, so that its answer is waited for.
        tells_places: Whether it tells where each line stands.
        places_advice: What to set so that it does; empty where nothing helps.
        tells_probabilities: Whether it tells how sure it is of a line.
        scripts: Which scripts it reads, as people are told; empty where it reads nearly all.
    """

    qps: float = 0.0
    daily_limit: int | None = None
    day_of: Callable[[float], str] = day_here
    next_grant: Callable[[float], float] = a_day_later
    longest_call_seconds: float = 600.0
    is_paid: bool = True
    tells_places: bool = True
    places_advice: str = ""
    tells_probabilities: bool = True
    scripts: str = ""


@dataclass(frozen=True, slots=True)
class EngineContext(Generic[SettingsT]):
    """What an engine is made by.

    Attributes:
        section: Its settings.
        environment: The environment variables.
        layouts: Those of all folders.
        callers: How many threads may call at once.
        heartbeats: Of the threads, for what may take long within a call.
    """

    section: SettingsT
    environment: Mapping[str, str]
    layouts: frozenset[str]
    callers: int = 1
    heartbeats: Heartbeats | None = None


def _no_checks(_context: EngineContext[SettingsT]) -> Iterable[Result]:
    return ()


@dataclass(frozen=True, slots=True)
class EngineDescription(Generic[SettingsT]):
    """All that the rest of the program knows of an engine.

    To read it imports no engine: `make` imports what the engine needs.

    Attributes:
        name: In the settings, on the command line, in sidecars and in the ledger.
        settings: The model of its section, which has its name; None where it has no settings.
        obstacle: Return why the engine cannot be used here, with what to do about it, given its
            section and the environment variables; None where it can be. Raise `SettingsError` where
            it is set up, but wrongly.
        make: Make the engine. Raise `OcrWatcherError` where it cannot be used here.
        policy: Return how pages may be read, given the section.
        checks: Return what ``check`` reports of the engine beside its self-test.
        low_confidence_advice: What to do about text that the engine is not sure of.
    """

    name: str
    settings: type[Section] | None
    obstacle: Callable[[SettingsT, Mapping[str, str]], OcrWatcherError | None]
    make: Callable[[EngineContext[SettingsT]], Engine]
    policy: Callable[[SettingsT], Policy]
    checks: Callable[[EngineContext[SettingsT]], Iterable[Result]] = _no_checks
    low_confidence_advice: str = "scan anew what is faint or blurred"
