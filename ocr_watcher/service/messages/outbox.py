"""The notices that one target does not have yet, and the time of the next sending."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ocr_watcher.service.messages.delays import rest
from ocr_watcher.service.messages.notices import Notices
from ocr_watcher.values.backoff import BackOff

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

GATHER_SECONDS = 5.0
"""The time from the first notice to its message, in which what comes at the same time is gathered:
ten scans that are dropped together fail together."""
LEASE_SECONDS = 160.0
"""The time for which a process alone sends to a target; longer than any sending lasts."""
_BACK_OFF = BackOff(60.0, 3600.0)
"""The time between two tries of a target that takes no message."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """What one target is still to be told; times are in seconds since the epoch.

    Attributes:
        waiting: What came since the last message was begun.
        outgoing: What is being sent, or could not be sent.
        since: The time when the oldest notice of both came.
        tried: The time of the last message, or of the last try.
        failed_tries: The number of failed tries since the last message that was taken.
        lease: The token of the sending that is under way; empty if none is.
        leased: The time when that sending began.
        abandoned: The time when no living process was found that has the target; 0 if one has.
        pauses: The code of each pause that was told and is not over, by who pauses, by owner.
    """

    waiting: Notices = field(default_factory=Notices)
    outgoing: Notices = field(default_factory=Notices)
    since: float = 0.0
    tried: float = 0.0
    failed_tries: int = 0
    lease: str = ""
    leased: float = 0.0
    abandoned: float = 0.0
    pauses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def untold(self) -> Notices:
        """All that is still to be told."""
        return self.outgoing + self.waiting

    @property
    def has_news(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.untold)

    def told(self, notices: Notices, now: float, owner: str) -> Outbox:
        """Return the outbox after further notices came.

        Args:
            notices: The notices.
            now: The time.
            owner: The process whose pauses they tell of.
        """
        since = self.since if self.has_news else now
        pauses = dict(self.pauses.get(owner, {}))
        for each in notices.pauses:
            pauses.pop(each.who, None)
            if each.over is None:
                pauses[each.who] = each.code
        return replace(
            self,
            waiting=self.waiting + notices,
            since=since,
            pauses=_without_empty({**self.pauses, owner: pauses}),
        )

    def joined(self, other: Outbox, now: float, owner: str) -> Outbox:
        """Return the outbox together with another one of the same target."""
        pauses = {**self.pauses.get(owner, {}), **other.pauses.get(owner, {})}
        both = replace(
            self,
            tried=max(self.tried, other.tried),
            failed_tries=max(self.failed_tries, other.failed_tries),
            pauses=_without_empty({**self.pauses, owner: pauses}),
        )
        return both.told(other.untold, now, owner)

    def left(self, now: float, every: float) -> float | None:
        """Return the seconds until a message is to be sent; None while there is nothing to tell.

        A clock that was set back makes nothing wait.

        Args:
            now: The time.
            every: The shortest time between two messages.
        """
        if not self.has_news:
            return None
        gathering = 0.0 if self.failed_tries else min(GATHER_SECONDS, every)
        return max(self._rest(now, every), rest(self.since, gathering, now))

    def may_be_sent(self, now: float, every: float) -> bool:
        """Return whether a message may be sent, though more may come at the same time."""
        return self.has_news and self._rest(now, every) <= 0.0

    def taken(self, token: str, now: float, every: float) -> Outbox:
        """Return the outbox while all that is to be told is sent.

        Nothing changes where nothing may be sent, as another process may have been faster.

        Args:
            token: A token of the sending, which its result must have.
            now: The time.
            every: The shortest time between two messages.
        """
        if not self.may_be_sent(now, every):
            return self
        return replace(self, waiting=Notices(), outgoing=self.untold, lease=token, leased=now)

    def delivered(self, token: str, now: float) -> Outbox:
        """Return the outbox after the target took the message of a sending."""
        if token != self.lease:
            return self
        return replace(
            self, outgoing=Notices(), since=now, tried=now, failed_tries=0, lease="", leased=0.0
        )

    def refused(self, token: str, now: float) -> Outbox:
        """Return the outbox after the target did not take the message of a sending."""
        if token != self.lease:
            return self
        tries = min(self.failed_tries + 1, 1000)
        return replace(self, tried=now, failed_tries=tries, lease="", leased=0.0)

    def released(self, token: str) -> Outbox:
        """Return the outbox after a sending was given up whose end nobody knows."""
        return replace(self, lease="", leased=0.0) if token == self.lease else self

    def adopted(self, owner: str, living: Collection[str]) -> Outbox:
        """Return the outbox when a process begins to have the target.

        It tries soon where tries failed before, and the pauses and sendings of processes that have
        ended are its own.

        Args:
            owner: The process.
            living: All processes that live.
        """
        pauses: dict[str, dict[str, str]] = {}
        for each, those in self.pauses.items():
            pauses.setdefault(each if each in living else owner, {}).update(those)
        outbox = replace(self, abandoned=0.0, pauses=pauses)
        if self.lease.partition(".")[0] not in living:
            outbox = replace(outbox, lease="", leased=0.0)
        return replace(outbox, tried=0.0, failed_tries=0) if self.failed_tries else outbox

    def _rest(self, now: float, every: float) -> float:
        """Return the seconds for which no message may be sent."""
        delay = max(every, _BACK_OFF.ceiling(self.failed_tries - 1)) if self.failed_tries else every
        lease = rest(self.leased, LEASE_SECONDS, now) if self.lease else 0.0
        return max(rest(self.tried, delay, now), lease)


def _without_empty(pauses: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    return {owner: those for owner, those in pauses.items() if those}
