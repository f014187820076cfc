"""The command ``status``: the numbers of images that are done, wait or failed, and the engine."""

from __future__ import annotations

import collections
import contextlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.commands.beside import ledger_of
from ocr_watcher.commands.progress import shown
from ocr_watcher.engine.choose import policy_of
from ocr_watcher.errors import EXIT_FAILED
from ocr_watcher.escapes import printable
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.service.claim.holder import knows_alive, this_process
from ocr_watcher.service.claim.lock_file import OddFileError
from ocr_watcher.service.daemon import pause_of
from ocr_watcher.service.lock import holder_of
from ocr_watcher.sidecars.state import State
from ocr_watcher.threads.patience import NoAnswerError, answered, walked
from ocr_watcher.values.image import Stamp
from ocr_watcher.values.moment import moment
from ocr_watcher.watch.tree import scan
from ocr_watcher.work.underway.underway_file import being_worked_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.ledger.low_confidence import LowConfidence
    from ocr_watcher.service.daemon import Daemon
    from ocr_watcher.service.running import Refusal
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.values.machine import Machine
    from ocr_watcher.values.pause import Pause
    from ocr_watcher.watch.tree import Found

_DAY, _MONTH = len("2026-01-31"), len("2026-01")
_LOW = "low_confidence"
"""The key of the number of images that are done and have doubtful text; only if there are some."""


