"""The checks of disks: free space, and the directory of the ledger."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ocr_watcher.commands.checks.ledger import check_ledger
from ocr_watcher.escapes import printable
from ocr_watcher.ledger.advice import ledger_advice
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.storage.trial import try_to_write
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MEGABYTE = 1_000_000
_LITTLE = 100 * _MEGABYTE


def check_state(state_directory: Path) -> Iterator[Result]:
    """Test ``state_dir``, or the directory that it will be created in if it does not exist."""
    subject = f"state_dir {printable(str(state_directory))}"
    place = next(
        str(path) for path in (state_directory, *state_directory.parents) if os.path.lexists(path)
    )
    try:
        with directory_below(place, "") as directory:
            try_to_write(directory, 0)
    except OSError as error:
        advice = ledger_advice(state_directory, error)
        finding = f"{error.strerror}; nothing will be remembered; {advice}"
        yield Result("warn", subject, finding)
        return
    yield Result("ok", subject, "can be written to")
    yield from check_ledger(state_directory)
    yield room(place)


def room(path: str) -> Result:
    """Test whether the file system of a directory has free space."""
    status = os.statvfs(path)
    if not status.f_blocks:
        return Result("ok", f"space {printable(path)}", "its file system does not report it")
    return judge_room(path, status.f_bavail * status.f_frsize)


def judge_room(path: str, free: int) -> Result:
    """Judge the free space of a file system.

    Args:
        path: A directory on it.
        free: The number of bytes that are free for this user (statvfs(3), ``f_bavail``).
    """
    subject, finding = f"space {printable(path)}", f"{free // _MEGABYTE} MB free"
    if free < _LITTLE:
        return Result("warn", subject, f"{finding}; make room before text cannot be written")
    return Result("ok", subject, finding)
