"""``status``: what is done, what waits, what has failed, and what the engine does."""

from __future__ import annotations

import collections
import json
import os
import time
from typing import TYPE_CHECKING, Any

from ocr_watcher.commands.beside import daemon_of, ledger_of, moment, pause_of
from ocr_watcher.commands.progress import shown
from ocr_watcher.engine.pace import beijing_day
from ocr_watcher.folder import folders_of
from ocr_watcher.image import printable
from ocr_watcher.watch.tree import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.commands.beside import Daemon
    from ocr_watcher.folder import Folder
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.settings.model import Settings


def print_status(settings: Settings, *, as_json: bool) -> int:
    """Prints the status.

    Args:
        settings: Which folders.
        as_json: As one object, for programs.

    Returns:
        The exit status: always 0; what waits or has failed is no fault of the command.
    """
    with ledger_of(settings) as ledger:
        status = _status(settings, ledger)
    if as_json:
        print(json.dumps(status, indent=2))  # noqa: T201
    else:
        print("\n".join(_lines(status)))  # noqa: T201
    return 0


def _status(settings: Settings, ledger: Ledger) -> dict[str, Any]:
    daemon = daemon_of(settings, os.environ)
    today = beijing_day(time.time())
    since = None if daemon.since is None else moment(daemon.since)
    return {
        "folders": [_folder(folder, ledger) for folder in folders_of(settings).values()],
        "engine": _engine(daemon, ledger),
        "calls": {
            "today": ledger.calls(today, daemon.engine),
            "month": ledger.calls(today[:7], daemon.engine),
        },
        "daemon": {"running": daemon.since is not None, "since": since},
    }


def _folder(folder: Folder, ledger: Ledger) -> dict[str, Any]:
    counts: collections.Counter[str] = collections.Counter()
    problem = {}
    images = shown(scan(folder, recall=ledger.done_stamp_of))
    try:
        counts.update(found.state.value for found in images)
    except OSError as error:
        problem = {"problem": f"cannot be read: {error.strerror}"}
    states = {state: counts[state] for state in ("done", "waiting", "failed")}
    return {"path": printable(folder.root), **states, **problem}


def _engine(daemon: Daemon, ledger: Ledger) -> dict[str, Any]:
    pause = pause_of(daemon, ledger)
    if pause is None:
        return {"name": daemon.engine, "state": "ready"}
    return {
        "name": daemon.engine,
        "state": "paused",
        "reason": pause.reason,
        "since": moment(pause.since),
        "until": moment(pause.until),
        "remedy": pause.remedy,
    }


def _lines(status: dict[str, Any]) -> Iterator[str]:
    for folder in status["folders"]:
        counts = ", ".join(f"{folder[state]} {state}" for state in ("done", "waiting", "failed"))
        yield f"{folder['path']}: {folder.get('problem', counts)}"
    engine = status["engine"]
    yield f"engine {engine['name']}: {engine['state']}"
    if "reason" in engine:
        yield f"  since {engine['since']}: {engine['reason']}"
        yield f"  tries again at {engine['until']}; {engine['remedy']}"
    yield f"calls: {status['calls']['today']} today, {status['calls']['month']} this month"
    daemon = status["daemon"]
    yield f"daemon: running since {daemon['since']}" if daemon["running"] else "daemon: not running"
