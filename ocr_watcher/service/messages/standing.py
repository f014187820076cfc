"""What one target is still to be told, and when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ocr_watcher.service.messages.notices import Notices
from ocr_watcher.values.backoff import BackOff

if TYPE_CHECKING:
    from collections.abc import Mapping

GATHER_SECONDS = 5.0
"""The time from the first notice to its message, in which what comes at the same time is gathered:
ten scans that are dropped together fail together."""
LEASE_SECONDS = 40.0
"""The time for which a process alone sends to a target; longer than any sending lasts. After a kill
meanwhile, the target is sent nothing for so long."""
_BACK_OFF = BackOff(60.0, 3600.0)
"""The time between two tries of a target that takes no message."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one target is still to be told; times are in seconds since the epoch.

    Attributes:
        waiting: What came since the last message was begun.
        outgoing: What is being sent, or could not be sent.
        since: The time when the oldest notice of both came.
        due: The earliest time of the next message.
        leased: The time until which one process alone sends.
        failed_tries: The number of failed tries since the last message that was taken.
        seen: The time when a process began that has the target among its own; 0 if none has.
        pauses: The code of each pause that was told and is not over, by who pauses.
    """

    waiting: Notices = field(default_factory=Notices)
    outgoing: Notices = field(default_factory=Notices)
    since: float = 0.0
    due: float = 0.0
    leased: float = 0.0
    failed_tries: int = 0
    seen: float = 0.0
    pauses: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_news(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.outgoing + self.waiting)

    def told(self, notices: Notices, now: float) -> Standing:
        """Return the standing after further notices came."""
        since = self.since if self.has_news else now
        pauses = dict(self.pauses)
        for each in notices.pauses:
            pauses.pop(each.who, None)
            if each.over is None:
                pauses[each.who] = each.code
        return replace(self, waiting=self.waiting + notices, since=since, pauses=pauses)

    def left(self, now: float, every: float) -> float | None:
        """Return the seconds until a message is to be sent; None while there is nothing to tell.

        A clock that was set back makes nothing wait for longer than the longest delay.

        Args:
            now: The time.
            every: The shortest time between two messages.
        """
        if not self.has_news:
            return None
        gathering = 0.0 if self.failed_tries else min(GATHER_SECONDS, every)
        since = min(self.since, now)
        return max(0.0, self._rest(now, every), since + gathering - now)

    def may_be_sent(self, now: float, every: float) -> bool:
        """Return whether a message may be sent, though more may come at the same time."""
        return self.has_news and self._rest(now, every) <= 0.0

    def taken(self, now: float) -> Standing:
        """Return the standing while all that is to be told is sent."""
        outgoing = self.outgoing + self.waiting
        return replace(self, waiting=Notices(), outgoing=outgoing, leased=now + LEASE_SECONDS)

    def delivered(self, now: float, every: float) -> Standing:
        """Return the standing after the target took the message."""
        return replace(
            self, outgoing=Notices(), since=now, due=now + every, leased=0.0, failed_tries=0
        )

    def refused(self, now: float, every: float) -> Standing:
        """Return the standing after the target did not take the message."""
        delay = max(every, _BACK_OFF.ceiling(self.failed_tries))
        return replace(
            self, due=now + delay, leased=0.0, failed_tries=min(self.failed_tries + 1, 1000)
        )

    def released(self) -> Standing:
        """Return the standing after a sending was given up whose end nobody knows."""
        return replace(self, leased=0.0)

    def renewed(self, now: float) -> Standing:
        """Return the standing when a process begins: it tries soon where tries failed before."""
        fresh = replace(self, seen=now)
        return replace(fresh, due=0.0, failed_tries=0) if self.failed_tries else fresh

    def _rest(self, now: float, every: float) -> float:
        """Return the seconds for which no message may be sent."""
        longest = max(every, _BACK_OFF.longest_seconds)
        rests = [(self.due - now, longest), (self.leased - now, LEASE_SECONDS)]
        return max(rest if rest <= most else 0.0 for rest, most in rests)
