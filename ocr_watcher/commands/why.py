"""The command ``why``: the one reason that a file has its text, or lacks it."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from ocr_watcher.commands.beside import ledger_of
from ocr_watcher.errors import EXIT_FAILED
from ocr_watcher.escapes import printable
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.service.reasons import DONE, Post, reason_of
from ocr_watcher.threads.patience import answered
from ocr_watcher.values.image import Image

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ocr_watcher.service.daemon import Daemon


def print_reasons(daemons: Sequence[Daemon], files: Sequence[Path]) -> int:
    """Print a line for each file.

    Args:
        daemons: The daemons whose folders are searched.
        files: The files, in the order of the lines.

    Returns:
        The exit status: 1 if a file has no text.
    """
    done = True
    with contextlib.ExitStack() as stack:
        posts = _posts(daemons, stack)
        for file in files:
            try:
                reason = _reason(file, posts)
            except LookupError:
                reason = "lies in no watched folder"
            except OSError as error:
                reason = error.strerror or type(error).__name__
            done = done and reason.startswith(DONE)
            print(f"{printable(str(file))}: {printable(reason)}")  # noqa: T201
    return 0 if done else EXIT_FAILED


def _posts(daemons: Sequence[Daemon], stack: contextlib.ExitStack) -> dict[str, Post]:
    posts: dict[str, Post] = {}
    for daemon in daemons:
        ledger = stack.enter_context(ledger_of(daemon.settings))
        for root, folder in folders_of(daemon.settings).items():
            posts.setdefault(root, Post(folder, daemon, ledger))
    return posts


def _reason(file: Path, posts: Mapping[str, Post]) -> str:
    path = os.path.abspath(file)  # noqa: PTH100  links in the path are part of the question
    roots = [root for root in posts if path.startswith(root.rstrip("/") + "/")]
    root = max(roots, key=len, default=None)
    if root is None:
        raise LookupError(path)
    image = Image(root, path.removeprefix(root).lstrip("/"))
    return answered(lambda: reason_of(image, posts[root]), of=root)
