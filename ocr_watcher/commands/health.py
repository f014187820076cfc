"""The command ``status --health``: whether the work of the running daemons advances."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ocr_watcher.errors import EXIT_FAILED
from ocr_watcher.escapes import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocr_watcher.service.running import Running

_NONE = "no daemon runs that has begun to work"


def print_health(runs: Iterable[Running], *, as_json: bool) -> int:
    """Print whether the daemons are healthy, for example for the health check of a container.

    The rule is that of systemd's watchdog and of ``/health`` of the page: a daemon is healthy while
    all of its threads advance. It is also healthy if images wait or failed, or if no calls are
    made.

    Args:
        runs: The runs that are registered.
        as_json: Whether to print one JSON object, for programs.

    Returns:
        The exit status: 0 if a daemon runs, and each that runs is healthy.
    """
    problem = printable(problem_of(runs))
    if as_json:
        print(json.dumps({"healthy": not problem, "problem": problem or None}))  # noqa: T201
    else:
        print(f"unhealthy: {problem}" if problem else "healthy: all threads advance")  # noqa: T201
    return EXIT_FAILED if problem else 0


def problem_of(runs: Iterable[Running]) -> str:
    """Return why some daemon is not healthy, or that none runs; empty if all are healthy.

    A run without a sign of life is no daemon, or is still starting.
    """
    signs = [(running.pid, running.sign) for running in runs if running.sign is not None]
    if not signs:
        return _NONE
    problems = ((pid, sign.problem()) for pid, sign in signs)
    return next((f"process {pid}: {problem}" for pid, problem in problems if problem), "")
