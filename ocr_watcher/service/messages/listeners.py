"""Turns events into notices."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from ocr_watcher.events.model import AttemptEnded, CallEnded, PauseChanged
from ocr_watcher.service.messages.digest import inert, shown_advice, shown_path, shown_text
from ocr_watcher.service.messages.notices import Failure, Notices, Pausing
from ocr_watcher.values.outcome import Failed, Recognised

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.values.pause import Pause

_LONGEST_CODE = 40

Item = AttemptEnded | CallEnded | PauseChanged


def listen(bus: EventBus, put: Callable[[Item], object]) -> None:
    """Pass on the events of a bus that may become notices.

    Args:
        bus: The bus.
        put: Called on the thread that publishes; it must be quick.
    """

    def ended(event: AttemptEnded) -> None:
        if isinstance(event.outcome, Failed | Recognised):
            put(event)

    bus.listen(AttemptEnded, ended)
    bus.listen(PauseChanged, put)
    bus.listen(CallEnded, put)


class Translator:
    """Turns events into the notices that people want.

    A pause is reported when it begins and when its reason changes, but not when only its end moves.
    A new pipeline does not know the pauses of the last one, which may have belonged to another
    process. A call that succeeds ends them.
    """

    def __init__(self) -> None:
        """Begin without pauses."""
        self._pauses: dict[str, str] = {}  # the code of each pause, by the engine and endpoint
        self._earlier: frozenset[str] = frozenset()

    def begin_again(self) -> None:
        """Note that another pipeline begins."""
        self._earlier = frozenset(self._pauses)

    def recall(self, pauses: Mapping[str, str]) -> None:
        """Note pauses that earlier processes reported, if they are not known yet.

        Args:
            pauses: The code of each pause, by the engine and endpoint.
        """
        new = {who: code for who, code in pauses.items() if who not in self._pauses}
        self._pauses |= new
        self._earlier |= new.keys()

    def notices(self, event: Item, wanted: Collection[str], now: float) -> Notices:
        """Return the notices of an event.

        Args:
            event: The event.
            wanted: The kinds of notices that people want, as in ``notify.on``.
            now: The time, in seconds since the epoch.
        """
        if isinstance(event, PauseChanged):
            who = _who(event.engine, event.endpoint)
            self._earlier -= {who}
            return self._of_pause(who, event.pause, wanted, now)
        if isinstance(event, CallEnded):
            return self._of_call(event, wanted, now)
        if isinstance(event.outcome, Failed) and "failed" in wanted:
            return Notices(failures=(_failure(event, event.outcome),))
        return Notices()

    def _of_call(self, event: CallEnded, wanted: Collection[str], now: float) -> Notices:
        notices = Notices()
        if event.code is None and self._earlier:
            over = {_who(event.engine, ""), _who(event.engine, event.endpoint)} & self._earlier
            self._earlier -= over
            for who in sorted(over):
                notices += self._of_pause(who, None, wanted, now)
        return notices

    def _of_pause(
        self, who: str, pause: Pause | None, wanted: Collection[str], now: float
    ) -> Notices:
        before = self._pauses.pop(who, None)
        if pause is None:
            if before is None:
                return Notices()
            return Notices(pauses=(Pausing(who, over=now, is_silent="resumed" not in wanted),))
        pausing = _pausing(who, pause)
        self._pauses[who] = pausing.code
        if "paused" not in wanted or before == pausing.code:
            return Notices()
        return Notices(pauses=(pausing,))


def _who(engine: str, endpoint: str) -> str:
    return inert(f"{engine} {endpoint}".strip())


def _failure(event: AttemptEnded, failed: Failed) -> Failure:
    error = failed.error
    path = event.image.path
    return Failure(
        shown_path(path),
        _code(error.code),
        shown_text(str(error)),
        _advice(error),
        hashlib.sha256(os.fsencode(path)).hexdigest()[:16],
    )


def _advice(error: Exception) -> str:
    return shown_advice(getattr(error, "advice", ""))


def _pausing(who: str, pause: Pause) -> Pausing:
    return Pausing(
        who,
        _code(pause.code),
        shown_text(pause.message),
        shown_advice(pause.advice),
        pause.since,
        pause.until,
    )


def _code(code: int | str) -> str:
    return inert(str(code)[:_LONGEST_CODE])
