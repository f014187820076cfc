"""The command ``find``: the images whose text has all of some words, also beside a daemon."""

from __future__ import annotations

import contextlib
import functools
import heapq
import logging
import os
import sqlite3
import sys
from typing import TYPE_CHECKING

from ocr_watcher.commands.beside import ledger_of
from ocr_watcher.commands.progress import summed
from ocr_watcher.errors import EXIT_FAILED, UsageError
from ocr_watcher.escapes import printable
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.formats.notation import encoded
from ocr_watcher.index.comparison import Comparison
from ocr_watcher.index.database_file import is_damage
from ocr_watcher.index.folding import words_of
from ocr_watcher.index.index import Index
from ocr_watcher.service.streams import takes_more
from ocr_watcher.threads.patience import walked
from ocr_watcher.watch.tree import scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.index.found import Hit
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.service.daemon import Daemon

_log = logging.getLogger(__name__)


def print_hits(daemons: Sequence[Daemon], words: Sequence[str], *, as_json: bool) -> int:
    """Update the index, and print each image whose text has all words, newest first.

    Args:
        daemons: The daemons whose folders are searched.
        words: The words.
        as_json: Whether each image is an object on a line of its own, for programs.

    Returns:
        The exit status: 1 if nothing was found, or if a folder, a directory or the index could not
        be read, so that there may be more.

    Raises:
        UsageError: There is no word.
        OcrWatcherError: An index cannot be opened or read.
    """
    if not words_of(words):
        raise UsageError("there is no word to find")
    troubles: list[str] = []
    with contextlib.ExitStack() as stack:
        indexes = [
            stack.enter_context(_up_to_date(directory, group, troubles))
            for directory, group in _by_directory(daemons).items()
        ]
        found = [index.hits(words) for index in indexes]
        number = _print(heapq.merge(*found, key=lambda hit: -hit.entry.changed), as_json=as_json)
    for trouble in troubles:
        _log.error(trouble)
    return 0 if number and not troubles else EXIT_FAILED


def _by_directory(daemons: Sequence[Daemon]) -> dict[Path, list[Daemon]]:
    """Group daemons by the directory of their index."""
    groups: dict[Path, list[Daemon]] = {}
    for daemon in daemons:
        groups.setdefault(daemon.settings.state_dir, []).append(daemon)
    return groups


@contextlib.contextmanager
def _up_to_date(directory: Path, daemons: Sequence[Daemon], troubles: list[str]) -> Iterator[Index]:
    """Open an index, and compare all folders with it."""
    folders = {
        root: folder for daemon in daemons for root, folder in folders_of(daemon.settings).items()
    }
    with ledger_of(daemons[0].settings) as ledger, Index(directory, folders) as index:
        for folder in folders.values():
            troubles.extend(_compare(index, folder, ledger))
        yield index


def _compare(index: Index, folder: Folder, ledger: Ledger) -> Iterator[str]:
    """Compare a folder with the index, and yield a line for each part that could not be read."""
    walk = functools.partial(scan, recall=ledger.done_stamp_of, is_own_file=ledger.own_files.knows)
    root = printable(folder.root)
    try:
        comparison = Comparison(index.database, folder)
        for _ in summed(walked(lambda beat: comparison.whole(walk, beat=beat), of=folder.root)):
            pass
    except OSError as error:
        yield f"{root} cannot be read: {error.strerror}"
    except sqlite3.Error as error:
        if is_damage(error):
            index.repair(error)
        yield f"{root}: the index is not up to date: {error}"
    else:
        for directory in comparison.unread:
            path = os.path.join(folder.root, directory)  # noqa: PTH118  pathlib rewrites odd names
            yield f"{printable(path)} cannot be read, so nothing in it is found"


def _print(hits: Iterator[Hit], *, as_json: bool) -> int:
    """Print hits until one cannot be printed; return the number of printed hits."""
    number = 0
    for number, hit in enumerate(hits, 1):  # noqa: B007  the last one is the result
        print(_in_json(hit) if as_json else f"{hit.entry.image}: {hit.line}")  # noqa: T201
        if not takes_more(sys.stdout):
            break
    return number


def _in_json(hit: Hit) -> str:
    found = {"path": str(hit.entry.image), "page": hit.page, "line": hit.line}
    return encoded(found, compact=True).decode().rstrip("\n")
