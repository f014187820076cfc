"""The check of the claim on a folder: which program works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.escapes import printable
from ocr_watcher.service.claim.holder import knows_alive, this_process
from ocr_watcher.service.claim.lock_file import OddFileError
from ocr_watcher.service.lock import holder_of
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocr_watcher.service.running import Running


def check_claim(root: str, running: Iterable[Running]) -> Result | None:
    """Return a result that names the holder of a folder; None if nobody claims it.

    Args:
        root: The folder.
        running: The daemons that run with these settings or as this user.
    """
    subject = f"claim {printable(root)}"
    try:
        holder = holder_of(root)
    except OddFileError as error:
        return Result("fail", subject, f"{error}; {error.advice}")
    if holder is None:
        return None
    alive = knows_alive(holder, this_process(""))
    if alive is False:
        finding = (
            f"left over from {holder}, which was killed; the next daemon takes the folder over"
        )
        return Result("ok", subject, finding)
    if any(run.pid == holder.pid and _has(run, root) for run in running):
        return Result("ok", subject, f"the running daemon works on it: {holder}")
    finding = f"another ocr-watcher works on it, or did when it was killed: {holder}"
    return Result("warn", subject, f"{finding}; a second daemon would say so and end")


def _has(run: Running, root: str) -> bool:
    return any(str(folder.path) == root for folder in run.settings.folders)