def print_status(daemons: Sequence[Daemon], *, as_json: bool) -> int:
    """Print the status.

    Args:
        daemons: The daemons whose folders are shown.
        as_json: Whether to print one JSON object, for programs.

    Returns:
        The exit status: 1 if an image failed or waits, or if a folder cannot be read.
    """
    with contextlib.ExitStack() as stack:
        parts = [
            _Part(daemon, stack.enter_context(ledger_of(daemon.settings))) for daemon in daemons
        ]
        status = _status(parts)
        lines = list(_lines(status, parts))
    print(json.dumps(status, indent=2) if as_json else "\n".join(lines))  # noqa: T201
    open_ends = ("waiting", "failed", "problem")
    return (
        EXIT_FAILED
        if any(folder.get(key) for folder in status["folders"] for key in open_ends)
        else 0
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A daemon, its ledger and the state of its folders."""

    daemon: Daemon
    ledger: Ledger


def _status(parts: Sequence[_Part]) -> dict[str, Any]:
    engines = [_engine(part.daemon, part.ledger) for part in parts]
    # One object stands for all engines: a paused one if there is any, as people look for that.
    engine = max(engines, key=lambda engine: (engine["state"] == "paused", "endpoints" in engine))
    runs = sorted(part.daemon.since for part in parts if part.daemon.since is not None)
    refusal = next(filter(None, (part.daemon.refusal for part in parts)), None)
    refused = {"settings_refused": _refusal(refusal)} if refusal else {}
    return {
        "folders": [folder for part in parts for folder in _folders(part)],
        "engine": engine,
        "calls": {"today": _calls(parts, _DAY), "month": _calls(parts, _MONTH)},
        "daemon": {
            "running": bool(runs),
            "since": moment(runs[0]) if runs else None,
            **refused,
        },
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {"since": moment(refusal.since), "problem": str(refusal)}


def _calls(parts: Sequence[_Part], length: int) -> int:
    """Count the calls of the present day or month, by the calendar of each engine."""
    ledgers = {(part.daemon.settings.state_dir, part.daemon.engine): part for part in parts}
    return sum(
        part.ledger.calls(_today(part.daemon)[:length], part.daemon.engine)
        for part in ledgers.values()
    )


def _today(daemon: Daemon) -> str:
    return policy_of(daemon.settings, daemon.engine).day_of(time.time())


def _folders(part: _Part) -> Iterator[dict[str, Any]]:
    for folder in folders_of(part.daemon.settings).values():
        counted = _folder(folder, part.ledger)
        told = {
            "left_alone": part.daemon.left_alone.get(folder.root),
            "claimed_by": None if part.daemon.since else _claimant(folder.root),
        }
        told = {key: printable(words) for key, words in told.items() if words}
        yield {**counted, **told}


def _claimant(root: str) -> str | None:
    """Return the holder of a folder that no daemon of this user works on."""
    try:
        holder = answered(lambda: holder_of(root), of=root)
    except OddFileError as error:
        return str(error)
    except NoAnswerError:  # the problem is shown in place of the counts
        return None
    dead = knows_alive(holder, this_process("")) is False
    return None if holder is None or dead else str(holder)


def _folder(folder: Folder, ledger: Ledger) -> dict[str, Any]:
    counts: collections.Counter[str] = collections.Counter()
    problem = {}
    doubtful = ledger.confidence.below(folder.root)
    images = shown(
        walked(
            lambda beat: scan(
                folder,
                recall=ledger.done_stamp_of,
                is_own_file=ledger.own_files.knows,
                on_directory=beat,
            ),
            of=folder.root,
        )
    )
    try:
        for found in images:
            counts[found.state.value] += 1
            counts[_LOW] += _is_doubtful(found, doubtful)
    except OSError as error:
        problem = {"problem": f"cannot be read: {error.strerror}"}
    states = {state: counts[state] for state in ("done", "waiting", "failed")}
    low = {_LOW: counts[_LOW]} if counts[_LOW] else {}
    return {"path": printable(folder.root), **states, **low, **problem}


def _is_doubtful(found: Found, doubtful: Mapping[str, LowConfidence]) -> bool:
    low = doubtful.get(found.image.path)
    return found.state is State.DONE and low is not None and low.is_of(Stamp.of(found.status))


def _engine(daemon: Daemon, ledger: Ledger) -> dict[str, Any]:
    told = _state(daemon.engine, pause_of(daemon, ledger))
    names = sorted({*daemon.endpoints.values()})
    pauses = {name: pause_of(daemon, ledger, name) for name in names}
    paused = [_state(name, pause) for name, pause in pauses.items() if pause is not None]
    machines = [_machine(machine) for machine in daemon.machines]
    parts = {"endpoints": paused, "machines": machines}
    return {**told, **{name: part for name, part in parts.items() if part}}


def _machine(machine: Machine) -> dict[str, Any]:
    left_out = {"left_out": printable(machine.why_not)} if machine.why_not else {}
    return {
        "name": printable(machine.name),
        "workers": machine.workers,
        "threads": machine.threads,
        "pages_a_minute": machine.pages_a_minute,
        **left_out,
    }


def _state(name: str, pause: Pause | None) -> dict[str, Any]:
    if pause is None:
        return {"name": name, "state": "ready"}
    return {
        "name": name,
        "state": "paused",
        "reason": pause.message,
        "since": moment(pause.since),
        "until": moment(pause.until),
        "remedy": pause.advice,
    }


def _underway(settings: Settings) -> Iterator[str]:
    roots = [f"{root.rstrip('/')}/" for root in folders_of(settings)]
    for entry in being_worked_on(settings.state_dir):
        if any(entry.path.startswith(root) for root in roots):
            since = moment(entry.since)
            yield f"being recognised: {printable(entry.path)}: {entry.place}, since {since}"


def _lines(status: dict[str, Any], parts: Sequence[_Part]) -> Iterator[str]:
    for folder in status["folders"]:
        counts = ", ".join(f"{folder[state]} {state}" for state in ("done", "waiting", "failed"))
        yield f"{folder['path']}: {folder.get('problem', counts)}"
        if _LOW in folder:
            yield f"  read with low confidence: {folder[_LOW]} of those done; the log names them"
        if "left_alone" in folder:
            yield f"  left alone: {folder['left_alone']}"
        if "claimed_by" in folder:
            yield f"  claimed by another ocr-watcher: {folder['claimed_by']}"
    for engine in {part.daemon.engine: part for part in parts}.values():
        yield from _engine_lines(_engine(engine.daemon, engine.ledger))
    yield f"calls: {status['calls']['today']} today, {status['calls']['month']} this month"
    runs = [part.daemon for part in parts if part.daemon.since is not None]
    for daemon in runs:
        yield f"daemon: running since {moment(daemon.since or 0)}"
        if daemon.refusal:
            yield printable(f"  since {moment(daemon.refusal.since)}: {daemon.refusal}")
    if not runs:
        yield "daemon: not running"
    for part in parts:
        yield from _underway(part.daemon.settings)


def _engine_lines(engine: dict[str, Any]) -> Iterator[str]:
    yield f"engine {engine['name']}: {engine['state']}"
    for paused in (engine, *engine.get("endpoints", ())):
        if paused is not engine:
            yield f"endpoint {paused['name']}: {paused['state']}"
        if "reason" in paused:
            yield f"  since {paused['since']}: {paused['reason']}"
            yield f"  tries again at {paused['until']}; {paused['remedy']}"
    for machine in engine.get("machines", ()):
        yield (
            f"machine {machine['name']}: workers: {machine['workers']}, "
            f"threads: {machine['threads']}, pages in the last minute: {machine['pages_a_minute']}"
        )
        if "left_out" in machine:
            yield f"  a worker gets no pages: {machine['left_out']}"
