"""The checks of one watched folder."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ocr_watcher.commands.checks.storage import room
from ocr_watcher.escapes import printable
from ocr_watcher.folders.folder import by_events
from ocr_watcher.folders.rules import Rules
from ocr_watcher.storage.advice import storage_advice
from ocr_watcher.storage.dates import is_rounding_of
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.storage.filesystem import file_system_of, tells_events
from ocr_watcher.storage.trial import try_to_write
from ocr_watcher.values.check_result import Result
from ocr_watcher.watch.file_events import FolderEvents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ocr_watcher.folders.folder import Folder

_MOUNTS = Path("/proc/self/mountinfo")  # proc(5)
DATE = 981_173_106_123_456_789
"""A date in 2001, which no new file has; none of the digits of its nanoseconds is zero."""
_MOST_NAMES = 10_000
"""The largest number of names to try patterns on, as a person waits for the result."""
_PROOF_SECONDS = 5.0
"""The longest wait for the event of a probe file, as in the daemon."""


def check_folder(folder: Folder) -> Iterator[Result]:
    """Yield the results for one folder; after a failure, there are no further results."""
    subject = printable(folder.root)
    try:
        kept = _try(folder)
    except OSError as error:
        advice = storage_advice(error, folder.root)
        finding = f"{error.strerror}; {advice}" if advice else str(error.strerror)
        yield Result("fail", f"folder {subject}", finding)
        return
    how = "the kernel reports its events" if by_events(folder) else "it is polled"
    yield Result("ok", f"folder {subject}", f"can be read and written to; {how}")
    yield Result(*judge_dates(subject, kept))
    if folder.recursive and folder.rules.others:
        yield _overlap(folder)
    if folder.rules.include or folder.rules.exclude:
        yield _patterns(folder)
    yield _events(folder)
    yield room(folder.root)


def judge_patterns(rules: Rules, names: Iterable[str]) -> tuple[bool, str]:
    """Return the effect of a folder's patterns on the images in it.

    Args:
        rules: The folder's rules.
        names: Paths below the folder.

    Returns:
        Whether at least one image is taken, or there is none yet; and the finding as a sentence.
    """
    plain = Rules(others=rules.others)
    reasons = Counter(rules.reason(name) for name in names if plain.reason(name) is None)
    images, taken = reasons.total(), reasons[None]
    if not images:
        return True, "there is no image yet to try the patterns on"
    if taken:
        what = "none is left out" if taken == images else f"{images - taken} left out"
        return True, f"{taken} of {images} images are taken, {what}"
    most = reasons.most_common(1)[0][0]
    return False, f"none of {images} images is taken, mostly because: {most}"


def judge_dates(folder: str, kept: int) -> tuple[Literal["ok", "warn"], str, str]:
    """Judge whether a file system keeps the dates of files; a pure function.

    Args:
        folder: The watched folder.
        kept: The date of a file after its date was set to `DATE`, in nanoseconds since the epoch.

    Returns:
        The verdict, its subject, and the finding with its consequence.
    """
    subject = f"dates {folder}"
    if kept == DATE:
        return "ok", subject, "are kept"
    if is_rounding_of(kept, DATE):
        return "ok", subject, "are rounded, which is enough"
    finding = (
        "cannot be set here, so a text has the date when it was written; nothing is sent twice, "
        "but keep state_dir: without it, an older image in the place of another is not noticed"
    )
    return "warn", subject, finding


def _try(folder: Folder) -> int:
    with directory_below(folder.root, "") as directory:
        os.scandir(directory).close()
        return try_to_write(directory, DATE)


def _overlap(folder: Folder) -> Result:
    inner = ", ".join(sorted(folder.rules.others))
    finding = f"does not include {inner}, which is a watched folder with its own settings"
    return Result("ok", f"overlap {printable(folder.root)}", finding)


def _patterns(folder: Folder) -> Result:
    names = list(itertools.islice(_names(folder), _MOST_NAMES))
    good, finding = judge_patterns(folder.rules, names)
    if len(names) == _MOST_NAMES:
        finding = f"of the first {_MOST_NAMES} names: {finding}"
    if not good:
        finding = f"{finding}; correct include and exclude of this folder"
    return Result("ok" if good else "warn", f"patterns {printable(folder.root)}", finding)


def _names(folder: Folder) -> Iterator[str]:
    """Yield the names of all files of a folder, also of those that its patterns leave out."""
    plain = Rules(others=folder.rules.others)
    directories = [""]
    while directories:
        directory = directories.pop()
        prefix = f"{directory}/" if directory else ""
        # A directory that cannot be entered is skipped, as in the scans of the daemon.
        with (
            contextlib.suppress(OSError),
            directory_below(folder.root, directory) as descriptor,
            os.scandir(descriptor) as entries,
        ):
            for entry in entries:
                name = prefix + entry.name
                if not entry.is_dir(follow_symlinks=False):
                    yield name
                elif folder.recursive and plain.prunes(name) is None:
                    directories.append(name)


def _events(folder: Folder) -> Result:
    subject = f"events {printable(folder.root)}"
    mounts = _MOUNTS.read_text("utf-8", "surrogateescape")
    kind = file_system_of(os.path.realpath(folder.root), mounts)
    if not by_events(folder):
        return Result("ok", subject, f"on {kind}, are not needed: the folder is polled")
    if not tells_events(folder.root, mounts):
        finding = f"on {kind}, do not report what other machines write; set watch: auto"
        return Result("warn", subject, finding)
    return _proof(folder, subject, kind)


def _proof(folder: Folder, subject: str, kind: str) -> Result:
    # Only the root is tested, as the result is the same for its whole file system.
    events = FolderEvents(replace(folder, recursive=False), _NoHints(), lambda _: None)
    try:
        events.start()
        arrived = events.arrive(_PROOF_SECONDS)
    except OSError as error:
        finding = f"on {kind}, are not available: {error.strerror}; the folder will be polled"
        remedy = "raise the sysctls fs.inotify.max_user_watches and max_user_instances"
        return Result("warn", subject, f"{finding}; {remedy}")
    finally:
        events.stop()
    if arrived:
        return Result("ok", subject, f"on {kind}, the event of a probe file arrived")
    finding = f"on {kind}, the event of a probe file did not arrive; the folder will be polled"
    return Result("warn", subject, f"{finding}; set watch: poll")


class _NoHints:
    """A receiver that ignores every hint, as only the probe counts."""

    def came(self, folder: Folder, name: str, *, closed: bool) -> None:
        pass

    def moved(self, folder: Folder, source: str, destination: str) -> None:
        pass

    def went(self, folder: Folder, name: str) -> None:
        pass

    def directory_moved(self, folder: Folder, source: str, destination: str) -> None:
        pass

    def directory_came(self, folder: Folder, name: str) -> None:
        pass
