"""The claim on one folder, which a thread takes, renews, and takes again after a loss."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.errors import OcrWatcherError
from ocr_watcher.escapes import printable
from ocr_watcher.logs.fields import fields
from ocr_watcher.service.claim.above import Above
from ocr_watcher.service.claim.grip import Grip
from ocr_watcher.service.claim.holder import knows_alive
from ocr_watcher.service.claim.lock_file import OddFileError, lock_file_of
from ocr_watcher.service.claim.verdict import Lock, LockFileHistory, Verdict, judge
from ocr_watcher.storage.advice import storage_advice
from ocr_watcher.storage.filesystem import tells_events

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.service.claim.holder import Holder
    from ocr_watcher.service.claim.lock_file import LockFile, Look
    from ocr_watcher.service.claim.verdict import Rhythm

_log = logging.getLogger(__name__)

_MAY_NOT = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """The reason why this program does not work on a folder.

    Attributes:
        reason: The reason, as a clause.
        error: The error that ends a start; None if a start continues and waits for the folder.
        advice: What a person can do about it; empty if there is nothing to do.
    """

    reason: str
    error: OcrWatcherError | None = None
    advice: str = ""


_UNDECIDED = Obstacle("it is not known yet whether another ocr-watcher works on it")
_NO_ANSWER = Obstacle("it does not answer")


def boot_clock() -> float:
    """Return the seconds of a clock that runs while the machine sleeps (clock_gettime(2))."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Claim:
    """The claim on one folder.

    Only its thread uses the lock file, so that a share that hangs blocks no other thread.
    """

    def __init__(
        self,
        root: str,
        us: Holder,
        rhythm: Rhythm,
        *,
        has_locks: Callable[[str], bool] = tells_events,
        clock: Callable[[], float] = boot_clock,
    ) -> None:
        """Create the claim without taking it.

        Args:
            root: The folder.
            us: The description of this program for the lock file.
            rhythm: The intervals of the renewals.
            has_locks: A function that returns whether the file system of a folder is local to this
                machine.
            clock: A function that returns the seconds of a clock that only goes forward.
        """
        self.root = root
        self._us = us
        self._rhythm = rhythm
        self._clock = clock
        self._above = Above(root, us, rhythm.patience)
        self._history = LockFileHistory()
        self._grip = Grip(us, lambda: has_locks(root))
        # The time since which the file has named us without a gap.
        self._laid_at: float | None = None
        # None while it is not certain that the folder is ours.
        self._good_until: float | None = None
        self._is_unguarded = False
        self._obstacle: Obstacle | None = _NO_ANSWER
        self._logged: Obstacle | None = None
        self._begun = threading.Event()
        self.answered, self.decided = threading.Event(), threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"claim {root}", daemon=True)

    def start(self) -> None:
        """Start the thread, which claims the folder."""
        self._thread.start()

    def begin(self) -> None:
        """Log obstacles from now on; before this call, an obstacle fails the start."""
        self._log_change(self._obstacle, unguarded=self._is_unguarded)
        self._begun.set()

    def ask_to_stop(self) -> None:
        """Ask the thread to give up the claim and remove the lock file, when the folder answers."""
        self._ended.set()
        self.answered.set()  # a start that waits for the folder need not wait any more
        self.decided.set()

    def join(self, within: float) -> None:
        """Wait at most so many seconds for the end of the thread."""
        if self._thread.is_alive():
            self._thread.join(within)

    @property
    def obstacle(self) -> Obstacle | None:
        """The reason why we may not work on the folder at this moment; None if we may."""
        good_until = self._good_until
        if self._is_unguarded or (good_until is not None and self._clock() < good_until):
            return None
        return self._obstacle or _NO_ANSWER

    def step(self) -> None:
        """Claim the folder, or renew the claim."""
        unguarded = False
        try:
            obstacle = self._step(self._clock())
        except OddFileError as error:
            obstacle = Obstacle(str(error), error)
        except OSError as error:
            unguarded = error.errno in _MAY_NOT and self._laid_at is None
            advice = storage_advice(error, self.root) if unguarded else ""
            obstacle = Obstacle(error.strerror or type(error).__name__, advice=advice)
            self.decided.set()
        if obstacle is not None and obstacle.error:
            self._give_up()
        self._is_unguarded, self._obstacle = unguarded, obstacle
        if self._begun.is_set():
            self._log_change(obstacle, unguarded=unguarded)
        if obstacle is None or obstacle.error:
            self.decided.set()
        self.answered.set()

    def _step(self, begun: float) -> Obstacle | None:
        verdict, directory, holder = self._above.look(begun)
        if verdict is Verdict.HELD:
            self._remove()
            return _of_another(
                f"{printable(directory)}, which holds {printable(self.root)}", holder
            )
        if verdict is Verdict.UNDECIDED:
            return _UNDECIDED
        with lock_file_of(self.root) as file:
            look = file.look()
            if self._laid_at is not None:
                if look is None or self._grip.is_on(look):
                    return self._extend(begun) if self._grip.renew(file) else _UNDECIDED
                self._give_up()
            return self._take(file, look, begun)

    def _take(self, file: LockFile, look: Look | None, begun: float) -> Obstacle | None:
        opened, seen = None, b""
        if look is not None:
            opened, obstacle = self._open(file, look, begun)
            if obstacle is not None:
                return obstacle
            if opened is None:
                file.remove()
            else:
                seen = look.content or b""
        if not self._grip.take(file, file.create() if opened is None else opened, seen):
            return _UNDECIDED
        self._history = LockFileHistory()
        self._laid_at = self._clock()
        # A process that created the file, or took it over under its lock, is the only one. Without
        # a lock, two processes may take over an existing file at the same time.
        alone = look is None or (opened is not None and self._grip.took_with_lock)
        self._good_until = begun + self._rhythm.lease if alone else None
        return self._extend(begun)

    def _open(self, file: LockFile, look: Look, begun: float) -> tuple[int | None, Obstacle | None]:
        """Open the lock file if it may be taken over.

        Returns:
            The descriptor, and the obstacle if the file may not be taken over. The descriptor is
            also None if the file belongs to another user.
        """
        descriptor = file.open()
        with contextlib.ExitStack() as stack:
            if descriptor is not None:
                stack.callback(os.close, descriptor)
            lock = Lock.NONE if descriptor is None else self._grip.lock(descriptor)
            verdict = self._judge(look, lock, begun)
            if verdict is Verdict.TAKE:
                stack.pop_all()
                return descriptor, None
        if verdict is Verdict.UNDECIDED:
            return None, _UNDECIDED
        return None, _of_another(printable(self.root), look.holder or _owner_of(look))

    def _judge(self, look: Look, lock: Lock, now: float) -> Verdict:
        return judge(
            look.holder,
            self._us,
            lock,
            self._history.observe(look, now),
            alive=knows_alive(look.holder, self._us),
            patience=self._rhythm.patience,
            empty=look.content == b"",
        )

    def _extend(self, begun: float) -> Obstacle | None:
        """Extend the lease by a renewal that has just ended.

        Args:
            begun: The time when the renewal began.
        """
        now, laid_at, good_until = self._clock(), self._laid_at or begun, self._good_until
        if now - begun > self._rhythm.lease or (good_until is not None and now >= good_until):
            laid_at, good_until = now, None  # another program may be taking it over
        proven = self._grip.is_locked or good_until is not None
        # Within two beats, a program that took it over as well looks at the file and gives way.
        if proven or now - laid_at >= 2 * self._rhythm.beat:
            good_until = begun + self._rhythm.lease
        self._laid_at, self._good_until = laid_at, good_until
        return None if good_until is not None else _UNDECIDED

    def _give_up(self) -> None:
        self._laid_at = self._good_until = None
        self._grip.let_go()

    def _remove(self) -> None:
        with contextlib.suppress(OSError, OddFileError), lock_file_of(self.root) as file:
            look = file.look()
            if look and self._grip.is_on(look):
                file.remove()

    def _log_change(self, obstacle: Obstacle | None, *, unguarded: bool) -> None:
        before, self._logged = self._logged, self._logged if obstacle is _UNDECIDED else obstacle
        if self._logged == before:
            return
        folder = fields(folder=self.root)
        if obstacle is None:
            _log.info("the folder is worked on again", extra=folder)
        elif unguarded:
            told = fields(folder=self.root, advice=obstacle.advice)
            _log.warning("%s: %s", _UNGUARDED, obstacle.reason, extra=told)
        else:
            _log.warning("the folder is left alone: %s", obstacle.reason, extra=folder)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self.step()
            except Exception:
                _log.exception("a fault of this program", extra=fields(folder=self.root))
            self._ended.wait(self._rhythm.look if self._obstacle else self._rhythm.beat)
        self._remove()
        self._give_up()


_UNGUARDED = "nothing keeps another ocr-watcher from working on the folder"


def _of_another(place: str, holder: object) -> Obstacle:
    reason = f"another ocr-watcher works on {place}: {holder}"
    error = OcrWatcherError(reason, advice="stop it first, or watch another folder")
    return Obstacle(reason, error)


def _owner_of(look: Look) -> str:
    return f"one of the user with the id {look.owner}"
