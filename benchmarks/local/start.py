"""Measures how much longer a page waits if the models' process has to be started first."""

from __future__ import annotations

import os
import signal
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import process
from benchmarks.local import sizes
from benchmarks.local.readers import daemon, drop
from benchmarks.report import AtMost, Figure
from benchmarks.running import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.daemon import Daemon
    from benchmarks.stage import Stage

_SIZE = (900, 700)
_ENDS = 10.0


def figures(stage: Stage, directory: Path) -> Iterator[Figure]:
    """Let a small page be read with the models' process running, and after its end, in turns.

    If a daemon has the models in itself, a new daemon is started instead. It gets the page as soon
    as it watches.
    """
    number = stage.scaled(5, 2)
    pages = [sizes.page(directory, f"start-{at}", _SIZE, at) for at in range(2 * number + 1)]
    running, cold, warm = daemon(directory, "start"), [], []
    with running:
        drop(running, [pages[0]])
        has_own = process.largest(running.number) != running.number
        for at in stage.steps(range(number), "start of the models", "start"):
            warm.append(drop(running, [pages[2 * at + 1]]))
            fresh = pages[2 * at + 2]
            cold.append(
                _after_kill(running, fresh) if has_own else _in_new_daemon(directory, at, fresh)
            )
    how = "" if has_own else "; a new daemon, for it has no process for the models"
    yield Figure(
        "a page whose models' process is not running: waits longer by",
        median(cold) - median(warm),
        "s",
        f"{median(cold):.2f} s, otherwise {median(warm):.2f} s{how}",
        AtMost(2),
        {"not_running": cold, "running": warm},
    )


def _after_kill(running: Daemon, page: Path) -> float:
    models = process.largest(running.number)
    if models == running.number:
        raise RuntimeError("the process of the models is not to be found")
    os.kill(models, signal.SIGKILL)
    eventually(partial(_has_ended, running, models), _ENDS)
    return drop(running, [page])


def _has_ended(running: Daemon, models: int) -> bool:
    """Return whether a process is gone, or holds no memory and only waits for its parent."""
    held = process.memory_of_each(running.number).get(models)
    return held is None or held.resident == 0


def _in_new_daemon(directory: Path, at: int, page: Path) -> float:
    fresh = daemon(directory, f"start-{at}")
    with fresh:
        return drop(fresh, [page])
