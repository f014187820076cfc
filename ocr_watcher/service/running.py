"""The entry of a run in the registry of runs, and its notation."""

from __future__ import annotations

import json
import os
import secrets
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ocr_watcher.engine.choose import endpoints_of
from ocr_watcher.settings.model import Settings
from ocr_watcher.values.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.service.life_sign import LifeSign

_SHOWN = {"folders", "output", "engine", "settle_seconds", "state_dir"}
"""The settings that commands need; none of these is secret."""
_NOT_SHOWN = {"folders": {"__all__": {"endpoint", "options"}}}
"""The settings that older versions of the program do not understand."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A settings file that was refused; the settings before it stay in force.

    Attributes:
        since: The time when it was first refused, in seconds since the epoch.
        problem: Its first problem.
        others: The number of its other problems.
    """

    since: float
    problem: str
    others: int

    def __str__(self) -> str:
        more = f" (and {self.others} more)" if self.others else ""
        return f"the settings file was refused: {self.problem}{more}"


@dataclass(frozen=True, slots=True)
class Running:
    """A registered run.

    Attributes:
        token: A random token of the run.
        pid: Its process id, in its own PID namespace.
        since: The time of its start, in seconds since the epoch.
        engine: The name of its engine.
        settings: The settings in force, without keys.
        reloads: The number of requests to read the settings again that its process has answered.
        refusal: The settings file that was refused since its start, if one was.
        left_alone: The reasons why folders are not worked on, by folder.
        endpoints: The endpoint that reads the images of each folder, where the engine has several.
        machines: The machines that read pages for it.
        sign: The last sign of life that it gave; None for a run that ends by itself and gives none.
    """

    token: str
    pid: int
    since: float
    engine: str
    settings: Settings
    reloads: int = 0
    refusal: Refusal | None = None
    left_alone: Mapping[str, str] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    machines: tuple[Machine, ...] = ()
    sign: LifeSign | None = None

    @classmethod
    def now(cls, engine: str, settings: Settings) -> Running:
        """Return the description of a run of this process that begins."""
        token, pid, now = secrets.token_hex(8), os.getpid(), time.time()
        return cls(token, pid, now, engine, settings, endpoints=endpoints_of(settings, engine))


def encode(running: Running) -> str:
    """Return the entry of a run, in JSON. The sign of life is not part of it."""
    shown = running.settings.model_dump(include=_SHOWN, exclude=_NOT_SHOWN)
    refusal = asdict(running.refusal) if running.refusal else None
    return json.dumps(
        {
            "token": running.token,
            "pid": running.pid,
            "since": running.since,
            "engine": running.engine,
            "settings": shown,
            "reloads": running.reloads,
            "refusal": refusal,
            "left_alone": dict(running.left_alone),
            "endpoints": dict(running.endpoints),
            "machines": [asdict(machine) for machine in running.machines],
        },
        default=str,
    )


def decode(content: bytes) -> Running:
    """Return the run that an entry describes.

    Raises:
        ValueError: It is no valid entry, or an entry of an incompatible version of the program.
        KeyError: It lacks something.
        TypeError: Something in it has another type.
        RecursionError: It is nested too deeply.
    """
    data: dict[str, Any] = json.loads(content)
    try:
        settings = Settings.model_validate(data["settings"])
    except ValidationError:
        raise ValueError("of another version") from None
    refusal = Refusal(**data["refusal"]) if data["refusal"] else None
    values = {
        name: data[name] for name in ("token", "pid", "since", "engine", "reloads", "left_alone")
    }
    # The entry of a run of an earlier version lacks these.
    endpoints = data.get("endpoints", {})
    machines = tuple(Machine(**machine) for machine in data.get("machines", ()))
    return Running(
        settings=settings, refusal=refusal, endpoints=endpoints, machines=machines, **values
    )
