"""The registry of runs: each run registers itself, so that commands find it."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import stat
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.service.life_sign import LifeSign, SignFile, is_in_memory, read_sign
from ocr_watcher.service.running import Running, decode, encode
from ocr_watcher.settings.load import base_directory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ocr_watcher.service.running import Refusal
    from ocr_watcher.values.machine import Machine

_log = logging.getLogger(__name__)

_MOST_BYTES = 1 << 20
_MOST_RUNS = 1000
_NEW_SECONDS = 60
_UNLOCKED = ".unlocked"
"""The suffix of a lock file whose run has not locked it yet."""
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Registration:
    """The registry entries of one run, which can be updated until it ends."""

    def __init__(self, running: Running, locks: Mapping[Path, int]) -> None:
        """Create it from the descriptors of the lock files, by directory."""
        self.running = running
        self._directories = list(locks)
        self._sign_files = [
            SignFile(lock, in_memory=is_in_memory(directory)) for directory, lock in locks.items()
        ]

    def update(
        self,
        *,
        reloads: int,
        refusal: Refusal | None,
        left_alone: Mapping[str, str],
        machines: tuple[Machine, ...] = (),
    ) -> None:
        """Write the entries if anything has changed."""
        running = replace(
            self.running,
            reloads=reloads,
            refusal=refusal,
            left_alone=dict(left_alone),
            machines=machines,
        )
        if running != self.running:
            self.running = running
            self.write()

    def write(self) -> None:
        """Write the entries, each whole or not at all."""
        for directory in self._directories:
            path = directory / f"{self.running.token}.json"
            with contextlib.suppress(OSError):
                new = path.with_suffix(".new")
                new.write_text(encode(self.running), "ascii")
                new.replace(path)

    def give_sign(self, fault: str) -> None:
        """Write a sign of life for ``status --health``.

        Args:
            fault: The work that does not advance; empty if all threads advance.
        """
        sign = LifeSign.now(fault)
        for file in self._sign_files:
            file.give(sign)


def places(state_directory: Path, environment: Mapping[str, str]) -> list[Path]:
    """Return the directories where runs are registered.

    The directories of the user hold all runs of the user. Through the directory beside the ledger,
    another user, such as root, finds the run of a service.

    Args:
        state_directory: The directory of the ledger (``state_dir``).
        environment: The environment variables.
    """
    service = environment.get("STATE_DIRECTORY", "").partition(":")[0]
    states = [state_directory, *([Path(service)] if service else [])]
    return [*own_places(environment), *(state / "running" for state in states)]


def own_places(environment: Mapping[str, str]) -> list[Path]:
    """Return the directories that belong to the user, independent of the settings.

    The runtime directory may exist in one session and not in another (XDG Base Directory
    Specification), so each run is registered in both.
    """
    state = base_directory("XDG_STATE_HOME", ".local/state", environment) / "ocr-watcher/running"
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    named = [Path(runtime) / "ocr-watcher"] if runtime.startswith("/") else []
    return [*named, state]


@contextlib.contextmanager
def registered(running: Running, directories: Iterable[Path]) -> Iterator[Registration]:
    """Register a run for as long as the context lasts.

    The kernel releases the lock of an entry when the process ends, however it ends (flock(2)). An
    entry without a lock was therefore left by a run that has ended. A directory that cannot be used
    is skipped, and commands do not find the run there.
    """
    with contextlib.ExitStack() as stack:
        locks: dict[Path, int] = {}
        for directory in dict.fromkeys(map(Path.absolute, directories)):
            try:
                _prepare(directory)
                locks[directory] = stack.enter_context(_entry(directory, running.token))
            except OSError as error:
                _log.debug("the run is not registered in %s: %s", directory, error.strerror)
        registration = Registration(running, locks)
        registration.write()
        yield registration


def runs(directories: Iterable[Path], *, owned: bool = True) -> list[Running]:
    """Return the runs that have not ended, the earliest first.

    Args:
        directories: The directories of the registry; one that cannot be read is skipped.
        owned: Whether each directory must belong to this user alone; root may read others'.
    """
    found: dict[str, Running] = {}
    for directory in dict.fromkeys(directories):
        with contextlib.suppress(OSError):
            if _is_private(directory) or not owned:
                for running in _runs_in(directory):
                    found[running.token] = _fresher(running, found.get(running.token))
    return sorted(found.values(), key=lambda running: running.since)


def _runs_in(directory: Path) -> Iterator[Running]:
    for lock in sorted(directory.glob("*.lock"))[:_MOST_RUNS]:
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            if _is_held(lock):
                running = decode(_read(lock.with_suffix(".json")))
                yield replace(running, sign=_sign_in(lock))


def _sign_in(lock: Path) -> LifeSign | None:
    descriptor = os.open(lock, _READING)
    try:
        return read_sign(descriptor)
    finally:
        os.close(descriptor)


def _fresher(one: Running, other: Running | None) -> Running:
    """Return the entry with the later sign, as a full disk keeps an old one."""
    if other is None or other.sign is None:
        return one
    return other if one.sign is None or one.sign.at < other.sign.at else one


def _read(entry: Path) -> bytes:
    descriptor = os.open(entry, _READING)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # root may read others' entries
            raise ValueError("no regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(_MOST_BYTES)
    finally:
        os.close(descriptor)


def _is_held(lock: Path) -> bool:
    descriptor = os.open(lock, _READING)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextlib.contextmanager
def _entry(directory: Path, token: str) -> Iterator[int]:
    lock = directory / f"{token}.lock"
    _remove_ended(directory)
    # It gets its name after it is locked: whoever looks for runs tries the lock, and would take it.
    unlocked = lock.with_suffix(_UNLOCKED)
    descriptor = os.open(unlocked, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        unlocked.rename(lock)
        yield descriptor
    finally:
        for path in (lock.with_suffix(".json"), lock, unlocked):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        os.close(descriptor)


def _remove_ended(directory: Path) -> None:
    for lock in (*directory.glob("*.lock"), *directory.glob(f"*{_UNLOCKED}")):
        with contextlib.suppress(OSError):
            # A new one may not be locked yet.
            if time.time() - lock.stat().st_mtime > _NEW_SECONDS and not _is_held(lock):
                for path in (lock.with_suffix(".json"), lock.with_suffix(".new"), lock):
                    path.unlink(missing_ok=True)


def _prepare(directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_private(directory):
        raise PermissionError(0, "it does not belong to this user alone")


def _is_private(directory: Path) -> bool:
    status = directory.lstat()
    mine = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    return mine and not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
