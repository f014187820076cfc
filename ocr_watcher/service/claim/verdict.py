"""The decision whether a folder may be taken over; pure functions.

They judge the holder that the lock file names, its lock, and the changes of the file.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.service.claim.holder import Holder

_LOCK_RELEASE_SECONDS = 0.5
"""The time that the kernel may take to release the locks of a killed process."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The intervals of the renewal of a claim, in seconds.

    Attributes:
        beat: The time between two renewals.
        lease: The time for which the holder may rely on a renewal. It is shorter than `patience`,
            so that the holder stops before another program takes over.
        patience: The time without a change after which another program's claim is taken over.
    """

    beat: float = 5.0
    lease: float = 15.0
    patience: float = 30.0

    @property
    def look(self) -> float:
        """The time between two looks at a claim that another program holds."""
        return self.beat / 5


class Lock(enum.Enum):
    """The state of the lock of a file, as flock(2) reports it."""

    FREE = enum.auto()
    BUSY = enum.auto()
    NONE = enum.auto()
    """Unknown: the file system has no locks, or they do not work between hosts, or the file belongs
    to another user."""


class Verdict(enum.Enum):
    """The decision on a folder: take it, leave it to its holder, or keep observing."""

    TAKE = enum.auto()
    HELD = enum.auto()
    UNDECIDED = enum.auto()
    """It is not known yet whether the holder still works on the folder."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The result of all looks at a lock file so far.

    Attributes:
        known_for: The seconds since the first look.
        unchanged_for: The seconds since its last change, or since the first look.
        changed: Whether it has changed since the first look.
    """

    known_for: float
    unchanged_for: float
    changed: bool


class LockFileHistory:
    """The changes of a lock file, from look to look.

    The dates of the file come from the file server's clock. They are only compared with each other.
    """

    def __init__(self) -> None:
        self._last: object = None
        self._first_look: float | None = None
        self._last_change = 0.0
        self._changed = False

    def observe(self, appearance: object, now: float) -> Observation:
        """Note one look at the file, and return the observation so far.

        Args:
            appearance: The content and status of the file, which change with each renewal.
            now: The seconds of a clock that only goes forward.
        """
        if self._first_look is None:
            self._first_look = self._last_change = now
        elif appearance != self._last:
            self._changed, self._last_change = True, now
        self._last = appearance
        return Observation(now - self._first_look, now - self._last_change, self._changed)


def judge(
    holder: Holder | None,
    us: Holder,
    lock: Lock,
    observed: Observation,
    *,
    alive: bool | None,
    patience: float,
    empty: bool = False,
) -> Verdict:
    """Decide whether a folder may be taken.

    On one host, the lock decides; between hosts, the renewals of the claim decide.

    Args:
        holder: The holder that the lock file names; None if it names none.
        us: This program.
        lock: The state of the file's lock.
        observed: The result of all looks at the file so far.
        alive: Whether the holder's process runs; None if our process cannot see it.
        patience: The patience, see `Rhythm`.
        empty: Whether the file is empty.
    """
    if lock is Lock.BUSY:
        return Verdict.UNDECIDED if observed.known_for < _LOCK_RELEASE_SECONDS else Verdict.HELD
    if _is_over(holder, us, lock, alive=alive, empty=empty) or observed.unchanged_for >= patience:
        return Verdict.TAKE
    return Verdict.HELD if alive or observed.changed else Verdict.UNDECIDED


def _is_over(
    holder: Holder | None, us: Holder, lock: Lock, *, alive: bool | None, empty: bool
) -> bool:
    if holder is None:
        return empty and lock is Lock.FREE
    released_its_lock = holder.locked and holder.boot == us.boot != "" and lock is Lock.FREE
    return holder.token == us.token or released_its_lock or alive is False
