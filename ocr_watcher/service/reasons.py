"""The one reason that an image has its text, or lacks it."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.service.daemon import due, pause_of
from ocr_watcher.sidecars import obstacle
from ocr_watcher.sidecars.error_file import Failure, failure_of
from ocr_watcher.sidecars.names import NAME_TOO_LONG, fits_a_sidecar
from ocr_watcher.sidecars.state import State, obstacle_beside, state_of
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.moment import moment
from ocr_watcher.work.underway.underway_file import being_worked_on

if TYPE_CHECKING:
    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.service.daemon import Daemon

DONE = "done"
"""The beginning of the reason of a finished image; no other reason begins like this."""


@dataclass(frozen=True, slots=True)
class Post:
    """A watched folder, with the daemon that works on it and its ledger."""

    folder: Folder
    daemon: Daemon
    ledger: Ledger


def reason_of(image: Image, post: Post) -> str:
    """Return why an image has its text, or lacks it.

    Args:
        image: The image.
        post: The folder that it belongs to.

    Raises:
        OSError: The image is not there, or cannot be read.
    """
    directory_name, _, name = image.name.rpartition("/")
    with directory_below(image.root, directory_name) as directory:
        status = os.stat(name, dir_fd=directory, follow_symlinks=False)
        stamp = Stamp.of(status)
        ignored = _why_it_is_ignored(image, post.folder, status)
        if ignored is not None:
            return ignored
        state = state_of(directory, image, stamp, post.folder, post.ledger.done_stamp_of)
        if state is State.FAILED:
            return _why_it_failed(directory, name, post.folder)
    if state is State.WAITING and post.ledger.own_files.knows(image, stamp):
        return "not an image: written by ocr-watcher, as the mark OcrWatcher in its metadata says"
    if state is State.DONE:
        return _how_it_was_read(image, stamp, post.ledger)
    return _why_it_waits(image, status, post)


def _how_it_was_read(image: Image, stamp: Stamp, ledger: Ledger) -> str:
    low = ledger.confidence.of(image)
    if low is None or not low.is_of(stamp):
        return DONE
    return f"{DONE}, but read with low confidence ({low.score:.2f} of 1)"


def _why_it_is_ignored(image: Image, folder: Folder, status: os.stat_result) -> str | None:
    if "/" in image.name and not folder.recursive:
        return "ignored: the folder is not watched recursively"
    reason = folder.rules.reason(image.name)
    if reason is None and not stat.S_ISREG(status.st_mode):
        return "ignored: not a regular file; links are not followed"
    return reason


def failure_beside(directory: int, name: str, folder: Folder) -> Failure:
    """Return why a failed image failed, by the files beside it.

    Args:
        directory: A descriptor of the image's directory.
        name: The name of the image there.
        folder: The watched folder that it belongs to.
    """
    if not fits_a_sidecar(name):
        return Failure("name-too-long", NAME_TOO_LONG, "give the image a shorter name")
    lying = obstacle_beside(directory, name, folder)
    if lying is not None:
        return Failure(obstacle.CODE, lying.message, lying.advice)
    return failure_of(directory, name)


def _why_it_failed(directory: int, name: str, folder: Folder) -> str:
    failure = failure_beside(directory, name, folder)
    advice = f"; {failure.advice}" if failure.advice else ""
    return f"failed with code {failure.code}: {failure.message}{advice}"


def _why_it_waits(image: Image, status: os.stat_result, post: Post) -> str:
    daemon, ledger = post.daemon, post.ledger
    told = _what_the_daemon_does(image, daemon, ledger)
    if told is not None:
        return told
    tried = ledger.tries_of(image)
    if tried is not None and tried.stamp.is_of_the_same_content(Stamp.of(status)):
        number = tried.tries + tried.delays
        when = moment(due(tried, time.time()))
        return f"retry {number} at {when} after {tried.code}: {tried.message}"
    if daemon.since is None:
        return "waiting: the daemon does not run"
    # Not the date of the content: that is kept by a move, and may lie in the future.
    if time.time() - status.st_ctime < daemon.settings.settle_seconds:
        return "waiting to settle"
    return "queued"


def _what_the_daemon_does(image: Image, daemon: Daemon, ledger: Ledger) -> str | None:
    if image.root in daemon.left_alone:
        return f"waiting: the folder is left alone: {daemon.left_alone[image.root]}"
    paused = _why_it_is_paused(image, daemon, ledger)
    if paused is not None:
        return paused
    for entry in being_worked_on(daemon.settings.state_dir):
        if entry.path == image.path:
            return f"being recognised: {entry.place}, since {moment(entry.since)}"
    return None


def _why_it_is_paused(image: Image, daemon: Daemon, ledger: Ledger) -> str | None:
    endpoint = daemon.endpoints.get(image.root, "")
    for paused, name in (("engine paused", ""), (f"engine paused for {endpoint}", endpoint)):
        pause = pause_of(daemon, ledger, name)
        if pause is not None:
            until = moment(pause.until)
            return f"{paused} until {until} because {pause.message}; {pause.advice}"
    return None
