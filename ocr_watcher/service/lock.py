"""One program a folder: whoever works on it holds a lock, and so is seen to run."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import logging
import os
import socket
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ocr_watcher.errors import OcrWatcherError
from ocr_watcher.image import printable
from ocr_watcher.service.logs import fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO
    from pathlib import Path

_log = logging.getLogger(__name__)

_QUESTION_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Holder:
    """Who works on a folder.

    Attributes:
        pid: Its process.
        since: When it began, in seconds since the epoch.
        engine: The name of its engine.
    """

    pid: int
    since: float
    engine: str


@contextlib.contextmanager
def hold(state_directory: Path, roots: Iterable[str], engine: str) -> Iterator[None]:
    """Holds the locks of some folders.

    The kernel gives them back with the process (flock(2)), however it ends.

    Args:
        state_directory: Where the lock files lie (``state_dir``).
        roots: The folders.
        engine: The name of the engine, for those who ask.

    Raises:
        OcrWatcherError: Another process works on one of them.
    """
    holder = Holder(os.getpid(), time.time(), engine)
    with contextlib.ExitStack() as stack:
        for root in roots:
            try:
                _lock(state_directory, root, holder, stack)
            except OSError as error:
                _log.warning(
                    "nothing keeps another ocr-watcher from working on the folder: %s",
                    error.strerror,
                    extra=fields(folder=root, advice="make state_dir writable"),
                )
        yield


def holder_of(state_directory: Path, root: str) -> Holder | None:
    """Tells who works on a folder; None where nobody does."""
    try:
        with _file(state_directory, root).open("rb") as file:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
            return Holder(**json.load(file))
    except (OSError, ValueError, TypeError):  # none, or one that is being written
        return None


def _lock(state_directory: Path, root: str, holder: Holder, stack: contextlib.ExitStack) -> None:
    path = _file(state_directory, root)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Unbuffered: what a full disk does not take would be written again, in vain, at the end.
    file = stack.enter_context(path.open("ab", buffering=0))
    if not _taken(file) or not _claimed(root, stack):
        raise OcrWatcherError(
            f"another ocr-watcher works on {printable(root)}",
            advice="stop it first, or watch another folder",
        )
    file.truncate(0)
    file.write(json.dumps(asdict(holder)).encode())


def _taken(file: FileIO) -> bool:
    # Who asks for the holder has the lock for a moment, and is not taken for one.
    deadline = time.monotonic() + _QUESTION_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_QUESTION_SECONDS / 10)
        else:
            return True


def _claimed(root: str, stack: contextlib.ExitStack) -> bool:
    """Takes the folder's name among the abstract sockets (unix(7)) of this machine.

    Somebody who starts a second one by hand has another state directory, and the folder itself
    is no place for a lock: held open, it could not be unmounted.
    """
    status = os.stat(root)  # noqa: PTH116  a root is a string, for its bytes may be no text
    claim = stack.enter_context(socket.socket(socket.AF_UNIX))
    try:
        claim.bind(f"\0ocr-watcher/{status.st_dev}:{status.st_ino}")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise
    return True


def _file(state_directory: Path, root: str) -> Path:
    name = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:16]
    return state_directory / f"folder-{name}.lock"
