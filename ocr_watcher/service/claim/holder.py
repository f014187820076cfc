"""The holder of a claim, and its notation in the lock file, which is read with checks."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import secrets
import socket
import time
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ocr_watcher.escapes import printable

MOST_BYTES = 4096
_MOST_CHARACTERS = 256
_LATEST = 253_402_214_400  # the last day that a date can name
_LARGEST_PID = (1 << 31) - 1
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # random(4)


@dataclass(frozen=True, slots=True)
class Holder:
    """The program that holds a claim; no attribute is secret.

    Attributes:
        token: A random token of the process.
        host: The name of its host.
        boot: The boot id of its kernel.
        pid_namespace: The namespace of its process id (pid_namespaces(7)).
        pid: Its process id.
        started: The start of the process, in clock ticks since the boot (proc_pid_stat(5)).
        since: The time of its first claim, in seconds since the epoch.
        engine: The name of its engine.
        user: The name of its user.
        locked: Whether it holds the file's lock as well (flock(2)).
        recursive: Whether it also works on the directories below the folder.
    """

    token: str
    host: str
    boot: str
    pid_namespace: str
    pid: int
    started: int
    since: float
    engine: str
    user: str
    locked: bool = False
    recursive: bool = True

    def __str__(self) -> str:
        since = datetime.fromtimestamp(self.since, UTC).astimezone().isoformat(timespec="seconds")
        return printable(f"process {self.pid} of {self.user} on {self.host}, since {since}")

    @property
    def shares_processes_with(self) -> tuple[str, str, str]:
        """The values that are equal for two holders which see each other's processes."""
        return self.host, self.boot, self.pid_namespace


def this_process(engine: str) -> Holder:
    """Return the description of this process, with a new token."""
    boot, namespace, user = "", "", str(os.geteuid())
    with contextlib.suppress(OSError):
        boot = _BOOT_ID.read_text("ascii").strip()
    with contextlib.suppress(OSError):
        namespace = os.readlink("/proc/self/ns/pid")  # noqa: PTH115  not a path
    with contextlib.suppress(KeyError):
        user = pwd.getpwuid(os.geteuid()).pw_name
    pid = os.getpid()
    return Holder(
        token=secrets.token_hex(16),
        host=socket.gethostname(),
        boot=boot,
        pid_namespace=namespace,
        pid=pid,
        started=_start_of(pid) or 0,
        since=time.time(),
        engine=engine,
        user=user,
    )


def encode(holder: Holder, beat: int) -> bytes:
    """Return a holder as bytes; their number is the same for every beat."""
    return json.dumps({"beat": f"{beat:016d}", **asdict(holder)}).encode() + b"\n"


def decode(content: bytes) -> Holder | None:
    """Return the holder that some bytes describe; None if they are invalid.

    The bytes are untrusted, as anybody who may write in the folder may write the file.
    """
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    values: dict[str, Any] = {field.name: data.get(field.name) for field in fields(Holder)}
    return Holder(**values) if _is_sound(values) else None


def is_alive(holder: Holder) -> bool:
    """Return whether the process of a holder in this PID namespace still runs.

    A later process with the same id is told apart by the time of its start.
    """
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        pass
    started = _start_of(holder.pid)
    return started is None or started == holder.started


def knows_alive(holder: Holder | None, us: Holder) -> bool | None:
    """Return whether the process of a holder runs; None if our process cannot see it."""
    if holder is None or holder.shares_processes_with != us.shares_processes_with:
        return None
    return is_alive(holder) if "" not in us.shares_processes_with else None


def _start_of(pid: int) -> int | None:
    """Return the start of a process; 0 if it has ended; None if /proc does not show it."""
    try:
        # The name before the last bracket may hold anything.
        words = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return 0 if words[0] in "ZX" else int(words[19])
    except (OSError, ValueError, IndexError):
        return None


def _is_sound(values: dict[str, Any]) -> bool:
    words = ("token", "host", "boot", "pid_namespace", "engine", "user")
    return (
        all(_is_word(values[name]) for name in words)
        and values["token"] != ""
        and all(type(values[name]) is int for name in ("pid", "started"))
        and 0 < values["pid"] <= _LARGEST_PID
        and all(type(values[name]) is bool for name in ("locked", "recursive"))
        and type(values["since"]) in {int, float}
        and 0 <= values["since"] < _LATEST  # neither is true of NaN
    )


def _is_word(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _MOST_CHARACTERS
