"""The decision whether a folder may be taken from the holder that its lock file names: pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.service.claim.holder import Holder

_LOCK_RELEASE_SECONDS = 0.5
"""A process that was killed gives its locks back when the kernel has taken it apart."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a claim is renewed, in seconds.

    Attributes:
        beat: Between two renewals.
        lease: How long a renewal is good for its holder. Shorter than `patience`, so that the
            holder has stopped before another one begins.
        patience: How long a foreign claim must show no change before it is taken over.
    """

    beat: float = 5.0
    lease: float = 15.0
    patience: float = 30.0

    @property
    def look(self) -> float:
        """How often a claim that is not held is looked at."""
        return self.beat / 5


class Lock(enum.Enum):
    """The result of flock(2)."""

    FREE = enum.auto()
    BUSY = enum.auto()
    NONE = enum.auto()
    """The file system has no locks, or none that hold between hosts, or the file is not ours."""


class Verdict(enum.Enum):
    """What to do about a folder."""

    TAKE = enum.auto()
    HELD = enum.auto()
    UNDECIDED = enum.auto()
    """It is not known yet whether the holder lives."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of a lock file so far.

    Attributes:
        known_for: Seconds since the first look.
        unchanged_for: Seconds since its last change.
        changed: Whether it has changed since the first look.
    """

    known_for: float
    unchanged_for: float
    changed: bool


class LockFileHistory:
    """The changes of a lock file. Its dates are of the file server's clock, and only compared."""

    def __init__(self) -> None:
        self._last: object = None
        self._first_look: float | None = None
        self._last_change = 0.0
        self._changed = False

    def observe(self, appearance: object, now: float) -> Observation:
        """Note one look.

        Args:
            appearance: Whatever changes with a renewal.
            now: Seconds of a clock that only goes forward.
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

    On one host the lock decides, between hosts the renewals of the claim.

    Args:
        holder: The holder that the lock file names; None for none.
        us: This program.
        lock: The state of the file's lock.
        observed: What was seen of the file so far.
        alive: Whether the holder's process runs; None where it cannot be seen from here.
        patience: As in `Rhythm`.
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
    gave_its_lock_back = holder.locked and holder.boot == us.boot != "" and lock is Lock.FREE
    return holder.token == us.token or gave_its_lock_back or alive is False
