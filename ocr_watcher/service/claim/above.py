"""Claims on the directories above a folder, which include its images."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from ocr_watcher.service.claim.holder import knows_alive
from ocr_watcher.service.claim.lock_file import Look, OddFileError, lock_file_of
from ocr_watcher.service.claim.verdict import Lock, LockFileHistory, Verdict, judge

if TYPE_CHECKING:
    from ocr_watcher.service.claim.holder import Holder

_MOST = 64
"""The largest number of directories that are checked, from the folder upwards."""


class Above:
    """The search for claims on the directories above one folder.

    A program that works on an inner folder gives way to one that claims an outer folder. The outer
    program does not look for inner claims, because a walk through a whole tree takes minutes.
    """

    def __init__(self, root: str, us: Holder, patience: float) -> None:
        self._root = root
        self._us = us
        self._patience = patience
        self._histories: dict[str, LockFileHistory] = {}

    def look(self, now: float) -> tuple[Verdict, str, Holder | None]:
        """Check each directory.

        Returns:
            The verdict, a directory and its holder: TAKE if no claim prevents the work; HELD with
            the claim that prevents it; UNDECIDED with a claim that may prevent it.
        """
        undecided: tuple[Verdict, str, Holder | None] = (Verdict.TAKE, "", None)
        for directory in _above(os.path.realpath(self._root)):
            verdict, holder = self._judge(directory, now)
            if verdict is Verdict.HELD:
                return verdict, directory, holder
            if verdict is Verdict.UNDECIDED:
                undecided = verdict, directory, holder
        return undecided

    def _judge(self, directory: str, now: float) -> tuple[Verdict, Holder | None]:
        look = _look(directory)
        holder = look.holder if look else None
        if look is None or holder is None or holder.token == self._us.token or not holder.recursive:
            self._histories.pop(directory, None)
            return Verdict.TAKE, None
        observed = self._histories.setdefault(directory, LockFileHistory()).observe(look, now)
        alive = knows_alive(holder, self._us)
        verdict = judge(holder, self._us, Lock.NONE, observed, alive=alive, patience=self._patience)
        return verdict, holder


def _above(path: str) -> list[str]:
    parents: list[str] = []
    while len(parents) < _MOST and (parent := os.path.dirname(path)) != path:  # noqa: PTH120
        parents.append(parent)
        path = parent
    return parents


def _look(directory: str) -> Look | None:
    with contextlib.suppress(OSError, OddFileError), lock_file_of(directory) as file:
        look = file.look()
        return look if look and _counts(look, os.stat(directory)) else None  # noqa: PTH116
    return None


def _counts(look: Look, directory: os.stat_result) -> bool:
    # In a directory such as /tmp, where everybody may write, only its owner, root and we may claim.
    trusted = {0, os.geteuid(), directory.st_uid}
    return not directory.st_mode & stat.S_ISVTX or look.owner in trusted
