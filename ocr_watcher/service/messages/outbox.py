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
"""The seconds from the first notice to its message, in which further notices are collected: ten
scans that arrive together fail together."""
LEASE_SECONDS = 160.0
"""The seconds for which only one process sends to a target; longer than any sending."""
_BACK_OFF = BackOff(60.0, 3600.0)
"""The seconds between two tries of a target that accepts no message."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """The notices that one target does not have yet; times are in seconds since the epoch.

    Attributes:
        waiting: The notices that came since the last message was begun.
        outgoing: The notices that are being sent, or could not be sent.
        since: The time when the oldest notice of both came.
        tried: The time of the last message, or of the last try.
        failed_tries: The number of failed tries since the last message that was accepted.
        lease: The token of the sending that is under way; empty if none is.
        leased: The time when that sending began.
        abandoned: The time when no running process was found that has the target; 0 if one has it.
        pauses: The code of each pause that was reported and is not over, by the engine and
            endpoint, for each owner.
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
    def undelivered(self) -> Notices:
        """All notices that the target does not have yet."""
        return self.outgoing + self.waiting

    @property
    def has_news(self) -> bool:
        """Whether there are notices that are a reason for a message."""
        return bool(self.undelivered)

    def with_notices(self, notices: Notices, now: float, owner: str) -> Outbox:
        """Return the outbox after further notices came.

        Args:
            notices: The notices.
            now: The time.
            owner: The process whose pauses the notices are about.
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
        return both.with_notices(other.undelivered, now, owner)

    def left(self, now: float, every: float) -> float | None:
        """Return the seconds until a message is to be sent; None if there are no notices.

        If the clock was set back, no message waits for it.

        Args:
            now: The time.
            every: The shortest time between two messages.
        """
        if not self.has_news:
            return None
        gathering = 0.0 if self.failed_tries else min(GATHER_SECONDS, every)
        return max(self._rest(now, every), rest(self.since, gathering, now))

    def may_be_sent(self, now: float, every: float) -> bool:
        """Return whether a message may be sent, even if more notices may come at the same time."""
        return self.has_news and self._rest(now, every) <= 0.0

    def taken(self, token: str, now: float, every: float) -> Outbox:
        """Return the outbox while all of its notices are being sent.

        It is unchanged if nothing may be sent, as another process may have been faster.

        Args:
            token: A token of the sending, which its result must have.
            now: The time.
            every: The shortest time between two messages.
        """
        if not self.may_be_sent(now, every):
            return self
        return replace(self, waiting=Notices(), outgoing=self.undelivered, lease=token, leased=now)

    def delivered(self, token: str, now: float) -> Outbox:
        """Return the outbox after the target accepted the message of a sending."""
        if token != self.lease:
            return self
        return replace(
            self, outgoing=Notices(), since=now, tried=now, failed_tries=0, lease="", leased=0.0
        )

    def refused(self, token: str, now: float) -> Outbox:
        """Return the outbox after the target did not accept the message of a sending."""
        if token != self.lease:
            return self
        tries = min(self.failed_tries + 1, 1000)
        return replace(self, tried=now, failed_tries=tries, lease="", leased=0.0)

    def released(self, token: str) -> Outbox:
        """Return the outbox after a sending with an unknown result was given up."""
        return replace(self, lease="", leased=0.0) if token == self.lease else self

    def adopted(self, owner: str, living: Collection[str]) -> Outbox:
        """Return the outbox after a process got the target.

        The process tries soon if earlier tries failed, and it takes over the pauses and sendings of
        processes that have ended.

        Args:
            owner: The process.
            living: All running processes.
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
