"""The access token, shared by all threads and fetched by one."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from ocr_watcher.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.baidu.grant import Grant

_MARGIN = 600.0
"""The seconds before its expiry from which a token is not used any more, but at most a tenth of its
life."""


class TokenCache:
    """A cache of one token, which is fetched once, however many threads need it.

    Args:
        fetch: A function that asks the service for a token. It belongs to one pair of keys; other
            keys have another cache.
        clock: A function that returns the seconds of a clock that only goes forward.
    """

    def __init__(self, fetch: Callable[[], Grant], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._token: str | None = None
        self._stale_at = 0.0
        self._pending: Future[str] | None = None

    def get(self) -> str:
        """Return the token; fetch one if there is no fresh one.

        Raises:
            EngineError: No token was given. Threads that waited for one fetch share its failure.
        """
        with self._lock:
            if self._token is not None and self._clock() < self._stale_at:
                return self._token
            pending, first = self._pending_or_new()
        return self._result(pending, first)

    def renew(self) -> str:
        """Fetch a token even if there is a fresh one, which is kept if this fails.

        Raises:
            EngineError: No token was given.
        """
        with self._lock:
            pending, first = self._pending_or_new()
        return self._result(pending, first)

    def drop(self, token: str) -> None:
        """Forget a token that was refused, unless another thread has replaced it already."""
        with self._lock:
            if self._token == token:
                self._token = None

    def _pending_or_new(self) -> tuple[Future[str], bool]:
        """Return the fetch under way, or a new one that the caller must make; needs the lock."""
        if self._pending is not None:
            return self._pending, False
        self._pending = Future()
        return self._pending, True

    def _result(self, pending: Future[str], first: bool) -> str:
        if first:
            return self._fetched(pending)
        error = pending.exception()
        if isinstance(error, EngineError):
            # A copy for each thread: raising one object in many mixes up their tracebacks.
            raise type(error)(error.code, str(error), advice=error.advice)
        return pending.result()

    def _fetched(self, pending: Future[str]) -> str:
        asked = self._clock()
        try:
            grant = self._fetch()
        except BaseException as error:
            with self._lock:
                self._pending = None
            pending.set_exception(error)
            raise
        with self._lock:
            self._pending = None
            self._token = grant.token
            self._stale_at = asked + grant.lifetime - min(_MARGIN, grant.lifetime / 10)
        pending.set_result(grant.token)
        return grant.token
