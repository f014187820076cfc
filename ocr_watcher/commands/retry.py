"""The command ``retry``: failed images wait again, also beside a running daemon."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
from typing import TYPE_CHECKING

from ocr_watcher.commands.beside import ledger_of
from ocr_watcher.commands.progress import shown
from ocr_watcher.errors import EXIT_FAILED
from ocr_watcher.escapes import printable
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.service.retry import make_wait
from ocr_watcher.sidecars.names import fits_a_sidecar
from ocr_watcher.sidecars.state import State
from ocr_watcher.threads.patience import NoAnswerError, answered, walked
from ocr_watcher.watch.tree import scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.service.daemon import Daemon
    from ocr_watcher.values.image import Image

_log = logging.getLogger(__name__)


def retry_failed(daemons: Sequence[Daemon], paths: Sequence[Path], code: str | None) -> int:
    """Remove the error files of images, so that the daemon tries these images again.

    Args:
        daemons: The daemons whose folders are searched.
        paths: The images, or directories of images; empty for all.
        code: The code of the failures to remove; None for all.

    Returns:
        The exit status: 1 if a path does not exist or is in no watched folder, or if a folder or
        file could not be read or removed.
    """
    wanted = [os.path.abspath(path) for path in paths]  # noqa: PTH100  links are not resolved
    posts = [
        (folder, daemon.settings)
        for daemon in daemons
        for folder in folders_of(daemon.settings).values()
    ]
    troubles = list(_not_found(wanted, [folder.root for folder, _ in posts]))
    number = 0
    for folder, settings in posts:
        # A folder that is not related to any of the paths is not walked.
        if not wanted or any(_meet(path, folder.root) for path in wanted):
            with ledger_of(settings) as ledger:
                number += _retry_in(folder, wanted, code, ledger, troubles)
    for trouble in troubles:
        _log.error(trouble)
    print(f"{number} waiting again")  # noqa: T201
    return EXIT_FAILED if troubles else 0


def _not_found(paths: Iterable[str], roots: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if not any(_lies_in(path, root) for root in roots):
            yield f"{printable(path)} lies in no watched folder"
        elif not _is_there(path):
            yield f"{printable(path)}: No such file or directory"


def _is_there(path: str) -> bool:
    try:
        return answered(lambda: os.path.lexists(path))
    except NoAnswerError:  # the walk through its folder reports that
        return True


def _meet(path: str, root: str) -> bool:
    return _lies_in(path, root) or _lies_in(root, path)


def _retry_in(
    folder: Folder, wanted: Sequence[str], code: str | None, ledger: Ledger, troubles: list[str]
) -> int:
    number = 0
    with _collecting(troubles, folder.root):
        for image in _failed(folder, wanted, ledger):
            with _collecting(troubles, image.path):
                number += answered(
                    functools.partial(make_wait, image, code, ledger), of=folder.root
                )
    return number


@contextlib.contextmanager
def _collecting(troubles: list[str], path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        troubles.append(f"{printable(path)}: {error.strerror}")


def _failed(folder: Folder, wanted: Sequence[str], ledger: Ledger) -> Iterator[Image]:
    images = walked(
        lambda beat: scan(folder, recall=ledger.done_stamp_of, on_directory=beat), of=folder.root
    )
    for found in shown(images):
        path = found.image.path
        meant = not wanted or any(_lies_in(path, directory) for directory in wanted)
        # An image whose name is too long for a sidecar has failed, but has no error file.
        if meant and found.state is State.FAILED and fits_a_sidecar(found.image.base_name):
            yield found.image


def _lies_in(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")
